import { createHash } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { SignalsService } from '@backstage/plugin-signals-node';
import type { RolloutSignal } from '@careplane/backstage-plugin-release-common';
import type { RolloutRecord } from '../engine/model';
import { isOver } from '../engine/transition';
import type { Stores } from '../store';

/** More rollouts than are open at once. */
const TOLD_MOST = 1_000;

/**
 * Tells open pages to read again. Everybody signed in hears a broadcast, also
 * who may not see the component: it holds random names only, which pages know
 * from what they were allowed to read.
 */
export class PageSignals {
  readonly #signals: SignalsService;
  readonly #stores: Stores;
  readonly #logger: LoggerService;
  readonly #topics = new Map<string, string>();
  /** Hash of what pages were told of each open rollout last, oldest first. */
  readonly #told = new Map<string, string>();

  constructor(options: {
    signals: SignalsService;
    stores: Stores;
    logger: LoggerService;
  }) {
    this.#signals = options.signals;
    this.#stores = options.stores;
    this.#logger = options.logger;
  }

  /** Where a rollout has changed in what pages show; a mere look has not. */
  async changed(record: RolloutRecord): Promise<void> {
    const { version, nextRunAt, lastTickAt, ...shown } = record;
    const now = createHash('sha256')
      .update(JSON.stringify(shown))
      .digest('base64');
    if (this.#told.get(record.id) === now) return;
    this.#told.delete(record.id);
    if (!isOver(record)) this.#told.set(record.id, now);
    // Another backend may end a rollout; what falls out is merely told again.
    const [oldest] = this.#told.keys();
    if (this.#told.size > TOLD_MOST) this.#told.delete(oldest);
    await this.tell({ rolloutId: record.id, targetArn: record.targetArn });
  }

  /** Never throws: pages poll, too. */
  async tell(changed: { rolloutId?: string; targetArn: string }) {
    try {
      const topic = await this.#topicOf(changed.targetArn);
      const { rolloutId } = changed;
      if (!topic && !rolloutId) return;
      const message: RolloutSignal = { rolloutId, topic };
      await this.#signals.publish({
        recipients: { type: 'broadcast' },
        channel: 'release:rollouts',
        message: { ...message },
      });
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      this.#logger.warn(`A signal was not sent: ${name}`);
    }
  }

  async #topicOf(arn: string): Promise<string | undefined> {
    const known = this.#topics.get(arn);
    if (known) return known;
    const topic = (await this.#stores.targets.topics([arn])).get(arn);
    if (topic) this.#topics.set(arn, topic);
    return topic;
  }
}
