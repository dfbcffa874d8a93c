import * as sdk from '@aws-sdk/client-dynamodb';
import { AwsError, defineService, type Sandbox } from '../../core';
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
      sandbox
        .store<TableRecord>('dynamodb', account, 'tables')
        .set(name, { name, key, created: created.toISOString() });
      return {
        TableDescription: {
          TableName: name,
          TableArn: `arn:aws:dynamodb:${region}:${account}:table/${name}`,
          TableStatus: 'ACTIVE',
          CreationDateTime: created,
          KeySchema: input.KeySchema,
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
