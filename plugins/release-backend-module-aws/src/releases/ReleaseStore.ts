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
  ReleasesPart,
  ReleaseTemplate,
} from '@careplane/backstage-plugin-release-node';
import { readStream } from '../lib/boundedStream';
import { BrokenManifest, Manifest, readManifest } from './manifest';
import { summarizeTemplate } from './templateSummary';

const COMPONENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const MANIFEST = 'manifest.json';
/**
 * A manifest or a template: CloudFormation takes templates of 1 MB.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const MAX_TEXT_BYTES = 2 * 1024 * 1024;

/** @throws InputError for a name that would reach into another prefix. */
function checked(component: string): string {
  if (COMPONENT.test(component)) return component;
  throw new InputError(`'${component}' cannot be a component of a release.`);
}

const releaseOf = (m: Manifest) => ({
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
});

/** Published releases in the delivery account's artifact bucket. */
export class ReleaseStore implements ReleaseSource {
  constructor(
    private readonly clients: AwsClients,
    private readonly accounts: AwsAccounts,
    private readonly logger: LoggerService,
  ) {}

  /** At most 1000 keys of the bucket, more only where none names a release. */
  async part(component: string, after?: string): Promise<ReleasesPart> {
    const { bucket } = this.place();
    const prefix = `releases/${checked(component)}/`;
    const releases: ReleasesPart['releases'] = [];
    let ContinuationToken: string | undefined;
    do {
      const token = ContinuationToken;
      const answer = await this.call('ListBucket', bucket, client =>
        client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            StartAfter: after && `${prefix}${after}/${MANIFEST}`,
            ContinuationToken: token,
          }),
        ),
      );
      for (const { Key = '', ETag = '', LastModified } of answer.Contents ??
        []) {
        const [id, file, ...rest] = Key.slice(prefix.length).split('/');
        if (!/^[0-9a-f]{64}$/.test(id) || file !== MANIFEST || rest.length) {
          continue;
        }
        const at = (LastModified ?? new Date(0)).toISOString();
        releases.push({ id, tag: ETag, at });
      }
      ContinuationToken = answer.NextContinuationToken;
    } while (ContinuationToken && !releases.length);
    return {
      releases,
      next: ContinuationToken ? releases.at(-1)?.id : undefined,
    };
  }

  /** Undefined for what is broken: it is left out, and logged. */
  async read(component: string, id: string) {
    const { bucket } = this.place();
    const key = `releases/${checked(component)}/${id}/${MANIFEST}`;
    try {
      const body = await this.get(bucket, key);
      return releaseOf(readManifest(body.toString('utf8'), { component, id }));
    } catch (error) {
      if (!(error instanceof BrokenManifest)) throw error;
      this.logger.warn(
        `Release ${id.slice(0, 12)} of ${component} is left out: ${
          (error as Error).message
        }.`,
      );
      return undefined;
    }
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
    const key = `releases/${component}/${id}/${MANIFEST}`;
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
   * The code of a Lambda release as the bucket has it, read through `read` as
   * it comes, to be checked against its hash.
   *
   * @throws InputError for a release that is no zip.
   */
  async code<T>(
    component: string,
    id: string,
    read: (
      body: AsyncIterable<Uint8Array>,
      artifact: { region: string },
    ) => Promise<T>,
  ) {
    const { manifest } = await this.open(component, id);
    const { artifact } = manifest;
    if (artifact.type !== 'zip') {
      throw new InputError(`Release ${manifest.version} is no Lambda code.`);
    }
    const placed = { ...artifact, region: this.place().region };
    const { bucket, key } = artifact;
    return {
      artifact: placed,
      content: await this.stream(bucket, key, body => read(body, placed)),
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

  /** @throws InputError for what is too long to be a manifest or a template. */
  private async get(bucket: string, key: string): Promise<Buffer> {
    const tooLong = () =>
      new BrokenManifest(
        `${key.split('/').at(-1)} has more than ${
          MAX_TEXT_BYTES / 1024 / 1024
        } MB and is not read`,
      );
    const { bytes } = await this.stream(bucket, key, body =>
      readStream(body, { max: MAX_TEXT_BYTES, tooLong, keep: true }),
    );
    return bytes ?? Buffer.alloc(0);
  }

  private stream<T>(
    bucket: string,
    key: string,
    read: (body: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<T> {
    return this.call('GetObject', `s3://${bucket}/${key}`, async client => {
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key }),
      );
      return read(Body as AsyncIterable<Uint8Array>);
    });
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
