import { mockServices } from '@backstage/backend-test-utils';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import type { PublishSource } from '@careplane/backstage-plugin-release-node';
import { ReleaseStore } from '../releases/ReleaseStore';
import { DELIVERY, QA, target, testAws, write } from '../testUtils/aws';
import { EcsReader } from './EcsReader';
import { EcsPublisher, PUBLISHED_BY, withImage } from './EcsPublisher';

const NAME = 'video-gateway';
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const REPOSITORY = `${DELIVERY}.dkr.ecr.us-east-1.amazonaws.com/${NAME}`;
const arnIn = (account: string) =>
  `arn:aws:ecs:us-east-1:${account}:service/careplane/${NAME}`;
const web = target(arnIn(QA), 'ecs-service', NAME);
const PLANTED = 'MRN-0042-PLANTED';

describe('the containers of what is registered', () => {
  const app = { name: 'app', image: `${REPOSITORY}@${digest('1')}` };
  const image = `${REPOSITORY}@${digest('2')}`;

  it('are those that run, the one of the repository with the digest of the release', () => {
    const agent = { name: 'agent', image: `x.io/agent@${digest('9')}` };
    const found = withImage({ containerDefinitions: [agent, app] }, image);
    expect(found).toEqual([agent, { ...app, image }]);
  });

  it('take an image of another registry for the same, by the name of its repository', () => {
    const mirrored = {
      name: 'app',
      image: `222222222222.dkr.ecr.eu-west-1.amazonaws.com/${NAME}:1.0`,
    };
    expect(withImage({ containerDefinitions: [mirrored] }, image)).toEqual([
      { name: 'app', image },
    ]);
  });

  it('pin a sidecar that is named by tag to what it runs now, and refuse where nobody knows', () => {
    const agent = { name: 'agent', image: 'public.ecr.aws/x/agent:7' };
    const running = { containerDefinitions: [app, agent] };
    const [, pinned] = withImage(running, image, {
      containerImages: [{ containerName: 'agent', imageDigest: digest('7') }],
    });
    expect(pinned.image).toBe(`public.ecr.aws/x/agent@${digest('7')}`);
    expect(() => withImage(running, image)).toThrow(/Name it by digest first/);
  });

  it('are refused where none of several is the one of the release', () => {
    const other = { name: 'other', image: `x.io/other@${digest('3')}` };
    expect(() =>
      withImage({ containerDefinitions: [other, other] }, image),
    ).toThrow(/not clear which one/);
  });
});

describe('EcsPublisher', () => {
  let sandbox: RunningSandbox;
  let publisher: EcsPublisher;
  const source: PublishSource = {
    component: NAME,
    releaseId: 'a'.repeat(64),
    contentHash: digest('2'),
    published: false,
  };

  type Registered = { taskDefinition: { taskDefinitionArn: string } };
  async function service(account: string, image: string) {
    const call = <T>(operation: string, input: object) =>
      sandbox.call<T>('ecs', operation, input, { account });
    await call('CreateCluster', { clusterName: 'careplane' });
    const { taskDefinition } = await call<Registered>(
      'RegisterTaskDefinition',
      {
        family: NAME,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: account === QA ? '512' : '256',
        memory: '1024',
        tags: [{ key: 'team', value: account }],
        containerDefinitions: [
          {
            name: 'app',
            image,
            environment: [{ name: `OF_${account}`, value: PLANTED }],
          },
        ],
      },
    );
    await call('CreateService', {
      cluster: 'careplane',
      serviceName: NAME,
      launchType: 'FARGATE',
      desiredCount: 0,
      taskDefinition: taskDefinition.taskDefinitionArn,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    });
    return taskDefinition.taskDefinitionArn;
  }

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    const { clients, accounts } = testAws();
    publisher = new EcsPublisher(
      clients,
      new ReleaseStore(clients, accounts, mockServices.logger.mock()),
    );
  });
  afterEach(() => sandbox.close());

  it('registers the own task definition with the image of an earlier stage, once', async () => {
    const ran = await service(DELIVERY, `${REPOSITORY}@${digest('2')}`);
    const live = await service(QA, `${REPOSITORY}@${digest('1')}`);
    const from = {
      arn: arnIn(DELIVERY),
      revision: { id: ran, contentHash: digest('2') },
    };
    const copied = { ...source, from };
    const rollout = { id: write.rolloutId, made: false };
    const found = await publisher.publication(web, copied, rollout);
    expect(found).toEqual({ needs: 'revision', fingerprint: live });
    const { revision } = await publisher.publish(web, copied, found, write);
    expect(revision.contentHash).toBe(digest('2'));

    const { taskDefinition, tags } = await sandbox.call<{
      taskDefinition: object;
      tags: object[];
    }>(
      'ecs',
      'DescribeTaskDefinition',
      { taskDefinition: revision.id, include: ['TAGS'] },
      { account: QA },
    );
    expect(taskDefinition).toMatchObject({
      cpu: '512',
      containerDefinitions: [
        {
          image: `${REPOSITORY}@${digest('2')}`,
          environment: [{ name: `OF_${QA}` }],
        },
      ],
    });
    expect(tags).toEqual([
      { key: 'team', value: QA },
      { key: PUBLISHED_BY, value: write.rolloutId },
    ]);
    const again = await publisher.publication(web, copied, {
      ...rollout,
      made: true,
    });
    expect(again).toMatchObject({
      needs: 'nothing',
      revision: { id: revision.id, contentHash: digest('2') },
    });
  });

  it('goes by the task set that has the traffic, not by what the service was created with', async () => {
    const created = await service(QA, `${REPOSITORY}@${digest('1')}`);
    const live = created.replace(/:1$/, ':2');
    jest.spyOn(EcsReader.prototype, 'describe').mockResolvedValueOnce({
      taskDefinition: created,
      taskSets: [{ status: 'PRIMARY', taskDefinition: live }],
    });
    expect(
      await publisher.publication(web, source, {
        id: write.rolloutId,
        made: false,
      }),
    ).toEqual({ needs: 'revision', fingerprint: live });
  });

  it('refuses an image that is not the one of the release', async () => {
    const ran = await service(DELIVERY, `${REPOSITORY}@${digest('3')}`);
    const live = await service(QA, `${REPOSITORY}@${digest('1')}`);
    const from = {
      arn: arnIn(DELIVERY),
      revision: { id: ran, contentHash: digest('2') },
    };
    await expect(
      publisher.publish(
        web,
        { ...source, from },
        { needs: 'revision', fingerprint: live },
        write,
      ),
    ).rejects.toThrow(/its digest differs/);
  });
});
