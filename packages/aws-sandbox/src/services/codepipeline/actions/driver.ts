import type { ActionDeclaration } from '@aws-sdk/client-codepipeline';
import type { CallAs, Sandbox } from '../../../core';
import type { ArtifactLocation } from '../../codebuild/model';
import type { ActionRecord, ExecutionRecord, SourceRevision } from '../model';

/** One action of one execution, as its driver sees it. */
export interface ActionRun {
  sandbox: Sandbox;
  region: string;
  execution: ExecutionRecord;
  declaration: ActionDeclaration;
  record: ActionRecord;
  /** The pipeline's own role. */
  as: CallAs;
  /** The action's role where it has one; may be in another account. */
  actionAs: CallAs;
}

/** What a driver found; members that are absent stay as they were. */
export interface Progress {
  status: 'InProgress' | 'Succeeded' | 'Failed';
  externalId?: string;
  url?: string;
  summary?: string;
  error?: { code: string; message: string };
  outputVariables?: Record<string, string>;
  source?: SourceRevision;
  token?: string;
  memory?: Record<string, string>;
  /** Milliseconds after which to look again; by default a minute. */
  again?: number;
}

export interface ActionDriver {
  /** Configuration keys without which the action is refused. */
  required: readonly string[];
  /** May run twice for the same record, after a crash. */
  start(run: ActionRun): Promise<Progress>;
  poll(run: ActionRun): Promise<Progress>;
  /** Ends what runs, where the execution is stopped and abandoned. */
  abandon?(run: ActionRun): Promise<void>;
}

export function failed(code: string, message: string): Progress {
  return { status: 'Failed', error: { code, message } };
}

export async function readArtifact(
  run: ActionRun,
  name: string,
): Promise<Buffer> {
  const location: ArtifactLocation | undefined = run.execution.artifacts[name];
  if (!location) throw new Error(`Artifact ${name} is not there`);
  const { Body } = await run.sandbox.call<{ Body: Uint8Array }>(
    's3',
    'GetObject',
    { Bucket: location.bucket, Key: location.key },
    run.as,
  );
  return Buffer.from(Body);
}

export async function writeArtifact(
  run: ActionRun,
  location: ArtifactLocation,
  body: Buffer,
) {
  await run.sandbox.call(
    's3',
    'PutObject',
    {
      Bucket: location.bucket,
      Key: location.key,
      Body: body,
      ContentType: 'application/zip',
    },
    run.as,
  );
}
