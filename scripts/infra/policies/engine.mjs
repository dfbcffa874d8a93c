// Holds plans against the rules of infra/policies. Rules, neutral properties and
// waivers are found by file, so that a module brings its own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INFRA } from '../cache.mjs';

const POLICIES = join(INFRA, 'policies');

const filesIn = (folder, ending) =>
  readdirSync(join(POLICIES, folder))
    .filter(name => name.endsWith(ending))
    .sort()
    .map(name => join(POLICIES, folder, name));

/**
 * Every rule. A rule is `{id, cfr, title, types, check}` with `check(resource,
 * plan)`, or `{id, cfr, title, whole}` with `whole(plan)` → `[{address, problem}]`.
 * `check` answers `true`, or says what is wrong.
 *
 * @throws Error on two rules of one id, and on a rule without a section
 */
export async function loadRules() {
  const rules = [];
  for (const file of filesIn('rules', '.mjs')) {
    const { default: found } = await import(pathToFileURL(file).href);
    rules.push(...found);
  }
  const ids = rules.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice) throw new Error(`two rules are called ${twice}`);
  for (const { id, cfr } of rules) {
    if (!cfr?.length || cfr.some(one => !/^164\.3\d\d\(/.test(one))) {
      throw new Error(`rule ${id} names no section of 45 CFR`);
    }
  }
  return rules;
}

/** Patterns of actions that AWS knows no resource for. */
export async function loadUnbound() {
  const lists = await Promise.all(
    filesIn('unbound', '.mjs').map(file => import(pathToFileURL(file).href)),
  );
  return lists.flatMap(({ default: patterns }) => patterns);
}

/** Type (or `*`) → property → why removing it weakens nothing. */
export async function loadNeutral() {
  const neutral = {};
  for (const file of filesIn('neutral', '.mjs')) {
    const { default: found } = await import(pathToFileURL(file).href);
    for (const [type, properties] of Object.entries(found)) {
      neutral[type] = { ...neutral[type], ...properties };
    }
  }
  return neutral;
}

/**
 * Every waiver: `{rule, address, cfr, reason, approver, expires}`; `address` may
 * hold `*`. @throws Error on one that lacks a field
 */
export function loadWaivers() {
  return filesIn('waivers', '.json').flatMap(file =>
    JSON.parse(readFileSync(file, 'utf8')).map(waiver => {
      const needed = [
        'rule',
        'address',
        'cfr',
        'reason',
        'approver',
        'expires',
      ];
      const missing = needed.filter(key => !waiver[key]);
      if (missing.length > 0) {
        throw new Error(`${file}: a waiver lacks ${missing.join(', ')}`);
      }
      const pattern = waiver.address
        .split('*')
        .map(part => part.replace(/[.[\]"\\()+?^$|{}]/g, '\\$&'))
        .join('.*');
      return { ...waiver, matches: new RegExp(`^${pattern}$`) };
    }),
  );
}

/**
 * What the rules find in a plan.
 *
 * @returns {{rule: object, address: string, problem: string}[]}
 */
export function judge(plan, rules) {
  return rules.flatMap(rule => {
    if (rule.whole) {
      return rule.whole(plan).map(found => ({ rule, ...found }));
    }
    return rule.types.flatMap(type =>
      plan.of(type).flatMap(resource => {
        const answer = rule.check(resource, plan);
        return answer === true
          ? []
          : [{ rule, address: resource.address, problem: String(answer) }];
      }),
    );
  });
}

/** Splits findings into those that stand and those that are waived today. */
export function applyWaivers(findings, waivers, today) {
  const standing = [];
  const waived = [];
  for (const finding of findings) {
    const waiver = waivers.find(
      one => one.rule === finding.rule.id && one.matches.test(finding.address),
    );
    if (waiver) waiver.used = true;
    if (waiver && waiver.expires >= today) waived.push({ ...finding, waiver });
    else standing.push(finding);
  }
  return { standing, waived };
}
