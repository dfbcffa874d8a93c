import { useApiHolder } from '@backstage/frontend-plugin-api';
import { entityPresentationApiRef } from '@backstage/plugin-catalog-react';
import { useEffect, useState } from 'react';

/** What people call these entities; the name in the ref until that is known. */
export function useNames(entityRefs: string[]): (entityRef: string) => string {
  const presentation = useApiHolder().get(entityPresentationApiRef);
  const [names, setNames] = useState<Record<string, string>>({});
  const key = entityRefs.join();
  useEffect(() => {
    if (!presentation) return undefined;
    let live = true;
    const keep = (ref: string, title: string) => {
      if (live) setNames(old => ({ ...old, [ref]: title }));
    };
    for (const ref of key ? key.split(',') : []) {
      presentation.forEntity(ref).promise.then(
        ({ primaryTitle }) => keep(ref, primaryTitle),
        // The name in the ref stays: it is right, only less friendly.
        () => undefined,
      );
    }
    return () => {
      live = false;
    };
  }, [key, presentation]);
  return ref => names[ref] ?? ref.replace(/^.*\//, '');
}
