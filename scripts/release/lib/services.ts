import type { RunningSandbox } from '@careplane/aws-sandbox';

/** An ECS service that runs no tasks, and no stack. */
export interface PlainService {
  name: string;
  arn: string;
}

/** Makes services in cluster `careplane`, each deployed twice. */
export async function makeServices(
  sandbox: RunningSandbox,
  account: string,
  names: string[],
): Promise<PlainService[]> {
  const call = <T>(operation: string, input: object) =>
    sandbox.call<T>('ecs', operation, input, { account });
  type Registered = { taskDefinition: { taskDefinitionArn: string } };
  const register = async (name: string, digit: string) => {
    const { taskDefinition } = await call<Registered>(
      'RegisterTaskDefinition',
      {
        family: name,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          {
            name: 'app',
            image: `${account}.dkr.ecr.us-east-1.amazonaws.com/${name}@sha256:${digit.repeat(
              64,
            )}`,
          },
        ],
      },
    );
    return taskDefinition.taskDefinitionArn;
  };
  await call('CreateCluster', { clusterName: 'careplane' });
  for (const name of names) {
    await call('CreateService', {
      cluster: 'careplane',
      serviceName: name,
      launchType: 'FARGATE',
      desiredCount: 0,
      taskDefinition: await register(name, '1'),
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-1'] },
      },
    });
  }
  await sandbox.clock.advance(600_000);
  for (const name of names) {
    await call('UpdateService', {
      cluster: 'careplane',
      service: name,
      taskDefinition: await register(name, '2'),
    });
  }
  await sandbox.clock.advance(600_000);
  return names.map(name => ({
    name,
    arn: `arn:aws:ecs:us-east-1:${account}:service/careplane/${name}`,
  }));
}
