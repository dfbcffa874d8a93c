import type { Strategy } from '@careplane/backstage-plugin-release-common';
import { checkStrategy } from './strategies';

const steps = (...weights: number[]): Strategy => ({
  type: 'custom',
  steps: weights.map(weight => ({ weight, bakeSeconds: 60 })),
});

describe('a strategy', () => {
  it('keeps exact decimals: what is computed as 0.1 + 0.2 is sent as 0.3 (SC-L3)', () => {
    const sent = checkStrategy(steps(0.15, 0.1 + 0.2));
    expect(sent.steps.map(step => step.weight)).toEqual([0.15, 0.3]);
    expect(() => checkStrategy(steps(0.12345))).toThrow(/four decimals/);
  });

  it.each([
    ['no step', steps(), /1 to 20 steps/],
    ['a weight of 100 %', steps(0.5, 1), /below 100 %/],
    ['a step of more than 99 %', steps(0.995), /at most 99 %/],
    ['weights that do not grow', steps(0.5, 0.5), /grow from step to step/],
    [
      'more than 2880 minutes in all',
      {
        type: 'custom',
        steps: [
          { weight: 0.1, bakeSeconds: 2_000 * 60 },
          { weight: 0.2, bakeSeconds: 881 * 60 },
        ],
      },
      /2880 minutes/,
    ],
    [
      'a linear one of unequal steps',
      { ...steps(0.1, 0.5), type: 'linear' },
      /same share/,
    ],
    [
      'an impossible tolerance',
      {
        type: 'canary',
        steps: [{ weight: 0.1, bakeSeconds: 0, analysis: { tolerance: 0 } }],
      },
      /tolerance/,
    ],
    [
      'half a call',
      {
        type: 'canary',
        steps: [{ weight: 0.1, bakeSeconds: 0, minRequests: 0.5 }],
      },
      /whole number/,
    ],
  ] as [string, Strategy, RegExp][])(
    'with %s is refused at the request (SC-R4)',
    (_what, strategy, message) => {
      expect(() => checkStrategy(strategy)).toThrow(message);
    },
  );
});
