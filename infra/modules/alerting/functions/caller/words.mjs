/** What may be said aloud and written down; anything else is not repeated. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/;
export const UNKNOWN = 'unknown';

/** @returns the name, or undefined for what may be somebody's words */
export const named = value =>
  typeof value === 'string' && NAME.test(value) ? value : undefined;
