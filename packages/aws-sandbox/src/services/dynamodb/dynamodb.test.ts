import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { startAwsSandbox } from '../../testing';

const aws = startAwsSandbox();

const put = (revision: number, condition?: string) =>
  aws.client(DynamoDBClient).send(
    new PutItemCommand({
      TableName: 'incidents',
      Item: { id: { S: 'one' }, revision: { N: String(revision) } },
      ConditionExpression: condition,
      ...(condition?.includes(':last')
        ? { ExpressionAttributeValues: { ':last': { N: '1' } } }
        : {}),
    }),
  );

describe('DynamoDB', () => {
  beforeEach(() =>
    aws.client(DynamoDBClient).send(
      new CreateTableCommand({
        TableName: 'incidents',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    ),
  );

  it('puts an item that is not there yet once', async () => {
    await put(1, 'attribute_not_exists(id)');
    await expect(put(2, 'attribute_not_exists(id)')).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    const { Item } = await aws.client(DynamoDBClient).send(
      new GetItemCommand({
        TableName: 'incidents',
        Key: { id: { S: 'one' } },
      }),
    );
    expect(Item).toEqual({ id: { S: 'one' }, revision: { N: '1' } });
  });

  it('compares numbers as numbers, with AND before OR', async () => {
    await put(1);
    await put(10, 'revision = :last');
    await put(11, 'revision > :last AND revision <> :last');
    await put(12, 'revision < :last OR revision > :last');
    await expect(put(13, 'revision < :last')).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
  });

  it('refuses a condition that it does not know rather than guess', async () => {
    await put(1);
    await expect(put(2, 'size(id) > :last')).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('names a table that is not there', async () => {
    await expect(
      aws
        .client(DynamoDBClient)
        .send(
          new GetItemCommand({ TableName: 'other', Key: { id: { S: 'x' } } }),
        ),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
