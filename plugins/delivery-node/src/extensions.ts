import { createExtensionPoint } from '@backstage/backend-plugin-api';
import type {
  ImageProvider,
  PipelineProvider,
  QualityProvider,
} from './providers';

/** Where vendor modules add their sources. */
export interface DeliveryProvidersExtensionPoint {
  addPipelineProvider(provider: PipelineProvider): void;
  addImageProvider(provider: ImageProvider): void;
  addQualityProvider(provider: QualityProvider): void;
  /**
   * Something is said to have changed: the resource with this key is read soon,
   * if an entity names it. A hint only; without it polling finds the change.
   */
  wake(key: string): Promise<void>;
}

export const deliveryProvidersExtensionPoint =
  createExtensionPoint<DeliveryProvidersExtensionPoint>({
    id: 'delivery.providers',
  });
