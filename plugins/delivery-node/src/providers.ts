import type { Entity } from '@backstage/catalog-model';
import type {
  FailureCause,
  ImageStatus,
  PipelineStatus,
  QualityStatus,
} from '@careplane/backstage-plugin-delivery-common';

/** A resource that an entity's annotations name. */
export interface SourceRef {
  /** Stable key of the resource, for example its ARN. */
  key: string;
  /**
   * Readings of one lane run one after another, for example the same account
   * and region. Without a lane, the provider's id is the lane.
   */
  lane?: string;
}

/**
 * Reads one kind of facts from one vendor. `resolve` is pure; `read` is called
 * by the poller and by Refresh only, and throws Backstage errors.
 */
export interface StatusProvider<T> {
  id: string;
  /** Annotation keys of which any one configures this source. */
  annotations: string[];
  /** Resources named by the entity. Bad values throw `InputError`. */
  resolve(entity: Entity): Promise<SourceRef[]>;
  read(ref: SourceRef): Promise<T[]>;
}

export interface PipelineProvider extends StatusProvider<PipelineStatus> {
  /**
   * Why one build failed, read at the source. `key` is the pipeline's ARN. The
   * caller has checked that the pipeline ran this build.
   */
  cause(ref: SourceRef, buildId: string): Promise<FailureCause>;
}
export type ImageProvider = StatusProvider<ImageStatus>;
export type QualityProvider = StatusProvider<QualityStatus>;
