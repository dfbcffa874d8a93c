// Asks a real server and the sandbox's stand-in the same questions, through the
// delivery plugin's own client, and prints both answers as JSON. The stand-in is
// fed what the real server measured, so that both are in the same states.
import { readFileSync } from 'node:fs';
import { ConfigReader } from '@backstage/config';
import {
  startSonarQubeServer,
  type SonarQubeServer,
} from '../../packages/aws-sandbox/src/sonarqube';
import {
  GATE,
  type GateRule,
} from '../../packages/aws-sandbox/src/sonarqube/model';
import { readInstances } from '../../plugins/delivery-backend-module-sonarqube/src/instances';
import {
  METRICS,
  SonarClient,
} from '../../plugins/delivery-backend-module-sonarqube/src/SonarClient';
import { SonarQualityProvider } from '../../plugins/delivery-backend-module-sonarqube/src/SonarQualityProvider';

interface Analysis {
  version: string;
  revision?: string;
  taskId: string;
  analysisId: string;
}

interface State {
  project: string;
  gate: GateRule[];
  analyses: Analysis[];
}

interface Side {
  url: string;
  token: string;
  stranger: string;
  states: Record<string, State>;
}

interface Answer {
  state: string;
  /** What was asked: a path of the web API, or a reading as a whole. */
  asked: string;
  http?: { status: number; type?: string; body?: unknown };
  result?: unknown;
  error?: { name: string; message: string };
}

const CALLS = [
  ['api/components/show', 'component'],
  ['api/qualitygates/project_status', 'projectStatus'],
  ['api/measures/component', 'measures'],
  ['api/project_analyses/search', 'lastAnalysis'],
  ['api/project_branches/list', 'branches'],
] as const;

/** The client speaks through the global fetch: keeps what it was answered last. */
let lastHttp: Answer['http'];
const plainFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const response = await plainFetch(input, init);
  lastHttp = await httpOf(response.clone());
  return response;
};

async function httpOf(response: Response): Promise<Answer['http']> {
  const text = await response.text();
  const type = response.headers.get('content-type')?.split(';')[0];
  return {
    status: response.status,
    type,
    body: text ? JSON.parse(text) : undefined,
  };
}

async function attempt(
  state: string,
  asked: string,
  call: () => Promise<unknown>,
): Promise<Answer> {
  lastHttp = undefined;
  try {
    const result = await call();
    return { state, asked, http: lastHttp, result };
  } catch (thrown) {
    const { name, message } = thrown as Error;
    return { state, asked, http: lastHttp, error: { name, message } };
  }
}

/** The pipeline's quality step asks these two, with a bearer token. */
async function askAsPipeline(
  side: Side,
  state: string,
  asked: string,
  query: Record<string, string>,
) {
  const response = await plainFetch(
    `${side.url}/${asked.split('?')[0]}?${new URLSearchParams(query)}`,
    {
      headers: { authorization: `Bearer ${side.token}` },
    },
  );
  return { state, asked, http: await httpOf(response) };
}

async function askAll(side: Side): Promise<Answer[]> {
  const answers: Answer[] = [];
  const ask = async (
    state: string,
    project: string,
    apiKey: string | undefined,
  ) => {
    const config = new ConfigReader({
      sonarqube: { baseUrl: side.url, apiKey },
    });
    const instances = readInstances(config);
    const client = new SonarClient(instances.get('default')!);
    for (const [path, method] of CALLS) {
      answers.push(await attempt(state, path, () => client[method](project)));
    }
    const provider = new SonarQualityProvider(instances);
    const reading = await attempt(state, 'reading', () =>
      provider.read({ key: `default/${project}` }),
    );
    answers.push({ ...reading, http: undefined });
  };
  for (const [state, { project, analyses }] of Object.entries(side.states)) {
    await ask(state, project, side.token);
    const last = analyses.at(-1);
    if (!last) continue;
    answers.push(
      await askAsPipeline(side, state, 'api/ce/task', { id: last.taskId }),
      await askAsPipeline(
        side,
        state,
        'api/qualitygates/project_status?analysisId',
        { analysisId: last.analysisId },
      ),
    );
  }
  const known = side.states.passed;
  await ask('wrong key', 'careplane-no-such-project', side.token);
  await ask(
    'wrong token',
    known.project,
    'squ_0000000000000000000000000000000000000000',
  );
  await ask('no token', known.project, undefined);
  await ask('no permission', known.project, side.stranger);
  const blind = { ...side, token: side.stranger };
  const gone = 'AZ00000000000000-unknown';
  const [{ taskId, analysisId }] = known.analyses;
  const { analyses: later } = known;
  answers.push(
    await askAsPipeline(
      side,
      'first of two',
      'api/qualitygates/project_status?analysisId',
      { analysisId },
    ),
    await askAsPipeline(side, 'unknown id', 'api/ce/task', { id: gone }),
    await askAsPipeline(
      side,
      'unknown id',
      'api/qualitygates/project_status?analysisId',
      { analysisId: gone },
    ),
    await askAsPipeline(blind, 'no permission', 'api/ce/task', {
      id: later.at(-1)?.taskId ?? taskId,
    }),
    await askAsPipeline(
      blind,
      'no permission',
      'api/qualitygates/project_status?analysisId',
      { analysisId },
    ),
  );
  return answers;
}

/** What the real server measured at its last analysis of a project. */
async function measured(
  side: Side,
  project: string,
): Promise<Record<string, number>> {
  const metricKeys = [
    ...new Set([...GATE.map(({ metricKey }) => metricKey), ...METRICS]),
  ].join(',');
  const response = await plainFetch(
    `${side.url}/api/measures/component?${new URLSearchParams({
      component: project,
      metricKeys,
    })}`,
    { headers: { authorization: `Bearer ${side.token}` } },
  );
  const { component } = (await response.json()) as {
    component: {
      measures: {
        metric: string;
        value?: string;
        period?: { value: string };
      }[];
    };
  };
  return Object.fromEntries(
    component.measures.map(({ metric, value, period }) => [
      metric,
      Number(value ?? period?.value),
    ]),
  );
}

/** Brings the stand-in into the states of the real server. */
async function mirror(
  real: Side,
  server: SonarQubeServer,
  stranger: string,
): Promise<Side> {
  const states: Side['states'] = {};
  for (const [state, { project, gate, analyses }] of Object.entries(
    real.states,
  )) {
    server.projects.create(project, gate);
    const measures = await measured(real, project);
    const recorded = analyses.map(({ version, revision }) => {
      const { key, taskId } = server.projects.record(project, {
        measures,
        date: new Date(),
        revision,
        projectVersion: version,
      });
      return { version, revision, taskId, analysisId: key };
    });
    states[state] = { project, gate, analyses: recorded };
  }
  return { url: server.url, token: server.token, stranger, states };
}

async function main() {
  if (process.argv[2] === 'gate') {
    process.stdout.write(JSON.stringify(GATE));
    return;
  }
  const real: Side = JSON.parse(readFileSync(0, 'utf8'));
  const stranger = 'squ_stranger';
  const server = await startSonarQubeServer({
    port: 0,
    token: 'squ_proof',
    strangerToken: stranger,
  });
  try {
    const sandbox = await askAll(await mirror(real, server, stranger));
    process.stdout.write(JSON.stringify({ real: await askAll(real), sandbox }));
  } finally {
    await server.close();
  }
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
