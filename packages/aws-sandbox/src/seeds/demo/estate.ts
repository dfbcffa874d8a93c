import type { Measures } from '../../sonarqube';

/** Which template a service of the demo estate is rendered from. */
export type ServiceKind = 'lambda-api' | 'fargate-service';

/** A commit whose pipeline published a release. */
export interface SeedRelease {
  version: string;
  message: string;
  author: string;
  daysAgo: number;
  measures: Measures;
  /** Findings that the image's scan reports, by severity. */
  findings?: Partial<Record<'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW', number>>;
}

/** A move of one stage's target to a release. */
export interface SeedMove {
  stage: 'dev' | 'qa' | 'prod';
  version: string;
  daysAgo: number;
  /** Person that AWS recorded; the pipeline where it is missing. */
  by?: string;
}

export interface SeedService {
  name: string;
  title: string;
  description: string;
  kind: ServiceKind;
  system: string;
  owner: string;
  releases: readonly SeedRelease[];
  moves: readonly SeedMove[];
  /** A last commit whose pipeline fails in this stage. */
  failingCommit?: {
    message: string;
    author: string;
    daysAgo: number;
    stage: 'Build' | 'Quality';
  };
  /** Who shifts traffic step by step; Careplane itself by default. */
  trafficShifting?: 'codedeploy' | 'careplane';
  /** A person who moved prod by hand, outside of Careplane. */
  outsideMove?: { version: string; daysAgo: number; by: string };
}

const GOOD: Measures = {
  ncloc: 412,
  coverage: 88.4,
  new_coverage: 91.2,
  new_duplicated_lines_density: 0.6,
  duplicated_lines_density: 1.1,
  security_rating: 1,
  reliability_rating: 1,
  sqale_rating: 1,
  new_security_rating: 1,
  new_reliability_rating: 1,
  new_maintainability_rating: 1,
  security_hotspots_reviewed: 100,
};

const MAYA = 'Maya Chen';
const JONAS = 'Jonas Weber';
const LEILA = 'Leila Haddad';

/**
 * The demo estate: a small telehealth company. Made up, with nothing of a real
 * person in it.
 */
export const DEMO_ESTATE: readonly SeedService[] = [
  {
    name: 'visit-api',
    title: 'Visit API',
    description: 'Schedules video visits and answers for their state',
    kind: 'lambda-api',
    system: 'virtual-visits',
    owner: 'group:default/virtual-care',
    releases: [
      {
        version: '1.3.0',
        message: 'Offer the next free slot first',
        author: MAYA,
        daysAgo: 34,
        measures: GOOD,
      },
      {
        version: '1.4.0',
        message: 'Answer cancelled visits with their reason',
        author: JONAS,
        daysAgo: 21,
        measures: GOOD,
      },
      {
        version: '1.5.0',
        message: 'Keep a slot for ten minutes while a visit is booked',
        author: MAYA,
        daysAgo: 9,
        measures: GOOD,
      },
      {
        version: '1.6.0',
        message: 'Return the time zone of a visit',
        author: LEILA,
        daysAgo: 2,
        measures: GOOD,
      },
    ],
    moves: [
      { stage: 'qa', version: '1.3.0', daysAgo: 33 },
      { stage: 'prod', version: '1.3.0', daysAgo: 31 },
      { stage: 'qa', version: '1.4.0', daysAgo: 20 },
      { stage: 'prod', version: '1.4.0', daysAgo: 18 },
      { stage: 'qa', version: '1.5.0', daysAgo: 8 },
    ],
  },
  {
    name: 'triage-rules',
    title: 'Triage rules',
    description: 'Suggests the level of care from answers to a questionnaire',
    kind: 'lambda-api',
    trafficShifting: 'codedeploy',
    system: 'virtual-visits',
    owner: 'group:default/virtual-care',
    releases: [
      {
        version: '2.1.0',
        message: 'Ask about duration before severity',
        author: JONAS,
        daysAgo: 28,
        measures: GOOD,
      },
      {
        version: '2.2.0',
        message: 'Send chest pain to the nurse line at once',
        author: MAYA,
        daysAgo: 12,
        measures: GOOD,
      },
    ],
    moves: [
      { stage: 'qa', version: '2.1.0', daysAgo: 27 },
      { stage: 'prod', version: '2.1.0', daysAgo: 25 },
      { stage: 'qa', version: '2.2.0', daysAgo: 11 },
      { stage: 'prod', version: '2.2.0', daysAgo: 10 },
    ],
    outsideMove: { version: '2.1.0', daysAgo: 0.3, by: 'console-user' },
  },
  {
    name: 'video-gateway',
    title: 'Video gateway',
    description: 'Hands out rooms and tokens for video visits',
    kind: 'fargate-service',
    system: 'virtual-visits',
    owner: 'group:default/virtual-care',
    releases: [
      {
        version: '3.0.0',
        message: 'One room per visit',
        author: LEILA,
        daysAgo: 26,
        measures: GOOD,
        findings: { LOW: 2 },
      },
      {
        version: '3.1.0',
        message: 'Reconnect after a lost network',
        author: LEILA,
        daysAgo: 4,
        measures: GOOD,
        findings: { CRITICAL: 2, HIGH: 3, MEDIUM: 4 },
      },
    ],
    moves: [
      { stage: 'qa', version: '3.0.0', daysAgo: 25 },
      { stage: 'prod', version: '3.0.0', daysAgo: 23 },
    ],
  },
  {
    name: 'claims-api',
    title: 'Claims API',
    description: 'Shows members the state of their claims',
    kind: 'lambda-api',
    trafficShifting: 'codedeploy',
    system: 'care-navigation',
    owner: 'group:default/navigation',
    releases: [
      {
        version: '1.40.0',
        message: 'Page through claims',
        author: JONAS,
        daysAgo: 30,
        measures: GOOD,
      },
      {
        version: '1.41.0',
        message: 'Explain a denied claim in words',
        author: LEILA,
        daysAgo: 16,
        measures: GOOD,
      },
    ],
    moves: [
      { stage: 'qa', version: '1.40.0', daysAgo: 29 },
      { stage: 'prod', version: '1.40.0', daysAgo: 27 },
      { stage: 'qa', version: '1.41.0', daysAgo: 15 },
    ],
    failingCommit: {
      message: 'Fix rounding of co-payments',
      author: MAYA,
      daysAgo: 1,
      stage: 'Quality',
    },
  },
  {
    name: 'intake-worker',
    title: 'Intake worker',
    description: 'Checks intake forms for completeness',
    kind: 'lambda-api',
    system: 'care-navigation',
    owner: 'group:default/virtual-care',
    releases: [
      {
        version: '0.8.0',
        message: 'Check the insurance number format',
        author: MAYA,
        daysAgo: 22,
        measures: GOOD,
      },
      {
        version: '0.9.0',
        message: 'Name every missing field at once',
        author: JONAS,
        daysAgo: 6,
        measures: GOOD,
      },
    ],
    moves: [
      { stage: 'qa', version: '0.8.0', daysAgo: 21 },
      { stage: 'prod', version: '0.8.0', daysAgo: 19 },
      { stage: 'qa', version: '0.9.0', daysAgo: 5 },
    ],
    failingCommit: {
      message: 'Accept forms in Spanish',
      author: LEILA,
      daysAgo: 0.5,
      stage: 'Build',
    },
  },
  {
    name: 'eligibility-web',
    title: 'Eligibility site',
    description: 'Tells members what their plan covers',
    kind: 'fargate-service',
    system: 'care-navigation',
    owner: 'group:default/navigation',
    releases: [
      {
        version: '5.2.0',
        message: 'Show deductibles by family member',
        author: LEILA,
        daysAgo: 24,
        measures: GOOD,
        findings: {},
      },
      {
        version: '5.3.0',
        message: 'Explain in-network in one sentence',
        author: MAYA,
        daysAgo: 13,
        measures: GOOD,
        findings: { LOW: 1 },
      },
      {
        version: '5.4.0',
        message: 'Add a print view',
        author: LEILA,
        daysAgo: 3,
        measures: GOOD,
        findings: { LOW: 1 },
      },
    ],
    moves: [
      { stage: 'qa', version: '5.2.0', daysAgo: 23 },
      { stage: 'prod', version: '5.2.0', daysAgo: 20 },
      { stage: 'qa', version: '5.3.0', daysAgo: 12 },
      { stage: 'prod', version: '5.3.0', daysAgo: 10 },
      { stage: 'qa', version: '5.4.0', daysAgo: 2 },
    ],
  },
];
