import type { DeploymentInfo, S3Location } from '@aws-sdk/client-codedeploy';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  AwsClients,
  awsErrorCode,
  isAccessDenied,
  Lane,
  withAwsErrors,
} from '@careplane/aws-node';
import { readStream } from '../lib/boundedStream';
import type { Place } from './DeploymentReader';

const MOST_KB = 256;
const CHANGED = 'was written again since';

/** A deployment's AppSpec lies in S3 and could not be had. */
export class UnreadAppSpec extends Error {
  constructor(
    readonly bucket: string,
    /** Why, after "its AppSpec". */
    readonly why: string,
  ) {
    super(`The AppSpec in bucket ${bucket} ${why}`);
    this.name = 'UnreadAppSpec';
  }
}

/**
 * The AppSpecs of deployments: given with the deployment, or as an object in
 * S3. An object may have been written again since; it counts only where the
 * deployment names its version or ETag, or where it is older than that.
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_S3Location.html
 */
export class AppSpecs {
  constructor(private readonly clients: AwsClients) {}

  /**
   * Undefined where the revision holds none (code for servers, GitHub).
   *
   * @throws UnreadAppSpec
   */
  async of(
    place: Place,
    { revision, createTime, computePlatform }: DeploymentInfo,
    lane: Lane = 'normal',
  ): Promise<string | undefined> {
    const given =
      revision?.appSpecContent?.content ?? revision?.string?.content;
    const { s3Location } = revision ?? {};
    if (given || !s3Location?.bucket || computePlatform === 'Server') {
      return given;
    }
    const { bucket, bundleType = '' } = s3Location;
    if (!/^(yaml|json)$/i.test(bundleType)) {
      const what = bundleType ? `of type ${bundleType}` : 'of no known type';
      throw new UnreadAppSpec(bucket, `lies in an archive ${what}`);
    }
    try {
      return await this.get(place, s3Location, createTime, lane);
    } catch (error) {
      throw error instanceof UnreadAppSpec
        ? error
        : new UnreadAppSpec(bucket, whyOf(error));
    }
  }

  private async get(
    place: Place,
    { bucket = '', key, version, eTag }: S3Location,
    deployed: Date | undefined,
    lane: Lane,
  ): Promise<string> {
    const { Body, LastModified } = await withAwsErrors(
      {
        service: 's3',
        operation: 'GetObject',
        ...place,
        resource: `an AppSpec in ${bucket}`,
      },
      () =>
        this.clients.read(S3Client, place, { lane }).send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: key,
            VersionId: version,
            IfMatch: eTag,
          }),
        ),
    );
    const { bytes } = await readStream(Body as AsyncIterable<Uint8Array>, {
      max: MOST_KB * 1024,
      keep: true,
      tooLong: () => new UnreadAppSpec(bucket, `is larger than ${MOST_KB} KB`),
    });
    // After the body: one that nobody takes in keeps its connection.
    const isOlder = deployed && LastModified && LastModified <= deployed;
    if (!version && !eTag && !isOlder) throw new UnreadAppSpec(bucket, CHANGED);
    return bytes?.toString('utf8') ?? '';
  }
}

function whyOf(error: unknown): string {
  if (isAccessDenied(error)) {
    return 'may not be read: the read role needs s3:GetObject on it, and kms:Decrypt with its key';
  }
  if (error instanceof NotFoundError) return 'is gone';
  if (error instanceof ConflictError) return CHANGED;
  const { cause } = error as { cause?: unknown };
  return `could not be read (${awsErrorCode(cause ?? error)})`;
}
