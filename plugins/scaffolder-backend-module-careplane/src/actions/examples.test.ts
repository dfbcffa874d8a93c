import { ConfigReader } from '@backstage/config';
import { mockServices } from '@backstage/backend-test-utils';
import { DefaultAwsAccounts } from '@careplane/aws-node';
import { parse } from 'yaml';
import { configData } from '../__testUtils__/aws';
import { createCatalogRegisterAction } from './catalogRegister';
import { createCloudFormationDeployAction } from './cloudformationDeploy';
import { createCodeCommitPublishAction } from './codecommitPublish';
import { createContextAction } from './context';
import { createPipelineStartAction } from './pipelineStart';
import { createPipelineWaitAction } from './pipelineWait';

const aws = {
  accounts: DefaultAwsAccounts.fromConfig(new ConfigReader(configData)),
  clients: {} as never,
};

describe('the example of an action', () => {
  it.each(
    [
      createContextAction({ ...aws, config: mockServices.rootConfig() }),
      createCodeCommitPublishAction(aws),
      createCloudFormationDeployAction(aws),
      createPipelineStartAction(aws),
      createPipelineWaitAction(aws),
      createCatalogRegisterAction({} as never),
    ].map(action => [action.id, action] as const),
  )('%s uses inputs that it has', (id, action) => {
    const { properties = {}, required = [] } = action.schema?.input as {
      properties?: object;
      required?: string[];
    };
    for (const { example } of action.examples ?? []) {
      const [step] = parse(example).steps;
      expect(step.action).toBe(id);
      expect(Object.keys(properties)).toEqual(
        expect.arrayContaining(Object.keys(step.input)),
      );
      expect(Object.keys(step.input)).toEqual(expect.arrayContaining(required));
    }
    expect(action.supportsDryRun).toBe(true);
  });
});
