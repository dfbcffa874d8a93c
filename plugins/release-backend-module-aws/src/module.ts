import {
  coreServices,
  createBackendModule,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import {
  AwsAccounts,
  awsAccountsServiceRef,
  AwsClients,
  awsClientsServiceRef,
  inBackground,
  wakeByEvents,
} from '@careplane/aws-node';
import {
  ReleaseDriversExtensionPoint,
  releaseDriversExtensionPoint,
} from '@careplane/backstage-plugin-release-node';
import { CodeBuildTests } from './codebuild/CodeBuildTests';
import { CodeDeployTraffic } from './codedeploy/CodeDeployTraffic';
import { EcsPublisher } from './ecs/EcsPublisher';
import { EcsServiceDriver } from './ecs/EcsServiceDriver';
import { LambdaArtifacts } from './lambda/artifact';
import { LambdaAliasDriver } from './lambda/LambdaAliasDriver';
import { LambdaPublisher } from './lambda/LambdaPublisher';
import { TargetTrail } from './lib/TargetTrail';
import { CloudWatchMetrics } from './metrics/CloudWatchMetrics';
import { AwsOwners } from './owners/AwsOwners';
import { CodePipelinePort } from './pipeline/CodePipelinePort';
import { ReleaseStore } from './releases/ReleaseStore';
import { CanaryDeadlines } from './scheduler/CanaryDeadlines';
import { CloudFormationStacks } from './stack/CloudFormationStacks';
import { StackReader } from './stack/StackReader';

/** `release.stages[].parameters` by stage; numbers and booleans as text. */
export function readStageParameters(
  config: Config,
): Record<string, Record<string, string>> {
  return Object.fromEntries(
    (config.getOptionalConfigArray('release.stages') ?? []).map(stage => {
      const parameters = stage.getOptionalConfig('parameters');
      return [
        stage.getString('name'),
        Object.fromEntries(
          (parameters?.keys() ?? []).map(key => [
            key,
            String(parameters!.get(key)),
          ]),
        ),
      ];
    }),
  );
}

/** Gives the engine Lambda aliases, ECS services, stacks and releases. */
export function addAwsDrivers(
  drivers: ReleaseDriversExtensionPoint,
  aws: {
    accounts: AwsAccounts;
    clients: AwsClients;
    config: Config;
    logger: LoggerService;
    /** The time by which readings grow old; tests move it. */
    now?: () => number;
  },
): void {
  const { accounts, clients, config, logger, now } = aws;
  const releases = new ReleaseStore(clients, accounts, logger);
  const stacks = new StackReader(clients);
  const codeDeploy = new CodeDeployTraffic(clients, stacks, now);
  drivers.setDeploymentPort(codeDeploy);
  const trail = new TargetTrail(clients);
  drivers.addTargetDriver(
    new LambdaAliasDriver(clients, trail, codeDeploy.past),
  );
  drivers.addTargetDriver(
    new EcsServiceDriver(clients, trail, codeDeploy.past),
  );
  const artifacts = new LambdaArtifacts(clients, releases);
  drivers.addPublisher(new LambdaPublisher(clients, artifacts));
  drivers.addPublisher(new EcsPublisher(clients, releases));
  drivers.setOwnerPort(new AwsOwners(clients, trail, stacks));
  drivers.setReleaseSource(releases);
  drivers.setStackPort(
    new CloudFormationStacks({
      clients,
      reader: stacks,
      accounts,
      releases,
      stageParameters: readStageParameters(config),
      serviceRole:
        config.getOptionalString('aws.roles.cloudformation') ?? 'careplane-cfn',
    }),
  );
  drivers.setMetricsPort(new CloudWatchMetrics(clients, stacks));
  drivers.setPipelinePort(new CodePipelinePort(clients));
  drivers.setStageTestPort(new CodeBuildTests(clients, accounts));
  drivers.setCanaryDeadlinePort(new CanaryDeadlines({ clients, accounts }));
  drivers.onShare(share => clients.budgets.setShare(share));
  drivers.setBackground(inBackground);
}

/** The module that adds them to the release plugin. */
export const releaseModuleAws = createBackendModule({
  pluginId: 'release',
  moduleId: 'aws',
  register(env) {
    env.registerInit({
      deps: {
        drivers: releaseDriversExtensionPoint,
        accounts: awsAccountsServiceRef,
        clients: awsClientsServiceRef,
        config: coreServices.rootConfig,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
      },
      async init({ drivers, lifecycle, ...aws }) {
        addAwsDrivers(drivers, aws);
        const stop = wakeByEvents({
          ...aws,
          plugin: 'release',
          wake: one => drivers.wake(one),
        });
        lifecycle.addShutdownHook(stop);
      },
    });
  },
});
