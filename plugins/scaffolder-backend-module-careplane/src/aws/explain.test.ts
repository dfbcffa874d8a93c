import { explain } from './explain';

const context = {
  service: 'cloudformation',
  operation: 'CreateChangeSet',
  accountId: '111111111111',
  region: 'us-east-1',
  resource: 'pipeline-claims-api',
};

async function thrown(error: unknown): Promise<Error> {
  try {
    await explain(context, async () => {
      throw error;
    });
  } catch (caught) {
    return caught as Error;
  }
  throw new Error('Nothing was thrown');
}

describe('explain', () => {
  it('says what AWS refused, without paths of the machine', async () => {
    const refused = Object.assign(new Error('not authorized'), {
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    const { message, stack } = await thrown(refused);
    expect(message).toMatch(/cloudformation:CreateChangeSet/);
    expect(stack).toContain(message);
    expect(stack).not.toMatch(/explain\.test/);
  });

  it("passes an action's own error on as a sentence", async () => {
    const own = new Error('The stack ended as ROLLBACK_COMPLETE');
    expect((await thrown(own)).stack).toBe(
      'Error: The stack ended as ROLLBACK_COMPLETE',
    );
  });

  it('keeps the stack of a programming error', async () => {
    expect((await thrown(new TypeError('x is undefined'))).stack).toMatch(
      /explain\.test/,
    );
  });
});
