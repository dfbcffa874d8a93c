import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { handler } from './index.mjs';

const alias = 'arn:aws:lambda:us-east-1:333333333333:function:visit-api:live';
const event = { alias, stable: '7', candidate: '8', rollout: 'r-1' };

/** A Lambda API that holds one alias; `onGet` may change it after a reading. */
function lambda(state, options = {}) {
  const calls = [];
  return {
    calls,
    state,
    async send(command) {
      const name = command.constructor.name.replace('Command', '');
      calls.push({ name, ...command.input });
      if (options.fails) throw Object.assign(new Error(), options.fails);
      if (name === 'GetAlias') {
        const answer = structuredClone(state);
        options.onGet?.(state, calls);
        return answer;
      }
      if (command.input.RevisionId !== state.RevisionId) {
        throw Object.assign(new Error(), {
          name: 'PreconditionFailedException',
        });
      }
      Object.assign(state, {
        FunctionVersion: command.input.FunctionVersion,
        RoutingConfig: command.input.RoutingConfig,
        RevisionId: `${state.RevisionId}'`,
      });
      return state;
    },
  };
}

const canary = (weights = { 8: 0.1 }, version = '7') => ({
  FunctionVersion: version,
  RoutingConfig: { AdditionalVersionWeights: weights },
  RevisionId: 'revision-1',
});

const writes = client =>
  client.calls.filter(({ name }) => name === 'UpdateAlias');

describe('the canary deadline', () => {
  it('returns the canary with one write against the revision that it read', async () => {
    const client = lambda(canary());
    const report = await handler(event, {}, client);
    assert.deepEqual(client.calls, [
      { name: 'GetAlias', FunctionName: 'visit-api', Name: 'live' },
      {
        name: 'UpdateAlias',
        FunctionName: 'visit-api',
        Name: 'live',
        FunctionVersion: '7',
        RoutingConfig: { AdditionalVersionWeights: {} },
        RevisionId: 'revision-1',
      },
    ]);
    assert.deepEqual(report, {
      rollout: 'r-1',
      alias,
      stable: '7',
      candidate: '8',
      outcome: 'returned',
      observed: { version: '7', weights: { 8: 0.1 } },
    });
  });

  for (const [what, state, reason] of [
    ['the candidate that won', canary({}, '8'), 'other-version'],
    [
      'another version with the same weights',
      canary({ 8: 0.1 }, '6'),
      'other-version',
    ],
    ['an alias that was returned already', canary({}), 'no-weights'],
    [
      'no routing at all',
      { FunctionVersion: '7', RevisionId: 'x' },
      'no-weights',
    ],
    ["somebody else's canary", canary({ 9: 0.1 }), 'other-weights'],
    ['two candidates', canary({ 8: 0.1, 9: 0.1 }), 'other-weights'],
  ]) {
    it(`leaves ${what} and reports it`, async () => {
      const client = lambda(state);
      const report = await handler(event, {}, client);
      assert.deepEqual(writes(client), []);
      assert.equal(report.outcome, 'left');
      assert.equal(report.reason, reason);
      assert.equal(report.observed.version, state.FunctionVersion);
    });
  }

  it('looks once more after a lost race, and leaves what the other has decided', async () => {
    const client = lambda(canary(), {
      onGet(state, calls) {
        if (calls.length === 1) {
          Object.assign(state, canary({}, '8'), { RevisionId: 'revision-2' });
        }
      },
    });
    const report = await handler(event, {}, client);
    assert.equal(report.reason, 'other-version');
    assert.equal(writes(client).length, 1);
    assert.equal(client.state.FunctionVersion, '8');
  });

  it('writes with the fresh revision where the other only moved the weight', async () => {
    const client = lambda(canary(), {
      onGet(state, calls) {
        if (calls.length === 1) {
          Object.assign(state, canary({ 8: 0.5 }), {
            RevisionId: 'revision-2',
          });
        }
      },
    });
    const report = await handler(event, {}, client);
    assert.equal(report.outcome, 'returned');
    assert.equal(writes(client).at(-1).RevisionId, 'revision-2');
    assert.deepEqual(client.state.RoutingConfig.AdditionalVersionWeights, {});
  });

  it('gives up after a second lost race', async () => {
    const client = lambda(canary(), {
      onGet: state => {
        state.RevisionId += '+';
      },
    });
    const report = await handler(event, {}, client);
    assert.deepEqual(
      [report.outcome, report.reason, writes(client).length],
      ['left', 'lost-race', 2],
    );
  });

  it('reports an alias that is gone, and fails on what AWS may answer later', async () => {
    const gone = lambda(canary(), {
      fails: { name: 'ResourceNotFoundException' },
    });
    const report = await handler(event, {}, gone);
    assert.equal(report.reason, 'alias-not-found');
    const throttled = lambda(canary(), {
      fails: { name: 'TooManyRequestsException' },
    });
    await assert.rejects(handler(event, {}, throttled), {
      name: 'TooManyRequestsException',
    });
  });

  for (const [what, bad] of [
    ['no event', undefined],
    ['another resource', { ...event, alias: 'arn:aws:s3:::bucket' }],
    ['a function without alias', { ...event, alias: alias.slice(0, -5) }],
    ['$LATEST', { ...event, stable: '$LATEST' }],
    ['a candidate that is the stable version', { ...event, candidate: '7' }],
    ['no rollout', { ...event, rollout: '' }],
  ]) {
    it(`refuses ${what} before it asks AWS anything`, async () => {
      const client = lambda(canary());
      await assert.rejects(handler(bad, {}, client), TypeError);
      assert.deepEqual(client.calls, []);
    });
  }
});
