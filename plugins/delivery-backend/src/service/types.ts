import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type {
  EntityDelivery,
  FailingPipelines,
  FailureCause,
  RefreshResult,
} from '@careplane/backstage-plugin-delivery-common';

/**
 * What HTTP and actions offer. Each call reads the entity with the caller's
 * credentials.
 *
 * @throws NotFoundError when the entity does not exist for the caller.
 * @throws NotAllowedError when policy denies `delivery.read` on it.
 */
export interface DeliveryService {
  /** From the database only; no source is called. */
  getEntityDelivery(
    entityRef: string,
    options: { credentials: BackstageCredentials },
  ): Promise<EntityDelivery>;

  /**
   * Failing pipelines of the components of some owners, as far as the caller
   * may see them. From the database only, in one query.
   */
  getFailingPipelines(
    owners: string[],
    options: { credentials: BackstageCredentials },
  ): Promise<FailingPipelines>;

  /** Starts readings of what the entity names, unless just read. */
  refresh(
    entityRef: string,
    options: { credentials: BackstageCredentials },
  ): Promise<RefreshResult>;

  /**
   * Reads at the source why a build failed; nothing of it is stored.
   *
   * @throws NotFoundError when the pipeline is not the entity's, or did not run
   *   this build lately.
   */
  getFailureCause(
    request: { entityRef: string; pipelineArn: string; buildId: string },
    options: { credentials: BackstageCredentials },
  ): Promise<FailureCause>;
}
