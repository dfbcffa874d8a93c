import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';

/**
 * An entity ref in full, `component:default/` being understood.
 *
 * @throws InputError where it is none.
 */
export function entityRefOf(text: string): string {
  try {
    return stringifyEntityRef(
      parseEntityRef(text, {
        defaultKind: 'component',
        defaultNamespace: 'default',
      }),
    );
  } catch {
    throw new InputError(
      `'${text.slice(
        0,
        100,
      )}' is no entity ref. One looks like component:default/visit-api.`,
    );
  }
}
