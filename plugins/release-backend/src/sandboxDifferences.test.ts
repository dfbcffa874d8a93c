import { publishLambda, templateOf, ZIPS } from './__testUtils__/lambdaRelease';
import { runOnSandbox } from './__testUtils__/runOnSandbox';
import {
  BUCKET,
  deployStack,
  DEV,
  publishRelease,
  QA,
  until,
} from './__testUtils__/stacks';

jest.setTimeout(120_000);
const PLANTED = 'MRN-0042-PLANTED';

describe('differences before a promote, over the real wire', () => {
  it('are shown from what was read and published, and hold no value', async () => {
    const { sandbox, portal, close } = await runOnSandbox();
    const one = await publishLambda(sandbox, '1.0.0');
    for (const account of [DEV, QA]) {
      await deployStack(sandbox, account, { ...one, operation: 'CreateStack' });
    }
    // The next release has a variable more, another timeout and a queue.
    const { codeSha256, template } = await publishLambda(sandbox, '1.1.0');
    const next = template
      .replace(
        /( +)MemorySize:/,
        (_all, indent) =>
          `${indent}Timeout: 20\n${indent}Environment: { Variables: { TABLE: ${PLANTED} } }\n${indent}MemorySize:`,
      )
      .replace('Outputs:', '  Queue: { Type: AWS::SQS::Queue }\nOutputs:');
    expect(next).not.toBe(templateOf('x'));
    const { id } = await publishRelease(sandbox, {
      component: 'claims-api',
      kind: 'lambda-alias',
      version: '1.2.0',
      builtAt: '2026-01-12T00:00:00Z',
      template: next,
      code: Buffer.from(ZIPS['1.1.0'], 'base64'),
      contentHash: codeSha256,
      artifact: key => ({
        type: 'zip',
        bucket: BUCKET,
        key: `${key}/code.zip`,
        codeSha256,
      }),
    });
    await portal.running('claims-api', 1, '1.0.0');
    const preview = await until(
      async () => {
        await portal.post(`${portal.path('claims-api')}/refresh`, {});
        return portal.post('/previews', {
          entityRef: 'component:default/claims-api',
          stage: 'qa',
          kind: 'promote',
          releaseId: id,
        });
      },
      ({ differences }) => !differences?.missing,
    );
    expect(preview.differences).toMatchObject({
      mode: 'stack',
      configuration: [
        { field: 'environment', added: ['TABLE'], removed: [] },
        { field: 'timeout', from: '3 s', to: '20 s' },
      ],
      untold: [],
      infrastructure: [
        { action: 'Add', resource: 'Queue', type: 'AWS::SQS::Queue' },
      ],
    });
    expect(JSON.stringify(preview)).not.toContain(PLANTED);
    await close();
  });
});
