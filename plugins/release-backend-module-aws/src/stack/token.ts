import { createHash } from 'node:crypto';

/**
 * CloudFormation carries out a token once and forgets later calls with it, so a
 * token stands for one act on one state: sent again it is harmless, and another
 * act never has the same.
 */
export function tokenOf(...act: unknown[]): string {
  const hash = createHash('sha256').update(JSON.stringify(act)).digest('hex');
  return `cp-${hash.slice(0, 32)}`;
}
