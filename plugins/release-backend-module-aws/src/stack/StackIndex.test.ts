import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { AwsClients } from '@careplane/aws-node';
import { StackIndex } from './StackIndex';

const PLACE = { accountId: '222222222222', region: 'us-east-1' };
const page = (names: string[], NextToken?: string) => ({
  Stacks: names.map(StackName => ({
    StackName,
    StackStatus: 'CREATE_COMPLETE',
  })),
  NextToken,
});

function indexOver(send: jest.Mock) {
  let now = 0;
  const clients = { read: () => ({ send } as unknown as CloudFormationClient) };
  const index = new StackIndex(clients as unknown as AwsClients, () => now);
  return {
    stack: (name: string) => index.stack(PLACE, name),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('the index of stacks', () => {
  it('answers for every target of an account from one read of all pages', async () => {
    const send = jest
      .fn()
      .mockResolvedValueOnce(page(['svc-a'], 'more'))
      .mockResolvedValue(page(['svc-b']));
    const { stack, pass } = indexOver(send);
    const [a, b, none] = await Promise.all(['svc-a', 'svc-b', 'c'].map(stack));
    expect([a?.StackName, b?.StackName, none]).toEqual([
      'svc-a',
      'svc-b',
      undefined,
    ]);
    expect(send).toHaveBeenCalledTimes(2);
    pass(30_000);
    await stack('svc-b');
    expect(send).toHaveBeenCalledTimes(3);
  });

  it('keeps no failure: the next one to ask reads again', async () => {
    const send = jest
      .fn()
      .mockRejectedValueOnce(new Error('Rate exceeded'))
      .mockResolvedValue(page(['svc-a']));
    const { stack } = indexOver(send);
    await expect(stack('svc-a')).rejects.toThrow('Rate exceeded');
    expect((await stack('svc-a'))?.StackName).toBe('svc-a');
  });
});
