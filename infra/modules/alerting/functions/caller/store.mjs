import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';

const ON_CALL = 'on-call';
/** Six years of who was called when are in the logs; the table forgets. */
const KEEP_SECONDS = 30 * 86_400;

/** Incidents and the on-call list, in one table with the key `id`. */
export function openStore(table, client = new DynamoDBClient()) {
  const read = async id => {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: table,
        Key: { id: { S: id } },
        ConsistentRead: true,
      }),
    );
    return (
      Item && { ...JSON.parse(Item.value.S), revision: Number(Item.revision.N) }
    );
  };
  return {
    incident: read,

    /** @returns `[{name, phone}]`, in the order in which they are called */
    async people() {
      const list = await read(ON_CALL);
      return (list?.people ?? []).filter(({ phone }) =>
        /^\+[1-9]\d{1,14}$/.test(phone),
      );
    },

    /**
     * Keeps an incident if nobody else has written it since it was read.
     *
     * @returns the kept incident; undefined after a lost race
     */
    async keep(id, { revision = 0, ...incident }) {
      const next = revision + 1;
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: {
              id: { S: id },
              value: { S: JSON.stringify(incident) },
              revision: { N: String(next) },
              expires: {
                N: String(Math.floor(Date.now() / 1000) + KEEP_SECONDS),
              },
            },
            ConditionExpression:
              revision === 0
                ? 'attribute_not_exists(id)'
                : 'revision = :revision',
            ...(revision === 0
              ? {}
              : {
                  ExpressionAttributeValues: {
                    ':revision': { N: String(revision) },
                  },
                }),
          }),
        );
        return { ...incident, revision: next };
      } catch (error) {
        if (error.name === 'ConditionalCheckFailedException') return undefined;
        throw error;
      }
    },
  };
}
