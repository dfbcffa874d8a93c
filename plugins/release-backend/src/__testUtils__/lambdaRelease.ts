import { createHash } from 'node:crypto';
import { RunningSandbox } from '@careplane/aws-sandbox';
import { BUCKET, DEV, publishRelease } from './stacks';

/** One stored file, as small as a zip gets. */
export const ZIPS = {
  '1.0.0':
    'UEsDBAoAAAAAAAAAIQAAAAAAAAAAAAAAAAAIAAAAaW5kZXguanNQSwECHgMKAAAAAAAAACEAAAAAAAAAAAAAAAAACAAAAAAAAAAAAAAApIEAAAAAaW5kZXguanNQSwUGAAAAAAEAAQA2AAAAJgAAAAAA',
  '1.1.0':
    'UEsDBAoAAAAAAAAAIQAAAAAAAAAAAAAAAAAHAAAAbWFpbi5qc1BLAQIeAwoAAAAAAAAAIQAAAAAAAAAAAAAAAAAHAAAAAAAAAAAAAACkgQAAAABtYWluLmpzUEsFBgAAAAABAAEANQAAACUAAAAAAA==',
  '1.2.0':
    'UEsDBBQAAAAAAAAAIQAAAAAAAAAAAAAAAAAGAAAAYXBwLmpzUEsBAhQDFAAAAAAAAAAhAAAAAAAAAAAAAAAAAAYAAAAAAAAAAAAAAIABAAAAAGFwcC5qc1BLBQYAAAAAAQABADQAAAAkAAAAAAA=',
};

export const templateOf = (hash: string, name = 'claims-api') => `
Parameters:
  Stage: { Type: String }
  ReleaseId: { Type: String }
  ReleaseVersion: { Type: String }
  CodeBucket: { Type: String }
  CodeKey: { Type: String }
  LiveVersion: { Type: String, Default: latest }
  Memory: { Type: Number, Default: 128 }
Conditions:
  UseLatest: !Equals [!Ref LiveVersion, latest]
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: ${name}
      Runtime: nodejs22.x
      Handler: index.handler
      MemorySize: !Ref Memory
      Role: !Sub 'arn:aws:iam::\${AWS::AccountId}:role/${name}'
      Code: { S3Bucket: !Ref CodeBucket, S3Key: !Ref CodeKey }
  ReleaseVersionResource${hash}:
    Type: AWS::Lambda::Version
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties: { FunctionName: !Ref Function }
  Alias:
    Type: AWS::Lambda::Alias
    Properties:
      FunctionName: !Ref Function
      Name: live
      FunctionVersion: !If [UseLatest, !GetAtt ReleaseVersionResource${hash}.Version, !Ref LiveVersion]
Outputs:
  PublishedVersion: { Value: !GetAtt ReleaseVersionResource${hash}.Version }
  TargetArn: { Value: !Ref Alias }
`;

/** Publishes a version of a function and gives what its stack is made with. */
export async function publishLambda(
  sandbox: RunningSandbox,
  version: keyof typeof ZIPS,
  name = 'claims-api',
  delivery = { account: DEV, bucket: BUCKET },
) {
  const code = Buffer.from(ZIPS[version], 'base64');
  const codeSha256 = createHash('sha256').update(code).digest('base64');
  const template = templateOf(
    createHash('sha256').update(code).digest('hex').slice(0, 12),
    name,
  );
  const release = {
    component: name,
    kind: 'lambda-alias' as const,
    version,
    builtAt: `2026-01-1${version.split('.')[1]}T00:00:00Z`,
    template,
    code,
    contentHash: codeSha256,
    artifact: (key: string) => ({
      type: 'zip',
      bucket: delivery.bucket,
      key: `${key}/code.zip`,
      codeSha256,
    }),
  };
  const { id, folder } = await publishRelease(sandbox, release, delivery);
  const parameters: Record<string, string | undefined> = {
    Stage: 'dev',
    ReleaseId: id,
    ReleaseVersion: version,
    CodeBucket: delivery.bucket,
    CodeKey: `${folder}/code.zip`,
  };
  return { id, template, parameters, codeSha256, name: `svc-${name}` };
}
