import { randomUUID } from 'node:crypto';
import type {
  DeploymentConfiguration,
  DeploymentLifecycleHook,
} from '@aws-sdk/client-ecs';
import { AwsError } from '../../core';
import { isShifted } from './lifecycle';
import type { DeploymentRecord, HookRecord } from './model';

/** AWS's default timeout of a hook, in minutes; its default action is ROLLBACK. */
const TIMEOUT_MINUTES = 1440;
/**
 * The longest timeouts that ECS takes.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentLifecycleHookTimeoutConfiguration.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html
 */
const MAX_MINUTES = { PAUSE: 20_160, AWS_LAMBDA: 1440 };

/** Where ECS refuses PAUSE hooks (ECS, DeploymentLifecycleHook). */
const NO_PAUSE = ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'];

/** Lambda is what a hook calls that does not say. */
const typeOf = (hook: DeploymentLifecycleHook) =>
  hook.targetType === 'PAUSE' ? 'PAUSE' : 'AWS_LAMBDA';

/** @throws AwsError InvalidParameterException for hooks that ECS does not take. */
export function checkHooks(configuration: DeploymentConfiguration): void {
  const refuse = (message: string) => {
    throw new AwsError('InvalidParameterException', message);
  };
  for (const hook of configuration.lifecycleHooks ?? []) {
    const type = typeOf(hook);
    const wrong = hook.lifecycleStages?.find(
      stage => type === 'PAUSE' && NO_PAUSE.includes(stage),
    );
    if (wrong) refuse(`A PAUSE lifecycle hook is not supported at ${wrong}.`);
    if (!hook.lifecycleStages?.length) {
      refuse('A lifecycle hook needs at least one lifecycle stage.');
    }
    if (type === 'AWS_LAMBDA' && !hook.hookTargetArn) {
      refuse('An AWS_LAMBDA lifecycle hook needs a hookTargetArn.');
    }
    const minutes = hook.timeoutConfiguration?.timeoutInMinutes ?? 1;
    if (minutes < 1 || minutes > MAX_MINUTES[type]) {
      refuse(
        `timeoutInMinutes of a lifecycle hook is between 1 and ${MAX_MINUTES[type]}.`,
      );
    }
  }
}

/**
 * The hooks' stages that a deployment is at: before each step of traffic
 * PRE_PRODUCTION_TRAFFIC_SHIFT, once it has shifted PRODUCTION_TRAFFIC_SHIFT.
 */
function hookStages(deployment: DeploymentRecord, stage: string): string[] {
  if (stage !== 'PRODUCTION_TRAFFIC_SHIFT') return [stage];
  const before = 'PRE_PRODUCTION_TRAFFIC_SHIFT';
  return isShifted(deployment) ? [before, stage] : [before];
}

/** Makes the hooks of one stage that are not made yet. */
function enter(
  now: Date,
  deployment: DeploymentRecord,
  stage: string,
  suffix: string,
): void {
  const hooks = deployment.configuration.lifecycleHooks ?? [];
  for (const [index, hook] of hooks.entries()) {
    const key = `${stage}#${index}${suffix}`;
    const known = deployment.hooks.some(item => item.stage === key);
    if (known || !hook.lifecycleStages?.includes(stage as never)) continue;
    const minutes =
      hook.timeoutConfiguration?.timeoutInMinutes ?? TIMEOUT_MINUTES;
    const lambda = typeOf(hook) === 'AWS_LAMBDA';
    deployment.hooks.push({
      id: randomUUID(),
      stage: key,
      status: lambda ? 'IN_PROGRESS' : 'AWAITING_ACTION',
      expiresAt: new Date(now.getTime() + minutes * 60_000).toISOString(),
      timeoutAction: hook.timeoutConfiguration?.action ?? 'ROLLBACK',
      ...(lambda && {
        call: {
          arn: hook.hookTargetArn ?? '',
          at: now.toISOString(),
          details: hook.hookDetails as HookDetails | undefined,
        },
      }),
    });
  }
}

/** What a hook's function is given by the service, and gave itself. */
type HookDetails = NonNullable<HookRecord['call']>['details'];

export const isOpen = ({ status }: HookRecord): boolean =>
  status === 'AWAITING_ACTION' || status === 'IN_PROGRESS';

export const stageOf = (hook: HookRecord): string => hook.stage.split('#')[0];

/** Why a hook sends the deployment back. */
function reasonOf(hook: HookRecord): string {
  const at = stageOf(hook);
  if (hook.status === 'TIMED_OUT') {
    return `The lifecycle hook at ${at} was not completed in time`;
  }
  return hook.call
    ? `The lifecycle hook ${hook.call.arn} failed at ${at}`
    : 'A lifecycle hook was answered with ROLLBACK';
}

export const hasHookAt = (
  { configuration }: DeploymentRecord,
  stage: string,
): boolean =>
  configuration.lifecycleHooks?.some(hook =>
    hook.lifecycleStages?.includes(stage as never),
  ) ?? false;

/**
 * Makes the hooks of a stage and says whether the deployment may go on. Hooks
 * of traffic are met at each of its steps, those of RECONCILE_SERVICE only
 * where other revisions run beside the one that is replaced.
 */
export function enterHooks(
  now: Date,
  deployment: DeploymentRecord,
  stage: string,
  reconciles: boolean,
): { verdict: 'GO' | 'WAIT' } | { verdict: 'ROLLBACK'; reason: string } {
  const { trafficStep: step } = deployment;
  for (const wanted of hookStages(deployment, stage)) {
    if (wanted === 'RECONCILE_SERVICE' && !reconciles) continue;
    enter(now, deployment, wanted, step ? `/${step}` : '');
  }
  for (const hook of deployment.hooks.filter(isOpen)) {
    if (new Date(hook.expiresAt) > now) continue;
    hook.status = 'TIMED_OUT';
    if (hook.timeoutAction === 'ROLLBACK') {
      return { verdict: 'ROLLBACK', reason: reasonOf(hook) };
    }
  }
  const failed = deployment.hooks.find(hook => hook.status === 'FAILED');
  if (failed) return { verdict: 'ROLLBACK', reason: reasonOf(failed) };
  return { verdict: deployment.hooks.some(isOpen) ? 'WAIT' : 'GO' };
}

/** Their functions are called again when a deployment goes back. */
const ON_ROLLBACK = ['PRODUCTION_TRAFFIC_SHIFT', 'TEST_TRAFFIC_SHIFT'];
const BACK = '/rollback';

/**
 * A deployment goes back: functions that were at work are asked no more, and
 * those that saw traffic shift are called with the weights of the way back.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html
 */
export function enterRollbackHooks(
  now: Date,
  deployment: DeploymentRecord,
): void {
  for (const hook of deployment.hooks) {
    if (hook.status === 'IN_PROGRESS') hook.status = 'FAILED';
  }
  for (const stage of ON_ROLLBACK) {
    const met = deployment.hooks.some(hook => stageOf(hook) === stage);
    if (met) enter(now, deployment, stage, BACK);
  }
}

/** Whether functions of the way back are at work; their answer changes nothing. */
export function rollbackHooksWait(
  now: Date,
  deployment: DeploymentRecord,
): boolean {
  const open = deployment.hooks.filter(
    hook => hook.stage.endsWith(BACK) && isOpen(hook),
  );
  for (const hook of open) {
    if (new Date(hook.expiresAt) <= now) hook.status = 'TIMED_OUT';
  }
  return open.some(isOpen);
}
