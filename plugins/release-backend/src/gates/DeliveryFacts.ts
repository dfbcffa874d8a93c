import type {
  AuthService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import type {
  DeliveryApi,
  EntityDelivery,
} from '@careplane/backstage-plugin-delivery-common';

const FRESH_MS = 20_000;

/**
 * What delivery knows of an entity, asked over HTTP: on behalf of the person
 * who asks, with own credentials only in background work.
 */
export class DeliveryFacts {
  readonly #auth: AuthService;
  readonly #client: DeliveryApi;
  readonly #cache = new Map<string, { at: number; facts: EntityDelivery }>();

  constructor(options: { auth: AuthService; client: DeliveryApi }) {
    this.#auth = options.auth;
    this.#client = options.client;
  }

  async of(
    entityRef: string,
    credentials?: BackstageCredentials,
  ): Promise<EntityDelivery | { unavailable: string }> {
    const cached = credentials ? undefined : this.#cache.get(entityRef);
    if (cached && Date.now() - cached.at < FRESH_MS) return cached.facts;
    try {
      const { token } = await this.#auth.getPluginRequestToken({
        onBehalfOf:
          credentials ?? (await this.#auth.getOwnServiceCredentials()),
        targetPluginId: 'delivery',
      });
      const facts = await this.#client.getEntityDelivery(entityRef, {
        token,
        signal: AbortSignal.timeout(10_000),
      });
      if (!credentials) this.#cache.set(entityRef, { at: Date.now(), facts });
      return facts;
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      return {
        unavailable: `The delivery plugin did not answer (${name}), so this cannot be told.`,
      };
    }
  }
}
