import { AwsError } from './AwsError';
import { callerOfKey, DEFAULT_REGION, type Caller } from './http/identity';
import type { Collection, SandboxClock } from './types';

/** What AssumeRole issued. */
export interface IssuedSession {
  accessKeyId: string;
  account: string;
  roleName: string;
  roleId: string;
  sessionName: string;
  sourceIdentity?: string;
  tags: Record<string, string>;
  /** Length of the session policy, in characters. */
  policyLength: number;
  /** ISO 8601. */
  expiresAt: string;
}

/** A session that expired longer ago than this is forgotten. Milliseconds. */
const REMEMBERED_MS = 30 * 24 * 3_600_000;

/** Maps access keys to callers: 12 digits, an issued session, or the default. */
export class Credentials {
  constructor(
    private readonly sessions: Collection<IssuedSession>,
    private readonly clock: Pick<SandboxClock, 'now'>,
  ) {}

  issue(session: IssuedSession) {
    const oldest = new Date(this.clock.now().getTime() - REMEMBERED_MS);
    for (const old of this.sessions.values()) {
      if (old.expiresAt <= oldest.toISOString()) {
        this.sessions.delete(old.accessKeyId);
      }
    }
    this.sessions.set(session.accessKeyId, session);
  }

  callerOf(accessKeyId: string | undefined): Caller {
    if (!accessKeyId?.startsWith('ASIA')) return callerOfKey(accessKeyId);
    const session = this.sessions.get(accessKeyId);
    if (!session || session.expiresAt <= this.clock.now().toISOString()) {
      throw new AwsError(
        session ? 'ExpiredTokenException' : 'UnrecognizedClientException',
        session
          ? 'The security token included in the request is expired'
          : 'The security token included in the request is invalid',
        { status: 403 },
      );
    }
    const { account, roleName, sessionName } = session;
    return {
      account,
      region: DEFAULT_REGION,
      principal: {
        arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`,
        accessKeyId,
        sessionName,
        sourceIdentity: session.sourceIdentity,
      },
    };
  }

  session(accessKeyId: string): IssuedSession | undefined {
    return this.sessions.get(accessKeyId);
  }
}
