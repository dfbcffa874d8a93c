// Weakens a plan one line at a time. Each weakening must turn a rule red, unless
// Terraform itself refuses it or it is declared to weaken nothing.
import { judge } from './engine.mjs';
import { documentsOf, each, Plan } from './plan.mjs';

/**
 * @param schema - the provider's resource schemas
 * @returns {object[]} rows per type and property: `{type, property, verdict,
 *   by}`; `verdict` is guarded, required, referenced, neutral or UNNOTICED
 */
export function mutatePlan(plan, rules, neutral, schema) {
  const before = keysOf(judge(plan, rules));
  const rows = new Map();
  const text = new Map(
    plan.resources.map(one => [one.address, JSON.stringify(one.values)]),
  );
  for (const resource of plan.resources) {
    for (const mutant of mutantsOf(resource, schema)) {
      const key = `${resource.type} ${mutant.property}`;
      const known = rows.get(key);
      // A line is guarded where it is guarded on every resource that has it.
      if (known && !['guarded', 'referenced'].includes(known.verdict)) continue;
      const row = verdictOf(resource, mutant, {
        plan,
        rules,
        neutral,
        before,
        text,
      });
      rows.set(key, {
        type: resource.type,
        property: mutant.property,
        address: resource.address,
        ...row,
        by: row.by ?? known?.by,
      });
    }
  }
  return [...rows.values()];
}

function verdictOf(resource, mutant, context) {
  const { plan, rules, neutral, before, text } = context;
  if (mutant.required) return { verdict: 'required' };
  if (mutant.values === undefined) {
    const { id, arn } = resource.values;
    const named = [id, arn].filter(Boolean);
    const referenced = [...text].some(
      ([address, one]) =>
        address !== resource.address && named.some(key => one.includes(key)),
    );
    if (referenced) return { verdict: 'referenced' };
  }
  const resources = plan.resources.flatMap(one => {
    if (one !== resource) return [one];
    return mutant.values ? [{ ...one, values: mutant.values }] : [];
  });
  const found = judge(new Plan(resources), rules).find(
    one => !before.has(keyOf(one)),
  );
  if (found) return { verdict: 'guarded', by: found.rule.id };
  const reason =
    neutral[resource.type]?.[mutant.property] ??
    neutral['*']?.[mutant.property];
  return reason ? { verdict: 'neutral', by: reason } : { verdict: 'UNNOTICED' };
}

export const keyOf = ({ rule, address, problem }) =>
  `${rule.id} ${address} ${problem}`;
export const keysOf = findings => new Set(findings.map(keyOf));

/** Every line of a resource that can be taken out of the configuration. */
function* mutantsOf(resource, schema) {
  yield { property: '(the resource)', values: undefined };
  for (const line of linesOf(
    resource.values,
    schema[resource.type].block,
    [],
  )) {
    yield {
      property: line.steps.filter(step => typeof step === 'string').join('.'),
      required: line.required,
      values: without(resource.values, line.steps),
    };
  }
  for (const { attribute, document, statements } of documentsOf(resource)) {
    for (const { what, list } of weakenings(statements)) {
      yield {
        property: `${attribute}: ${what}`,
        values: {
          ...resource.values,
          [attribute]: JSON.stringify({ ...document, Statement: list }),
        },
      };
    }
  }
}

/** Set attributes and blocks, by the steps that lead to them. */
function* linesOf(values, block, steps) {
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const value = values[name];
    if (value === null || value === undefined || value === '') continue;
    if (Array.isArray(value) && value.length === 0) continue;
    if (attribute.computed && !attribute.optional) continue;
    if (steps.length === 0 && ['id', 'region', 'tags_all'].includes(name))
      continue;
    yield { steps: [...steps, name], required: attribute.required };
  }
  for (const [name, nested] of Object.entries(block.block_types)) {
    if (name === 'timeouts') continue;
    const value = values[name];
    const isList = Array.isArray(value);
    const inner = isList ? value : [value].filter(Boolean);
    if (inner.length === 0) continue;
    yield { steps: [...steps, name], required: Boolean(nested.min_items) };
    for (const [index, one] of inner.entries()) {
      const next = isList ? [...steps, name, index] : [...steps, name];
      yield* linesOf(one, nested.block, next);
    }
  }
}

/** A policy document with one statement weaker. */
function* weakenings(statements) {
  for (const [at, statement] of statements.entries()) {
    const changed = one =>
      statements.map((old, index) => (index === at ? one : old));
    if (statement.Effect === 'Deny') {
      yield {
        what: 'a Deny',
        list: statements.filter((_, index) => index !== at),
      };
      continue;
    }
    for (const [test, variables] of Object.entries(statement.Condition ?? {})) {
      for (const variable of Object.keys(variables)) {
        const { [variable]: _gone, ...left } = variables;
        const { [test]: _all, ...others } = statement.Condition;
        const Condition =
          Object.keys(left).length > 0 ? { ...others, [test]: left } : others;
        yield {
          what: `condition ${variable}`,
          list: changed({ ...statement, Condition }),
        };
      }
    }
    if (statement.Action && statement.Action !== '*') {
      yield {
        what: 'every action',
        list: changed({ ...statement, Action: '*' }),
      };
    }
    if (statement.Resource && statement.Resource !== '*') {
      yield {
        what: 'every resource',
        list: changed({ ...statement, Resource: '*' }),
      };
    }
  }
}

/** A copy without what `steps` lead to: null for a value, [] for a list. */
function without(values, [head, ...rest]) {
  const copy = Array.isArray(values) ? [...values] : { ...values };
  if (rest.length > 0) copy[head] = without(values[head], rest);
  else copy[head] = Array.isArray(values[head]) ? [] : null;
  return copy;
}
