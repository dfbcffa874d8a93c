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
    server = await startSonarQubeServer({ port: 0, token: TOKEN });
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
          metricKey: 'new_coverage',
          status: 'ERROR',
          actualValue: '30',
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

  it('refuses a page of another origin', async () => {
    const response = await fetch(`${server.url}/api/system/status`, {
      headers: { origin: 'http://evil.example' },
    });
    expect(response.status).toBe(403);
  });
});
