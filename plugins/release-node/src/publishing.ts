import type {
  Revision,
  RevisionConfiguration,
  TargetKind,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef, WriteContext, WriteResult } from './targets';

/** What a release is published from on a target that no stack publishes to. */
export interface PublishSource {
  component: string;
  releaseId: string;
  /** What is published has this hash, or nothing is published. */
  contentHash: string;
  /** Its manifest names the artifact; else it is taken from `from`. */
  published: boolean;
  /** What runs, or ran, it on an earlier stage. */
  from?: { arn: string; revision: Revision };
}

/** How far the publishing of one rollout has come. Reading it writes nothing. */
export interface Publication {
  /**
   * `code`: the artifact is not there yet. `revision`: it is, and no revision
   * is made of it. `busy`: AWS works on it. `nothing`: `revision` is made.
   */
  needs: 'code' | 'revision' | 'busy' | 'nothing';
  revision?: Revision;
  /** What is there now, which a write would replace. */
  contentHash?: string;
  /** Stands for everything besides the artifact that a revision would freeze. */
  fingerprint: string;
  /** Compare-and-swap of the next write, where AWS has one. */
  expected?: { revisionId?: string; codeSha256?: string };
}

/** What is read now and then of targets that no stack publishes to. */
export interface PublishFacts {
  /** How a revision that is published now would be configured. */
  becomes?: RevisionConfiguration;
  /** Aliases of the function that have provisioned concurrency. */
  provisioned?: string[];
}

/**
 * Publishes a release on one kind of target without a stack: the artifact is
 * copied by its hash, and a revision made of it that has no traffic yet.
 */
export interface PublisherPort {
  kind: TargetKind;
  /** What a promote depends on, read now and then. */
  facts?(target: TargetRef): Promise<PublishFacts>;
  /**
   * How far it has come. `made`: this rollout has asked for a revision already,
   * which is looked for by its mark (INV-10).
   */
  publication(
    target: TargetRef,
    source: PublishSource,
    rollout: { id: string; made: boolean },
  ): Promise<Publication>;
  /**
   * The one write that `publication.needs` names, guarded by what was read.
   *
   * @throws InputError where the artifact is not the one of `contentHash`, or
   *   cannot be published here; ConflictError for a lost race.
   */
  publish(
    target: TargetRef,
    source: PublishSource,
    publication: Publication,
    context: WriteContext,
  ): Promise<WriteResult & { revision?: Revision }>;
}
