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
  cause(ref: SourceRef, buildId: string): Promise<FailureCause>;
}
export type ImageProvider = StatusProvider<ImageStatus>;
export type QualityProvider = StatusProvider<QualityStatus>;
