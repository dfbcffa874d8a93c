import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { UpdateFunctionCodeCommandInput } from '@aws-sdk/client-lambda';
import { InputError, ServiceUnavailableError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import { AwsClients, withAwsErrors } from '@careplane/aws-node';
import type { PublishSource } from '@careplane/backstage-plugin-release-node';
import { readStream, Streamed } from '../lib/boundedStream';
import type { ReleaseStore } from '../releases/ReleaseStore';
import type { AliasArn } from './versions';

/**
 * The most that a request may carry; more goes by way of S3 only.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_ZIP_BYTES = 50 * 1024 * 1024;
/**
 * No zip that Lambda takes is larger: this is its limit on what it unpacks to.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_CODE_BYTES = 250 * 1024 * 1024;
const DOWNLOAD_MS = 60_000;

const megabytes = (bytes: number) => Math.floor(bytes / 1024 / 1024);

const tooLarge = (max: number) =>
  new InputError(
    `The code has more than ${megabytes(
      max,
    )} MB, which is more than Lambda takes. Nothing was written.`,
  );

const tooLargeForRequest = (max: number) =>
  new InputError(
    `The code has more than ${megabytes(
      max,
    )} MB, and Lambda takes more than that from S3 only. Publish it with a manifest in an artifact bucket of this region.`,
  );

const other = (name: string) =>
  new InputError(
    `The code of ${name} is not the one that was recorded: its hash differs.`,
  );

/** Code as UpdateFunctionCode takes it, and what its session must read for it. */
export interface Artifact {
  code: Pick<
    UpdateFunctionCodeCommandInput,
    'ZipFile' | 'S3Bucket' | 'S3Key' | 'ImageUri' | 'Architectures'
  >;
  reads: { actions: string[]; resources: string[] }[];
}

/**
 * Has the code of a release by its hash: from the artifact bucket where it was
 * published, else from the function that runs it on an earlier stage.
 */
export class LambdaArtifacts {
  constructor(
    private readonly clients: AwsClients,
    private readonly releases: ReleaseStore,
    private readonly limits = { zip: MAX_ZIP_BYTES, code: MAX_CODE_BYTES },
  ) {}

  /** @throws InputError where it is not what the hash says. */
  async of(source: PublishSource, to: AliasArn): Promise<Artifact> {
    if (source.published) return this.published(source, to);
    if (!source.from) {
      throw new InputError('No earlier stage runs this release.');
    }
    return this.running(source.contentHash, source.from);
  }

  private async published(
    { component, releaseId, contentHash }: PublishSource,
    to: AliasArn,
  ): Promise<Artifact> {
    const { artifact, content } = await this.releases.code(
      component,
      releaseId,
      (body, placed) =>
        placed.region === to.region
          ? readStream(body, {
              max: this.limits.code,
              tooLong: () => tooLarge(this.limits.code),
            })
          : this.carried(body),
    );
    if (artifact.codeSha256 !== contentHash || content.sha256 !== contentHash) {
      throw new InputError(
        'The code in the artifact bucket is not the one that was published: its hash differs.',
      );
    }
    const { bucket, key, region } = artifact;
    return region === to.region
      ? {
          code: { S3Bucket: bucket, S3Key: key },
          reads: [
            {
              actions: ['s3:GetObject'],
              resources: [`arn:aws:s3:::${bucket}/${key}`],
            },
          ],
        }
      : { code: { ZipFile: content.bytes }, reads: [] };
  }

  /** Code that goes into a request. */
  private carried(body: AsyncIterable<Uint8Array>): Promise<Streamed> {
    const max = this.limits.zip;
    const tooLong = () => tooLargeForRequest(max);
    return readStream(body, { max, tooLong, keep: true });
  }

  /** The presigned URL is used here, and neither kept nor named in an error. */
  private async running(
    contentHash: string,
    from: NonNullable<PublishSource['from']>,
  ): Promise<Artifact> {
    const alias = parseArnOf(from.arn, 'lambda-alias');
    const { accountId, region, functionName } = alias;
    const name = `version ${from.revision.id} of ${functionName}`;
    const { Code, Configuration } = await withAwsErrors(
      {
        service: 'lambda',
        operation: 'GetFunction',
        accountId,
        region,
        resource: name,
      },
      () =>
        this.clients.read(LambdaClient, alias).send(
          new GetFunctionCommand({
            FunctionName: functionName,
            Qualifier: from.revision.id,
          }),
        ),
    );
    const Architectures = Configuration?.Architectures;
    const image = Code?.ResolvedImageUri;
    if (image) {
      if (image.split('@')[1] !== contentHash) throw other(name);
      const repository = /^(\d+)\.dkr\.ecr\.([^.]+)\.[^/]+\/([^@:]+)/.exec(
        image,
      );
      return {
        code: { ImageUri: image, Architectures },
        reads: repository
          ? [
              {
                actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
                resources: [
                  `arn:aws:ecr:${repository[2]}:${repository[1]}:repository/${repository[3]}`,
                ],
              },
            ]
          : [],
      };
    }
    if (Configuration?.CodeSha256 !== contentHash || !Code?.Location) {
      throw other(name);
    }
    const content = await this.download(Code.Location, name);
    if (content.sha256 !== contentHash) throw other(name);
    return { code: { ZipFile: content.bytes, Architectures }, reads: [] };
  }

  private async download(url: string, name: string): Promise<Streamed> {
    const failed = () =>
      // What fetch says may hold the presigned URL: it is left out.
      new ServiceUnavailableError(
        `The code of ${name} could not be downloaded from AWS.`,
      );
    const answer = await fetch(url, {
      signal: AbortSignal.timeout(DOWNLOAD_MS),
      redirect: 'error',
    }).catch(() => undefined);
    if (!answer?.ok || !answer.body) throw failed();
    return this.carried(answer.body).catch(error => {
      throw error instanceof InputError ? error : failed();
    });
  }
}
