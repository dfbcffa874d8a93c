import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applyWaivers,
  judge,
  loadNeutral,
  loadRules,
  loadWaivers,
} from './engine.mjs';
import { mutatePlan } from './mutate.mjs';
import { Plan } from './plan.mjs';

const schema = {
  aws_thing: {
    block: {
      attributes: {
        name: { required: true },
        locked: { optional: true },
        colour: { optional: true },
        arn: { computed: true },
      },
      block_types: {
        lock: {
          block: { attributes: { days: { optional: true } }, block_types: {} },
        },
      },
    },
  },
};
const thing = {
  address: 'aws_thing.one',
  type: 'aws_thing',
  values: {
    name: 'one',
    locked: true,
    colour: 'red',
    arn: 'x',
    lock: [{ days: 3 }],
  },
};
const rules = [
  {
    id: 'Locked',
    cfr: ['164.312(c)(1)'],
    types: ['aws_thing'],
    check: ({ values }) => values.locked === true || 'it is not locked',
  },
  {
    id: 'LockedForDays',
    cfr: ['164.312(c)(1)'],
    types: ['aws_thing'],
    check: ({ values }) => values.lock[0]?.days === 3 || 'no days',
  },
];
const verdicts = (neutral = {}) =>
  Object.fromEntries(
    mutatePlan(new Plan([thing]), rules, neutral, schema).map(row => [
      row.property,
      row.verdict,
    ]),
  );

test('a line is guarded, required, neutral with a reason, or unnoticed', () => {
  assert.deepEqual(verdicts(), {
    '(the resource)': 'UNNOTICED',
    name: 'required',
    locked: 'guarded',
    colour: 'UNNOTICED',
    lock: 'guarded',
    'lock.days': 'guarded',
  });
  const neutral = {
    aws_thing: { colour: 'a colour', '(the resource)': 'a toy' },
  };
  assert.equal(verdicts(neutral).colour, 'neutral');
});

test('a resource that others name is not taken out by anybody', () => {
  const other = {
    ...thing,
    address: 'aws_thing.two',
    values: {
      name: 'x',
      locked: true,
      lock: [{ days: 3 }],
      colour: 'see arn-1',
    },
  };
  const named = { ...thing, values: { ...thing.values, arn: 'arn-1' } };
  const rows = mutatePlan(new Plan([named, other]), rules, {}, schema);
  const row = rows.find(one => one.property === '(the resource)');
  assert.equal(row.address, 'aws_thing.two');
  assert.equal(row.verdict, 'UNNOTICED');
});

test('a waiver holds until its day, and says that it was needed', () => {
  const findings = judge(
    new Plan([{ ...thing, values: { ...thing.values, locked: null } }]),
    rules,
  );
  const waiver = {
    rule: 'Locked',
    matches: /^aws_thing\.\w+$/,
    expires: '2027-01-31',
  };
  assert.equal(applyWaivers(findings, [waiver], '2027-01-31').waived.length, 1);
  assert.equal(waiver.used, true);
  assert.equal(
    applyWaivers(findings, [waiver], '2027-02-01').standing.length,
    1,
  );
});

test('every rule of infra/policies has an id of its own and a section', async () => {
  const found = await loadRules();
  assert.ok(found.length > 50);
  assert.ok(Object.keys(await loadNeutral()).length > 0);
  loadWaivers();
});
