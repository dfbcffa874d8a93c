import { createHash } from 'node:crypto';
import type { CallContext, Sandbox } from '../../core';
import { logsOf } from '../logs';
import { LogStore } from '../logs/LogStore';
import type { HandlerResult } from './runtime/runHandler';

/** A function's log keeps this many streams, one per version and day … */
const STREAMS_KEPT = 20;
/** … and a stream begins anew at this many bytes. */
const STREAM_LIMIT = 1024 * 1024;
const TAIL_BYTES = 4096;

/** Where an invocation's console output goes. */
export interface LogTarget {
  group: string;
  stream: string;
}

/** Log group and stream of a version's invocations of today, named as AWS does. */
export function logTarget(
  sandbox: Sandbox,
  name: string,
  version: string,
): LogTarget {
  const day = sandbox.clock.now().toISOString().slice(0, 10);
  const instance = createHash('sha256')
    .update(`${name} ${version} ${day}`)
    .digest('hex')
    .slice(0, 32);
  return {
    group: `/aws/lambda/${name}`,
    stream: `${day.replace(/-/g, '/')}/[${version}]${instance}`,
  };
}

/** What an invocation wrote, between the lines that Lambda adds. */
export function logLines(
  requestId: string,
  version: string,
  result: Pick<HandlerResult, 'log' | 'durationMs'>,
): string[] {
  return [
    `START RequestId: ${requestId} Version: ${version}`,
    ...(result.log ? result.log.trimEnd().split('\n') : []),
    `END RequestId: ${requestId}`,
    `REPORT RequestId: ${requestId}\tDuration: ${result.durationMs}.00 ms\t`,
  ];
}

/** The last 4 KB of an invocation's log in base64, as `LogType=Tail` asks. */
export function logTail(lines: string[]): string {
  return Buffer.from(`${lines.join('\n')}\n`)
    .subarray(-TAIL_BYTES)
    .toString('base64');
}

/** Appends an invocation to the function's log, and drops what is oldest. */
export function writeLog(
  { sandbox, account, region }: CallContext,
  { group, stream }: LogTarget,
  lines: string[],
): void {
  const logs = logsOf(sandbox, account);
  const known = new LogStore(sandbox, account, region)
    .streamsOf(group)
    .sort((a, b) => (b.last ?? b.created) - (a.last ?? a.created));
  const full = known.filter(
    found => found.name === stream && found.bytes > STREAM_LIMIT,
  );
  const old = known
    .filter(found => found.name !== stream)
    .slice(STREAMS_KEPT - 1);
  for (const { name } of [...full, ...old]) {
    logs.deleteStream({ logGroupName: group, logStreamName: name });
  }
  const timestamp = sandbox.clock.now().getTime();
  logs.write(
    group,
    stream,
    lines.map(message => ({ timestamp, message: `${message}\n` })),
  );
}
