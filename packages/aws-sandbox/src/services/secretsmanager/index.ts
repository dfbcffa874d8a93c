import { randomBytes, randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-secrets-manager';
import { AwsError, defineService, type Sandbox } from '../../core';

interface SecretRecord {
  arn: string;
  name: string;
  description?: string;
  value?: string;
  versionId: string;
  created: string;
  changed: string;
  kmsKeyId?: string;
}

/**
 * Secrets with one current version. Values are kept in the data folder as they
 * are: the sandbox holds made-up secrets only.
 */
export default defineService({
  id: 'secretsmanager',
  sdk,
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
        value: input.SecretString,
        versionId: randomUUID(),
        created: now,
        changed: now,
        kmsKeyId: input.KmsKeyId,
      };
      secrets.set(name, record);
      return { ARN: record.arn, Name: name, VersionId: record.versionId };
    },

    PutSecretValue(input, { account, sandbox }) {
      const record = requireSecret(sandbox, account, input.SecretId);
      record.value = input.SecretString;
      record.versionId = randomUUID();
      record.changed = sandbox.clock.now().toISOString();
      secretsOf(sandbox, account).set(record.name, record);
      return {
        ARN: record.arn,
        Name: record.name,
        VersionId: record.versionId,
        VersionStages: ['AWSCURRENT'],
      };
    },

    GetSecretValue(input, { account, sandbox }) {
      const record = requireSecret(sandbox, account, input.SecretId);
      return {
        ARN: record.arn,
        Name: record.name,
        SecretString: record.value,
        VersionId: record.versionId,
        VersionStages: ['AWSCURRENT'],
        CreatedDate: new Date(record.changed),
      };
    },

    DescribeSecret(input, { account, sandbox }) {
      return describe(requireSecret(sandbox, account, input.SecretId));
    },

    ListSecrets(_input, { account, sandbox }) {
      return { SecretList: secretsOf(sandbox, account).values().map(describe) };
    },

    DeleteSecret(input, { account, sandbox }) {
      const record = requireSecret(sandbox, account, input.SecretId);
      secretsOf(sandbox, account).delete(record.name);
      return {
        ARN: record.arn,
        Name: record.name,
        DeletionDate: sandbox.clock.now(),
      };
    },
  },
});

function secretsOf(sandbox: Sandbox, account: string) {
  return sandbox.store<SecretRecord>('secretsmanager', account, 'secrets');
}

function requireSecret(
  sandbox: Sandbox,
  account: string,
  id: string,
): SecretRecord {
  const secrets = secretsOf(sandbox, account);
  const record =
    secrets.get(id) ?? secrets.values().find(({ arn }) => arn === id);
  if (record) return record;
  throw new AwsError(
    'ResourceNotFoundException',
    "Secrets Manager can't find the specified secret.",
  );
}

function describe(record: SecretRecord) {
  return {
    ARN: record.arn,
    Name: record.name,
    Description: record.description,
    KmsKeyId: record.kmsKeyId,
    CreatedDate: new Date(record.created),
    LastChangedDate: new Date(record.changed),
  };
}
