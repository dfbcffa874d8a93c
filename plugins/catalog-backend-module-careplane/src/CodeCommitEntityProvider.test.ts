import {
  CodeCommitClient,
  CreateCommitCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  GetBranchCommand,
} from '@aws-sdk/client-codecommit';
import { mockServices } from '@backstage/backend-test-utils';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import type { EntityProviderMutation } from '@backstage/plugin-catalog-node';
import {
  createEndpointGuard,
  DefaultAwsAccounts,
  DefaultAwsBudgets,
  DefaultAwsClients,
} from '@careplane/aws-node';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { CodeCommitEntityProvider } from './CodeCommitEntityProvider';
import { DEFAULT_ALLOWED_KINDS } from './descriptor';
import { Repositories } from './repositories';

const component = (name: string, kind = 'Component') => `
apiVersion: backstage.io/v1alpha1
kind: ${kind}
metadata:
  name: ${name}
spec: { type: service, lifecycle: production, owner: group:default/engineers }
`;

describe('CodeCommitEntityProvider', () => {
  let sandbox: RunningSandbox;
  let codecommit: CodeCommitClient;

  beforeAll(() => {
    // The AWS SDK warns of Node's age; nothing here depends on it.
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  });
  beforeEach(async () => {
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    codecommit = new CodeCommitClient({
      region: 'us-east-1',
      credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' },
    });
  });
  afterEach(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  async function repository(name: string, tagged = true) {
    await codecommit.send(
      new CreateRepositoryCommand({
        repositoryName: name,
        tags: tagged ? { 'careplane:service': name } : {},
      }),
    );
  }

  async function push(
    name: string,
    content: string,
    path = 'catalog-info.yaml',
  ) {
    const parent = await codecommit
      .send(new GetBranchCommand({ repositoryName: name, branchName: 'main' }))
      .then(answer => answer.branch?.commitId)
      .catch(() => undefined);
    await codecommit.send(
      new CreateCommitCommand({
        repositoryName: name,
        branchName: 'main',
        parentCommitId: parent,
        putFiles: [{ filePath: path, fileContent: Buffer.from(content) }],
      }),
    );
  }

  async function provider(namePattern?: RegExp) {
    const accounts = DefaultAwsAccounts.fromConfig(
      new ConfigReader({
        aws: {
          mainAccount: { accessKeyId: '111111111111', secretAccessKey: 'x' },
          delivery: { accountId: '111111111111', region: 'us-east-1' },
        },
      }),
    );
    const clients = new DefaultAwsClients(
      accounts,
      new DefaultAwsBudgets({ minimumShare: 1, maxWaitMs: 20_000 }),
      { version: '0', guard: createEndpointGuard({ local: true, env: {} }) },
    );
    const logger = mockServices.logger.mock();
    const made = new CodeCommitEntityProvider({
      repositories: new Repositories(clients, accounts),
      region: 'us-east-1',
      namePattern,
      path: 'catalog-info.yaml',
      allowedKinds: DEFAULT_ALLOWED_KINDS,
      logger,
      taskRunner: { run: async () => {} },
    });
    const mutations: EntityProviderMutation[] = [];
    await made.connect({
      applyMutation: async mutation => {
        mutations.push(mutation);
      },
      refresh: async () => {},
    });
    /** What the last mutation says, as refs. */
    const last = () => {
      const mutation = mutations[mutations.length - 1];
      const refs = (list: { entity?: unknown }[]) =>
        list.map(({ entity }) => stringifyEntityRef(entity as never)).sort();
      return mutation.type === 'full'
        ? { type: 'full', refs: refs(mutation.entities) }
        : {
            type: 'delta',
            refs: refs(mutation.added),
            removed: refs(mutation.removed as never),
          };
    };
    return { made, mutations, last, logger };
  }

  it('emits the entities of tagged repositories, with where they are from', async () => {
    await repository('visit-api');
    await push('visit-api', component('visit-api'));
    await repository('notes', false);
    await push('notes', component('notes'));
    await repository('empty');
    const { made, mutations, last } = await provider();
    await made.refresh();
    expect(last()).toEqual({
      type: 'full',
      refs: ['component:default/visit-api'],
    });
    const [mutation] = mutations;
    const [deferred] = mutation.type === 'full' ? mutation.entities : [];
    expect(deferred.locationKey).toBe('careplane-codecommit:visit-api');
    expect(
      deferred.entity.metadata.annotations?.[
        'backstage.io/managed-by-location'
      ],
    ).toBe(
      'url:https://us-east-1.console.aws.amazon.com/codesuite/codecommit/repositories/visit-api/browse/refs/heads/main/--/catalog-info.yaml?region=us-east-1',
    );
  });

  it('takes repositories by name where a pattern is configured', async () => {
    await repository('visit-api', false);
    await push('visit-api', component('visit-api'));
    await repository('other', false);
    await push('other', component('other'));
    const { made, last } = await provider(/^visit-.*$/);
    await made.refresh();
    expect(last().refs).toEqual(['component:default/visit-api']);
  });

  it('follows a new commit, and reads no file that did not change', async () => {
    for (const name of ['a-api', 'b-api']) {
      await repository(name);
      await push(name, component(name));
    }
    const { made, last } = await provider();
    await made.refresh();
    await push('b-api', component('b-api-renamed'));
    sandbox.requests.clear();
    await made.refresh();
    expect(last()).toEqual({
      type: 'full',
      refs: ['component:default/a-api', 'component:default/b-api-renamed'],
    });
    expect(
      sandbox.requests.since(0).filter(c => c.operation === 'GetFile'),
    ).toHaveLength(1);
  });

  it('removes a service with its repository', async () => {
    for (const name of ['a-api', 'b-api']) {
      await repository(name);
      await push(name, component(name));
    }
    const { made, last } = await provider();
    await made.refresh();
    await codecommit.send(
      new DeleteRepositoryCommand({ repositoryName: 'a-api' }),
    );
    await made.refresh();
    expect(last()).toEqual({
      type: 'full',
      refs: ['component:default/b-api'],
    });
  });

  it('removes nothing when a read fails, and brings the others up to date', async () => {
    for (const name of ['a-api', 'b-api']) {
      await repository(name);
      await push(name, component(name));
    }
    const { made, last, logger } = await provider();
    sandbox.faults.add({
      kind: 'deny',
      service: 'codecommit',
      operation: 'GetFile',
      count: 1,
    });
    await made.refresh();
    expect(last()).toEqual({
      type: 'delta',
      refs: ['component:default/b-api'],
      removed: [],
    });
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('Repository a-api keeps the entities it had'),
    );
    await made.refresh();
    expect(last()).toMatchObject({ type: 'full', refs: { length: 2 } });
  });

  it('makes no mutation at all when the list cannot be read', async () => {
    const { made, mutations } = await provider();
    sandbox.faults.add({ kind: 'deny', operation: 'ListRepositories' });
    await expect(made.refresh()).rejects.toThrow(/codecommit:ListRepositories/);
    expect(mutations).toEqual([]);
  });

  it('keeps what a repository had when its descriptor breaks', async () => {
    await repository('a-api');
    await push('a-api', component('a-api'));
    const { made, last } = await provider();
    await made.refresh();
    await push('a-api', 'kind: [');
    await made.refresh();
    expect(last()).toEqual({
      type: 'delta',
      refs: ['component:default/a-api'],
      removed: [],
    });
  });

  it.each(['Group', 'User', 'Template', 'Location'])(
    'does not let a repository bring a %s',
    async kind => {
      await repository('a-api');
      await push('a-api', `${component('a-api')}---${component('x', kind)}`);
      const { made, last, logger } = await provider();
      await made.refresh();
      expect(last().refs).toEqual([]);
      expect(logger.warn).toHaveBeenCalledWith(
        expect.stringContaining(`holds a ${kind}`),
      );
    },
  );

  it('answers many refreshes at once with at most two sweeps', async () => {
    await repository('a-api');
    await push('a-api', component('a-api'));
    const { made } = await provider();
    await Promise.all([1, 2, 3, 4, 5].map(() => made.refresh()));
    expect(
      sandbox.requests.since(0).filter(c => c.operation === 'ListRepositories'),
    ).toHaveLength(2);
  });
});
