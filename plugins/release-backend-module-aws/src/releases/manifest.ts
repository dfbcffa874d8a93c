import { createHash } from 'node:crypto';
import { InputError } from '@backstage/errors';
import canonicalize from 'canonicalize';
import { z } from 'zod';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.string().refine(value => !Number.isNaN(Date.parse(value)), {
  message: 'not a time',
});
const word = z.string().min(1).max(1024);

/** Liquibase's name of a changeset: `file::id::author`. */
const changeset = z.string().regex(/^[\w./:@+-]{1,300}$/);

/** `careplane.dev/release/v1`, written by a pipeline's publish step. */
export const manifestSchema = z
  .object({
    schema: z.literal('careplane.dev/release/v1'),
    id: hex64,
    component: word.max(100),
    version: word.max(100),
    kind: z.enum(['lambda-alias', 'ecs-service']),
    commit: z.object({
      id: word,
      message: z.string().max(1024).optional(),
      author: z.string().max(256).optional(),
      at: z.string().optional(),
    }),
    builtAt: time,
    pipeline: z.object({ arn: word, executionId: word }).optional(),
    artifact: z.discriminatedUnion('type', [
      z.object({
        type: z.literal('zip'),
        bucket: word,
        key: word,
        codeSha256: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
      }),
      z.object({
        type: z.literal('image'),
        repositoryArn: word,
        uri: z.string().regex(/@sha256:[0-9a-f]{64}$/),
        digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
        tags: z.array(word).max(100).default([]),
      }),
    ]),
    template: z.object({ bucket: word, key: word, sha256: hex64 }),
    database: z
      .object({
        requiresSchema: z.string().max(200).optional(),
        contracts: z.array(changeset).max(2000),
      })
      .nullish(),
    quality: z
      .object({
        projectKey: word,
        status: word.max(32),
        at: z.string().max(40).optional(),
      })
      .nullish(),
  })
  .refine(m => (m.artifact.type === 'zip') === (m.kind === 'lambda-alias'), {
    message: 'a Lambda release is a zip and an ECS release an image',
  })
  .refine(
    ({ artifact }) =>
      artifact.type === 'zip' || artifact.uri.endsWith(`@${artifact.digest}`),
    { message: 'the image URI is not pinned to the digest' },
  );

export type Manifest = z.infer<typeof manifestSchema>;

/** What lies there is no release; its message holds no content of it. */
export class BrokenManifest extends InputError {}

/** The identity of a release: what it is made of, and nothing else. */
export function releaseIdOf(
  manifest: Pick<Manifest, 'kind' | 'artifact' | 'template'>,
): string {
  const { artifact, kind, template } = manifest;
  const identity = canonicalize({
    artifact: artifact.type === 'zip' ? artifact.codeSha256 : artifact.digest,
    kind,
    template: template.sha256,
  });
  return createHash('sha256')
    .update(identity ?? '')
    .digest('hex');
}

/**
 * Reads a manifest and checks that it is what it says.
 *
 * @throws BrokenManifest with the reason, half a sentence.
 */
export function readManifest(
  body: string,
  expected: { component: string; id: string },
): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new BrokenManifest('it is not JSON');
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const places = parsed.error.issues
      .map(issue => issue.path.join('.') || 'the whole')
      .slice(0, 5);
    throw new BrokenManifest(
      `it does not fit the schema at ${places.join(', ')}`,
    );
  }
  const manifest = parsed.data;
  if (manifest.component !== expected.component) {
    throw new BrokenManifest('it is of another component than its place says');
  }
  if (releaseIdOf(manifest) !== manifest.id || manifest.id !== expected.id) {
    throw new BrokenManifest('its id is not the hash of what it names');
  }
  return manifest;
}
