/** The ranges that mean everybody. */
export const ANYWHERE = new Set(['0.0.0.0/0', '::/0']);
