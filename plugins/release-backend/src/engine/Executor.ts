import type {
  DeploymentPort,
  TargetRef,
  WriteContext,
} from '@careplane/backstage-plugin-release-node';
import {
  InputError,
  NotImplementedError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { deploymentConfigOf } from '@careplane/backstage-plugin-release-common';
import type { Effect, EffectPlan, Observation } from './decision';
import type { RolloutRecord } from './model';
import { publishSource } from './publishSource';
import { withoutIdentifiers } from '../store/safeFacts';
import type { Carriers } from './Observer';
import { madeBy } from './serviceDeployments';

export type Answer =
  | {
      /** AWS took the write; `patch` is what it answered. */
      kind: 'accepted';
      requestId?: string;
      patch?: Partial<RolloutRecord>;
      /** The answer itself is the proof: no read-back follows. */
      complete?: boolean;
      /** False where nothing had to be sent. */
      sent?: boolean;
    }
  | {
      /** `lost-race`: not done. `refused`: not done, and will not be. `unclear`: nobody knows. */
      kind: 'lost-race' | 'refused' | 'unclear';
      error: string;
    };

/** Takes the reserved call budget. */
const returns = (effect: Effect) =>
  effect.type === 'stopDeployment' ||
  effect.type === 'prepare' ||
  ((effect.type === 'deploy' || effect.type === 'proceed') &&
    effect.returns === true) ||
  (effect.type === 'shift' && !effect.forward);

/** Carries one effect to AWS and tells what became of it. */
export class Executor {
  readonly #carriers: Carriers;

  constructor(carriers: Carriers) {
    this.#carriers = carriers;
  }

  async carryOut(
    record: RolloutRecord,
    target: TargetRef,
    observation: Observation,
    plan: EffectPlan,
  ): Promise<Answer> {
    const context: WriteContext = {
      actor: plan.automatic
        ? 'careplane-auto'
        : plan.by ?? record.sentBackBy ?? record.requestedBy,
      startedBy: record.requestedBy,
      rolloutId: record.id,
      rollback: returns(plan.effect),
    };
    const { effect } = plan;
    const stacks = () => this.#carriers.stacks();
    try {
      switch (effect.type) {
        case 'shift': {
          if (!observation.target) {
            throw new ServiceUnavailableError('The target was not read.');
          }
          const { requestId, deploymentArn } = await this.#carriers
            .driver(target.kind)
            .shift(target, observation.target, effect.to, context);
          return { kind: 'accepted', requestId, patch: { deploymentArn } };
        }
        case 'prepare': {
          const driver = this.#carriers.driver(target.kind);
          const done = await driver.prepare?.(
            target,
            effect.revision,
            effect.preparation,
            context,
          );
          return {
            kind: 'accepted',
            requestId: done?.requestId,
            patch: { returnTo: done?.revision ?? effect.revision },
            complete: true,
          };
        }
        case 'publish': {
          const publisher = this.#carriers.publisher?.(target.kind);
          const { publication } = observation;
          if (!publisher) {
            throw new NotImplementedError(
              'No module publishes releases without a stack.',
            );
          }
          if (publication?.needs !== effect.needs) {
            throw new ServiceUnavailableError('It was not read what is there.');
          }
          const { requestId, revision } = await publisher.publish(
            target,
            publishSource(record),
            publication,
            context,
          );
          const patch = revision && { candidate: revision };
          return { kind: 'accepted', requestId, patch, complete: true };
        }
        case 'createChangeSet': {
          if (!record.release) {
            throw new ServiceUnavailableError('The release is not known.');
          }
          const { changeSetArn, requestId } = await stacks().createChangeSet(
            target,
            record.release,
            effect.liveValue,
            context,
          );
          const patch = { changeSetArn };
          return { kind: 'accepted', requestId, patch, complete: true };
        }
        case 'executeChangeSet': {
          const { requestId } = await stacks().executeChangeSet(
            target,
            effect.changeSetArn,
            context,
          );
          return { kind: 'accepted', requestId, complete: true };
        }
        case 'deploy': {
          const { requestId, patch } = await this.#deploy(
            record,
            target,
            { ...effect, step: plan.step },
            context,
          );
          return { kind: 'accepted', requestId, patch, complete: true };
        }
        case 'proceed': {
          const { group, deploymentId, wait } = effect;
          const { requestId } = await this.#deployments().proceed(
            target,
            group,
            deploymentId,
            wait,
            context,
          );
          return { kind: 'accepted', requestId };
        }
        case 'stopDeployment': {
          const { group, deploymentId } = effect;
          const { requestId } = await this.#deployments().stop(
            target,
            group,
            deploymentId,
            context,
          );
          return { kind: 'accepted', requestId };
        }
        case 'continue': {
          const driver = this.#carriers.driver(target.kind);
          if (!driver.continueDeployment) {
            throw new NotImplementedError('This target has no pauses.');
          }
          const { deploymentArn, hookId } = effect;
          const { requestId } = await driver.continueDeployment(
            target,
            { deploymentArn, hookId },
            context,
          );
          return { kind: 'accepted', requestId };
        }
        case 'restore': {
          const driver = this.#carriers.driver(target.kind);
          const done = await driver.restoreConfiguration?.(
            target,
            effect.configuration,
            context,
          );
          return {
            kind: 'accepted',
            requestId: done?.requestId,
            patch: { deploymentConfiguration: undefined },
            complete: true,
            sent: Boolean(done?.requestId),
          };
        }
        case 'arm':
        case 'disarm': {
          const { requestId } = await this.#deadline(target, effect, context);
          return { kind: 'accepted', requestId, complete: true };
        }
        case 'unprotect': {
          const { requestId } = await stacks().protect(target, false, context);
          return { kind: 'accepted', requestId, complete: true };
        }
        default: {
          const { requestId } = await stacks().settle(
            target,
            effect.liveValue,
            context,
          );
          return { kind: 'accepted', requestId, complete: true };
        }
      }
    } catch (error) {
      return failure(error);
    }
  }

  async #deadline(
    target: TargetRef,
    effect: Extract<Effect, { type: 'arm' | 'disarm' }>,
    context: WriteContext,
  ): Promise<{ requestId?: string }> {
    const port = this.#carriers.deadlines?.();
    if (!port) {
      throw new NotImplementedError('No module carries canary deadlines.');
    }
    return effect.type === 'arm'
      ? port.arm(target, effect.deadline, context)
      : port.disarm(target, context);
  }

  async #deploy(
    record: RolloutRecord,
    target: TargetRef,
    effect: Extract<Effect, { type: 'deploy' }> & { step: string },
    context: WriteContext,
  ): Promise<{ requestId?: string; patch: Partial<RolloutRecord> }> {
    const { group, strategy, from, candidate } = effect;
    if (!effect.service) {
      const config = deploymentConfigOf(strategy);
      if ('reason' in config) throw new InputError(config.reason);
      const { deploymentId, requestId } = await this.#deployments().create(
        target,
        group,
        { from, candidate, config },
        context,
      );
      const delegate = { group, config: config.name, deploymentId };
      return { requestId, patch: { delegate } };
    }
    const { deploymentId, requestId } = await this.#deployments().create(
      target,
      group,
      { from, candidate, ...(effect.returns && { step: effect.step }) },
      context,
    );
    const patch = madeBy(
      record,
      group,
      deploymentId,
      effect.returns ? candidate.id : undefined,
    );
    return { requestId, patch };
  }

  #deployments(): DeploymentPort {
    const port = this.#carriers.deployments?.();
    if (!port) {
      throw new NotImplementedError(
        'No module carries deployments of CodeDeploy. Add release-backend-module-aws to the backend.',
      );
    }
    return port;
  }
}

const REFUSED =
  /^(NotAllowedError|NotFoundError|InputError|NotImplementedError|.*Denied.*|Unauthorized.*|ValidationError|CredentialsProviderError)$/;

function failure(error: unknown): Answer {
  const name = error instanceof Error ? error.name : 'Error';
  const text = error instanceof Error ? error.message : String(error);
  const message = withoutIdentifiers(`${name}: ${text.slice(0, 300)}`);
  if (name === 'ConflictError') return { kind: 'lost-race', error: message };
  if (REFUSED.test(name)) return { kind: 'refused', error: message };
  return { kind: 'unclear', error: message };
}
