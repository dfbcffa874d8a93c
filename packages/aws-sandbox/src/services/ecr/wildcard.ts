/** A wildcard pattern of ECR: `*` stands for any characters. */
export function matches(pattern: string, tag: string): boolean {
  const parts = pattern
    .split('*')
    .map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(tag);
}
