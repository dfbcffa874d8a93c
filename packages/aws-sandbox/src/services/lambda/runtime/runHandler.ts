import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { tie, untie } from '../../../core/lifeline';

const BOOTSTRAP = require.resolve('./bootstrap.mjs');
/** Lambda's limit for a synchronous answer. */
const ANSWER_LIMIT = 6 * 1024 * 1024;
/** More than this of an invocation's output is not kept. */
const LOG_TAIL = 64 * 1024;

export interface HandlerRun {
  /** Folder of the unpacked code. */
  root: string;
  handler: string;
  event: unknown;
  context: Record<string, string>;
  /** All that the handler sees: nothing of the sandbox's own environment. */
  environment: Record<string, string>;
  timeoutMs: number;
  memoryMb: number;
}

export interface HandlerResult {
  /** JSON text, of the result or of the error. */
  payload: string;
  isError: boolean;
  durationMs: number;
  /** The last part of what was written to stdout and stderr. */
  log: string;
}

/** Runs one event in a child process with a home of its own. */
export async function runHandler(run: HandlerRun): Promise<HandlerResult> {
  const home = await mkdtemp(join(tmpdir(), 'careplane-lambda-'));
  const begun = Date.now();
  try {
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${run.memoryMb}`, BOOTSTRAP],
      {
        cwd: home,
        env: { ...run.environment, HOME: home, TMPDIR: home },
        stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
        detached: true,
      },
    );
    if (child.pid !== undefined) tie(child.pid);
    const log = tail(child.stdout, child.stderr);
    const answer = collect(child.stdio[3] as Readable);
    let timedOut = false;
    const stop = () => {
      try {
        // The whole group: a handler may have started processes.
        process.kill(-(child.pid ?? NaN), 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, run.timeoutMs);
    child.stdin.on('error', () => {});
    child.stdin.end(
      JSON.stringify({
        event: run.event,
        context: run.context,
        handler: run.handler,
        root: run.root,
        deadline: begun + run.timeoutMs,
      }),
    );
    const exit = await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(signal ?? `status ${code}`));
    }).finally(() => clearTimeout(timer));
    stop();
    if (child.pid !== undefined) untie(child.pid);
    const text = await answer;
    const durationMs = Date.now() - begun;
    return {
      ...toResult(text, { timedOut, exit, run }),
      durationMs,
      log: log(),
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function toResult(
  text: string,
  how: { timedOut: boolean; exit: string; run: HandlerRun },
): Pick<HandlerResult, 'payload' | 'isError'> {
  const failed = (errorType: string, errorMessage: string) => ({
    payload: JSON.stringify({ errorType, errorMessage }),
    isError: true,
  });
  const { awsRequestId } = how.run.context;
  if (how.timedOut) {
    const seconds = (how.run.timeoutMs / 1000).toFixed(2);
    return failed(
      'Sandbox.Timedout',
      `RequestId: ${awsRequestId} Error: Task timed out after ${seconds} seconds`,
    );
  }
  if (text === '') {
    return failed(
      'Runtime.ExitError',
      `RequestId: ${awsRequestId} Error: Runtime exited with error: ${how.exit}`,
    );
  }
  if (text.length > ANSWER_LIMIT) {
    return failed(
      'Function.ResponseSizeTooLarge',
      `Response payload size exceeded maximum allowed payload size (${ANSWER_LIMIT} bytes).`,
    );
  }
  const answer = JSON.parse(text) as { result?: unknown; error?: object };
  return answer.error
    ? { payload: JSON.stringify(answer.error), isError: true }
    : { payload: JSON.stringify(answer.result ?? null), isError: false };
}

function tail(...streams: Readable[]): () => string {
  let text = Buffer.alloc(0);
  const keep = (chunk: Buffer) => {
    text = Buffer.concat([text, chunk]).subarray(-LOG_TAIL);
  };
  streams.forEach(stream => stream.on('data', keep));
  return () => text.toString('utf8');
}

async function collect(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += (chunk as Buffer).length;
    if (size <= ANSWER_LIMIT + 1024) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
