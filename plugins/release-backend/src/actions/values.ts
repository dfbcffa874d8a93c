import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';

/** An entity ref in full, `component:default/` being understood. */
export const entityRefOf = (text: string): string =>
  stringifyEntityRef(
    parseEntityRef(text, {
      defaultKind: 'component',
      defaultNamespace: 'default',
    }),
  );

/** Wire types have no index signature; JSON has. */
export const plain = (value: object) => JSON.parse(JSON.stringify(value));
