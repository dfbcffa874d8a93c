import { gateStatus, measureText, type Analysis, type Project } from './model';
import type { ProjectStore } from './ProjectStore';

export interface ApiAnswer {
  status: number;
  body?: unknown;
}

type Handler = (query: URLSearchParams, store: ProjectStore) => ApiAnswer;

/** The read side of the web API that Careplane and pipelines use. */
export const READ_API: Record<string, Handler> = {
  'api/system/status': () =>
    ok({ id: 'careplane-sandbox', version: '26.9.0', status: 'UP' }),
  'api/authentication/validate': () => ok({ valid: true }),
  'api/qualitygates/project_status': (query, store) => {
    const analysisId = query.get('analysisId');
    if (analysisId) {
      const found = store.findAnalysis(analysisId);
      return found
        ? ok({ projectStatus: projectStatus(found.project, found.analysis) })
        : notFound(`Analysis with id '${analysisId}' is not found`);
    }
    return withProject(['Project', 'projectKey'], query, store, project =>
      ok({ projectStatus: projectStatus(project) }),
    );
  },
  'api/measures/component': (query, store) =>
    withProject(['Component key', 'component'], query, store, project => {
      const wanted = (query.get('metricKeys') ?? '').split(',').filter(Boolean);
      if (wanted.length === 0) {
        return failure(400, "The 'metricKeys' parameter is missing");
      }
      const measures = project.analyses.at(-1)?.measures ?? {};
      return ok({
        component: {
          ...component(project),
          measures: wanted.flatMap(metric =>
            measures[metric] === undefined
              ? []
              : [measure(metric, measures[metric])],
          ),
        },
      });
    }),
  'api/project_analyses/search': (query, store) =>
    withProject(['Component key', 'project'], query, store, project => {
      const pageSize = Number(query.get('ps') ?? 100);
      const page = Number(query.get('p') ?? 1);
      const newestFirst = [...project.analyses].reverse();
      return ok({
        paging: { pageIndex: page, pageSize, total: newestFirst.length },
        analyses: newestFirst
          .slice((page - 1) * pageSize, page * pageSize)
          .map(analysis => ({
            key: analysis.key,
            date: sonarDate(analysis.date),
            events: [],
            projectVersion: analysis.projectVersion ?? 'not provided',
            manualNewCodePeriodBaseline: false,
            revision: analysis.revision,
          })),
      });
    }),
  'api/components/show': (query, store) =>
    withProject(['Component key', 'component'], query, store, project =>
      ok({
        component: {
          ...component(project),
          analysisDate: lastDate(project),
          version: project.analyses.at(-1)?.projectVersion,
        },
        ancestors: [],
      }),
    ),
  'api/project_branches/list': (query, store) =>
    withProject(['Project', 'project'], query, store, project =>
      ok({
        branches: [
          {
            name: project.branch,
            isMain: true,
            type: 'BRANCH',
            status: branchStatus(project),
            analysisDate: lastDate(project),
            excludedFromPurge: true,
          },
        ],
      }),
    ),
  'api/ce/task': (query, store) => {
    const id = query.get('id') ?? '';
    const found = store.findTask(id);
    return found
      ? ok({
          task: {
            id,
            type: 'REPORT',
            componentKey: found.project.key,
            status: 'SUCCESS',
            analysisId: found.analysis.key,
          },
        })
      : notFound(`No activity found for task '${id}'`);
  },
};

function projectStatus(project: Project, analysis?: Analysis) {
  const { status, conditions } = gateStatus(project, analysis);
  return {
    status,
    conditions,
    ...(status === 'NONE' ? {} : { ignoredConditions: false }),
    caycStatus: 'non-compliant',
  };
}

function branchStatus(project: Project) {
  const { status } = gateStatus(project);
  return status === 'NONE' ? {} : { qualityGateStatus: status };
}

/** How the endpoints of a real server call a project that is not there. */
type Noun = 'Component key' | 'Project';

function withProject(
  [noun, parameter]: readonly [Noun, string],
  query: URLSearchParams,
  store: ProjectStore,
  answer: (project: Project) => ApiAnswer,
): ApiAnswer {
  const key = query.get(parameter);
  if (!key) return failure(400, `The '${parameter}' parameter is missing`);
  const project = store.get(key);
  return project ? answer(project) : notFound(`${noun} '${key}' not found`);
}

function component(project: Project) {
  return { key: project.key, name: project.name, qualifier: 'TRK' };
}

function measure(metric: string, value: number) {
  return metric.startsWith('new_')
    ? { metric, period: { index: 1, value: measureText(metric, value) } }
    : { metric, value: measureText(metric, value) };
}

function lastDate(project: Project): string | undefined {
  const last = project.analyses.at(-1);
  return last && sonarDate(last.date);
}

/** SonarQube writes `2026-11-23T20:15:00+0000`: no milliseconds, no colon. */
function sonarDate(iso: string): string {
  return iso.replace(/\.\d+Z$|Z$/, '+0000');
}

function ok(body: unknown): ApiAnswer {
  return { status: 200, body };
}

function notFound(message: string): ApiAnswer {
  return failure(404, message);
}

export function failure(status: number, message: string): ApiAnswer {
  return { status, body: { errors: [{ msg: message }] } };
}
