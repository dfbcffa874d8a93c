import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startSonarQubeServer, type SonarQubeServer } from './index';

const TOKEN = 'squ_test';
const SCANNER = resolve(__dirname, 'scanner-shim/sonar-scanner');

describe("the sandbox's SonarQube", () => {
  let server: SonarQubeServer;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'careplane-sonar-'));
    server = await startSonarQubeServer({
      port: 0,
      token: TOKEN,
      strangerToken: 'squ_stranger',
    });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (path: string, token = TOKEN) => {
    const response = await fetch(`${server.url}/${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text ? JSON.parse(text) : undefined,
    };
  };

  const scan = async (lcov: string) => {
    mkdirSync(join(folder, 'src'), { recursive: true });
    writeFileSync(join(folder, 'src/code.ts'), 'export const a = 1;\n');
    writeFileSync(join(folder, 'lcov.info'), lcov);
    writeFileSync(
      join(folder, 'sonar-project.properties'),
      'sonar.projectKey=demo\nsonar.sources=src\nsonar.javascript.lcov.reportPaths=lcov.info\n',
    );
    await promisify(execFile)(process.execPath, [SCANNER], {
      cwd: folder,
      env: { ...process.env, SONAR_HOST_URL: server.url, SONAR_TOKEN: TOKEN },
    });
    const report = readFileSync(
      join(folder, '.scannerwork/report-task.txt'),
      'utf8',
    );
    return /ceTaskId=(\S+)/.exec(report)?.[1];
  };

  it('computes the gate from what the scanner measured', async () => {
    const failing = await scan('LF:10\nLH:3\n');
    const { body } = await ask(`api/ce/task?id=${failing}`);
    expect(body.task).toMatchObject({
      status: 'SUCCESS',
      componentKey: 'demo',
    });
    expect(
      (
        await ask(
          `api/qualitygates/project_status?analysisId=${body.task.analysisId}`,
        )
      ).body.projectStatus,
    ).toMatchObject({
      status: 'ERROR',
      conditions: expect.arrayContaining([
        expect.objectContaining({
          metricKey: 'coverage',
          status: 'ERROR',
          actualValue: '30.0',
        }),
      ]),
    });

    await scan('LF:10\nLH:9\n');
    expect(
      (await ask('api/qualitygates/project_status?projectKey=demo')).body
        .projectStatus.status,
    ).toBe('OK');
    expect(
      (await ask('api/project_analyses/search?project=demo')).body.paging.total,
    ).toBe(2);
  });

  it('tells a wrong key from a missing permission', async () => {
    expect(await ask('api/components/show?component=nothing')).toMatchObject({
      status: 404,
    });
    expect(await ask('api/components/show?component=demo', 'wrong')).toEqual({
      status: 401,
      body: undefined,
    });
  });

  it('judges new code from the second analysis on, and writes numbers as a real server', async () => {
    const measures = { coverage: 84.12, new_coverage: 70, security_rating: 1 };
    const judged = async () => {
      server.projects.record('twice', { measures, date: new Date() });
      const { body } = await ask(
        'api/qualitygates/project_status?projectKey=twice',
      );
      return body.projectStatus;
    };
    const first = await judged();
    expect(first.status).toBe('OK');
    expect(
      first.conditions.map(
        ({ metricKey, actualValue }: Record<string, string>) => [
          metricKey,
          actualValue,
        ],
      ),
    ).toEqual([
      ['coverage', '84.1'],
      ['security_rating', '1'],
    ]);
    expect((await judged()).status).toBe('ERROR');
    const { body } = await ask(
      'api/measures/component?component=twice&metricKeys=new_coverage,security_rating,ncloc',
    );
    expect(body.component.measures).toEqual([
      { metric: 'new_coverage', period: { index: 1, value: '70.0' } },
      { metric: 'security_rating', value: '1.0' },
    ]);
  });

  it('tells a project never analysed from a gate that judges nothing', async () => {
    server.projects.create('new');
    expect(
      (await ask('api/qualitygates/project_status?projectKey=new')).body
        .projectStatus,
    ).toEqual({
      status: 'NONE',
      conditions: [],
      caycStatus: 'non-compliant',
    });
    expect(
      (await ask('api/project_branches/list?project=new')).body.branches,
    ).toEqual([expect.objectContaining({ isMain: true, status: {} })]);
    server.projects.record('new', { measures: {}, date: new Date() });
    expect(
      (await ask('api/qualitygates/project_status?projectKey=new')).body
        .projectStatus,
    ).toMatchObject({ status: 'OK', conditions: [] });
  });

  it("refuses a stranger what is there, and says what is not there in each endpoint's words", async () => {
    server.projects.create('hidden');
    const refused = { errors: [{ msg: 'Insufficient privileges' }] };
    for (const path of [
      'api/components/show?component=hidden',
      'api/qualitygates/project_status?projectKey=hidden',
      'api/project_branches/list?project=hidden',
    ]) {
      expect(await ask(path, 'squ_stranger')).toEqual({
        status: 403,
        body: refused,
      });
    }
    expect(
      (await ask('api/project_branches/list?project=gone')).body.errors,
    ).toEqual([{ msg: "Project 'gone' not found" }]);
    expect(
      (await ask('api/project_analyses/search?project=gone')).body.errors,
    ).toEqual([{ msg: "Component key 'gone' not found" }]);
  });

  it('refuses a page of another origin', async () => {
    const response = await fetch(`${server.url}/api/system/status`, {
      headers: { origin: 'http://evil.example' },
    });
    expect(response.status).toBe(403);
  });
});
