import { startTestAws } from '../__testUtils__/aws';
import { runAction } from '../__testUtils__/runAction';
import { createPipelineWaitAction } from './pipelineWait';

/** CodePipeline as the action sees it: statuses in order, the last one stays. */
function pipelineOf(statuses: string[]) {
  const calls: string[] = [];
  let looks = 0;
  const client = {
    send: async (command: { constructor: { name: string }; input: object }) => {
      const operation = command.constructor.name.replace('Command', '');
      calls.push(operation);
      const status = statuses[Math.min(looks, statuses.length - 1)];
      switch (operation) {
        case 'GetPipelineExecution':
          looks += 1;
          return { pipelineExecution: { status } };
        case 'ListActionExecutions':
          return {
            actionExecutionDetails: [
              {
                actionExecutionId: '1',
                stageName: 'Build',
                actionName: 'Build',
                status:
                  statuses[Math.min(looks, statuses.length) - 1] ?? status,
                output: {
                  executionResult: {
                    errorDetails: { message: '2 tests failed' },
                  },
                },
              },
            ],
          };
        case 'ListPipelineExecutions':
          return {
            pipelineExecutionSummaries: [{ pipelineExecutionId: 'newer' }],
          };
        default:
          return {};
      }
    },
  };
  return { client, calls };
}

describe('careplane:pipeline:wait', () => {
  let accounts: Awaited<ReturnType<typeof startTestAws>>['aws']['accounts'];
  beforeAll(async () => {
    const test = await startTestAws();
    accounts = test.aws.accounts;
    await test.close();
  });

  const wait = (
    client: object,
    checkpoints?: Map<string, unknown>,
    patience = { intervalMs: 1, timeoutMs: 1_000 },
  ) =>
    runAction(
      createPipelineWaitAction(
        {
          accounts,
          clients: { read: () => client, write: () => client } as never,
        },
        patience,
      ),
      { input: { name: 'visit-api', executionId: 'first' }, checkpoints },
    );

  it('follows each change of an action to its end', async () => {
    const { client } = pipelineOf(['InProgress', 'InProgress', 'Succeeded']);
    const { log, output } = await wait(client);
    expect(log.filter(line => line.startsWith('Build'))).toEqual([
      'Build / Build: InProgress',
      'Build / Build: Succeeded',
    ]);
    expect(output.executionId).toBe('first');
  });

  it('fails with the words of the action that failed, and retries its stage when retried', async () => {
    const checkpoints = new Map();
    const failed = pipelineOf(['Failed']);
    await expect(wait(failed.client, checkpoints)).rejects.toThrow(
      'Build / Build failed: 2 tests failed',
    );
    expect(failed.calls).not.toContain('RetryStageExecution');
    const again = pipelineOf(['Failed', 'InProgress', 'Succeeded']);
    await wait(again.client, checkpoints);
    expect(
      again.calls.filter(call => call === 'RetryStageExecution'),
    ).toHaveLength(1);
  });

  it('follows the newer execution when a commit takes over', async () => {
    const { client } = pipelineOf(['Superseded', 'Succeeded']);
    const { output } = await wait(client);
    expect(output.executionId).toBe('newer');
  });

  it('ends when the time is up and says that it may be retried', async () => {
    const { client } = pipelineOf(['InProgress']);
    await expect(
      wait(client, undefined, { intervalMs: 1, timeoutMs: 5 }),
    ).rejects.toThrow(/Retry this step to keep waiting/);
  });
});
