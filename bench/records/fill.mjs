import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const {
  GENESIS,
  hashOf,
  toRow,
} = require('../../plugins/release-backend/src/store/evidenceRows');

const COMPONENTS = 60;
const YEARS = 6;
const BEGIN = Date.parse('2020-01-01T00:00:00.000Z');
const PEOPLE = ['daniel.okafor', 'sofia.rossi'];
const KINDS = [
  ...['rollout-requested', 'rollout-planning', 'rollout-preparing'],
  ...['rollout-preflight', 'aws-write-intended', 'aws-write-observed'],
  ...['rollout-cutover', 'rollout-verifying', 'rollout-settling'],
  ...['aws-write-intended', 'aws-write-observed', 'rollout-succeeded'],
];

const iso = ms => new Date(ms).toISOString();

/** Fills a release database as six years of work would leave it. */
export async function fillSixYears(knex, rollouts) {
  const step = (YEARS * 365 * 86_400_000) / rollouts;
  const batches = { rollout: [], evidence: [], history: [], intent: [] };
  const flush = async () => {
    await knex.transaction(async trx => {
      for (const [table, rows] of Object.entries(batches)) {
        for (let from = 0; from < rows.length; from += 80) {
          await trx(table).insert(rows.slice(from, from + 80));
        }
        rows.length = 0;
      }
    });
  };
  let position = 0;
  let previousHash = GENESIS;
  const entities = new Set();
  const targets = new Set();
  for (let index = 0; index < rollouts; index += 1) {
    const made = rolloutOf(index, BEGIN + index * step);
    entities.add(made.entity_ref);
    targets.add(made.target_arn);
    batches.rollout.push(made);
    batches.history.push({
      target_arn: made.target_arn,
      revision_id: String(index),
      revision: JSON.stringify({ id: String(index), contentHash: 'x' }),
      from_at: made.requested_at,
      to_at: made.ended_at,
      actor: made.requested_by,
      source: 'careplane',
      rollout_id: made.id,
    });
    for (const seq of [1, 2, 3]) batches.intent.push(intentOf(made, seq));
    const kinds = made.state === 'ROLLED_BACK' ? [...KINDS, 'hold-set'] : KINDS;
    for (const kind of kinds) {
      position += 1;
      const record = {
        position,
        at: made.requested_at,
        kind,
        actor: made.requested_by,
        stage: made.stage,
        entityRef: made.entity_ref,
        targetArn: made.target_arn,
        rolloutId: made.id,
        facts: {
          kind: made.kind,
          toVersion: `1.${index}.0`,
          state: made.state,
        },
        previousHash,
      };
      previousHash = hashOf(record);
      batches.evidence.push(toRow({ ...record, hash: previousHash }));
    }
    if (index % 1000 === 999) await flush();
  }
  await flush();
  await knex('evidence_head').update({ position, hash: previousHash });
  await knex.raw('analyze');
  return {
    entities: [...entities],
    targets: [...targets],
    records: position,
    middle: iso(BEGIN + (YEARS / 2) * 365 * 86_400_000),
    now: iso(BEGIN + YEARS * 365 * 86_400_000),
  };
}

function rolloutOf(index, at) {
  const component = `service-${index % COMPONENTS}`;
  const stage = Math.floor(index / COMPONENTS) % 2 ? 'prod' : 'qa';
  const account = stage === 'prod' ? '333333333333' : '222222222222';
  const state =
    index % 23 === 0
      ? 'ROLLED_BACK'
      : index % 31 === 0
      ? 'BLOCKED'
      : 'SUCCEEDED';
  const id = randomUUID();
  const data = { id, component, gates: [], steps: [], plan: 'x'.repeat(1200) };
  return {
    id,
    requested_by: `user:default/${PEOPLE[index % PEOPLE.length]}`,
    idempotency_key: String(index),
    request_hash: 'x',
    entity_ref: `component:default/${component}`,
    stage,
    target_arn: `arn:aws:lambda:us-east-1:${account}:function:${component}:live`,
    kind: index % 23 === 0 ? 'rollback' : 'promote',
    state,
    version: 9,
    priority: 1,
    requested_at: iso(at),
    ended_at: iso(at + 600_000),
    next_run_at: null,
    fencing_token: 1,
    data: JSON.stringify(data),
  };
}

const intentOf = (rollout, seq) => ({
  rollout_id: rollout.id,
  seq,
  step: `step-${seq}`,
  api: 'lambda:UpdateAlias',
  before_json: '{}',
  after_json: '{}',
  written_at: rollout.requested_at,
  sends: 1,
  outcome: 'done',
});
