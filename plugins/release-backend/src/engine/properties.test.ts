import { TestDatabases } from '@backstage/backend-test-utils';
import type { RolloutAct } from '@careplane/backstage-plugin-release-common';
import fc from 'fast-check';
import { ActService } from '../service/ActService';
import { timeout } from '../__testUtils__/FakeAws';
import { ARN, Harness, OLD } from '../__testUtils__/harness';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
jest.setTimeout(120_000);

type Happening =
  | { kind: 'tick'; seconds: number }
  | { kind: 'act'; act: RolloutAct }
  | { kind: 'lose'; when: 'before' | 'after' }
  | { kind: 'foreign' }
  | { kind: 'gate'; state: 'pass' | 'fail' | 'unknown' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('tick' as const),
      seconds: fc.integer({ min: 0, max: 90 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      act: fc.constantFrom<RolloutAct>(
        'advance',
        'complete',
        'send-back',
        'cancel',
        'adopt',
        'abandon',
        'retry',
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('lose' as const),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'foreign' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('gate' as const),
      state: fc.constantFrom(
        'pass' as const,
        'fail' as const,
        'unknown' as const,
      ),
    }),
  },
);

describe('whatever happens in whatever order', () => {
  it('no step is written twice, gates hold, a foreign change stays, weights end empty, all is recorded', async () => {
    const knex = await databases.init('SQLITE_3');
    await Harness.create(knex);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { maxLength: 25 }),
        async happenings => {
          run += 1;
          const arn = `${ARN}${run}`;
          const h = new Harness(knex);
          h.aws.runs(arn, OLD);
          const id = await h.open({ targetArn: arn });
          const acts = new ActService({
            stores: h.stores,
            clock: h.clock,
            wake: () => {},
          });
          let lose: 'before' | 'after' | undefined;
          let foreign = false;
          let overwritten = 0;
          const forwardWhileShut: string[] = [];
          h.aws.onCall = (when, api) => {
            if (when === 'after' && api === 'shift') {
              const { detail } = h.aws.writes[h.aws.writes.length - 1];
              const forward = detail !== OLD.id;
              if (forward && h.gates[0].state !== 'pass')
                forwardWhileShut.push(detail);
            }
            if (api !== 'observe' && lose === when) {
              lose = undefined;
              throw timeout();
            }
          };
          for (const one of happenings) {
            if (one.kind === 'tick') {
              h.now += one.seconds * 1000;
              // A worker of its own each time: nothing is kept in memory.
              await h.worker().tick(id);
            } else if (one.kind === 'act') {
              const record = await h.get(id);
              await acts
                .act(
                  record,
                  { act: one.act, comment: 'because' },
                  'user:default/sofia.rossi',
                )
                .catch(error => {
                  if (error.name !== 'ConflictError') throw error;
                });
            } else if (one.kind === 'lose') {
              lose = one.when;
            } else if (one.kind === 'gate') {
              h.gates = [{ ...h.gates[0], state: one.state }];
            } else if (!foreign) {
              foreign = true;
              h.aws.moveBehindOurBack(arn, {
                id: '99',
                contentHash: 'foreign',
              });
              const before = h.aws.shifts().length;
              const record = await h.get(id);
              const asked = record.sentBackBy !== undefined;
              for (let i = 0; i < 4; i++) {
                h.now += 61_000;
                await h.worker().tick(id);
              }
              // Only a person's later decision may move what somebody else set.
              const written = h.aws.shifts().length - before;
              overwritten = asked ? 0 : written;
            }
          }
          h.gates = [{ ...h.gates[0], state: 'pass' }];
          lose = undefined;
          const end = await h.run(id, { ticks: 40 });

          const intents = await h.stores.intents.of(id);
          const doneSteps = intents
            .filter(i => i.outcome === 'done')
            .map(i => i.step);
          expect(new Set(doneSteps).size).toBe(doneSteps.length);
          expect(
            intents
              .filter(i => i.step.startsWith('shift') || i.step === 'cutover')
              .every(i => i.sends <= 3),
          ).toBe(true);
          expect(overwritten).toBe(0);
          expect(forwardWhileShut).toEqual([]);
          const ended = ['SUCCEEDED', 'ROLLED_BACK'].includes(end.state);
          expect(ended && h.aws.target(arn).candidate).toBeFalsy();
          const kinds = (await h.stores.evidence.ofRollout(id)).map(
            e => e.kind,
          );
          const states = end.steps.slice(1).map(s => s.state);
          for (const state of states) {
            const recorded =
              kinds.includes(
                `rollout-${state.toLowerCase().replace(/_/g, '-')}`,
              ) || kinds.some(kind => kind.startsWith('act-'));
            expect(recorded).toBe(true);
          }
          const observed = kinds.filter(
            kind => kind === 'aws-write-observed',
          ).length;
          expect(observed).toBe(intents.filter(i => i.outcome).length);
        },
      ),
      { numRuns: Number(process.env.CAREPLANE_PROPERTY_RUNS ?? 40) },
    );
    expect(
      (await new Harness(knex).stores.evidence.verify('now')).verified,
    ).toBe(true);
  });
});
