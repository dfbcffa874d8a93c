import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { DefaultAwsAccounts } from '@careplane/aws-node';
import { configData } from '../__testUtils__/aws';
import { runAction } from '../__testUtils__/runAction';
import { createContextAction } from './context';

const run = (
  data: typeof configData,
  input: { name: string; dataClass?: string },
) =>
  runAction(
    createContextAction({
      accounts: DefaultAwsAccounts.fromConfig(new ConfigReader(data)),
      clients: {} as never,
      config: mockServices.rootConfig({ data }),
    }),
    { input },
  );

describe('careplane:context', () => {
  it('treats what nobody has classified as health information', async () => {
    const classOf = async (dataClass?: string) =>
      (await run(configData, { name: 'visit-api', dataClass })).output
        .dataClass;
    expect(await classOf('unknown')).toBe('phi');
    expect(await classOf()).toBe('phi');
    expect(await classOf('none')).toBe('none');
  });

  it('hands on accounts, stages and the inputs of the first stage', async () => {
    const { output } = await run(configData, { name: 'visit-api' });
    expect(output).toMatchObject({
      delivery: { accountId: '111111111111', region: 'us-east-1' },
      stageAccounts: '111111111111,333333333333',
      artifactBucket: 'careplane-artifacts-111111111111',
    });
    expect(JSON.parse(String(output.firstStageParameters))).toHaveProperty(
      'SubnetIds',
    );
  });

  it('says at once when the first stage is not in the delivery account', async () => {
    const [, prod] = configData.release.stages;
    await expect(
      run({ ...configData, release: { stages: [prod] } } as typeof configData, {
        name: 'visit-api',
      }),
    ).rejects.toThrow(/differs from aws.delivery.accountId/);
  });
});
