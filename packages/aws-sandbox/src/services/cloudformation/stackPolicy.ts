/** What an update does to a resource, as stack policies name it. */
export type PolicyAction = 'Update:Modify' | 'Update:Replace' | 'Update:Delete';

interface Statement {
  Effect: string;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

const list = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : [value].flat();

const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
    'i',
  ).test(text);

const matchesAny = (patterns: string[], text: string) =>
  patterns.some(pattern => matches(pattern, text));

function applies(
  statement: Statement,
  action: PolicyAction,
  logicalId: string,
  type: string,
): boolean {
  const resource = `LogicalResourceId/${logicalId}`;
  const onAction = statement.NotAction
    ? !matchesAny(list(statement.NotAction), action)
    : matchesAny(list(statement.Action), action);
  const onResource = statement.NotResource
    ? !matchesAny(list(statement.NotResource), resource)
    : matchesAny(list(statement.Resource), resource);
  const types = Object.values(statement.Condition ?? {}).flatMap(test =>
    list(test.ResourceType),
  );
  return (
    onAction && onResource && (types.length === 0 || matchesAny(types, type))
  );
}

/**
 * Why the policy forbids the act, or undefined when it allows it. Once a stack
 * has a policy, what no statement allows is denied, and a deny wins.
 */
export function deniedBy(
  policy: string | undefined,
  action: PolicyAction,
  logicalId: string,
  type: string,
): string | undefined {
  if (!policy) return undefined;
  const body = JSON.parse(policy) as { Statement: Statement | Statement[] };
  const statements = [body.Statement].flat();
  const hits = statements
    .map((statement, index) => [statement, index + 1] as const)
    .filter(([statement]) => applies(statement, action, logicalId, type));
  const denied = hits.find(([statement]) => statement.Effect === 'Deny');
  if (!denied && hits.some(([statement]) => statement.Effect === 'Allow')) {
    return undefined;
  }
  return `Action denied by stack policy: Statement [#${
    denied?.[1] ?? 0
  }] does not allow [${action}] for resource [LogicalResourceId/${logicalId}]`;
}

/** Throws a plain Error when the text is not a stack policy. */
export function checkPolicy(policy: string): void {
  const body = JSON.parse(policy) as { Statement?: unknown };
  const statements = [body.Statement].flat() as Partial<Statement>[];
  for (const statement of statements) {
    if (statement?.Effect !== 'Allow' && statement?.Effect !== 'Deny') {
      throw new Error('Statement needs an Effect of Allow or Deny');
    }
  }
}
