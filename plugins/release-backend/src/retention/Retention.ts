import type { LoggerService } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
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

  /** One round; of two at the same time, one leaves the evidence to the other. */
  async sweep(signal?: AbortSignal): Promise<void> {
    const { stores, clock, times, logger } = this.#o;
    const { retention } = stores;
    const now = await clock.now();
    const records = iso(now - times.recordsMs);
    const exported = await this.#export(records, signal);
    const rollouts = await retention.deleteRollouts(records, iso(now));
    const moves = await retention.deleteMoves(records, iso(now));
    const snapshots = await retention.deleteSnapshots(
      iso(now - times.snapshotsMs),
    );
    if (exported || rollouts || moves || snapshots) {
      logger.info(
        `Retention: ${exported} records of evidence exported, ${rollouts} rollouts, ${moves} moves and sets, ${snapshots} snapshots deleted.`,
      );
    }
    await this.#sayHead(now);
  }

  /**
   * Leaves the end of the chain in the log, which goes where nobody who can
   * write to the database can write: what is cut off later shows against it.
   */
  async #sayHead(now: number): Promise<void> {
    const { stores, logger } = this.#o;
    const { position, hash } = await stores.evidence.head();
    const { verified, firstBadPosition } = await stores.evidence.verdict(now);
    if (verified) {
      logger.info(
        `Evidence is whole up to position ${position}, hash ${hash}.`,
      );
    } else {
      logger.error(
        `Evidence does not fit from position ${firstBadPosition} on; its head says position ${position}, hash ${hash}.`,
      );
    }
  }

  /** @returns how many records of evidence have left the database. */
  async #export(before: string, signal?: AbortSignal): Promise<number> {
    const { stores, clock, archive, part = PART } = this.#o;
    let exported = 0;
    while (archive && !signal?.aborted) {
      const old = await stores.retention.oldEvidence(before, part);
      const { from, records } = old;
      if (!records.length) break;
      const file = await archive.keep(records);
      const { position, hash } = records[records.length - 1];
      // The chain itself says where its beginning is.
      const cut = stores.commit({
        at: iso(await clock.now()),
        cutsEvidence: { from, last: { position, hash } },
        evidence: [
          {
            kind: 'evidence-exported',
            actor: 'careplane-auto',
            facts: { file, records: records.length, position, hash },
          },
        ],
      });
      const done = await cut.then(() => true, lostToAnother);
      if (!done) break;
      exported += records.length;
    }
    return exported;
  }
}

/** Another round has cut the chain first: the rest is for that one. */
function lostToAnother(error: unknown): false {
  if (isError(error) && error.name === 'ConflictError') return false;
  throw error;
}
