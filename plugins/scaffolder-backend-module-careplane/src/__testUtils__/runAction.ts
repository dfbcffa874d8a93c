import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import type { JsonObject, JsonValue } from '@backstage/types';
import { maya } from './aws';

/** Any action, whatever its inputs. */
export interface Runnable {
  handler(ctx: object): Promise<void>;
}

/** Runs an action as the scaffolder would, and returns what it put out and logged. */
export async function runAction(
  action: Runnable,
  options: {
    input: JsonObject;
    workspacePath?: string;
    isDryRun?: boolean;
    user?: typeof maya | null;
    checkpoints?: Map<string, unknown>;
    templateInfo?: { entityRef: string; baseUrl?: string };
  },
): Promise<{ output: Record<string, JsonValue>; log: string[] }> {
  const { user = maya, checkpoints = new Map() } = options;
  const output: Record<string, JsonValue> = {};
  const log: string[] = [];
  const mock = createMockActionContext({
    workspacePath: options.workspacePath,
    task: { id: '5f5f3c1c-7d2e-4a66-9f0c-3a8a0f4a9f10' },
    user: user ?? undefined,
    input: options.input,
    templateInfo: options.templateInfo,
  });
  jest.spyOn(mock.logger, 'info').mockImplementation((message: unknown) => {
    log.push(String(message));
    return mock.logger as never;
  });
  await action.handler({
    ...mock,
    isDryRun: options.isDryRun,
    output: (name: string, value: JsonValue) => {
      output[name] = value;
    },
    async checkpoint({ key, fn }: { key: string; fn: () => Promise<unknown> }) {
      if (!checkpoints.has(key)) checkpoints.set(key, await fn());
      return checkpoints.get(key);
    },
  } as never);
  return { output, log };
}
