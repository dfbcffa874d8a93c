import type {
  AwsCredentialIdentity,
  AwsCredentialIdentityProvider,
} from '@aws-sdk/types';

/** Time left at which credentials are renewed, as the SDK does. */
const MARGIN_MS = 300_000;

/**
 * Credentials that several clients share. They are asked for once, again before
 * they expire, and at once after {@link renew}: AWS may call them expired
 * earlier than this machine's clock does, and the SDK would keep them.
 */
export class RenewableCredentials {
  private current: Promise<AwsCredentialIdentity> | undefined;
  private renewAt = 0;

  constructor(
    private readonly source: AwsCredentialIdentityProvider,
    private readonly now: () => number = Date.now,
  ) {}

  readonly provider: AwsCredentialIdentityProvider = async () => {
    if (!this.current || this.now() >= this.renewAt) {
      this.renewAt = Infinity;
      const asked = this.source();
      this.current = asked;
      asked.then(
        ({ expiration }) => {
          if (this.current === asked && expiration) {
            this.renewAt = expiration.getTime() - MARGIN_MS;
          }
        },
        () => {
          if (this.current === asked) this.current = undefined;
        },
      );
    }
    const identity = await this.current;
    // "Expired" to the SDK, so that it asks here each time instead of keeping
    // its own copy.
    return { ...identity, expiration: new Date(0) };
  };

  renew(): void {
    this.current = undefined;
  }
}
