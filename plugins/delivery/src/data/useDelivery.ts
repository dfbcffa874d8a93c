import { useCallback, useSyncExternalStore } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import { deliveryApiRef } from '../api';
import type { DeliveryView } from './DeliveryStore';

/** The facts of the page's entity, shared by all cards. */
export function useDelivery(): DeliveryView & {
  entityRef: string;
  load(): void;
  refresh(): Promise<void>;
} {
  const { entity } = useEntity();
  const { store } = useApi(deliveryApiRef);
  const entityRef = stringifyEntityRef(entity);
  const view = useSyncExternalStore(
    useCallback(
      listener => store.subscribe(entityRef, listener),
      [store, entityRef],
    ),
    () => store.get(entityRef),
  );
  return {
    ...view,
    entityRef,
    load: useCallback(() => {
      store.load(entityRef);
    }, [store, entityRef]),
    refresh: useCallback(() => store.refresh(entityRef), [store, entityRef]),
  };
}
