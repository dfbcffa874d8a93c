import {
  iso,
  RolloutRecord,
} from '../../../plugins/release-backend/src/engine/model';
import { ActService } from '../../../plugins/release-backend/src/service/ActService';
import type {
  DatabaseClock,
  Stores,
} from '../../../plugins/release-backend/src/store';
import type { PlainAlias } from './aliases';
import { releaseOf, rolloutOf } from './estate';

const DANIEL = 'user:default/daniel.okafor';

/** An alias that rollouts are asked for. */
export interface Target extends PlainAlias {
  account: string;
  /** What it runs by the record of its last rollout. */
  live: 1 | 2;
  rollouts: string[];
}

export const pause = (ms: number) =>
  new Promise<void>(resolve => {
    setTimeout(resolve, ms);
  });

/** The rollouts that people ask for, one after another on each target. */
export class People {
  readonly records = new Map<string, RolloutRecord>();
  readonly wrong: string[] = [];
  refused = 0;
  readonly #acts: ActService;

  constructor(
    private readonly stores: Stores,
    private readonly clock: DatabaseClock,
    private readonly random: () => number,
    wake: () => void,
  ) {
    this.#acts = new ActService({ stores, clock, wake });
  }

  /** Asks twice at once: one of the two must be refused (INV-03). */
  async ask(target: Target): Promise<void> {
    const now = await this.clock.now();
    const both = [this.#rollout(target, now), this.#rollout(target, now)];
    const opened = await Promise.allSettled(
      both.map(opens =>
        this.stores.commit({ at: iso(now), evidence: [], opens }),
      ),
    );
    const taken = both.filter((_, i) => opened[i].status === 'fulfilled');
    this.refused += 2 - taken.length;
    if (taken.length !== 1) {
      this.wrong.push(`${target.arn}: ${taken.length} of two were opened`);
    }
    for (const record of taken) await this.#follow(target, record);
  }

  async #follow(target: Target, { id }: RolloutRecord): Promise<void> {
    target.rollouts.push(id);
    const sendsBack = this.random() < 0.3;
    let record = await this.stores.rollouts.get(id);
    const limit = Date.now() + 180_000;
    while (record.nextRunAt && Date.now() < limit) {
      if (record.state === 'EXTERNAL_CHANGE') break;
      if (sendsBack && record.state === 'BAKING') {
        // Somebody else may have been first: then it is as it is.
        await this.#acts
          .act(record, { act: 'send-back' }, DANIEL)
          .catch(() => {});
      }
      await pause(100);
      record = await this.stores.rollouts.get(id);
    }
    this.records.set(id, record);
    if (record.nextRunAt) {
      this.wrong.push(`${id} is ${record.state}: ${record.problem ?? 'waits'}`);
    }
    const { state, kind, to, returnTo, candidate } = record;
    const isDone = state === 'SUCCEEDED' || kind === 'rollback';
    const end = isDone ? candidate ?? returnTo : returnTo;
    if (['SUCCEEDED', 'ROLLED_BACK'].includes(state)) {
      target.live = end?.id === '2' ? 2 : 1;
    } else {
      this.wrong.push(`${id} to ${to.revisionId ?? to.version} is ${state}`);
    }
  }

  #rollout(target: Target, now: number): RolloutRecord {
    const revision = (version: 1 | 2) => ({
      id: `${version}`,
      contentHash: target.hashes[version - 1],
      version: `1.${version - 1}.0`,
    });
    const { account, arn, name } = target;
    const base = {
      account,
      arn,
      name,
      kind: 'lambda-alias' as const,
      live: revision(target.live),
    };
    if (target.live === 2) {
      const back = { ...base, before: revision(1) };
      return { ...rolloutOf(back, 'rollback', now), stage: account };
    }
    const codeSha256 = target.hashes[1];
    const next = releaseOf(name, 'lambda-alias', 'b'.repeat(64), {
      type: 'zip',
      codeSha256,
    });
    return {
      ...rolloutOf({ ...base, next }, 'promote', now, {
        type: 'canary',
        steps: [{ weight: 0.1, bakeSeconds: 1 }],
      }),
      stage: account,
      state: 'PREFLIGHT',
      candidate: revision(2),
    };
  }
}
