import { createHash, randomBytes } from 'node:crypto';
import * as sdk from '@aws-sdk/client-sts';
import { AwsError, defineService } from '../../core';

const DEFAULT_SECONDS = 3600;
const NAME = /^[\w+=,.@-]{2,64}$/;
const ROLE = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;

/** Roles exist in every account without being made: the sandbox has no IAM policies. */
export default defineService({
  id: 'sts',
  sdk,
  operations: {
    GetCallerIdentity(_input, { account, principal, sandbox }) {
      const session = sandbox.credentials.session(principal.accessKeyId);
      return {
        Account: account,
        Arn: principal.arn,
        UserId: session
          ? `${session.roleId}:${session.sessionName}`
          : idOf('AIDA', principal.arn),
      };
    },

    AssumeRole(input, { sandbox }) {
      const role = ROLE.exec(input.RoleArn);
      if (!role) throw invalid(`${input.RoleArn} is invalid`);
      if (!NAME.test(input.RoleSessionName)) {
        throw invalid(
          `Value '${input.RoleSessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
        );
      }
      if (input.SourceIdentity && !NAME.test(input.SourceIdentity)) {
        throw invalid(
          `Value at 'sourceIdentity' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
        );
      }
      const seconds = input.DurationSeconds ?? DEFAULT_SECONDS;
      if (seconds < 900 || seconds > 43_200) {
        throw invalid(
          "Value at 'durationSeconds' failed to satisfy constraint: Member must be between 900 and 43200",
        );
      }
      if (input.Policy) requirePolicy(input.Policy);
      const [, account, roleName] = role;
      const expiration = new Date(
        sandbox.clock.now().getTime() + seconds * 1000,
      );
      const session = {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        account,
        roleName,
        roleId: idOf('AROA', input.RoleArn),
        sessionName: input.RoleSessionName,
        sourceIdentity: input.SourceIdentity,
        tags: Object.fromEntries(
          (input.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']),
        ),
        policyLength: input.Policy?.length ?? 0,
        expiresAt: expiration.toISOString(),
      };
      sandbox.credentials.issue(session);
      return {
        Credentials: {
          AccessKeyId: session.accessKeyId,
          SecretAccessKey: randomBytes(30).toString('base64'),
          SessionToken: randomBytes(96).toString('base64'),
          Expiration: expiration,
        },
        AssumedRoleUser: {
          AssumedRoleId: `${session.roleId}:${session.sessionName}`,
          Arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${session.sessionName}`,
        },
        PackedPolicySize: Math.ceil((session.policyLength / 2048) * 100),
        SourceIdentity: input.SourceIdentity,
      };
    },
  },
  trail: {
    parameters: [
      'RoleSessionName',
      'SourceIdentity',
      'DurationSeconds',
      'Tags',
    ],
    response: ['AssumedRoleUser', 'SourceIdentity', 'PackedPolicySize'],
  },
});

/** AWS's limit for an inline session policy is 2048 characters. */
function requirePolicy(policy: string) {
  if (policy.length > 2048) {
    throw new AwsError(
      'PackedPolicyTooLarge',
      'The session policy exceeds 2048 characters',
    );
  }
  try {
    JSON.parse(policy);
  } catch {
    throw new AwsError(
      'MalformedPolicyDocument',
      'The session policy is not valid JSON',
    );
  }
}

function invalid(message: string) {
  return new AwsError('ValidationError', message, { status: 400 });
}

/** A stable identifier such as AWS gives: the same name has the same one. */
function idOf(prefix: string, name: string) {
  const digest = createHash('sha256').update(name).digest('hex');
  return `${prefix}${digest.slice(0, 17).toUpperCase()}`;
}
