import type { Entity } from '@backstage/catalog-model';
import { ConflictError, InputError, toError } from '@backstage/errors';
import type {
  DeliveryProvidersExtensionPoint,
  ImageProvider,
  PipelineProvider,
  QualityProvider,
  SourceRef,
  StatusProvider,
} from '@careplane/backstage-plugin-delivery-node';

type AnyProvider = StatusProvider<unknown>;

/** A resource together with the provider that reads it. */
export interface ProvidedRef {
  provider: AnyProvider;
  ref: SourceRef;
}

/** The providers that modules added, by kind of fact. */
export class ProviderRegistry implements DeliveryProvidersExtensionPoint {
  readonly #pipelines: PipelineProvider[] = [];
  readonly #images: ImageProvider[] = [];
  readonly #quality: QualityProvider[] = [];
  #wake?: (key: string) => Promise<void>;

  addPipelineProvider(provider: PipelineProvider): void {
    this.#add(this.#pipelines, provider);
  }

  addImageProvider(provider: ImageProvider): void {
    this.#add(this.#images, provider);
  }

  addQualityProvider(provider: QualityProvider): void {
    this.#add(this.#quality, provider);
  }

  /** The plugin says who carries wake-ups out, once it has started. */
  onWake(listener: (key: string) => Promise<void>): void {
    this.#wake = listener;
  }

  async wake(key: string): Promise<void> {
    await this.#wake?.(key);
  }

  get pipelines(): readonly PipelineProvider[] {
    return this.#pipelines;
  }

  get images(): readonly ImageProvider[] {
    return this.#images;
  }

  get quality(): readonly QualityProvider[] {
    return this.#quality;
  }

  get all(): readonly AnyProvider[] {
    return [...this.#pipelines, ...this.#images, ...this.#quality];
  }

  #add<P extends { id: string }>(list: P[], provider: P): void {
    if (this.all.some(other => other.id === provider.id)) {
      throw new ConflictError(
        `A delivery provider '${provider.id}' is already installed.`,
      );
    }
    list.push(provider);
  }
}

/**
 * Resources that an entity names to some providers.
 *
 * @returns `error` instead of throwing where an annotation is malformed.
 */
export async function resolveRefs(
  providers: readonly AnyProvider[],
  entity: Entity,
): Promise<{ refs: ProvidedRef[]; error?: string }> {
  const refs: ProvidedRef[] = [];
  for (const provider of providers) {
    try {
      const found = await provider.resolve(entity);
      refs.push(...found.map(ref => ({ provider, ref })));
    } catch (thrown) {
      const error = toError(thrown);
      if (error.name !== InputError.name) throw error;
      return { refs: [], error: error.message };
    }
  }
  return { refs };
}
