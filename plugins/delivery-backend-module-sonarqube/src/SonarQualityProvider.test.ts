import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { ConfigReader } from '@backstage/config';
import { readInstances } from './instances';
import { SonarQualityProvider } from './SonarQualityProvider';

type Answer = { status?: number; body: unknown };

const good: Record<string, unknown> = {
  'api/components/show': {
    component: {
      key: 'claims-api',
      name: 'Claims',
      analysisDate: '2026-11-20T11:58:00+0000',
    },
  },
  'api/qualitygates/project_status': {
    projectStatus: {
      status: 'ERROR',
      conditions: [
        {
          status: 'OK',
          metricKey: 'new_reliability_rating',
          comparator: 'GT',
          errorThreshold: '1',
          actualValue: '1',
        },
        {
          status: 'ERROR',
          metricKey: 'new_coverage',
          comparator: 'LT',
          errorThreshold: '80',
          actualValue: '71.23456',
        },
        { status: 'NO_VALUE', metricKey: 'new_violations' },
      ],
    },
  },
  'api/measures/component': {
    component: {
      key: 'claims-api',
      measures: [
        { metric: 'coverage', value: '84.1' },
        { metric: 'reliability_rating', value: '1.0' },
        { metric: 'security_rating', value: '3.0' },
      ],
    },
  },
  'api/project_analyses/search': {
    analyses: [
      { key: 'a1', date: '2026-11-20T11:58:00+0000', revision: 'abc1234' },
    ],
  },
  'api/project_branches/list': {
    branches: [
      { name: 'feature', isMain: false },
      { name: 'main', isMain: true },
    ],
  },
};

describe('SonarQualityProvider', () => {
  let server: Server;
  let baseUrl: string;
  let seen: IncomingMessage[];
  let answer: (path: string) => Answer;

  beforeEach(async () => {
    seen = [];
    answer = path => ({ body: good[path] });
    server = createServer((req, res) => {
      seen.push(req);
      const { pathname } = new URL(req.url ?? '', 'http://localhost');
      const { status = 200, body } = answer(pathname.slice('/sonar/'.length));
      res.writeHead(status, { 'content-type': 'application/json' });
      res.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    baseUrl = `http://127.0.0.1:${
      (server.address() as AddressInfo).port
    }/sonar/`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  });

  function provider(more: object = {}) {
    return new SonarQualityProvider(
      readInstances(
        new ConfigReader({
          sonarqube: {
            baseUrl,
            externalBaseUrl: 'https://sonar.example/',
            apiKey: 'squ_secret',
            instances: [
              { name: 'team', baseUrl, apiKey: 'other', authType: 'Bearer' },
            ],
            ...more,
          },
        }),
      ),
    );
  }

  it('puts failing conditions first, with units, words, branch and commit', async () => {
    const [status] = await provider().read({ key: 'default/claims-api' });
    expect(status).toEqual({
      projectKey: 'claims-api',
      instance: 'default',
      gate: 'failed',
      conditions: [
        {
          metric: 'new_coverage',
          title: 'Coverage on new code',
          state: 'error',
          actual: '71.2 %',
          threshold: '80 %',
          comparator: 'LT',
        },
        expect.objectContaining({
          title: 'Issues on new code',
          state: 'unknown',
        }),
        expect.objectContaining({
          title: 'Reliability rating on new code',
          state: 'ok',
          actual: 'A',
          threshold: 'A',
        }),
      ],
      ratings: {
        reliability: 'A',
        security: 'C',
        maintainability: undefined,
      },
      measures: {
        coverage: 84.1,
        duplications: undefined,
        hotspotsReviewed: undefined,
      },
      branch: 'main',
      analysedAt: '2026-11-20T11:58:00.000Z',
      revision: 'abc1234',
      url: 'https://sonar.example/dashboard?id=claims-api',
    });
  });

  it('sends the token as the instance asks for it', async () => {
    await provider().read({ key: 'default/claims-api' });
    await provider().read({ key: 'team/claims-api' });
    const sent = [...new Set(seen.map(req => req.headers.authorization))];
    expect(sent).toEqual([
      `Basic ${Buffer.from('squ_secret:').toString('base64')}`,
      'Bearer other',
    ]);
  });

  it('reads instance and key, several of them, from the annotation', async () => {
    const entity = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: 'x',
        annotations: { 'sonarqube.org/project-key': 'a, team/b:c' },
      },
    };
    expect((await provider().resolve(entity)).map(ref => ref.key)).toEqual([
      'default/a',
      'team/b:c',
    ]);
    await expect(provider().read({ key: 'gone/a' })).rejects.toThrow(
      "instance 'gone' is not in 'sonarqube.instances'",
    );
  });

  it('tells never analysed from a gate that passed', async () => {
    answer = () => ({ body: { component: { key: 'new' } } });
    const [status] = await provider().read({ key: 'default/new' });
    expect(status).toEqual(
      expect.objectContaining({ gate: 'none', analysedAt: undefined }),
    );
    expect(seen).toHaveLength(1);
  });

  it('does not call a gate passed that judged nothing', async () => {
    answer = path => ({
      body:
        path === 'api/qualitygates/project_status'
          ? { projectStatus: { status: 'OK', conditions: [] } }
          : good[path],
    });
    const [status] = await provider().read({ key: 'default/claims-api' });
    expect(status.gate).toBe('none');
    expect(status.analysedAt).toBe('2026-11-20T11:58:00.000Z');
  });

  it.each([
    [401, 'NotAllowedError', 'does not accept the token'],
    [403, 'NotAllowedError', 'grants Browse'],
    [404, 'NotFoundError', "has no project 'claims-api'"],
    [503, 'ServiceUnavailableError', 'HTTP 503'],
  ])('turns HTTP %p into a %s that says what to do', async (...row) => {
    const [status, name, message] = row;
    answer = () => ({ status, body: { errors: [{ msg: 'squ_secret' }] } });
    const error: Error = await provider()
      .read({ key: 'default/claims-api' })
      .then(
        () => new Error('resolved'),
        thrown => thrown,
      );
    expect(error.name).toBe(name);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('squ_secret');
  });

  it('calls a page that is no JSON, an unknown form and a dead server unavailable', async () => {
    answer = () => ({ body: '<html>login</html>' });
    await expect(provider().read({ key: 'default/a' })).rejects.toThrow(
      'with JSON',
    );
    answer = () => ({ body: { component: { name: 'no key' } } });
    await expect(provider().read({ key: 'default/a' })).rejects.toThrow(
      'unknown form (component.key)',
    );
    await expect(
      provider({ baseUrl: 'http://127.0.0.1:1' }).read({ key: 'default/a' }),
    ).rejects.toThrow('cannot be reached');
  });
});
