/**
 * An error in AWS's own shape. A service throws it; each protocol writes it
 * as AWS would (`__type`, `x-amzn-ErrorType`, `<Code>`).
 *
 * `code` is the name of the error shape or its wire code, for example
 * `ResourceNotFoundException`. The HTTP status comes from the service's schema
 * where the shape is modelled there, else from `options.status`, else 400.
 */
export class AwsError extends Error {
  readonly status?: number;
  readonly fields: Record<string, unknown>;

  constructor(
    readonly code: string,
    message: string,
    options?: { status?: number; fields?: object },
  ) {
    super(message);
    this.name = code;
    this.status = options?.status;
    this.fields = { ...options?.fields };
  }
}
