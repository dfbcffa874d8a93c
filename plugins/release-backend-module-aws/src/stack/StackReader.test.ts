import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { QA, target, testAws } from '../testUtils/aws';
import { StackReader } from './StackReader';

const GROUPS = Array.from({ length: 110 }, (_, index) => `group-${index}`);

describe('StackReader, of a stack with more than a hundred resources', () => {
  let sandbox: RunningSandbox;
  let reader: StackReader;

  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    reader = new StackReader(testAws().clients);
    const Resources = Object.fromEntries(
      GROUPS.map((LogGroupName, index) => [
        `Group${index}`,
        { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName } },
      ]),
    );
    await sandbox.call(
      'cloudformation',
      'CreateStack',
      {
        StackName: 'svc-claims-api',
        TemplateBody: JSON.stringify({ Resources }),
      },
      { account: QA },
    );
    for (let look = 0; look < 200; look++) {
      await sandbox.clock.advance(60_000);
      const { Stacks } = await sandbox.call<{
        Stacks: { StackStatus: string }[];
      }>('cloudformation', 'DescribeStacks', {}, { account: QA });
      if (Stacks[0].StackStatus === 'CREATE_COMPLETE') return;
    }
    throw new Error('The stack was not made.');
  }, 60_000);
  afterAll(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  it('names all of them: an alarm behind the hundredth watches as well', async () => {
    const names = await reader.namesOf(target('arn', 'lambda-alias'), [
      'AWS::Logs::LogGroup',
    ]);
    expect(names.sort()).toEqual([...GROUPS].sort());
  });

  it('finds the stack that holds any of them', async () => {
    const holders = await Promise.all(
      ['group-0', 'group-109'].map(name =>
        reader.holderOf(target(name, 'lambda-alias')),
      ),
    );
    expect(holders).toEqual(['svc-claims-api', 'svc-claims-api']);
    expect(
      await reader.holderOf(target('elsewhere', 'lambda-alias')),
    ).toBeUndefined();
  });

  it('asks once for a target that the named stack does not hold, and anew for an act', async () => {
    const stranger = target('group-of-nobody', 'lambda-alias');
    const named = await reader.stack(stranger, { shared: true });
    sandbox.requests.clear();
    const asked = () =>
      sandbox.requests
        .since(0)
        .filter(({ operation }) => operation === 'DescribeStackResources')
        .length;
    for (let look = 0; look < 3; look++) {
      await reader.holderOf(stranger, named, { shared: true });
    }
    expect(asked()).toBe(1);
    await reader.holderOf(stranger, named);
    expect(asked()).toBe(2);
    // Another state of the named stack may hold it.
    await reader.holderOf(
      stranger,
      { ...named!, StackStatus: 'UPDATE_COMPLETE' },
      { shared: true },
    );
    expect(asked()).toBe(3);
  });
});
