import {
  createMockDirectory,
  mockCredentials,
  mockServices,
} from '@backstage/backend-test-utils';
import express from 'express';
import request from 'supertest';
import { createCodeCommitPublishAction } from '../actions/codecommitPublish';
import { startTestAws } from '../__testUtils__/aws';
import { runAction } from '../__testUtils__/runAction';
import { NameChecks } from './NameChecks';
import { createNameRouter } from './router';

const STAGES = [
  { name: 'dev', title: 'Dev', accountId: '111111111111' },
  { name: 'prod', title: 'Prod', accountId: '333333333333' },
];

describe('the check of a name', () => {
  const workspace = createMockDirectory();
  let test: Awaited<ReturnType<typeof startTestAws>>;
  beforeAll(async () => {
    test = await startTestAws();
  });
  afterAll(() => test?.close());
  const checks = (
    inCatalog: (name: string) => Promise<string | undefined> = async () =>
      undefined,
  ) => new NameChecks(test.aws, STAGES, inCatalog);

  it('passes a name that nothing has, and looks only where the template would use it', async () => {
    const lambda = await checks().check('visit-api', 'lambda-api');
    expect(lambda).toMatchObject({ free: true, suggestions: [] });
    const ids = lambda.checks.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([
        'catalog',
        'repository',
        'function-dev',
        'function-prod',
        'stack-prod',
      ]),
    );
    expect(ids).not.toContain('service-dev');
    const fargate = await checks().check('visit-api', 'fargate-service');
    expect(fargate.checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['images', 'service-prod']),
    );
  });

  it('finds a repository of that name and offers others', async () => {
    workspace.setContent({ 'a.txt': 'a' });
    await runAction(createCodeCommitPublishAction(test.aws), {
      workspacePath: workspace.path,
      input: {
        name: 'taken-api',
        description: 'x',
        owner: 'group:default/virtual-care',
      },
    });
    const result = await checks().check('taken-api', 'lambda-api');
    expect(result.free).toBe(false);
    expect(result.checks.find(({ id }) => id === 'repository')).toMatchObject({
      state: 'taken',
      fix: `Try ${result.suggestions[0]}.`,
    });
  });

  it('never calls a name free when an account could not be asked', async () => {
    const result = await checks(async () => {
      throw new Error('the catalog is down');
    }).check('other-api', 'lambda-api');
    expect(result.free).toBe(false);
    expect(result.checks.find(({ id }) => id === 'catalog')).toMatchObject({
      state: 'unknown',
    });
  });

  it('asks AWS nothing for a name that is not allowed', async () => {
    const before = test.sandbox.requests.since().length;
    const result = await checks().check('Not_Allowed', 'lambda-api');
    expect(result.checks.every(({ state }) => state === 'invalid')).toBe(true);
    expect(test.sandbox.requests.since()).toHaveLength(before);
  });

  it('is for signed-in people, shared for a moment, and limited', async () => {
    const check = jest.fn(async (name: string) => ({
      name,
      free: true,
      checks: [],
      suggestions: [],
    }));
    const app = express().use(
      createNameRouter({
        httpAuth: mockServices.httpAuth({
          defaultCredentials: mockCredentials.none(),
        }),
        check,
      }),
    );
    await request(app).get('/name-check?name=abc').expect(500);
    const signedIn = express().use(
      createNameRouter({ httpAuth: mockServices.httpAuth(), check }),
    );
    await request(signedIn)
      .get('/name-check?name=abc&template=lambda-api')
      .expect(200);
    await request(signedIn)
      .get('/name-check?name=abc&template=lambda-api')
      .expect(200);
    expect(check).toHaveBeenCalledTimes(1);
    const answers = await Promise.all(
      Array.from({ length: 70 }, () =>
        request(signedIn).get('/name-check?name=abc'),
      ),
    );
    expect(
      answers.filter(({ status }) => status === 429).length,
    ).toBeGreaterThan(0);
  });
});
