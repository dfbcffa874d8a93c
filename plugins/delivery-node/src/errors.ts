import { NotAllowedError } from '@backstage/errors';

/**
 * A source refuses to be read. `missingPermission` is the IAM action or the
 * source's own permission; `deniedTo` says who lacks it.
 */
export class SourceDeniedError extends NotAllowedError {
  readonly missingPermission: string | undefined;
  readonly deniedTo: string | undefined;

  constructor(
    message: string,
    options: { missingPermission?: string; deniedTo?: string; cause?: unknown },
  ) {
    super(message, options.cause);
    this.name = 'NotAllowedError';
    this.missingPermission = options.missingPermission;
    this.deniedTo = options.deniedTo;
  }
}
