import type {
  QualityCondition,
  QualityStatus,
} from '@careplane/backstage-plugin-delivery-common';
import type { SonarInstance } from './instances';
import type {
  SonarAnalysis,
  SonarBranch,
  SonarComponent,
  SonarMeasure,
  SonarProjectStatus,
} from './SonarClient';

/** Everything that SonarQube says about one project. */
export interface QualityFacts {
  instance: SonarInstance;
  component: SonarComponent;
  status: SonarProjectStatus;
  measures: SonarMeasure[];
  analysis?: SonarAnalysis;
  branches: SonarBranch[];
}

const GATES: Record<string, QualityStatus['gate']> = {
  OK: 'passed',
  ERROR: 'failed',
  // Servers before 7.6 warned; a warned gate let the build pass.
  WARN: 'passed',
  NONE: 'none',
};

const CONDITIONS: Record<string, QualityCondition['state']> = {
  OK: 'ok',
  WARN: 'ok',
  ERROR: 'error',
};

/** Failing first, then those whose value is unknown. */
const ORDER: QualityCondition['state'][] = ['error', 'unknown', 'ok'];

const COMPARATORS = ['GT', 'LT', 'EQ', 'NE'] as const;

const TITLES: Record<string, string> = {
  duplicated_lines_density: 'Duplicated lines',
  security_hotspots_reviewed: 'Security hotspots reviewed',
  sqale_rating: 'Maintainability rating',
  maintainability_rating: 'Maintainability rating',
  software_quality_maintainability_rating: 'Maintainability rating',
  software_quality_reliability_rating: 'Reliability rating',
  software_quality_security_rating: 'Security rating',
  violations: 'Issues',
};

function titleOf(metric: string): string {
  const onNewCode = metric.startsWith('new_');
  const key = onNewCode ? metric.slice('new_'.length) : metric;
  const words = key.replace(/_/g, ' ');
  const title =
    TITLES[key] ??
    `${words[0]?.toLocaleUpperCase('en') ?? ''}${words.slice(1)}`;
  return onNewCode ? `${title} on new code` : title;
}

/** SonarQube counts ratings from 1 (A, best) to 5 (E). */
function ratingOf(value: string | undefined): string | undefined {
  const number = Math.round(Number(value));
  return value !== undefined ? 'ABCDE'[number - 1] : undefined;
}

function withUnit(
  metric: string,
  value: string | undefined,
): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (/rating$/.test(metric)) return ratingOf(value) ?? value;
  if (!/(?:coverage|density|reviewed|ratio)$/.test(metric)) return value;
  const number = Number(value);
  return Number.isFinite(number) ? `${Math.round(number * 10) / 10} %` : value;
}

function toConditions(status: SonarProjectStatus): QualityCondition[] {
  return status.conditions
    .map(condition => ({
      metric: condition.metricKey,
      title: titleOf(condition.metricKey),
      state: CONDITIONS[condition.status] ?? 'unknown',
      actual: withUnit(condition.metricKey, condition.actualValue),
      threshold: withUnit(condition.metricKey, condition.errorThreshold),
      comparator: COMPARATORS.find(one => one === condition.comparator),
    }))
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}

/**
 * A real server says OK where no condition could judge anything: after a first
 * analysis, when the gate asks about new code alone. That is no passed gate.
 */
function toGate({
  status,
  conditions,
}: SonarProjectStatus): QualityStatus['gate'] {
  const gate = GATES[status] ?? 'unknown';
  return gate === 'passed' && conditions.length === 0 ? 'none' : gate;
}

/** SonarQube writes `+0000` where ISO 8601 wants `Z` or a colon. */
function toIso(date: string | undefined): string | undefined {
  if (!date) return undefined;
  const time = new Date(date.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** Turns SonarQube's answers into the facts that are stored and shown. */
export function toQualityStatus(facts: QualityFacts): QualityStatus {
  const { instance, component, status, analysis } = facts;
  const value = (metric: string) =>
    facts.measures.find(one => one.metric === metric)?.value;
  const number = (metric: string) => {
    const text = value(metric);
    return text === undefined ? undefined : Number(text);
  };
  return {
    projectKey: component.key,
    instance: instance.name,
    gate: toGate(status),
    conditions: toConditions(status),
    ratings: {
      reliability: ratingOf(value('reliability_rating')),
      security: ratingOf(value('security_rating')),
      maintainability: ratingOf(value('sqale_rating')),
    },
    measures: {
      coverage: number('coverage'),
      duplications: number('duplicated_lines_density'),
      hotspotsReviewed: number('security_hotspots_reviewed'),
    },
    branch: facts.branches.find(branch => branch.isMain)?.name,
    analysedAt: toIso(analysis?.date ?? component.analysisDate),
    revision: analysis?.revision,
    url: `${instance.externalBaseUrl}/dashboard?id=${encodeURIComponent(
      component.key,
    )}`,
  };
}
