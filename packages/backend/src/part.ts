import { InputError } from '@backstage/errors';

/** What this process serves: everything, all but releases, or releases alone. */
export type Part = 'all' | 'general' | 'release';

const PARTS = ['all', 'general', 'release'] as const;

/**
 * @param named - `CAREPLANE_PART`; everything where it is not set
 * @throws InputError on any other text: a typing error must not start a process
 * that lacks half of the portal
 */
export function partOf(named: string | undefined): Part {
  const part = PARTS.find(one => one === (named || 'all'));
  if (!part) {
    throw new InputError(
      `CAREPLANE_PART is '${named}'; it is one of ${PARTS.join(', ')}`,
    );
  }
  return part;
}
