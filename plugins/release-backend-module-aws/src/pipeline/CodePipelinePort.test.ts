import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { DELIVERY, testAws, write } from '../testUtils/aws';
import { CodePipelinePort } from './CodePipelinePort';

const ARN = `arn:aws:codepipeline:us-east-1:${DELIVERY}:claims-api`;

describe('CodePipelinePort', () => {
  let sandbox: RunningSandbox;
  let port: CodePipelinePort;

  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    port = new CodePipelinePort(testAws().clients);
  });
  afterAll(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  const retry = () => port.retry(ARN, 'Build', 'execution-7', write);

  it('INV-35: retries the failed actions of one execution, as the person, within a session for that stage alone', async () => {
    await expect(retry()).rejects.toMatchObject({ name: 'NotFoundError' });
    const [asked] = sandbox.trail.lookup({
      account: DELIVERY,
      matches: event => event.eventName === 'RetryStageExecution',
    });
    expect(asked.requestParameters).toMatchObject({
      pipelineExecutionId: 'execution-7',
      stageName: 'Build',
    });
    expect(asked.userIdentity.arn).toContain(
      `/careplane-release/cp-${write.rolloutId}`,
    );
  });

  it.each([
    ['NotLatestPipelineExecutionException', 'ConflictError'],
    ['StageNotRetryableException', 'ConflictError'],
  ])('INV-35: %s is told as what it is', async (code, name) => {
    sandbox.faults.add({
      kind: 'conflict',
      service: 'codepipeline',
      count: 1,
      code,
      status: 400,
    });
    await expect(retry()).rejects.toMatchObject({ name });
  });
});
