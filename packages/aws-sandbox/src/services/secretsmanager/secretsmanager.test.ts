import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { startAwsSandbox, zipOf } from '../../testing';

const aws = startAwsSandbox();

const TOKEN = '11111111-1111-4111-8111-111111111111';
const client = () => aws.client(SecretsManagerClient);

async function create(value = 'one') {
  const { ARN, VersionId } = await client().send(
    new CreateSecretCommand({ Name: 'db', SecretString: value }),
  );
  return { SecretId: ARN!, first: VersionId! };
}

const valueOf = async (SecretId: string, VersionStage?: string) =>
  (await client().send(new GetSecretValueCommand({ SecretId, VersionStage })))
    .SecretString;

const ROTATOR = `
import { SecretsManagerClient, PutSecretValueCommand, DescribeSecretCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
const client = new SecretsManagerClient({});
export const handler = async ({ Step, SecretId, ClientRequestToken }) => {
  if (Step === 'createSecret') {
    await client.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, VersionStages: ['AWSPENDING'], SecretString: 'value of ' + ClientRequestToken }));
  }
  if (Step === 'finishSecret') {
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
    const RemoveFromVersionId = Object.keys(VersionIdsToStages).find(id => VersionIdsToStages[id].includes('AWSCURRENT'));
    await client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId }));
  }
};
`;

describe('Secrets Manager', () => {
  it('keeps the value before as AWSPREVIOUS', async () => {
    const { SecretId, first } = await create();
    await client().send(
      new PutSecretValueCommand({
        SecretId,
        SecretString: 'two',
        ClientRequestToken: TOKEN,
      }),
    );
    expect(await valueOf(SecretId)).toBe('two');
    expect(await valueOf(SecretId, 'AWSPREVIOUS')).toBe('one');
    const { VersionIdsToStages } = await client().send(
      new DescribeSecretCommand({ SecretId }),
    );
    expect(VersionIdsToStages).toEqual({
      [first]: ['AWSPREVIOUS'],
      [TOKEN]: ['AWSCURRENT'],
    });
  });

  it('takes the same token with the same value once, and with another never', async () => {
    const { SecretId } = await create();
    const put = (SecretString: string) =>
      client().send(
        new PutSecretValueCommand({
          SecretId,
          SecretString,
          ClientRequestToken: TOKEN,
          VersionStages: ['AWSPENDING'],
        }),
      );
    await put('two');
    await put('two');
    await expect(put('three')).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
    expect(await valueOf(SecretId)).toBe('one');
    expect(await valueOf(SecretId, 'AWSPENDING')).toBe('two');
  });

  it('moves a stage only from the version that is named', async () => {
    const { SecretId, first } = await create();
    await client().send(
      new PutSecretValueCommand({
        SecretId,
        SecretString: 'two',
        ClientRequestToken: TOKEN,
        VersionStages: ['AWSPENDING'],
      }),
    );
    const move = (RemoveFromVersionId?: string) =>
      client().send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: TOKEN,
          RemoveFromVersionId,
        }),
      );
    await expect(move()).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await move(first);
    expect(await valueOf(SecretId)).toBe('two');
    expect(await valueOf(SecretId, 'AWSPREVIOUS')).toBe('one');
  });

  it('makes passwords with a character of each kind, and without those excluded', async () => {
    const { RandomPassword = '' } = await client().send(
      new GetRandomPasswordCommand({
        PasswordLength: 40,
        ExcludePunctuation: true,
        ExcludeCharacters: 'aeiou',
      }),
    );
    expect(RandomPassword).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(RandomPassword).toMatch(/[A-Z]/);
    expect(RandomPassword).toMatch(/\d/);
    expect(RandomPassword).not.toMatch(/[aeiou]/);
    await expect(
      client().send(
        new GetRandomPasswordCommand({
          ExcludeCharacters: 'a',
          ExcludeUppercase: true,
          ExcludeLowercase: true,
          ExcludeNumbers: true,
          ExcludePunctuation: true,
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('invokes the function with each step, on its schedule as well', async () => {
    const { SecretId } = await create();
    const lambda = aws.client(LambdaClient);
    const { FunctionArn } = await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'rotator',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::111111111111:role/rotator',
        Timeout: 20,
        Code: { ZipFile: await zipOf({ 'index.mjs': ROTATOR }) },
      }),
    );
    await aws.clock.advance(1_000);
    const { VersionId } = await client().send(
      new RotateSecretCommand({
        SecretId,
        RotationLambdaARN: FunctionArn,
        RotationRules: { AutomaticallyAfterDays: 30 },
      }),
    );
    await aws.jobs.idle();
    expect(await valueOf(SecretId)).toBe(`value of ${VersionId}`);
    const { LastRotatedDate, NextRotationDate } = await client().send(
      new DescribeSecretCommand({ SecretId }),
    );
    expect(LastRotatedDate).toBeDefined();

    await aws.clock.advance(31 * 86_400_000);
    await aws.jobs.idle();
    const after = await client().send(new DescribeSecretCommand({ SecretId }));
    expect(after.LastRotatedDate!.getTime()).toBeGreaterThanOrEqual(
      NextRotationDate!.getTime(),
    );
    expect(await valueOf(SecretId)).not.toBe(`value of ${VersionId}`);
  });

  it('attempts a rotation again that its function left unfinished', async () => {
    const { SecretId } = await create();
    const rotate = () =>
      client().send(
        new RotateSecretCommand({
          SecretId,
          RotationLambdaARN:
            'arn:aws:lambda:us-east-1:111111111111:function:absent',
        }),
      );
    const { VersionId } = await rotate();
    await aws.jobs.idle();
    await expect(rotate()).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    const { VersionIdsToStages = {} } = await client().send(
      new DescribeSecretCommand({ SecretId }),
    );
    expect(VersionIdsToStages[VersionId!]).toEqual(['AWSPENDING']);
    expect(await valueOf(SecretId)).toBe('one');
  });
});
