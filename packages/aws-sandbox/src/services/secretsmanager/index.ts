import { randomBytes, randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-secrets-manager';
import { AwsError, defineService } from '../../core';
import {
  invalidRequest,
  keepOlderState,
  requireSecret,
  secretsOf,
  type SecretRecord,
} from './model';
import { randomPassword } from './password';
import { begin, handleRotations, plan, unfinished } from './rotation';
import { findVersion, putVersion, updateStage } from './versions';

/**
 * Secrets with versions, stages and rotation. Values are kept in the data
 * folder as they are: the sandbox holds made-up secrets only.
 */
export default defineService({
  id: 'secretsmanager',
  sdk,
  setup(sandbox) {
    keepOlderState(sandbox);
    handleRotations(sandbox);
  },
  trail: { except: ['GetRandomPassword'] },
  operations: {
    CreateSecret(input, { account, region, sandbox }) {
      const secrets = secretsOf(sandbox, account);
      const name = input.Name;
      if (secrets.has(name)) {
        throw new AwsError(
          'ResourceExistsException',
          `The operation failed because the secret ${name} already exists.`,
        );
      }
      const now = sandbox.clock.now().toISOString();
      const record: SecretRecord = {
        arn: `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${randomBytes(
          3,
        ).toString('hex')}`,
        name,
        description: input.Description,
        versions: {},
        created: now,
        changed: now,
        kmsKeyId: input.KmsKeyId,
        tags: input.Tags,
      };
      const VersionId =
        input.SecretString === undefined
          ? undefined
          : input.ClientRequestToken ?? randomUUID();
      if (VersionId) {
        putVersion(record, VersionId, { value: input.SecretString, now });
      }
      secrets.set(name, record);
      return { ARN: record.arn, Name: name, VersionId };
    },

    PutSecretValue(input, { account, sandbox }) {
      const record = requireSecret(sandbox, account, input.SecretId);
      const VersionId = input.ClientRequestToken ?? randomUUID();
      const version = putVersion(record, VersionId, {
        value: input.SecretString,
        stages: input.VersionStages,
        now: sandbox.clock.now().toISOString(),
      });
      secretsOf(sandbox, account).set(record.name, record);
      return {
        ARN: record.arn,
        Name: record.name,
        VersionId,
        VersionStages: version.stages,
      };
    },

    GetSecretValue(input, { account, sandbox }) {
      const record = requireSecret(sandbox, account, input.SecretId);
      const [VersionId, version] = findVersion(record, input);
      return {
        ARN: record.arn,
        Name: record.name,
        SecretString: version.value,
        VersionId,
        VersionStages: version.stages,
        CreatedDate: new Date(version.created),
      };
    },

    UpdateSecretVersionStage(input, { account, sandbox }) {
      const record = requireSecret(sandbox, account, input.SecretId);
      updateStage(record, input.VersionStage, {
        to: input.MoveToVersionId,
        from: input.RemoveFromVersionId,
      });
      record.changed = sandbox.clock.now().toISOString();
      secretsOf(sandbox, account).set(record.name, record);
      return { ARN: record.arn, Name: record.name };
    },

    GetRandomPassword(input) {
      return { RandomPassword: randomPassword(input) };
    },

    RotateSecret(input, { account, sandbox }) {
      const record = requireSecret(sandbox, account, input.SecretId);
      const lambdaArn =
        input.RotationLambdaARN ?? record.rotation?.lambdaArn ?? '';
      if (!lambdaArn) {
        throw invalidRequest(
          'No Lambda rotation function ARN is associated with this secret.',
        );
      }
      const rules = input.RotationRules;
      record.rotation = {
        ...record.rotation,
        lambdaArn,
        ...(rules && {
          afterDays: rules.AutomaticallyAfterDays,
          scheduleExpression: rules.ScheduleExpression,
        }),
      };
      const VersionId = input.ClientRequestToken ?? randomUUID();
      const isStuck = unfinished(record) !== undefined;
      if (input.RotateImmediately === false) {
        plan(sandbox, account, record);
        secretsOf(sandbox, account).set(record.name, record);
      } else {
        begin(sandbox, account, record, VersionId);
      }
      if (isStuck) {
        throw invalidRequest(
          "A previous rotation isn't complete. That rotation will be reattempted.",
        );
      }
      return { ARN: record.arn, Name: record.name, VersionId };
    },

    CancelRotateSecret(input, { account, sandbox }) {
      const record = requireSecret(sandbox, account, input.SecretId);
      if (record.rotation?.job) sandbox.jobs.cancel(record.rotation.job);
      record.rotation = undefined;
      secretsOf(sandbox, account).set(record.name, record);
      return { ARN: record.arn, Name: record.name };
    },

    DescribeSecret(input, { account, sandbox }) {
      const record = requireSecret(sandbox, account, input.SecretId);
      return { ...describe(record), VersionIdsToStages: stagesOf(record) };
    },

    ListSecrets(_input, { account, sandbox }) {
      return {
        SecretList: secretsOf(sandbox, account)
          .values()
          .map(record => ({
            ...describe(record),
            SecretVersionsToStages: stagesOf(record),
          })),
      };
    },

    DeleteSecret(input, { account, sandbox }) {
      const record = requireSecret(sandbox, account, input.SecretId);
      if (record.rotation?.job) sandbox.jobs.cancel(record.rotation.job);
      secretsOf(sandbox, account).delete(record.name);
      return {
        ARN: record.arn,
        Name: record.name,
        DeletionDate: sandbox.clock.now(),
      };
    },
  },
});

/** Of the versions that have a stage; the others are deprecated and not told. */
function stagesOf({ versions }: SecretRecord) {
  return Object.fromEntries(
    Object.entries(versions)
      .filter(([, { stages }]) => stages.length > 0)
      .map(([id, { stages }]) => [id, stages]),
  );
}

const date = (iso: string | undefined) => (iso ? new Date(iso) : undefined);

function describe(record: SecretRecord) {
  const { rotation } = record;
  return {
    ARN: record.arn,
    Name: record.name,
    Description: record.description,
    KmsKeyId: record.kmsKeyId,
    Tags: record.tags,
    CreatedDate: new Date(record.created),
    LastChangedDate: new Date(record.changed),
    RotationEnabled: rotation ? true : undefined,
    RotationLambdaARN: rotation?.lambdaArn,
    RotationRules: rotation && {
      AutomaticallyAfterDays: rotation.afterDays,
      ScheduleExpression: rotation.scheduleExpression,
    },
    LastRotatedDate: date(rotation?.lastRotated),
    NextRotationDate: date(rotation?.next),
  };
}
