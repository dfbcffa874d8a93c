import { NotAllowedError } from '@backstage/errors';
import { arnOf, PATH, start } from '../__testUtils__/fakePortal';

jest.setTimeout(60_000);

it('INV-25: says why history could not be imported, and imports it once AWS answers', async () => {
  const t = await start();
  t.aws.historyFails = new NotAllowedError('no cloudtrail:LookupEvents');
  const failed = await t.filled();
  expect(failed.targets[2].target.historyProblem).toBe(
    'History could not be imported: NotAllowedError. The read role needs cloudtrail:LookupEvents, for ECS ecs:ListServiceDeployments, and for CodeDeploy codedeploy:ListDeployments and codedeploy:BatchGetDeployments.',
  );
  expect(t.logger.warn).toHaveBeenCalledWith(
    `The history of ${arnOf('prod')} could not be imported: NotAllowedError`,
  );
  t.aws.historyFails = undefined;
  t.aws.historyOf = [
    {
      revision: { id: '0', contentHash: 'hash-0' },
      at: '2026-01-01T00:00:00.000Z',
      actor: 'role/deployer',
      source: 'cloudtrail',
    },
    {
      revision: { id: '1', contentHash: 'hash-1' },
      at: '2026-01-02T00:00:00.000Z',
      source: 'cloudtrail',
    },
  ];
  const prod = async () => {
    for (let i = 0; i < 100; i++) {
      await t.readAgain();
      const { body } = await t.get(PATH);
      const { target } = body.targets[2];
      if (!target.historyProblem) return target;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error('The history was never imported.');
  };
  const { rollbackOptions, since } = await prod();
  expect(since).toBe('2026-01-02T00:00:00.000Z');
  expect(rollbackOptions).toMatchObject([
    {
      revision: { id: '0' },
      source: 'cloudtrail',
      ran: [{ from: '2026-01-01T00:00:00.000Z', seconds: 86_400 }],
    },
  ]);
  await t.backend.stop();
});
