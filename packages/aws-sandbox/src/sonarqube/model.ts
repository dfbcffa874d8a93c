/** A measured value by metric key, as SonarQube's web API names metrics. */
export type Measures = Record<string, number>;

export interface Analysis {
  key: string;
  /** The background task that worked through the scanner's report. */
  taskId: string;
  /** ISO 8601 in UTC. */
  date: string;
  projectVersion?: string;
  revision?: string;
  measures: Measures;
}

export interface Project {
  key: string;
  name: string;
  branch: string;
  /** Its own quality gate; the demo's where it is missing. */
  gate?: readonly GateRule[];
  /** Oldest first. */
  analyses: Analysis[];
}

/** `LT 80` means that a value below 80 fails. */
export interface GateRule {
  metricKey: string;
  comparator: 'LT' | 'GT';
  errorThreshold: string;
}

export interface GateCondition extends GateRule {
  status: 'OK' | 'ERROR';
  actualValue: string;
}

export interface GateStatus {
  status: 'OK' | 'ERROR' | 'NONE';
  conditions: GateCondition[];
}

/**
 * The demo's quality gate. It has conditions on overall code, so that a first
 * analysis is judged too.
 */
export const GATE: readonly GateRule[] = [
  {
    metricKey: 'new_reliability_rating',
    comparator: 'GT',
    errorThreshold: '1',
  },
  { metricKey: 'new_security_rating', comparator: 'GT', errorThreshold: '1' },
  {
    metricKey: 'new_maintainability_rating',
    comparator: 'GT',
    errorThreshold: '1',
  },
  { metricKey: 'new_coverage', comparator: 'LT', errorThreshold: '80' },
  {
    metricKey: 'new_duplicated_lines_density',
    comparator: 'GT',
    errorThreshold: '3',
  },
  { metricKey: 'coverage', comparator: 'LT', errorThreshold: '60' },
  { metricKey: 'security_rating', comparator: 'GT', errorThreshold: '2' },
];

/**
 * Decides the gate of one analysis of a project (its last, where none is given)
 * as a real server does (26.9, seen with `npm run prove:sonarqube`): conditions
 * whose metric was not measured do not appear; an analysis that no condition
 * judges is `OK`; `NONE` means that there is no analysis.
 */
export function gateStatus(
  project: Project,
  analysis: Analysis | undefined = project.analyses.at(-1),
): GateStatus {
  if (!analysis) return { status: 'NONE', conditions: [] };
  const conditions = (project.gate ?? GATE).flatMap(condition => {
    const actual = analysis.measures[condition.metricKey];
    if (actual === undefined) return [];
    const threshold = Number(condition.errorThreshold);
    const fails =
      condition.comparator === 'LT' ? actual < threshold : actual > threshold;
    return [
      {
        status: fails ? ('ERROR' as const) : ('OK' as const),
        ...condition,
        actualValue: isPercentage(condition.metricKey)
          ? actual.toFixed(1)
          : String(actual),
      },
    ];
  });
  const failed = conditions.some(({ status }) => status === 'ERROR');
  return { status: failed ? 'ERROR' : 'OK', conditions };
}

/**
 * A measure as the web API writes it: percentages and ratings with one decimal
 * (`84.1`, `1.0`), counts without. A gate's condition writes a rating as `1`.
 */
export function measureText(metric: string, value: number): string {
  return isPercentage(metric) || metric.endsWith('_rating')
    ? value.toFixed(1)
    : String(value);
}

function isPercentage(metric: string): boolean {
  return /(?:coverage|density|reviewed|ratio)$/.test(metric);
}
