import * as sdk from '@aws-sdk/client-rds';
import { AwsError, defineService, type Sandbox } from '../../core';

interface InstanceRecord {
  identifier: string;
  engine: string;
  instanceClass: string;
  database?: string;
  port: number;
}

function instancesOf(sandbox: Sandbox, account: string) {
  return sandbox.store<InstanceRecord>('rds', account, 'instances');
}

/**
 * RDS: instances by name, which are recorded. Each lies at the loopback address
 * with the port that it was made with; whether a server listens there is the
 * caller's business.
 */
export default defineService({
  id: 'rds',
  sdk,
  operations: {
    CreateDBInstance(input, { account, region, sandbox }) {
      const instances = instancesOf(sandbox, account);
      if (instances.has(input.DBInstanceIdentifier)) {
        throw new AwsError(
          'DBInstanceAlreadyExists',
          'DB instance already exists',
        );
      }
      const record: InstanceRecord = {
        identifier: input.DBInstanceIdentifier,
        engine: input.Engine,
        instanceClass: input.DBInstanceClass,
        database: input.DBName,
        port: input.Port ?? 5432,
      };
      instances.set(record.identifier, record);
      return { DBInstance: describe(record, account, region) };
    },

    DescribeDBInstances(input, { account, region, sandbox }) {
      const wanted = input.DBInstanceIdentifier;
      const found = instancesOf(sandbox, account)
        .values()
        .filter(({ identifier }) => !wanted || identifier === wanted);
      if (wanted && found.length === 0) {
        throw new AwsError(
          'DBInstanceNotFound',
          `DBInstance ${wanted} not found.`,
          { status: 404 },
        );
      }
      return {
        DBInstances: found.map(one => describe(one, account, region)),
      };
    },
  },
});

function describe(record: InstanceRecord, account: string, region: string) {
  return {
    DBInstanceIdentifier: record.identifier,
    DBInstanceArn: `arn:aws:rds:${region}:${account}:db:${record.identifier}`,
    DBInstanceClass: record.instanceClass,
    DBInstanceStatus: 'available',
    Engine: record.engine,
    DBName: record.database,
    Endpoint: { Address: '127.0.0.1', Port: record.port },
  };
}
