import type {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  deliveryReadPermission,
  EntityDelivery,
  FailureCause,
  RefreshResult,
} from '@careplane/backstage-plugin-delivery-common';
import type { DefaultDeliveryService } from './DefaultDeliveryService';
import type { DeliveryService } from './types';

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
