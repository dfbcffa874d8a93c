import { createHash, randomUUID } from 'node:crypto';
import type { RunningSandbox } from '@careplane/aws-sandbox';
import type {
  Release,
  Revision,
} from '@careplane/backstage-plugin-release-common';
import {
  iso,
  RolloutRecord,
} from '../../../plugins/release-backend/src/engine/model';
import { publishLambda } from '../../../plugins/release-backend/src/__testUtils__/lambdaRelease';
import { deployStack } from '../../../plugins/release-backend/src/__testUtils__/stacks';
import { bucketOf } from './engine';

/** A target in the sandbox with two releases, of which one runs. */
export interface Target {
  account: string;
  arn: string;
  name: string;
  kind: Release['kind'];
  /** What the target runs now. */
  live: Revision;
  /** What ran before, where something did. */
  before?: Revision;
  /** What can be promoted. */
  next?: Release;
  /** ARN of the deployment group in charge of the alias. */
  group?: string;
  /** No stack publishes it: where its artifact comes from. */
  publish?: RolloutRecord['publish'];
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** An AWS account for each name; the same name has the same. */
export const accountOf = (name: string) =>
  `4${(parseInt(hash(name).slice(0, 12), 16) % 1e11)
    .toString()
    .padStart(11, '0')}`;

export async function makeBucket(sandbox: RunningSandbox, account: string) {
  await sandbox.call(
    's3',
    'CreateBucket',
    { Bucket: bucketOf(account) },
    { account },
  );
  return { account, bucket: bucketOf(account) };
}

/**
 * A function with its stack. `moved` has the newer release live already, as
 * after a promote: what a rollback starts from.
 */
export async function lambdaTarget(
  sandbox: RunningSandbox,
  options: { account: string; name: string; moved?: boolean },
): Promise<Target> {
  const { account, name, moved } = options;
  const delivery = { account, bucket: bucketOf(account) };
  const one = await publishLambda(sandbox, '1.0.0', name, delivery);
  const two = await publishLambda(sandbox, '1.1.0', name, delivery);
  const deploy = (operation: 'CreateStack' | 'UpdateStack', made: typeof one) =>
    deployStack(sandbox, account, { ...made, operation });
  await deploy('CreateStack', one);
  if (moved) await deploy('UpdateStack', two);
  const revision = (id: string, made: typeof one, version: string) => ({
    id,
    contentHash: made.codeSha256,
    version,
    releaseId: made.id,
  });
  return {
    account,
    name,
    kind: 'lambda-alias',
    arn: `arn:aws:lambda:us-east-1:${account}:function:${name}:live`,
    ...(moved
      ? {
          live: revision('2', two, '1.1.0'),
          before: revision('1', one, '1.0.0'),
        }
      : { live: revision('1', one, '1.0.0') }),
    next: moved
      ? undefined
      : releaseOf(name, 'lambda-alias', two.id, {
          type: 'zip',
          codeSha256: two.codeSha256,
        }),
  };
}

/** A group that shifts the traffic of a function's alias `live`. */
export async function addDeploymentGroup(
  sandbox: RunningSandbox,
  target: Target,
): Promise<Target> {
  const { account, name } = target;
  const call = (operation: string, input: object) =>
    sandbox.call('codedeploy', operation, input, { account });
  await call('CreateApplication', {
    applicationName: name,
    computePlatform: 'Lambda',
  });
  await call('CreateDeploymentGroup', {
    applicationName: name,
    deploymentGroupName: 'live',
    serviceRoleArn: `arn:aws:iam::${account}:role/svc-${name}-codedeploy`,
  });
  const group = `arn:aws:codedeploy:us-east-1:${account}:deploymentgroup:${name}/live`;
  return { ...target, group };
}

export function releaseOf(
  name: string,
  kind: Release['kind'],
  id: string,
  artifact: Release['artifact'],
): Release {
  return {
    id,
    component: name,
    version: '1.1.0',
    kind,
    commit: { id: 'c0ffee1' },
    builtAt: '2026-01-11T00:00:00.000Z',
    pipeline: {
      arn: 'arn:aws:codepipeline:us-east-1:111111111111:service',
      executionId: 'execution-1',
    },
    artifact,
    runsOn: [],
    ranOn: [],
  };
}

const ALL_AT_ONCE: RolloutRecord['strategy'] = {
  type: 'all-at-once',
  steps: [],
};

/** A rollout as a request leaves it: nothing done yet. */
export function rolloutOf(
  target: Target,
  kind: RolloutRecord['kind'],
  nowMs: number,
  strategy = ALL_AT_ONCE,
): RolloutRecord {
  const at = iso(nowMs);
  const { next, before } = target;
  const state = kind === 'rollback' ? 'PREFLIGHT' : 'GATING';
  return {
    id: randomUUID(),
    entityRef: `component:default/${target.name}`,
    component: target.name,
    stage: 'qa',
    targetArn: target.arn,
    stackName: `svc-${target.name}`,
    deploymentGroup: target.group,
    kind,
    state,
    version: 1,
    requestedBy: 'user:default/daniel.okafor',
    requestedAt: at,
    idempotencyKey: randomUUID(),
    requestHash: 'hash',
    from: target.live,
    to:
      kind === 'rollback'
        ? { revisionId: before?.id, contentHash: before?.contentHash ?? '' }
        : {
            releaseId: next?.id,
            version: next?.version,
            contentHash: contentHashOf(next),
          },
    ...(kind === 'rollback'
      ? { returnTo: before }
      : { release: next, publish: target.publish }),
    strategy,
    step: 0,
    approvalsNeeded: 0,
    gates: [],
    stateSince: at,
    failures: 0,
    steps: [{ state, startedAt: at }],
    nextRunAt: at,
  };
}

function contentHashOf(release?: Release): string {
  if (!release) return '';
  const { artifact } = release;
  return artifact.type === 'zip' ? artifact.codeSha256 : artifact.digest;
}
