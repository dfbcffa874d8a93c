import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences } from './organisation.mjs';

const HCL = `
  accounts = {
    shared      = "333333333333"
    dev         = "444444444444"
    qa          = "555555555555"
    prod        = "666666666666"
  }`;
const ALL = ['333333333333', '444444444444', '555555555555', '666666666666'];
const list = ids => ids.map(accountId => ({ accountId }));
const CONFIG = {
  careplane: { catalog: { accounts: list(ALL) } },
  aws: { accounts: list(ALL), delivery: { accountId: ALL[0] } },
  release: {
    stages: [
      { name: 'dev', accountId: ALL[1] },
      { name: 'qa', accountId: ALL[2] },
      { name: 'prod', accountId: ALL[3] },
    ],
    grants: [{ groups: ['group:default/release-managers'] }],
  },
};
const PEOPLE = [{ kind: 'Group', metadata: { name: 'release-managers' } }];

test('the same accounts in both files are no difference', () => {
  assert.deepEqual(differences(HCL, CONFIG, PEOPLE), []);
});

test('a stage in the account of another stage is told', () => {
  const stages = CONFIG.release.stages.map(one =>
    one.name === 'prod' ? { ...one, accountId: ALL[2] } : one,
  );
  const release = { ...CONFIG.release, stages };
  assert.deepEqual(differences(HCL, { ...CONFIG, release }, PEOPLE), [
    'infra/organisation: the account of prod is 555555555555, and 666666666666 in live/organisation.hcl',
  ]);
});

test('a group that may release and that nobody can be in is told', () => {
  assert.deepEqual(differences(HCL, CONFIG, []), [
    'infra/organisation: group:default/release-managers may release, and is not in people.yaml',
  ]);
});
