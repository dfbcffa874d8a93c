import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { publishLambda } from './__testUtils__/lambdaRelease';
import { startPortal } from './__testUtils__/sandboxPortal';
import { BUCKET, deployStack, DEV, until } from './__testUtils__/stacks';

jest.setTimeout(120_000);

describe('with EventBridge, SQS and a poller that comes in an hour', () => {
  let sandbox: RunningSandbox;
  let portal: Awaited<ReturnType<typeof startPortal>>;
  let ticking: NodeJS.Timeout;

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    const call = (service: string, operation: string, input: object) =>
      sandbox.call(service, operation, input, { account: DEV });
    await call('s3', 'CreateBucket', { Bucket: BUCKET });
    await call('sqs', 'CreateQueue', { QueueName: 'release' });
    await call('eventbridge', 'PutRule', {
      Name: 'moves',
      EventPattern: '{"detail":{"eventName":["UpdateAlias20150331"]}}',
    });
    await call('eventbridge', 'PutTargets', {
      Rule: 'moves',
      Targets: [{ Id: '1', Arn: `arn:aws:sqs:us-east-1:${DEV}:release` }],
    });
    portal = await startPortal([], {
      events: { queueUrl: `${sandbox.url}/${DEV}/release` },
    });
    ticking = setInterval(() => {
      sandbox.clock.advance(5_000).catch(() => {});
    }, 200);
  });
  afterEach(async () => {
    clearInterval(ticking);
    await portal.stop();
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  it('a page shows a move soon after it was made, without a refresh', async () => {
    const one = await publishLambda(sandbox, '1.0.0');
    await deployStack(sandbox, DEV, { ...one, operation: 'CreateStack' });
    await portal.running('claims-api', 0, '1.0.0');
    const two = await publishLambda(sandbox, '1.1.0');
    await deployStack(sandbox, DEV, { ...two, operation: 'UpdateStack' });
    const shown = await until(
      async () => (await portal.get(portal.path('claims-api'))).targets[0],
      block => block.target.current?.id === '2',
    );
    expect(shown.state).toBe('ok');
  });
});
