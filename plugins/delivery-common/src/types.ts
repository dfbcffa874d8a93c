/**
 * Wire types of the delivery plugin. Times are ISO 8601 in UTC, durations in
 * seconds, sizes in bytes.
 */

/** `pending`: configured, and not read for the first time yet. */
export type BlockState =
  | 'ok'
  | 'pending'
  | 'stale'
  | 'empty'
  | 'not-configured'
  | 'denied'
  | 'error';

/** One source's facts with the state of knowing them. */
export interface Block<T> {
  state: BlockState;
  /** When the facts were read at the source. */
  asOf?: string;
  /** What failed, what still works, what to do. */
  message?: string;
  /** `not-configured`: annotations that would configure it. */
  missingAnnotations?: string[];
  /** `denied`: the IAM action or permission that is missing. */
  missingPermission?: string;
  /** `denied`: who lacks it, and who can grant it. */
  deniedTo?: string;
  items: T[];
}

export type ActionState =
  | 'succeeded'
  | 'failed'
  | 'in-progress'
  | 'stopped'
  | 'abandoned'
  | 'not-run'
  | 'unknown';

export interface PipelineAction {
  stage: string;
  name: string;
  category: string;
  provider: string;
  state: ActionState;
  startedAt?: string;
  endedAt?: string;
  durationSeconds?: number;
  revision?: string;
  /** One line, redacted. */
  error?: string;
  url?: string;
  /** CodeBuild build id where the action has one: its log can be opened. */
  buildId?: string;
}

export interface PipelineExecution {
  id: string;
  state: ActionState;
  startedAt?: string;
  endedAt?: string;
  durationSeconds?: number;
  trigger?: string;
  revision?: string;
  revisionSummary?: string;
}

export interface PipelineStage {
  name: string;
  state: ActionState;
  actions: PipelineAction[];
  /** Set while the inbound transition is disabled. */
  transitionDisabledReason?: string;
}

export interface PipelineStatus {
  arn: string;
  name: string;
  url: string;
  state: ActionState;
  execution?: PipelineExecution;
  stages: PipelineStage[];
  recent: PipelineExecution[];
  lastSuccess?: PipelineExecution;
}

/** Where and why a failed action failed, read on demand and not stored. */
export interface FailureCause {
  buildId: string;
  phase?: string;
  message?: string;
  /** The first line of the log that says what is wrong, redacted. */
  firstErrorLine?: string;
  /** The test or file that this line is about, redacted. */
  firstErrorOf?: string;
  /** At most 200 redacted lines. */
  logTail: string[];
  truncated: boolean;
  commit?: string;
  lastGreen?: { executionId: string; revision?: string; at?: string };
  url?: string;
  /** Why there is no log: not sent, expired or not readable. */
  logUnavailable?: string;
}

export interface QualityCondition {
  metric: string;
  title: string;
  state: 'ok' | 'error' | 'unknown';
  actual?: string;
  threshold?: string;
  comparator?: 'GT' | 'LT' | 'EQ' | 'NE';
}

export interface QualityStatus {
  projectKey: string;
  instance: string;
  /** `none`: analysed, but the project has no gate result yet. */
  gate: 'passed' | 'failed' | 'none' | 'unknown';
  /** Failing conditions first. */
  conditions: QualityCondition[];
  ratings: {
    reliability?: string;
    security?: string;
    maintainability?: string;
  };
  measures: {
    coverage?: number;
    duplications?: number;
    hotspotsReviewed?: number;
  };
  branch?: string;
  analysedAt?: string;
  revision?: string;
  url: string;
}

export interface ImageStatus {
  repositoryArn: string;
  repositoryName: string;
  digest: string;
  tags: string[];
  pushedAt?: string;
  sizeBytes?: number;
  /** `not-scanned` is not clean. */
  scan:
    | 'complete'
    | 'in-progress'
    | 'failed'
    | 'not-scanned'
    | 'unsupported'
    | 'unknown';
  scannedAt?: string;
  severities?: Partial<
    Record<
      'critical' | 'high' | 'medium' | 'low' | 'informational' | 'undefined',
      number
    >
  >;
  url: string;
}

export interface EntityDelivery {
  entityRef: string;
  pipelines: Block<PipelineStatus>;
  quality: Block<QualityStatus>;
  images: Block<ImageStatus>;
}

/** A pipeline whose last run failed, of a component that somebody owns. */
export interface FailingPipeline {
  entityRef: string;
  /** Of the component. */
  title: string;
  pipelineArn: string;
  pipelineName: string;
  /** The first stage that failed. */
  stage?: string;
  /** When the failed run ended, else when it began. */
  at?: string;
  revisionSummary?: string;
}

/** Failing pipelines of some owners, the latest failure first. */
export interface FailingPipelines {
  items: FailingPipeline[];
  /** Components whose pipelines could not be read: nothing is said of them. */
  unknown: {
    entityRef: string;
    title: string;
    /** Not read yet at all, as right after the start. */
    pending?: boolean;
  }[];
}

/** Answer to a Refresh: readings go on after it. */
export interface RefreshResult {
  /** Resources that are being read now. */
  started: number;
  /** Resources whose last or running reading is shared. */
  shared: number;
}
