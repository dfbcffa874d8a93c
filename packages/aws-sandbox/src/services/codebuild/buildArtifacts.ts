import type { CallAs, Sandbox } from '../../core';
import { packZip } from '../codepipeline/zip';
import { selectArtifactFiles } from './artifactFiles';
import type { ArtifactSpec, Buildspec } from './buildspec';
import { buildUuid, type BuildRecord } from './model';

/**
 * Uploads what a build made: to the pipeline's artifact bucket, or where the
 * project's `artifacts` says.
 *
 * @throws Error whose message is the phase context's.
 */
export async function uploadArtifacts(
  sandbox: Sandbox,
  build: BuildRecord,
  as: CallAs,
  spec: Buildspec,
  folder: string,
  expand: (text: string) => string,
): Promise<void> {
  const put = (bucket: string, key: string, body: Buffer) =>
    sandbox.call(
      's3',
      'PutObject',
      { Bucket: bucket, Key: key, Body: body },
      as,
    );
  const pack = (artifact: ArtifactSpec) =>
    packZip(
      selectArtifactFiles(folder, {
        ...artifact,
        baseDirectory: artifact.baseDirectory && expand(artifact.baseDirectory),
        files: artifact.files.map(expand),
      }),
    );

  const outputs = build.pipeline?.outputs ?? [];
  for (const output of outputs) {
    const artifact =
      outputs.length === 1
        ? spec.artifacts ?? spec.secondaryArtifacts[output.name]
        : spec.secondaryArtifacts[output.name];
    if (!artifact) {
      throw new Error(
        outputs.length === 1
          ? 'no artifact is declared in the buildspec'
          : `no matching secondary artifact definition for ${output.name}`,
      );
    }
    await put(output.bucket, output.key, await pack(artifact));
  }
  if (build.pipeline || build.artifacts.type !== 'S3' || !spec.artifacts)
    return;

  const { location, path: prefix, namespaceType, packaging } = build.artifacts;
  const name = expand(
    (build.artifacts.overrideArtifactName && spec.artifacts.name) ||
      build.artifacts.name ||
      build.project,
  );
  const key = [
    prefix,
    namespaceType === 'BUILD_ID' ? buildUuid(build) : undefined,
    name,
  ]
    .filter(Boolean)
    .join('/')
    .replace(/^\/+/, '');
  if (packaging === 'ZIP') {
    await put(location ?? '', key, await pack(spec.artifacts));
    return;
  }
  for (const file of selectArtifactFiles(folder, spec.artifacts)) {
    const { readFile } = await import('node:fs/promises');
    await put(
      location ?? '',
      `${key}/${file.name}`,
      await readFile(file.source),
    );
  }
}
