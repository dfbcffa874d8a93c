import type { RolloutSummary } from './rollouts';
import type { BlockState, Stage, TargetBlock, TargetKind } from './targets';

/** An immutable artifact with the template it was built with. */
export interface Release {
  /** Hex SHA-256 over kind, artifact hash and template hash. */
  id: string;
  component: string;
  /** A label. Identity is `id`. */
  version: string;
  kind: TargetKind;
  commit: { id: string; message?: string; author?: string };
  builtAt: string;
  pipeline?: { arn: string; executionId: string };
  artifact:
    | { type: 'zip'; codeSha256: string }
    | { type: 'image'; repositoryArn: string; digest: string; tags: string[] };
  /** The quality gate's word in the build that published it. */
  quality?: { projectKey: string; status: string; at?: string } | null;
  /** What its pipeline said of the database; missing for a service without one. */
  database?: ReleaseDatabase | null;
  quarantine?: { reason: string; by: string; at: string };
  /**
   * Nobody published it: it was found running there, and its content is known
   * by hash alone. It has no template, no commit and no build.
   */
  found?: { stage: string; revisionId: string };
  /** By stage, in their order: what it became there, and by which hash. */
  proof?: ReleaseProof[];
  /** Stage names on which this release runs now. */
  runsOn: string[];
  /** Stage names on which this release ran before. */
  ranOn: string[];
}

/** That a stage runs, or ran, this very artifact. */
export interface ReleaseProof {
  stage: string;
  revisionId: string;
  /** As AWS states it for the revision. */
  contentHash: string;
  configHash?: string;
  /** Whether it is the hash of the release. */
  matches: boolean;
}

/** The range of schemas that a release works with (INV-37). */
export interface ReleaseDatabase {
  /** Liquibase tag that its code needs at least. */
  requiresSchema?: string;
  /**
   * Changesets of the contract phase in its changelog: what they take away, code
   * from before them may still need.
   */
  contracts: string[];
}

/** What the caller may do on one stage, and who may where the caller may not. */
export interface StagePermissions {
  stage: string;
  acts: Record<
    ReleaseAct,
    { allowed: boolean; reason?: string; grantedTo: string[] }
  >;
}

export type ReleaseAct =
  | 'promote'
  | 'rollback'
  | 'approve'
  | 'lift-hold'
  | 'quarantine'
  | 'waive'
  | 'retry-pipeline';

/** Everything the Releases tab of one entity needs, read from the database. */
export interface EntityReleases {
  entityRef: string;
  stages: Stage[];
  targets: TargetBlock[];
  releases: Release[];
  releasesAsOf?: string;
  releasesState: BlockState;
  releasesMessage?: string;
  permissions: StagePermissions[];
  rollouts: RolloutSummary[];
}
