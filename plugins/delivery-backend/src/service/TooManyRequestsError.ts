import { CustomErrorBase } from '@backstage/errors';

/** HTTP 429: the caller may come back after a short while. */
export class TooManyRequestsError extends CustomErrorBase {
  readonly statusCode = 429;

  constructor(message: string) {
    super(message);
    this.name = 'TooManyRequestsError';
  }
}
