import type { Sandbox } from '../../core';
import type { EcsStore } from './EcsStore';
import { stageOf } from './hooks';
import type { DeploymentRecord, HookRecord } from './model';

/** AWS's delay before a function that is still at work is called again. */
const CALL_BACK_SECONDS = 30;

type Verdict = Pick<HookRecord, 'status'> & {
  /** Seconds until the next call, and what it is given. */
  delay?: number;
  details?: Record<string, unknown>;
};

/**
 * Calls the functions of lifecycle hooks, and takes their answers. What a
 * process's end cut off is called again by the next one.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html
 */
export class HookCalls {
  private readonly running = new Set<string>();

  constructor(
    private readonly sandbox: Sandbox,
    private readonly wake: (account: string, serviceArn: string) => void,
  ) {}

  /** Calls what is due of a stored deployment; answers come later. */
  begin(store: EcsStore, deployment: DeploymentRecord): void {
    const now = store.now();
    for (const hook of deployment.hooks) {
      if (hook.status !== 'IN_PROGRESS' || this.running.has(hook.id)) continue;
      if (!hook.call || hook.call.at > now) continue;
      this.running.add(hook.id);
      this.ask(hook.call.arn, eventOf(deployment, hook))
        .then(verdict => this.take(store, deployment.arn, hook.id, verdict))
        .finally(() => {
          this.running.delete(hook.id);
          this.wake(store.account, deployment.serviceArn);
        });
    }
  }

  private async ask(arn: string, event: object): Promise<Verdict> {
    try {
      const answer = await this.sandbox.call<{
        FunctionError?: string;
        Payload?: Uint8Array;
      }>(
        'lambda',
        'Invoke',
        { FunctionName: arn, Payload: Buffer.from(JSON.stringify(event)) },
        { account: arn.split(':')[4] },
      );
      if (answer.FunctionError) return { status: 'FAILED' };
      return verdictOf(Buffer.from(answer.Payload ?? []).toString('utf8'));
    } catch (error) {
      this.sandbox.log.warn(
        `ecs: the lifecycle hook ${arn} cannot be called: ${
          (error as Error).name
        }`,
      );
      return { status: 'FAILED' };
    }
  }

  /** An answer that comes after its hook has ended is none. */
  private take(
    store: EcsStore,
    deploymentArn: string,
    id: string,
    { status, delay = CALL_BACK_SECONDS, details }: Verdict,
  ): void {
    const deployment = store.deployments.get(deploymentArn);
    const hook = deployment?.hooks.find(item => item.id === id);
    if (!deployment || hook?.status !== 'IN_PROGRESS' || !hook.call) return;
    const now = store.now();
    store.deployments.set(deploymentArn, {
      ...deployment,
      updatedAt: now,
      hooks: deployment.hooks.map(item =>
        item === hook
          ? {
              ...hook,
              status,
              call: {
                arn: hook.call!.arn,
                at: new Date(Date.parse(now) + delay * 1000).toISOString(),
                details: details
                  ? { ...hook.call!.details, ...details }
                  : hook.call!.details,
              },
            }
          : item,
      ),
    });
  }
}

/** Anything but a known status is a failure. */
function verdictOf(payload: string): Verdict {
  let answer: unknown;
  try {
    answer = JSON.parse(payload);
  } catch {
    return { status: 'FAILED' };
  }
  const { hookStatus, callBackDelay, hookDetails } = (answer ?? {}) as Record<
    string,
    unknown
  >;
  if (hookStatus === 'SUCCEEDED') return { status: 'SUCCEEDED' };
  if (hookStatus !== 'IN_PROGRESS') return { status: 'FAILED' };
  return {
    status: 'IN_PROGRESS',
    delay: typeof callBackDelay === 'number' ? callBackDelay : undefined,
    details:
      typeof hookDetails === 'object' && hookDetails !== null
        ? (hookDetails as Record<string, unknown>)
        : undefined,
  };
}

/** What the function is given: weights only of the traffic that its stage shifts. */
function eventOf(deployment: DeploymentRecord, hook: HookRecord): object {
  const stage = stageOf(hook);
  const back = deployment.rollback !== undefined;
  const weights = (green: number) => ({
    [deployment.target]: green,
    ...(deployment.source && { [deployment.source]: 100 - green }),
  });
  return {
    executionId: hook.id,
    lifecycleStage: stage,
    resourceArn: deployment.arn,
    executionDetails: {
      serviceArn: deployment.serviceArn,
      targetServiceRevisionArn: deployment.target,
      testTrafficWeights:
        stage === 'TEST_TRAFFIC_SHIFT' ? weights(back ? 0 : 100) : {},
      productionTrafficWeights:
        stage.endsWith('PRODUCTION_TRAFFIC_SHIFT') &&
        stage !== 'POST_PRODUCTION_TRAFFIC_SHIFT'
          ? weights(deployment.weight)
          : {},
    },
    ...(hook.call?.details && { hookDetails: hook.call.details }),
  };
}
