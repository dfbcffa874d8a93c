import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-backup';
import { AwsError, defineService, type Sandbox } from '../../core';

interface RestoreJobRecord {
  id: string;
  recoveryPoint: string;
  createdResource: string;
  created: string;
  validation?: { status: sdk.RestoreValidationStatus; message?: string };
}

function jobsOf(sandbox: Sandbox, account: string) {
  return sandbox.store<RestoreJobRecord>('backup', account, 'restoreJobs');
}

function requireJob(sandbox: Sandbox, account: string, id: string) {
  const record = jobsOf(sandbox, account).get(id);
  if (record) return record;
  throw new AwsError(
    'ResourceNotFoundException',
    `Restore job ${id} cannot be found`,
  );
}

/** AWS Backup: restore jobs of databases, complete at once, and what a test found. */
export default defineService({
  id: 'backup',
  sdk,
  operations: {
    StartRestoreJob(input, { account, region, sandbox }) {
      const identifier = input.Metadata.DBInstanceIdentifier;
      if (!identifier) {
        throw new AwsError(
          'InvalidParameterValueException',
          'The sandbox restores databases only: Metadata names no DBInstanceIdentifier',
        );
      }
      const record: RestoreJobRecord = {
        id: randomUUID(),
        recoveryPoint: input.RecoveryPointArn,
        createdResource: `arn:aws:rds:${region}:${account}:db:${identifier}`,
        created: sandbox.clock.now().toISOString(),
      };
      jobsOf(sandbox, account).set(record.id, record);
      return { RestoreJobId: record.id };
    },

    DescribeRestoreJob(input, { account, sandbox }) {
      const record = requireJob(sandbox, account, input.RestoreJobId);
      return {
        AccountId: account,
        RestoreJobId: record.id,
        RecoveryPointArn: record.recoveryPoint,
        CreationDate: new Date(record.created),
        CompletionDate: new Date(record.created),
        Status: 'COMPLETED',
        CreatedResourceArn: record.createdResource,
        ResourceType: 'RDS',
        ValidationStatus: record.validation?.status,
        ValidationStatusMessage: record.validation?.message,
      };
    },

    PutRestoreValidationResult(input, { account, sandbox }) {
      const record = requireJob(sandbox, account, input.RestoreJobId);
      record.validation = {
        status: input.ValidationStatus,
        message: input.ValidationStatusMessage,
      };
      jobsOf(sandbox, account).set(record.id, record);
    },
  },
});
