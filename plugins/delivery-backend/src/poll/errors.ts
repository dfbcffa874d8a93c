import { toError } from '@backstage/errors';
import type { SnapshotError } from '../store/SnapshotStore';

const MAX_LENGTH = 500;
const IAM_ACTION = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z0-9*]+)/;

/**
 * Reduces an error to what may be stored and shown: its class, one bounded
 * line, and the permission that is missing.
 */
export function toSnapshotError(thrown: unknown): SnapshotError {
  const error = toError(thrown);
  const details = error as { missingPermission?: unknown; deniedTo?: unknown };
  const message = error.message.split('\n')[0].slice(0, MAX_LENGTH);
  const permission =
    typeof details.missingPermission === 'string'
      ? details.missingPermission
      : IAM_ACTION.exec(message)?.[1];
  return {
    name: error.name,
    message,
    missingPermission:
      error.name === 'NotAllowedError' ? permission : undefined,
    deniedTo:
      typeof details.deniedTo === 'string' ? details.deniedTo : undefined,
  };
}
