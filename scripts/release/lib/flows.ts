import { installCanaryDeadline, RunningSandbox } from '@careplane/aws-sandbox';
import type { RolloutRecord } from '../../../plugins/release-backend/src/engine/model';
import { aliasesOfStages, copiedFunction, copiedService } from './copies';
import { addDeploymentGroup, lambdaTarget, rolloutOf, Target } from './estate';
import { A_PAUSE, ecsTarget, groupTarget, SERVICE } from './ecsEstate';
import type { Task } from './protocol';

/** One way that a rollout goes from its request to its end. */
export interface Flow {
  name: string;
  /** What carries it to AWS. */
  driver: 'alias' | 'guarded' | 'CodeDeploy' | 'ECS' | 'ECS by CodeDeploy';
  /** Part of the slice that `npm test` runs. */
  slice?: boolean;
  acts: Task['acts'];
  ends: RolloutRecord['state'];
  /** Makes target and stack in an account that has only its bucket. */
  make(sandbox: RunningSandbox, account: string): Promise<Target>;
  rollout(target: Target, nowMs: number): RolloutRecord;
  /** What has all traffic in the end. */
  wants(target: Target): string;
}

const NAME = 'claims-api';
const CANARY: RolloutRecord['strategy'] = {
  type: 'canary',
  steps: [{ weight: 0.1, bakeSeconds: 60 }],
};

const lambda = (moved: boolean) => (sandbox: RunningSandbox, account: string) =>
  lambdaTarget(sandbox, { account, name: NAME, moved });

const LAMBDA_FLOWS: Flow[] = [
  {
    name: 'alias: promote all at once',
    driver: 'alias',
    acts: [],
    ends: 'SUCCEEDED',
    make: lambda(false),
    rollout: (target, now) => rolloutOf(target, 'promote', now),
    wants: () => '2',
  },
  {
    name: 'alias: canary',
    driver: 'alias',
    acts: [],
    ends: 'SUCCEEDED',
    make: lambda(false),
    rollout: (target, now) => rolloutOf(target, 'promote', now, CANARY),
    wants: () => '2',
  },
  {
    name: 'alias: canary sent back',
    driver: 'alias',
    acts: [{ state: 'BAKING', act: 'send-back' }],
    ends: 'ROLLED_BACK',
    make: lambda(false),
    rollout: (target, now) => rolloutOf(target, 'promote', now, CANARY),
    wants: () => '1',
  },
  {
    name: 'alias: roll back',
    driver: 'alias',
    acts: [],
    ends: 'ROLLED_BACK',
    make: lambda(true),
    rollout: (target, now) => rolloutOf(target, 'rollback', now),
    wants: () => '1',
  },
  {
    name: 'alias: copied from another function',
    driver: 'alias',
    slice: true,
    acts: [],
    ends: 'SUCCEEDED',
    make: (sandbox, account) => copiedFunction(sandbox, account, NAME),
    rollout: (target, now) => rolloutOf(target, 'promote', now),
    wants: () => '2',
  },
  {
    name: 'alias: to the version of another stage',
    driver: 'alias',
    acts: [],
    ends: 'SUCCEEDED',
    make: (sandbox, account) => aliasesOfStages(sandbox, account, NAME),
    rollout: (target, now) => rolloutOf(target, 'promote', now),
    wants: () => '2',
  },
];

const STEPS: RolloutRecord['strategy'] = {
  type: 'canary',
  steps: [
    { weight: 0.1, bakeSeconds: 60 },
    { weight: 0.5, bakeSeconds: 60 },
  ],
};

/** Its account returns a canary that nobody looks after. */
const guarded = async (sandbox: RunningSandbox, account: string) => {
  await installCanaryDeadline(sandbox, { account });
  return lambda(false)(sandbox, account);
};

const GUARDED_FLOWS: Flow[] = [
  {
    name: 'guarded: canary',
    driver: 'guarded',
    acts: [],
    ends: 'SUCCEEDED',
    make: guarded,
    rollout: (target, now) => rolloutOf(target, 'promote', now, STEPS),
    wants: () => '2',
  },
  {
    name: 'guarded: canary sent back',
    driver: 'guarded',
    slice: true,
    acts: [{ state: 'BAKING', act: 'send-back' }],
    ends: 'ROLLED_BACK',
    make: guarded,
    rollout: (target, now) => rolloutOf(target, 'promote', now, STEPS),
    wants: () => '1',
  },
];

/** A deployment configuration that AWS has under this name. */
const FIVE_MINUTES: RolloutRecord['strategy'] = {
  type: 'canary',
  steps: [{ weight: 0.1, bakeSeconds: 300 }],
};
/** One of AWS's, too: CodeDeploy moves in ten steps. */
const LINEAR: RolloutRecord['strategy'] = {
  type: 'linear',
  steps: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map(weight => ({
    weight,
    bakeSeconds: 60,
  })),
};

const delegated = async (sandbox: RunningSandbox, account: string) =>
  addDeploymentGroup(sandbox, await lambda(false)(sandbox, account));

const CODEDEPLOY_FLOWS: Flow[] = [
  {
    name: 'CodeDeploy: canary',
    driver: 'CodeDeploy',
    acts: [],
    ends: 'SUCCEEDED',
    make: delegated,
    rollout: (target, now) => rolloutOf(target, 'promote', now, FIVE_MINUTES),
    wants: () => '2',
  },
  {
    name: 'CodeDeploy: linear',
    driver: 'CodeDeploy',
    acts: [],
    ends: 'SUCCEEDED',
    make: delegated,
    rollout: (target, now) => rolloutOf(target, 'promote', now, LINEAR),
    wants: () => '2',
  },
  {
    name: 'CodeDeploy: canary sent back',
    driver: 'CodeDeploy',
    slice: true,
    acts: [{ state: 'BAKING', act: 'send-back' }],
    ends: 'ROLLED_BACK',
    make: delegated,
    rollout: (target, now) => rolloutOf(target, 'promote', now, FIVE_MINUTES),
    wants: () => '1',
  },
];

const service =
  (moved: boolean, deploys?: object) =>
  (sandbox: RunningSandbox, account: string) =>
    ecsTarget(sandbox, { account, moved, deploys });

const byCodeDeploy =
  (moved: boolean, slow?: boolean) =>
  (sandbox: RunningSandbox, account: string) =>
    groupTarget(sandbox, { account, moved, slow });

/** So long that a deployment is still under way whenever somebody looks. */
const A_DAY = 1440;

const definition = ({ account }: Target, revision: number) =>
  `arn:aws:ecs:us-east-1:${account}:task-definition/${SERVICE}:${revision}`;

const ECS_FLOWS: Flow[] = [
  {
    name: 'ECS: promote',
    driver: 'ECS',
    acts: [],
    ends: 'SUCCEEDED',
    make: service(false),
    rollout: (target, now) => rolloutOf(target, 'promote', now),
    wants: target => definition(target, 2),
  },
  {
    name: 'ECS: sent back under way',
    driver: 'ECS',
    acts: [{ state: 'VERIFYING', act: 'send-back' }],
    ends: 'ROLLED_BACK',
    make: service(false, { strategy: 'ROLLING', bakeTimeInMinutes: A_DAY }),
    rollout: (target, now) => rolloutOf(target, 'promote', now),
    wants: target => definition(target, 1),
  },
  {
    name: 'ECS: roll back',
    driver: 'ECS',
    slice: true,
    acts: [],
    ends: 'ROLLED_BACK',
    make: service(true),
    rollout: (target, now) => rolloutOf(target, 'rollback', now),
    wants: target => definition(target, 1),
  },
  {
    name: 'ECS: copied from another service',
    driver: 'ECS',
    acts: [],
    ends: 'SUCCEEDED',
    make: copiedService,
    rollout: (target, now) => rolloutOf(target, 'promote', now),
    wants: target => definition(target, 3),
  },
];

const PAUSED_FLOWS: Flow[] = [
  {
    name: 'ECS: paused, continued',
    driver: 'ECS',
    acts: [{ state: 'VERIFYING', act: 'continue', paused: true }],
    ends: 'SUCCEEDED',
    make: service(false, A_PAUSE),
    rollout: (target, now) => rolloutOf(target, 'promote', now),
    wants: target => definition(target, 2),
  },
  {
    name: 'ECS: paused, sent back',
    driver: 'ECS',
    acts: [{ state: 'VERIFYING', act: 'send-back', paused: true }],
    ends: 'ROLLED_BACK',
    make: service(false, A_PAUSE),
    rollout: (target, now) => rolloutOf(target, 'promote', now),
    wants: target => definition(target, 1),
  },
];

const ECS_BY_CODEDEPLOY_FLOWS: Flow[] = [
  {
    name: 'ECS by CodeDeploy: promote',
    driver: 'ECS by CodeDeploy',
    acts: [],
    ends: 'SUCCEEDED',
    make: byCodeDeploy(false),
    rollout: (target, now) => rolloutOf(target, 'promote', now),
    wants: target => definition(target, 2),
  },
  {
    name: 'ECS by CodeDeploy: sent back under way',
    driver: 'ECS by CodeDeploy',
    acts: [{ state: 'BAKING', act: 'send-back' }],
    ends: 'ROLLED_BACK',
    make: byCodeDeploy(false, true),
    rollout: (target, now) => rolloutOf(target, 'promote', now),
    wants: target => definition(target, 1),
  },
  {
    name: 'ECS by CodeDeploy: roll back',
    driver: 'ECS by CodeDeploy',
    acts: [],
    ends: 'ROLLED_BACK',
    make: byCodeDeploy(true),
    rollout: (target, now) => rolloutOf(target, 'rollback', now),
    wants: target => definition(target, 1),
  },
];

/** All flows: every matrix has them. */
export const FLOWS: Flow[] = [
  ...LAMBDA_FLOWS,
  ...GUARDED_FLOWS,
  ...CODEDEPLOY_FLOWS,
  ...ECS_FLOWS,
  ...PAUSED_FLOWS,
  ...ECS_BY_CODEDEPLOY_FLOWS,
];

/** Where the traffic of a target goes, as AWS says it: `1`, or `1+2@0.1`. */
export async function trafficIn(
  sandbox: RunningSandbox,
  { account, name, kind }: Target,
): Promise<string> {
  if (kind === 'lambda-alias') {
    const alias = await sandbox.call<{
      FunctionVersion?: string;
      RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> };
    }>('lambda', 'GetAlias', { FunctionName: name, Name: 'live' }, { account });
    const weights = Object.entries(
      alias.RoutingConfig?.AdditionalVersionWeights ?? {},
    );
    return [
      alias.FunctionVersion,
      ...weights.map(([version, weight]) => `+${version}@${weight}`),
    ].join('');
  }
  const { services } = await sandbox.call<{
    services: { taskDefinition: string }[];
  }>(
    'ecs',
    'DescribeServices',
    { cluster: 'careplane', services: [name] },
    { account },
  );
  return services[0].taskDefinition;
}
