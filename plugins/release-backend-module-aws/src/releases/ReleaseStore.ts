import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { AwsAccounts, AwsClients, withAwsErrors } from '@careplane/aws-node';
import type {
  ReleaseSource,
  ReleaseTemplate,
} from '@careplane/backstage-plugin-release-node';
import { Manifest, readManifest } from './manifest';
import { summarizeTemplate } from './templateSummary';

const COMPONENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Published releases in the delivery account's artifact bucket. */
export class ReleaseStore implements ReleaseSource {
  /** By key; a manifest that is unchanged by its ETag is not read again. */
  private readonly cache = new Map<
    string,
    { etag: string; manifest?: Manifest }
  >();

  constructor(
    private readonly clients: AwsClients,
    private readonly accounts: AwsAccounts,
    private readonly logger: LoggerService,
  ) {}

  /** Newest build first. What is broken is left out, and logged once. */
  async list(component: string) {
    if (!COMPONENT.test(component)) {
      throw new InputError(
        `'${component}' cannot be a component of a release.`,
      );
    }
    const manifests: Manifest[] = [];
    for (const { key, etag } of await this.keys(component)) {
      const manifest = await this.cached(component, key, etag);
      if (manifest) manifests.push(manifest);
    }
    return manifests
      .sort((a, b) => Date.parse(b.builtAt) - Date.parse(a.builtAt))
      .map(m => ({
        id: m.id,
        component: m.component,
        version: m.version,
        kind: m.kind,
        commit: {
          id: m.commit.id,
          message: m.commit.message,
          author: m.commit.author,
        },
        builtAt: new Date(m.builtAt).toISOString(),
        pipeline: m.pipeline,
        quality: m.quality,
        database: m.database,
        artifact:
          m.artifact.type === 'zip'
            ? { type: 'zip' as const, codeSha256: m.artifact.codeSha256 }
            : {
                type: 'image' as const,
                repositoryArn: m.artifact.repositoryArn,
                digest: m.artifact.digest,
                tags: m.artifact.tags,
              },
      }));
  }

  /**
   * The manifest and the template of one release, read afresh and checked
   * against their hashes: what was approved is what is deployed.
   *
   * @throws InputError when either does not match its hash.
   */
  async open(
    component: string,
    id: string,
  ): Promise<{ manifest: Manifest; template: string }> {
    const { bucket } = this.place();
    const key = `releases/${component}/${id}/manifest.json`;
    let manifest: Manifest;
    const body = await this.get(bucket, key);
    try {
      manifest = readManifest(body.toString('utf8'), { component, id });
    } catch (error) {
      throw new InputError(
        `Release ${id.slice(0, 12)} of ${component} is not used: ${
          (error as Error).message
        }.`,
      );
    }
    const template = await this.get(
      manifest.template.bucket,
      manifest.template.key,
    );
    const sha256 = createHash('sha256').update(template).digest('hex');
    if (sha256 !== manifest.template.sha256) {
      throw new InputError(
        `The template of release ${id.slice(
          0,
          12,
        )} of ${component} is not the one that was published.`,
      );
    }
    return { manifest, template: template.toString('utf8') };
  }

  /**
   * The code of a Lambda release as the bucket has it, to be checked against
   * its hash.
   *
   * @throws InputError for a release that is no zip.
   */
  async code(component: string, id: string) {
    const { manifest } = await this.open(component, id);
    const { artifact } = manifest;
    if (artifact.type !== 'zip') {
      throw new InputError(`Release ${manifest.version} is no Lambda code.`);
    }
    return {
      artifact: { ...artifact, region: this.place().region },
      bytes: await this.get(artifact.bucket, artifact.key),
    };
  }

  /**
   * The image of a release, `repository@digest`.
   *
   * @throws InputError for a release that is no image.
   */
  async image(component: string, id: string): Promise<string> {
    const { artifact, version } = (await this.open(component, id)).manifest;
    if (artifact.type !== 'image') {
      throw new InputError(`Release ${version} is no image.`);
    }
    return artifact.uri;
  }

  async template(component: string, id: string): Promise<ReleaseTemplate> {
    return summarizeTemplate((await this.open(component, id)).template);
  }

  private place() {
    const { accountId, region, artifactBucket } = this.accounts.delivery();
    if (!artifactBucket) {
      throw new InputError('aws.delivery.artifactBucket is not configured.');
    }
    return { accountId, region, bucket: artifactBucket };
  }

  private async keys(component: string) {
    const { bucket } = this.place();
    const found: { key: string; etag: string }[] = [];
    let ContinuationToken: string | undefined;
    // To the end: keys are hashes, so the newest may be on the last page.
    do {
      const token = ContinuationToken;
      const answer = await this.call('ListBucket', bucket, client =>
        client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: `releases/${component}/`,
            ContinuationToken: token,
          }),
        ),
      );
      for (const { Key, ETag } of answer.Contents ?? []) {
        if (
          Key &&
          /^releases\/[^/]+\/[0-9a-f]{64}\/manifest\.json$/.test(Key)
        ) {
          found.push({ key: Key, etag: ETag ?? '' });
        }
      }
      ContinuationToken = answer.NextContinuationToken;
    } while (ContinuationToken);
    return found;
  }

  private async cached(component: string, key: string, etag: string) {
    const known = this.cache.get(key);
    if (known && etag && known.etag === etag) return known.manifest;
    const body = await this.get(this.place().bucket, key);
    const id = key.split('/')[2];
    let manifest: Manifest | undefined;
    try {
      manifest = readManifest(body.toString('utf8'), { component, id });
    } catch (error) {
      this.logger.warn(
        `Release ${id.slice(0, 12)} of ${component} is left out: ${
          (error as Error).message
        }.`,
      );
    }
    this.cache.set(key, { etag, manifest });
    return manifest;
  }

  private async get(bucket: string, key: string): Promise<Buffer> {
    const bytes = await this.call(
      'GetObject',
      `s3://${bucket}/${key}`,
      async client => {
        const { Body } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key }),
        );
        return Body?.transformToByteArray();
      },
    );
    return Buffer.from(bytes ?? []);
  }

  private call<T>(
    operation: string,
    resource: string,
    run: (client: S3Client) => Promise<T>,
  ): Promise<T> {
    const { accountId, region } = this.place();
    return withAwsErrors(
      { service: 's3', operation, accountId, region, resource },
      () => run(this.clients.read(S3Client, { accountId, region })),
    );
  }
}
