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

  it('takes a first stage that lies in another account than the pipeline, in the same region', async () => {
    const [, prod] = configData.release.stages;
    const inStages = (...stages: object[]) =>
      run({ ...configData, release: { stages } } as typeof configData, {
        name: 'visit-api',
      });
    const { output, log } = await inStages(prod);
    expect(output).toMatchObject({
      delivery: { accountId: '111111111111' },
      stages: [{ name: 'prod', accountId: '333333333333' }],
      stageAccounts: '333333333333',
    });
    expect(log.join()).toMatch(/deploys prod in 333333333333 as its role/);
    await expect(inStages({ ...prod, region: 'eu-west-1' })).rejects.toThrow(
      /lies in us-east-1 \(aws.delivery.region\) and cannot deploy the first stage, prod, in eu-west-1/,
    );
    await expect(inStages()).rejects.toThrow('names no stage');
  });
});
