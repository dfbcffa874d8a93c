import type { Measures } from './model';

export interface Report {
  projectKey: string;
  revision?: string;
  projectVersion?: string;
  measures: Measures;
}

/**
 * Reads what the sandbox's `sonar-scanner` sends. A real scanner sends a zip of
 * protocol buffers, which only a real server understands.
 *
 * @throws Error where it is not such a report.
 */
export function parseReport(body: string): Report {
  let report: Partial<Report>;
  try {
    report = JSON.parse(body);
  } catch {
    throw new Error('The sandbox takes reports of its own scanner only');
  }
  if (typeof report.projectKey !== 'string' || report.projectKey === '') {
    throw new Error('The report names no projectKey');
  }
  const measures = Object.entries(report.measures ?? {}).filter(
    (entry): entry is [string, number] => Number.isFinite(entry[1]),
  );
  return {
    projectKey: report.projectKey,
    revision: report.revision,
    projectVersion: report.projectVersion,
    measures: Object.fromEntries(measures),
  };
}
