import type {
  TargetRef,
  WakeUp,
} from '@careplane/backstage-plugin-release-node';
import { iso } from '../engine/model';
import type { Clock, Stores } from '../store';

/** What the catalog names is taken from memory for this long. */
const KNOWN_MS = 30_000;

interface Named {
  entityRef: string;
  target: TargetRef;
}

export interface WakerOptions {
  stores: Stores;
  clock: Clock;
  /** Every target with the component that it belongs to. */
  named: () => Promise<Named[]>;
  read: (entityRef: string, target: TargetRef) => Promise<void>;
  /** Looks for due rollouts, here and in the other replicas. */
  wakeEngine: () => void;
  /** Tells pages that a target was read again. */
  told: (targetArn: string) => void;
  now?: () => number;
}

/**
 * Follows what events hint at (INV-34): rollouts on the targets are due now,
 * and the targets are read. Nothing is believed of an event but where to look.
 */
export class Waker {
  readonly #options: WakerOptions;
  #known?: { at: number; targets: Promise<Named[]> };

  constructor(options: WakerOptions) {
    this.#options = options;
  }

  async wake(one: WakeUp): Promise<void> {
    const { stores, clock, read, wakeEngine, told } = this.#options;
    const named = (await this.#targets()).filter(({ target }) =>
      concerns(one, target),
    );
    if (named.length === 0) return;
    const arns = named.map(({ target }) => target.arn);
    const now = iso(await clock.now());
    if ((await stores.rollouts.wakeOn(arns, now)) > 0) wakeEngine();
    // An alarm or a deployment moves no target by itself.
    if (!one.arn && !one.stack) return;
    for (const { entityRef, target } of named) {
      await read(entityRef, target);
      told(target.arn);
    }
  }

  #targets(): Promise<Named[]> {
    const now = (this.#options.now ?? Date.now)();
    if (!this.#known || now - this.#known.at > KNOWN_MS) {
      const targets = this.#options.named();
      this.#known = { at: now, targets };
      targets.catch(() => {
        this.#known = undefined;
      });
    }
    return this.#known.targets;
  }
}

function concerns(one: WakeUp, target: TargetRef): boolean {
  const { accountId, region } = target.stage;
  if (one.arn) return one.arn === target.arn;
  if (one.accountId !== accountId || one.region !== region) return false;
  return one.stack === undefined || one.stack === target.stackName;
}
