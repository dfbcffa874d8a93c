import * as sdk from '@aws-sdk/client-dynamodb';
import {
  AwsError,
  defineService,
  type InputOf,
  type Sandbox,
} from '../../core';
import { holds, type Item } from './condition';

interface TableRecord {
  name: string;
  key: string;
  created: string;
}

function requireTable(sandbox: Sandbox, account: string, name: string) {
  const table = sandbox
    .store<TableRecord>('dynamodb', account, 'tables')
    .get(name);
  if (table) return table;
  throw new AwsError(
    'ResourceNotFoundException',
    'Requested resource not found',
  );
}

function itemsOf(sandbox: Sandbox, account: string, table: string) {
  return sandbox.store<Item>('dynamodb', account, `items-${table}`);
}

function keyOf(table: TableRecord, item: Item): string {
  const value = item[table.key]?.S;
  if (value !== undefined) return value;
  throw new AwsError(
    'ValidationException',
    `One or more parameter values were invalid: Missing the key ${table.key} in the item`,
  );
}

/**
 * A table without capacity of its own can be called so often at once from its
 * first moment:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
 */
const ON_DEMAND = {
  BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' as const },
  ProvisionedThroughput: {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: 0,
    WriteCapacityUnits: 0,
  },
  WarmThroughput: {
    ReadUnitsPerSecond: 12_000,
    WriteUnitsPerSecond: 4_000,
    Status: 'ACTIVE' as const,
  },
};

function capacityOf(input: InputOf<typeof sdk, 'CreateTable'>) {
  if (input.BillingMode === 'PAY_PER_REQUEST') return ON_DEMAND;
  const { ReadCapacityUnits, WriteCapacityUnits } =
    input.ProvisionedThroughput ?? {};
  return {
    ProvisionedThroughput: {
      NumberOfDecreasesToday: 0,
      ReadCapacityUnits,
      WriteCapacityUnits,
    },
  };
}

/** DynamoDB: tables with a text key; whole items are put, on conditions. */
export default defineService({
  id: 'dynamodb',
  sdk,
  operations: {
    CreateTable(input, { account, region, sandbox }) {
      const key = input.KeySchema?.find(
        one => one.KeyType === 'HASH',
      )?.AttributeName;
      if (!key || input.KeySchema?.length !== 1) {
        throw new AwsError(
          'ValidationException',
          'The sandbox holds tables with a partition key alone',
        );
      }
      const created = sandbox.clock.now();
      const name = input.TableName;
      const tables = sandbox.store<TableRecord>('dynamodb', account, 'tables');
      if (tables.has(name)) {
        throw new AwsError(
          'ResourceInUseException',
          `Table already exists: ${name}`,
        );
      }
      tables.set(name, { name, key, created: created.toISOString() });
      return {
        TableDescription: {
          TableName: name,
          TableArn: `arn:aws:dynamodb:${region}:${account}:table/${name}`,
          TableStatus: 'ACTIVE',
          CreationDateTime: created,
          KeySchema: input.KeySchema,
          AttributeDefinitions: input.AttributeDefinitions,
          TableSizeBytes: 0,
          ItemCount: 0,
          DeletionProtectionEnabled: input.DeletionProtectionEnabled ?? false,
          ...capacityOf(input),
        },
      };
    },

    GetItem(input, { account, sandbox }) {
      const table = requireTable(sandbox, account, input.TableName);
      const id = keyOf(table, input.Key as Item);
      const Item = itemsOf(sandbox, account, table.name).get(id);
      return { Item: Item as sdk.GetItemCommandOutput['Item'] };
    },

    PutItem(input, { account, sandbox }) {
      const table = requireTable(sandbox, account, input.TableName);
      const items = itemsOf(sandbox, account, table.name);
      const item = input.Item as Item;
      const id = keyOf(table, item);
      const isAllowed = holds(input.ConditionExpression, items.get(id), {
        names: input.ExpressionAttributeNames ?? {},
        values: (input.ExpressionAttributeValues ?? {}) as Item,
      });
      if (!isAllowed) {
        throw new AwsError(
          'ConditionalCheckFailedException',
          'The conditional request failed',
        );
      }
      items.set(id, item);
      return {};
    },
  },
  trail: { except: ['GetItem', 'PutItem'] },
});
