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
}

export const deliveryProvidersExtensionPoint =
  createExtensionPoint<DeliveryProvidersExtensionPoint>({
    id: 'delivery.providers',
  });
