import type { StatusType } from '@aws-sdk/client-codebuild';
import { BuildspecError } from './buildspec';

/** What went wrong in a phase, with CodeBuild's status code. */
export class PhaseFailure extends Error {
  constructor(
    readonly statusCode: string,
    message: string,
    readonly status: StatusType = 'FAILED',
  ) {
    super(message);
  }
}

/** Any error, as the phase in which it happened shows it. */
export function asFailure(error: unknown): PhaseFailure {
  if (error instanceof PhaseFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof BuildspecError
    ? new PhaseFailure(
        'YAML_FILE_ERROR',
        message.replace(/^YAML_FILE_ERROR: /, ''),
      )
    : new PhaseFailure('CLIENT_ERROR', message);
}
