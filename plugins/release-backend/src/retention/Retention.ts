import type { LoggerService } from '@backstage/backend-plugin-api';
import { iso } from '../engine/model';
import type { Clock, Stores } from '../store';
import type { EvidenceArchive } from './EvidenceArchive';

/** `release.retention`, in milliseconds. */
export interface RetentionTimes {
  recordsMs: number;
  snapshotsMs: number;
}

export interface RetentionOptions {
  stores: Stores;
  clock: Clock;
  logger: LoggerService;
  times: RetentionTimes;
  archive?: EvidenceArchive;
  /** Records of one file; tests use few. */
  part?: number;
}

/** Records of one file of an export. */
const PART = 5_000;

/**
 * Lets go of what has been kept for long enough. Evidence leaves the database
 * only after an export has it; without an archive it stays for ever.
 */
export class Retention {
  readonly #o: RetentionOptions;

  constructor(options: RetentionOptions) {
    this.#o = options;
  }

  /** One round; a second one at the same time finds nothing left to do. */
  async sweep(signal?: AbortSignal): Promise<void> {
    const { stores, clock, times, logger } = this.#o;
    const { retention } = stores;
    const now = await clock.now();
    const records = iso(now - times.recordsMs);
    const exported = await this.#export(records, signal);
    const rollouts = await retention.deleteRollouts(records);
    const moves = await retention.deleteMoves(records);
    const snapshots = await retention.deleteSnapshots(
      iso(now - times.snapshotsMs),
    );
    if (exported || rollouts || moves || snapshots) {
      logger.info(
        `Retention: ${exported} records of evidence exported, ${rollouts} rollouts, ${moves} moves and sets, ${snapshots} snapshots deleted.`,
      );
    }
  }

  /** @returns how many records of evidence have left the database. */
  async #export(before: string, signal?: AbortSignal): Promise<number> {
    const { stores, clock, archive, part = PART } = this.#o;
    let exported = 0;
    while (archive && !signal?.aborted) {
      const records = await stores.retention.oldEvidence(before, part);
      if (!records.length) break;
      const file = await archive.keep(records);
      const { position, hash } = records[records.length - 1];
      // The chain itself says where its beginning is.
      await stores.commit({
        at: iso(await clock.now()),
        cutsEvidence: { position, hash },
        evidence: [
          {
            kind: 'evidence-exported',
            actor: 'careplane-auto',
            facts: { file, records: records.length, position, hash },
          },
        ],
      });
      exported += records.length;
    }
    return exported;
  }
}
