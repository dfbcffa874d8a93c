import type {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  Entity,
  RELATION_OWNED_BY,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  deliveryReadPermission,
  EntityDelivery,
  FailingPipelines,
  FailureCause,
  RefreshResult,
} from '@careplane/backstage-plugin-delivery-common';
import type { DefaultDeliveryService } from './DefaultDeliveryService';
import type { DeliveryService } from './types';

/** Components of one person's groups that are looked at for failing pipelines. */
const MOST_COMPONENTS = 500;

/**
 * The one door to delivery facts: reads the entity with the caller's
 * credentials, so that catalog permissions hold, and then asks policy for
 * `delivery.read` on it.
 */
export class AuthorizedDeliveryService implements DeliveryService {
  readonly #inner: DefaultDeliveryService;
  readonly #catalog: CatalogService;
  readonly #permissions: PermissionsService;

  constructor(options: {
    inner: DefaultDeliveryService;
    catalog: CatalogService;
    permissions: PermissionsService;
  }) {
    this.#inner = options.inner;
    this.#catalog = options.catalog;
    this.#permissions = options.permissions;
  }

  async getEntityDelivery(
    entityRef: string,
    options: { credentials: BackstageCredentials },
  ): Promise<EntityDelivery> {
    return this.#inner.getEntityDelivery(
      await this.#readable(entityRef, options.credentials),
    );
  }

  async getFailingPipelines(
    owners: string[],
    options: { credentials: BackstageCredentials },
  ): Promise<FailingPipelines> {
    if (owners.length === 0) return { items: [], unknown: [] };
    const { items } = await this.#catalog.getEntities(
      {
        filter: {
          kind: 'Component',
          [`relations.${RELATION_OWNED_BY}`]: owners,
        },
        limit: MOST_COMPONENTS,
      },
      options,
    );
    const decisions = await this.#permissions.authorize(
      items.map(entity => ({
        permission: deliveryReadPermission,
        resourceRef: stringifyEntityRef(entity),
      })),
      options,
    );
    return this.#inner.getFailingPipelines(
      items.filter(
        (_, index) => decisions[index].result === AuthorizeResult.ALLOW,
      ),
    );
  }

  async refresh(
    entityRef: string,
    options: { credentials: BackstageCredentials },
  ): Promise<RefreshResult> {
    return this.#inner.refresh(
      await this.#readable(entityRef, options.credentials),
    );
  }

  async getFailureCause(
    request: { entityRef: string; pipelineArn: string; buildId: string },
    options: { credentials: BackstageCredentials },
  ): Promise<FailureCause> {
    const { entityRef, ...build } = request;
    return this.#inner.getFailureCause(
      await this.#readable(entityRef, options.credentials),
      build,
    );
  }

  async #readable(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<Entity> {
    const entity = await this.#catalog.getEntityByRef(entityRef, {
      credentials,
    });
    if (!entity) {
      throw new NotFoundError(
        `There is no entity '${entityRef}', or you may not see it.`,
      );
    }
    const [decision] = await this.#permissions.authorize(
      [
        {
          permission: deliveryReadPermission,
          resourceRef: stringifyEntityRef(entity),
        },
      ],
      { credentials },
    );
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError(
        `You lack the permission '${
          deliveryReadPermission.name
        }' on ${stringifyEntityRef(
          entity,
        )}. The portal's permission policy grants it.`,
      );
    }
    return entity;
  }
}
