import type {
  EnvironmentVariable,
  BuildPhaseType,
  Project,
  ProjectArtifacts,
  ProjectSource,
  StatusType,
} from '@aws-sdk/client-codebuild';

/** A project as it is stored: times are ISO 8601. */
export type ProjectRecord = Omit<Project, 'created' | 'lastModified'> & {
  name: string;
  arn: string;
  created: string;
  lastModified: string;
};

export interface PhaseRecord {
  type: BuildPhaseType;
  status?: StatusType;
  start: string;
  end?: string;
  contexts?: { statusCode: string; message: string }[];
}

/** Where a pipeline's artifact lies. */
export interface ArtifactLocation {
  name: string;
  bucket: string;
  key: string;
}

/** What a pipeline action hands to its build, and expects from it. */
export interface PipelineJob {
  /** Account of the pipeline, which may not be the build's. */
  account: string;
  inputs: ArtifactLocation[];
  primarySource: string;
  outputs: ArtifactLocation[];
  /** The revision behind the primary source. */
  revision?: string;
}

export interface BuildRecord {
  /** `<project>:<uuid>` */
  id: string;
  arn: string;
  account: string;
  project: string;
  buildNumber: number;
  status: StatusType;
  start: string;
  end?: string;
  phases: PhaseRecord[];
  initiator: string;
  sourceVersion?: string;
  resolvedSourceVersion?: string;
  source: ProjectSource;
  artifacts: ProjectArtifacts;
  environmentVariables: EnvironmentVariable[];
  exported: { name: string; value: string }[];
  serviceRole?: string;
  timeoutInMinutes: number;
  logGroup: string;
  logStream: string;
  pipeline?: PipelineJob;
  idempotencyToken?: string;
  stopRequested?: boolean;
}

export function buildUuid(build: { id: string }): string {
  return build.id.slice(build.id.indexOf(':') + 1);
}

/** The phase that made a build fail, or undefined. */
export function failedPhase(build: BuildRecord): PhaseRecord | undefined {
  return build.phases.find(
    phase => phase.status !== undefined && phase.status !== 'SUCCEEDED',
  );
}
