import fs from 'node:fs';
import path from 'node:path';
import type { CallAs, Sandbox } from '../../core';
import { GitRepository } from '../codecommit/GitRepository';
import { unpackZip } from '../codepipeline/zip';
import type { BuildRecord } from './model';

/** What a build's source is, once it lies on disk. */
export interface FetchedSource {
  resolvedVersion?: string;
  /** `CODEBUILD_SRC_DIR_<artifact>` of further inputs. */
  variables: Record<string, string>;
}

/** Puts a build's source below `folder`; throws with the reason where it cannot. */
export async function fetchSource(
  sandbox: Sandbox,
  build: BuildRecord,
  as: CallAs,
  folder: string,
): Promise<FetchedSource> {
  await fs.promises.mkdir(folder, { recursive: true });
  if (build.pipeline) return fetchInputs(sandbox, build, as, folder);
  const { type, location } = build.source;
  switch (type) {
    case 'NO_SOURCE':
      return { variables: {} };
    case 'S3': {
      const [bucket, ...rest] = (location ?? '')
        .replace(/^arn:aws:s3:::/, '')
        .split('/');
      const data = await readObject(sandbox, as, bucket, rest.join('/'));
      await unpackZip(data, folder);
      return { variables: {}, resolvedVersion: build.sourceVersion };
    }
    case 'CODECOMMIT': {
      const name = /\/v1\/repos\/([^/]+)\/?$/.exec(location ?? '')?.[1] ?? '';
      const repository = GitRepository.at(sandbox, build.account, name);
      const wanted = build.sourceVersion || 'HEAD';
      const commit = await repository.resolve(
        wanted.replace(/^refs\/heads\//, ''),
      );
      if (!commit) {
        throw new Error(`reference not found for primary source: ${wanted}`);
      }
      await unpackZip(await repository.archive(commit), folder);
      return { variables: {}, resolvedVersion: commit };
    }
    default:
      throw new Error(`Source type ${type} is not there in the sandbox`);
  }
}

async function fetchInputs(
  sandbox: Sandbox,
  build: BuildRecord,
  as: CallAs,
  folder: string,
): Promise<FetchedSource> {
  const variables: Record<string, string> = {};
  for (const input of build.pipeline?.inputs ?? []) {
    const primary = input.name === build.pipeline?.primarySource;
    const target = primary
      ? folder
      : path.join(path.dirname(folder), `input-${input.name}`);
    await unpackZip(
      await readObject(sandbox, as, input.bucket, input.key),
      target,
    );
    if (!primary) variables[`CODEBUILD_SRC_DIR_${input.name}`] = target;
  }
  return { variables, resolvedVersion: build.pipeline?.revision };
}

async function readObject(
  sandbox: Sandbox,
  as: CallAs,
  bucket: string,
  key: string,
): Promise<Buffer> {
  const { Body } = await sandbox.call<{ Body: Uint8Array }>(
    's3',
    'GetObject',
    { Bucket: bucket, Key: key },
    as,
  );
  return Buffer.from(Body);
}
