import type { Revision } from '@careplane/backstage-plugin-release-common';
import type { Decision, Observation } from './decision';
import { ageMs, backoffMs, LIMITS, POLL_MS, SLOW_POLL_MS } from './decision';
import { publishPlan } from './effects';
import { blocked, gatesShut } from './gatesShut';
import { leftAs } from './leftAs';
import { IntentRecord, iso, RolloutRecord } from './model';
import { ownerShut } from './ownerShut';
import { planHashOf } from './planHash';
import { sendAgain } from './sendAgain';
import { afterConsent } from './turn';

const CHANGED =
  'How the target is configured has changed since the plan was made, so what would be published is not what was planned. Ask for a new rollout.';
const OVERWRITTEN =
  'Somebody else changed the code of the function while the release was being published. Nothing has moved; ask for a new rollout.';
const OTHER_CODE =
  'The function has other code than the release, though it was copied. Nothing has moved; ask for a new rollout.';
const UNREAD = 'What would be published could not be read for too long.';

/** The plan of a promote without a change set: what is published, from where. */
export function planPublishing(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const shut =
    gatesShut(record, observation, now) ?? ownerShut(record, observation, now);
  if (shut) return shut;
  const { publish } = record;
  const { publication } = observation;
  const revision = publish?.from?.revision;
  if (publish?.mode === 'copy' && !publication) {
    return ageMs(record, now) > LIMITS.changeSet
      ? blocked(UNREAD)
      : { waitMs: SLOW_POLL_MS };
  }
  const fingerprint =
    publish?.mode === 'copy'
      ? publication?.fingerprint
      : revision?.configHash ?? revision?.id;
  const planned: RolloutRecord = {
    ...record,
    publish: publish && { ...publish, fingerprint },
  };
  const gates = observation.gates ?? record.gates;
  const planHash = planHashOf(planned, { changes: [], codeOnly: true }, gates);
  return {
    patch: {
      state:
        record.approvalsNeeded > 0 ? 'AWAITING_APPROVAL' : afterConsent(record),
      publish: planned.publish,
      stackChanges: [],
      codeOnly: publish?.mode === 'copy',
      gates,
      planHash,
      problem: undefined,
    },
    facts: { planHash, source: publish?.from?.stage ?? 'published' },
  };
}

/** The release is on the target, and has no traffic yet. */
const published = (record: RolloutRecord, revision: Revision): Decision => ({
  patch: {
    state: 'PREFLIGHT',
    candidate: {
      ...revision,
      releaseId: record.to.releaseId,
      version: record.to.version,
    },
    to: { ...record.to, revisionId: revision.id },
    problem: undefined,
  },
  facts: { revision: revision.id, contentHash: revision.contentHash },
});

export function decidePublishing(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { publish, to } = record;
  const done = (step: string) =>
    observation.intents.some(
      intent => intent.step === step && intent.outcome === 'done',
    );
  const version =
    publish?.mode === 'version' ? publish.from?.revision : record.candidate;
  if (version && (publish?.mode === 'version' || done('publish-revision'))) {
    return version.contentHash === to.contentHash
      ? published(record, version)
      : blocked(OTHER_CODE);
  }
  const { publication } = observation;
  if (!publication) {
    return ageMs(record, now) > LIMITS.stack
      ? blocked(UNREAD)
      : { waitMs: POLL_MS };
  }
  if (publication.needs === 'nothing' && publication.revision) {
    return published(record, publication.revision);
  }
  // Nothing is to be written yet, so nobody was asked whether it may be.
  if (publication.needs === 'busy' || publication.needs === 'nothing') {
    return ageMs(record, now) > LIMITS.stack
      ? blocked('Lambda did not finish the update of the code in an hour.')
      : { waitMs: POLL_MS };
  }
  const shut =
    gatesShut(record, observation, now) ?? ownerShut(record, observation, now);
  if (shut) return shut;
  if (publication.fingerprint !== publish?.fingerprint) return blocked(CHANGED);
  if (publication.needs === 'code' && done('publish-code')) {
    return blocked(OTHER_CODE);
  }
  return { effect: publishPlan(record, publication.needs, publication) };
}

/**
 * A write of a publication whose answer is missing: what is there tells. The
 * same as before is sent again; anything else is somebody else's.
 */
export function resumePublish(
  record: RolloutRecord,
  observation: Observation,
  pending: IntentRecord,
  now: number,
): Decision {
  const { publication } = observation;
  const completes = (outcome: IntentRecord['outcome']): IntentRecord => ({
    ...pending,
    outcome,
    observed: {},
    observedAt: iso(now),
  });
  if (record.state !== 'PREPARING') {
    return { completes: completes(leftAs(pending)) };
  }
  if (!publication || publication.needs === 'busy') {
    return { waitMs: publication ? POLL_MS : backoffMs(record.failures) };
  }
  const { needs, revision } = publication;
  if (needs === 'nothing' && revision) {
    return {
      completes: completes('done'),
      patch: { candidate: revision, failures: 0 },
    };
  }
  const isCode = pending.after.publishes === 'code';
  if (isCode && needs === 'revision') {
    return { completes: completes('done'), patch: { failures: 0 } };
  }
  const untouched =
    publication.fingerprint === pending.before.fingerprint &&
    (isCode ? publication.contentHash ?? null : null) ===
      (isCode ? pending.before.contentHash : null);
  if (!untouched || (!isCode && needs === 'code')) {
    return { ...blocked(OVERWRITTEN), completes: completes('not-executed') };
  }
  return sendAgain(record, observation, pending, now);
}
