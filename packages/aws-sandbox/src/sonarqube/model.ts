/** A measured value by metric key, as SonarQube's web API names metrics. */
export type Measures = Record<string, number>;

export interface Analysis {
  key: string;
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
  /** Oldest first. */
  analyses: Analysis[];
}

export interface GateCondition {
  metricKey: string;
  comparator: 'LT' | 'GT';
  errorThreshold: string;
  status: 'OK' | 'ERROR';
  actualValue: string;
}

export interface GateStatus {
  status: 'OK' | 'ERROR' | 'NONE';
  conditions: GateCondition[];
}

/**
 * The demo's quality gate. `LT 80` means that a value below 80 fails. It has
 * conditions on overall code, so that a first analysis has a result too.
 */
const GATE: readonly Omit<GateCondition, 'status' | 'actualValue'>[] = [
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
 * Decides the gate of one analysis. Conditions whose metric was not measured
 * do not appear, as in SonarQube; without any, the status is `NONE`.
 */
export function gateStatus(analysis: Analysis | undefined): GateStatus {
  if (!analysis) return { status: 'NONE', conditions: [] };
  const conditions = GATE.flatMap(condition => {
    const actual = analysis.measures[condition.metricKey];
    if (actual === undefined) return [];
    const threshold = Number(condition.errorThreshold);
    const fails =
      condition.comparator === 'LT' ? actual < threshold : actual > threshold;
    return [
      {
        status: fails ? ('ERROR' as const) : ('OK' as const),
        ...condition,
        actualValue: String(actual),
      },
    ];
  });
  if (conditions.length === 0) return { status: 'NONE', conditions };
  const failed = conditions.some(({ status }) => status === 'ERROR');
  return { status: failed ? 'ERROR' : 'OK', conditions };
}
