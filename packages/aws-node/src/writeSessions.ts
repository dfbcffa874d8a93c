import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type {
  AwsCredentialIdentity,
  AwsCredentialIdentityProvider,
} from '@aws-sdk/types';
import { InputError } from '@backstage/errors';
import type { AwsAccounts, AwsRole } from './accounts';
import { toBackstageError } from './errors';
import {
  AUTOMATIC_ACTOR,
  sessionNameOf,
  sourceIdentityOf,
} from './sourceIdentity';

/** A statement of an IAM policy that allows and names what it is cut to. */
export interface PolicyStatement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** An inline session policy: what a session may do is role ∩ policy. */
export interface SessionPolicy {
  Version: '2012-10-17';
  Statement: PolicyStatement[];
}

/** For whom, and for which run, a write is made. */
export interface WriteSession {
  role: Exclude<AwsRole, 'read'>;
  /** Entity ref of the person, or `careplane-auto`. */
  actor: string;
  /** The person who started the rollout or task. */
  startedBy: string;
  /** Id of the rollout or scaffolder task. */
  rolloutId: string;
  /** Cut to the target of the write. */
  sessionPolicy: SessionPolicy;
}

/** AWS's limit for the plain text of an inline session policy. */
const POLICY_MAX = 2048;
const DURATION_SECONDS = 900;

export interface AssumeRoleParameters {
  RoleArn: string;
  RoleSessionName: string;
  SourceIdentity: string;
  DurationSeconds: number;
  Policy: string;
  ExternalId?: string;
  Tags?: { Key: string; Value: string }[];
}

/**
 * The AssumeRole call of a write. Pure, so that bad names are refused before
 * anything is sent.
 *
 * @throws InputError when actor, rollout id or policy cannot be sent to AWS.
 */
export function assumeRoleParameters(
  session: WriteSession,
  target: { roleArn: string; externalId?: string },
): AssumeRoleParameters {
  const Policy = JSON.stringify(session.sessionPolicy);
  if (!session.sessionPolicy.Statement.length || Policy.length > POLICY_MAX) {
    throw new InputError(
      `A session policy needs a statement and at most ${POLICY_MAX} characters; this one has ${Policy.length}.`,
    );
  }
  const automatic = session.actor === AUTOMATIC_ACTOR;
  // The starter is a person also for automatic acts: refuse what is not.
  if (automatic) sourceIdentityOf(session.startedBy);
  return {
    RoleArn: target.roleArn,
    RoleSessionName: sessionNameOf(session.rolloutId),
    SourceIdentity: sourceIdentityOf(session.actor),
    DurationSeconds: DURATION_SECONDS,
    Policy,
    ...(target.externalId && { ExternalId: target.externalId }),
    ...(automatic && {
      Tags: [{ Key: 'careplane-started-by', Value: session.startedBy }],
    }),
  };
}

/** Assumes write roles through STS, as the person who acts. */
export class WriteSessions {
  constructor(
    private readonly accounts: AwsAccounts,
    /** Makes STS clients with the user agent and guards of all clients. */
    private readonly createSts: (
      region: string,
      credentials: AwsCredentialIdentityProvider,
    ) => STSClient,
  ) {}

  /**
   * Credentials of one session. They are asked for when first used; the SDK
   * keeps them and asks again five minutes before they expire.
   */
  credentials(
    target: { accountId: string; region: string },
    parameters: AssumeRoleParameters,
    role: string,
  ): AwsCredentialIdentityProvider {
    return async (): Promise<AwsCredentialIdentity> => {
      const sts = this.createSts(
        target.region,
        this.accounts.baseCredentials(),
      );
      try {
        const { Credentials } = await sts.send(
          new AssumeRoleCommand(parameters),
        );
        if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey) {
          throw new Error('STS answered without credentials');
        }
        return {
          accessKeyId: Credentials.AccessKeyId,
          secretAccessKey: Credentials.SecretAccessKey,
          sessionToken: Credentials.SessionToken,
          expiration: Credentials.Expiration,
        };
      } catch (error) {
        throw toBackstageError(error, {
          service: 'sts',
          operation: 'AssumeRole',
          accountId: target.accountId,
          region: target.region,
          role,
          resource: `role ${role}`,
        });
      } finally {
        sts.destroy();
      }
    };
  }
}
