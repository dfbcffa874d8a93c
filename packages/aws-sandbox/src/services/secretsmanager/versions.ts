import { AwsError } from '../../core';
import {
  CURRENT,
  PREVIOUS,
  invalidParameter,
  notFound,
  type SecretRecord,
  type SecretVersion,
} from './model';

/** The id of the version that has a stage. */
export function holderOf(
  { versions }: SecretRecord,
  stage: string,
): string | undefined {
  return Object.keys(versions).find(id => versions[id].stages.includes(stage));
}

/**
 * Gives a stage to a version. Where AWSCURRENT moves, AWSPREVIOUS goes to the
 * version that it left.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export function moveStage(record: SecretRecord, stage: string, to: string) {
  const from = holderOf(record, stage);
  if (from === to) return;
  if (from) drop(record, stage, from);
  record.versions[to].stages.push(stage);
  if (stage === CURRENT && from) {
    const before = holderOf(record, PREVIOUS);
    if (before) drop(record, PREVIOUS, before);
    record.versions[from].stages.push(PREVIOUS);
  }
}

export function drop(record: SecretRecord, stage: string, id: string) {
  const version = record.versions[id];
  version.stages = version.stages.filter(one => one !== stage);
}

/**
 * Stores a value as a version. The same token with the same value is the same
 * call again; with another value it is refused.
 */
export function putVersion(
  record: SecretRecord,
  id: string,
  put: { value?: string; stages?: string[]; now: string },
): SecretVersion {
  const known = record.versions[id];
  if (known?.value !== undefined && known.value !== put.value) {
    throw new AwsError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${record.arn}.`,
    );
  }
  const version = known ?? { stages: [], created: put.now };
  record.versions[id] = { ...version, value: put.value };
  for (const stage of put.stages ?? [CURRENT]) moveStage(record, stage, id);
  record.changed = put.now;
  return record.versions[id];
}

/** @throws ResourceNotFoundException, as AWS words it */
export function findVersion(
  record: SecretRecord,
  { VersionId, VersionStage }: { VersionId?: string; VersionStage?: string },
): [string, SecretVersion] {
  const id = VersionId ?? holderOf(record, VersionStage ?? CURRENT);
  const version = id ? record.versions[id] : undefined;
  if (!id || version?.value === undefined) {
    throw notFound(
      VersionId
        ? `Secrets Manager can't find the specified secret value for VersionId: ${VersionId}`
        : `Secrets Manager can't find the specified secret value for staging label: ${
            VersionStage ?? CURRENT
          }`,
    );
  }
  if (VersionStage && !version.stages.includes(VersionStage)) {
    throw notFound(
      `You provided a VersionStage that is not associated to the provided VersionId.`,
    );
  }
  return [id, version];
}

/** UpdateSecretVersionStage: who holds the stage must be named to lose it. */
export function updateStage(
  record: SecretRecord,
  stage: string,
  move: { to?: string; from?: string },
) {
  const holder = holderOf(record, stage);
  for (const id of [move.to, move.from]) {
    if (id && !record.versions[id]) {
      throw notFound(
        `Secrets Manager can't find the specified secret version: ${id}.`,
      );
    }
  }
  if (holder && holder !== move.to && holder !== move.from) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (move.to) moveStage(record, stage, move.to);
  else if (move.from) drop(record, stage, move.from);
}
