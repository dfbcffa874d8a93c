import type { TaskSet } from '@aws-sdk/client-ecs';
import { requireConfig, shiftsOf } from './configs';
import { ecsSpecOf, type EcsPlace, type EventName } from './model';
import { Failure, LOOK_MS, MINUTE_MS, type Steps } from './Steps';

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html */
const STABLE_LIMIT_MS = 60 * MINUTE_MS;
const STABLE_LOOK_MS = 2_000;

const placeOf = (steps: Steps): EcsPlace => {
  const { ecs } = steps.current;
  if (!ecs) throw new Error(`${steps.id} is no deployment of ECS`);
  return ecs;
};

const put = (steps: Steps, change: Partial<EcsPlace>) =>
  steps.put({ ecs: { ...placeOf(steps), ...change } });

const at = ({ cluster, service }: EcsPlace) => ({ cluster, service });

const settingsOf = (steps: Steps) => {
  const { application, group } = steps.current;
  return steps.state.group(application, group)?.settings ?? {};
};

async function taskSet(
  steps: Steps,
  id: string | undefined,
): Promise<TaskSet | undefined> {
  if (!id) return undefined;
  const { taskSets } = await steps.call<{ taskSets: TaskSet[] }>(
    'ecs',
    'DescribeTaskSets',
    { ...at(placeOf(steps)), taskSets: [id] },
  );
  return taskSets[0];
}

/**
 * Does all that is due of a blue/green deployment of an ECS service, in the
 * order of its lifecycle events. @returns when to look again.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
 */
export async function advanceEcs(steps: Steps): Promise<number> {
  if (steps.current.status === 'Created') {
    steps.begin();
    if (!steps.current.rollsBack) await requireReady(steps);
  }
  await steps.requireNoAlarm();
  if (steps.current.rollsBack) return takeBack(steps);
  const waitMs =
    (await steps.hook('BeforeInstall')) ||
    (await install(steps)) ||
    (await steps.hook('AfterInstall')) ||
    testTraffic(steps) ||
    (await steps.hook('AfterAllowTestTraffic')) ||
    waitForReroute(steps) ||
    (await steps.hook('BeforeAllowTraffic')) ||
    (await shift(steps)) ||
    (await steps.hook('AfterAllowTraffic')) ||
    waitForTermination(steps);
  if (waitMs) return waitMs;
  await remove(steps, placeOf(steps).blue);
  steps.finish();
  return 0;
}

/** The service is CodeDeploy's, and can run what the AppSpec names. */
async function requireReady(steps: Steps): Promise<void> {
  const spec = ecsSpecOf(steps.current);
  const place = placeOf(steps);
  const { services } = await steps.call<{
    services: {
      status: string;
      deploymentController?: { type: string };
      taskSets?: TaskSet[];
    }[];
  }>('ecs', 'DescribeServices', {
    cluster: place.cluster,
    services: [place.service],
  });
  const service = services[0];
  if (service?.status !== 'ACTIVE') {
    throw new Failure('INVALID_ECS_SERVICE', 'The ECS service is not ACTIVE');
  }
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller !== 'CODE_DEPLOY') {
    throw new Failure(
      'INVALID_ECS_SERVICE',
      `Deployment controller CODE_DEPLOY is expected, and the service has ${controller}`,
    );
  }
  const definition = await steps
    .call<{
      taskDefinition: {
        containerDefinitions: {
          name: string;
          portMappings?: { containerPort?: number }[];
        }[];
      };
    }>('ecs', 'DescribeTaskDefinition', {
      taskDefinition: spec.taskDefinition,
    })
    .catch(error => {
      throw new Failure('ECS_UPDATE_ERROR', (error as Error).message);
    });
  const container = definition.taskDefinition.containerDefinitions.find(
    ({ name }) => name === spec.container,
  );
  const ports = container?.portMappings?.map(one => one.containerPort) ?? [];
  if (!ports.includes(spec.port)) {
    throw new Failure(
      'ECS_UPDATE_ERROR',
      `The container ${spec.container} did not have a container port ${spec.port} defined.`,
    );
  }
  const blue = service.taskSets?.find(one => one.status === 'PRIMARY');
  put(steps, { blue: blue?.id, blueDefinition: blue?.taskDefinition });
}

/** The replacement task set is made, and becomes steady. */
async function install(steps: Steps): Promise<number> {
  if (steps.event('Install')?.status === 'Succeeded') return 0;
  const began = steps.mark({ name: 'Install', status: 'InProgress' });
  const place = placeOf(steps);
  if (!place.green) {
    const spec = ecsSpecOf(steps.current);
    const [pair] =
      settingsOf(steps).loadBalancerInfo?.targetGroupPairInfoList ?? [];
    const made = await steps
      .call<{ taskSet: TaskSet }>('ecs', 'CreateTaskSet', {
        ...at(place),
        taskDefinition: spec.taskDefinition,
        externalId: steps.id,
        scale: { value: 100, unit: 'PERCENT' },
        loadBalancers: [
          {
            targetGroupArn: pair?.targetGroups?.[1]?.name,
            containerName: spec.container,
            containerPort: spec.port,
          },
        ],
      })
      .catch(error => {
        throw new Failure('ECS_UPDATE_ERROR', (error as Error).message);
      });
    put(steps, { green: made.taskSet.id });
    return STABLE_LOOK_MS;
  }
  const green = await taskSet(steps, place.green);
  if (green?.stabilityStatus === 'STEADY_STATE') {
    steps.mark({ name: 'Install', status: 'Succeeded' });
    return 0;
  }
  if (steps.since(began) < STABLE_LIMIT_MS) return STABLE_LOOK_MS;
  throw new Failure(
    'TIMEOUT',
    'The deployment timed out while waiting for the replacement task set to become healthy. This time out period is 60 minutes.',
  );
}

const passed = (steps: Steps, name: EventName) => {
  if (!steps.event(name)) steps.mark({ name, status: 'Succeeded' });
  return 0;
};

function testTraffic(steps: Steps): number {
  const [pair] =
    settingsOf(steps).loadBalancerInfo?.targetGroupPairInfoList ?? [];
  return pair?.testTrafficRoute?.listenerArns?.length
    ? passed(steps, 'AllowTestTraffic')
    : 0;
}

/**
 * With STOP_DEPLOYMENT it waits for ContinueDeployment, and is stopped where
 * nobody asks for that in time (CodeDeploy, DeploymentReadyOption).
 */
function waitForReroute(steps: Steps): number {
  const { actionOnTimeout, waitTimeInMinutes = 0 } =
    settingsOf(steps).blueGreenDeploymentConfiguration?.deploymentReadyOption ??
    {};
  const { rerouted, readySince } = placeOf(steps);
  if (actionOnTimeout !== 'STOP_DEPLOYMENT' || !waitTimeInMinutes || rerouted) {
    return 0;
  }
  if (!readySince) {
    put(steps, { readySince: steps.now });
    steps.put({ status: 'Ready' });
    return LOOK_MS;
  }
  if (steps.since(readySince) < waitTimeInMinutes * MINUTE_MS) return LOOK_MS;
  throw new Failure(
    'TIMEOUT',
    'The deployment was stopped because traffic was not rerouted before the wait time was over',
    true,
  );
}

/** Reroutes what is due. 0 when all traffic is on the replacement. */
async function shift(steps: Steps): Promise<number> {
  if (steps.event('AllowTraffic')?.status === 'Succeeded') return 0;
  const began = steps.mark({ name: 'AllowTraffic', status: 'InProgress' });
  const { traffic } = requireConfig(steps.state, steps.current.config);
  const shifts = shiftsOf(traffic);
  for (let done = steps.current.shifts; done < shifts.length; done++) {
    const { weight, minutes } = shifts[done];
    const leftMs = minutes * MINUTE_MS - steps.since(began);
    if (leftMs > 0) return Math.min(leftMs, LOOK_MS);
    if (weight >= 100) await makePrimary(steps, placeOf(steps).green);
    steps.put({ shifts: done + 1, weight });
  }
  steps.mark({ name: 'AllowTraffic', status: 'Succeeded' });
  return 0;
}

async function makePrimary(steps: Steps, primaryTaskSet: string | undefined) {
  const found = await taskSet(steps, primaryTaskSet);
  if (!found || found.status === 'PRIMARY') return;
  await steps.call('ecs', 'UpdateServicePrimaryTaskSet', {
    ...at(placeOf(steps)),
    primaryTaskSet,
  });
}

/** The original task set is kept for a while: going back is quick until then. */
function waitForTermination(steps: Steps): number {
  const { action, terminationWaitTimeInMinutes = 0 } =
    settingsOf(steps).blueGreenDeploymentConfiguration
      ?.terminateBlueInstancesOnDeploymentSuccess ?? {};
  const { terminates, reroutedAt } = placeOf(steps);
  if (!reroutedAt) put(steps, { reroutedAt: steps.now });
  if (action === 'KEEP_ALIVE' || terminates) return 0;
  const leftMs =
    terminationWaitTimeInMinutes * MINUTE_MS -
    steps.since(placeOf(steps).reroutedAt ?? steps.now);
  return leftMs > 0 ? Math.min(leftMs, LOOK_MS) : 0;
}

async function remove(steps: Steps, id: string | undefined) {
  if (!(await taskSet(steps, id))) return;
  await steps.call('ecs', 'DeleteTaskSet', {
    ...at(placeOf(steps)),
    taskSet: id,
    force: true,
  });
}

/** The deployment that takes another back: traffic first, then its tasks. */
async function takeBack(steps: Steps): Promise<number> {
  const { blue, green } = placeOf(steps);
  passed(steps, 'Install');
  steps.mark({ name: 'AllowTraffic', status: 'InProgress' });
  await makePrimary(steps, blue);
  steps.put({ shifts: 1, weight: 100 });
  steps.mark({ name: 'AllowTraffic', status: 'Succeeded' });
  await remove(steps, green);
  steps.finish();
  return 0;
}
