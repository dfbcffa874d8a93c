import {
  BackupClient,
  DescribeRestoreJobCommand,
  PutRestoreValidationResultCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import {
  CreateDBInstanceCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { startAwsSandbox } from '../../testing';

const aws = startAwsSandbox();

describe('Backup and RDS', () => {
  it('keep a restore job, the database that it made, and what a test found', async () => {
    const rds = aws.client(RDSClient);
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'restored',
        DBInstanceClass: 'db.t4g.medium',
        Engine: 'postgres',
        Port: 5433,
      }),
    );
    const backup = aws.client(BackupClient);
    const { RestoreJobId } = await backup.send(
      new StartRestoreJobCommand({
        RecoveryPointArn: 'arn:aws:rds:us-east-1:111111111111:snapshot:x',
        Metadata: { DBInstanceIdentifier: 'restored' },
      }),
    );
    await backup.send(
      new PutRestoreValidationResultCommand({
        RestoreJobId,
        ValidationStatus: 'FAILED',
        ValidationStatusMessage: 'a table is empty',
      }),
    );
    const job = await backup.send(
      new DescribeRestoreJobCommand({ RestoreJobId }),
    );
    expect(job).toMatchObject({
      Status: 'COMPLETED',
      ValidationStatus: 'FAILED',
      ValidationStatusMessage: 'a table is empty',
    });
    const { DBInstances = [] } = await rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'restored' }),
    );
    expect(DBInstances[0]).toMatchObject({
      DBInstanceArn: job.CreatedResourceArn,
      Endpoint: { Address: '127.0.0.1', Port: 5433 },
    });
  });

  it('name what is not there', async () => {
    await expect(
      aws
        .client(RDSClient)
        .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'x' })),
    ).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
    await expect(
      aws
        .client(BackupClient)
        .send(new DescribeRestoreJobCommand({ RestoreJobId: 'x' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
