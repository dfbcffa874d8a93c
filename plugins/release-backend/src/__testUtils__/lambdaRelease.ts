/** One stored file, as small as a zip gets. */
export const ZIPS = {
  '1.0.0':
    'UEsDBAoAAAAAAAAAIQAAAAAAAAAAAAAAAAAIAAAAaW5kZXguanNQSwECHgMKAAAAAAAAACEAAAAAAAAAAAAAAAAACAAAAAAAAAAAAAAApIEAAAAAaW5kZXguanNQSwUGAAAAAAEAAQA2AAAAJgAAAAAA',
  '1.1.0':
    'UEsDBAoAAAAAAAAAIQAAAAAAAAAAAAAAAAAHAAAAbWFpbi5qc1BLAQIeAwoAAAAAAAAAIQAAAAAAAAAAAAAAAAAHAAAAAAAAAAAAAACkgQAAAABtYWluLmpzUEsFBgAAAAABAAEANQAAACUAAAAAAA==',
};

export const templateOf = (hash: string) => `
Parameters:
  Stage: { Type: String }
  ReleaseId: { Type: String }
  ReleaseVersion: { Type: String }
  CodeBucket: { Type: String }
  CodeKey: { Type: String }
  LiveVersion: { Type: String, Default: latest }
Conditions:
  UseLatest: !Equals [!Ref LiveVersion, latest]
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: claims-api
      Runtime: nodejs22.x
      Handler: index.handler
      Role: !Sub 'arn:aws:iam::\${AWS::AccountId}:role/claims-api'
      Code: { S3Bucket: !Ref CodeBucket, S3Key: !Ref CodeKey }
  ReleaseVersionResource${hash}:
    Type: AWS::Lambda::Version
    DeletionPolicy: Retain
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
