// `aws_iam_policy_document` as the provider renders it: one statement per
// block, single values unwrapped, source documents first, overrides by Sid last.

/**
 * @param config - the data source's configuration, all of it known
 * @returns {string} the policy document as JSON
 */
export function renderPolicyDocument(config) {
  const sources = [
    ...(config.source_json ? [config.source_json] : []),
    ...(config.source_policy_documents ?? []),
  ].map(parse);
  const overrides = [
    ...(config.override_policy_documents ?? []),
    ...(config.override_json ? [config.override_json] : []),
  ].map(parse);
  const statements = [
    ...sources.flatMap(statementsOf),
    ...(config.statement ?? []).map(statement),
  ];
  for (const override of overrides.flatMap(statementsOf)) {
    const at = override.Sid
      ? statements.findIndex(({ Sid }) => Sid === override.Sid)
      : -1;
    if (at < 0) statements.push(override);
    else statements[at] = override;
  }
  const sids = statements.map(({ Sid }) => Sid).filter(Boolean);
  const twice = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (twice) throw new Error(`duplicate Sid (${twice})`);
  return JSON.stringify(
    {
      Version: config.version ?? '2012-10-17',
      ...(config.policy_id ? { Id: config.policy_id } : {}),
      Statement: statements,
    },
    null,
    2,
    // The provider's spelling of IAM's own variables, `${aws:username}`.
  ).replaceAll('&{', '${');
}

function parse(text) {
  return text ? JSON.parse(text) : {};
}

function statementsOf({ Statement = [] }) {
  return Array.isArray(Statement) ? Statement : [Statement];
}

function statement(block) {
  return {
    ...(block.sid ? { Sid: block.sid } : {}),
    Effect: block.effect ?? 'Allow',
    ...part('Action', block.actions),
    ...part('NotAction', block.not_actions),
    ...part('Resource', block.resources),
    ...part('NotResource', block.not_resources),
    ...principals('Principal', block.principals),
    ...principals('NotPrincipal', block.not_principals),
    ...conditions(block.condition),
  };
}

function part(name, values) {
  return values?.length ? { [name]: unwrap([...values].sort()) } : {};
}

function unwrap(values) {
  return values.length === 1 ? values[0] : values;
}

function principals(name, blocks) {
  if (!blocks?.length) return {};
  if (blocks.some(({ type }) => type === '*')) return { [name]: '*' };
  const byType = {};
  for (const { type, identifiers } of blocks) {
    byType[type] = [...(byType[type] ?? []), ...identifiers].sort();
  }
  return {
    [name]: Object.fromEntries(
      Object.entries(byType).map(([type, values]) => [type, unwrap(values)]),
    ),
  };
}

function conditions(blocks) {
  if (!blocks?.length) return {};
  const found = {};
  for (const { test, variable, values } of blocks) {
    found[test] = { ...found[test], [variable]: unwrap(values) };
  }
  return { Condition: found };
}
