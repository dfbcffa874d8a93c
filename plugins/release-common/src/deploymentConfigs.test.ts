import {
  deploymentConfigOf,
  PREDEFINED_CONFIGS,
  strategyOfConfig,
} from './deploymentConfigs';
import type { Strategy } from './strategies';

const nameOf = (strategy: Strategy) => {
  const found = deploymentConfigOf(strategy);
  return 'reason' in found ? found.reason : found.name;
};
const steps = (...pairs: [number, number][]) =>
  pairs.map(([weight, bakeSeconds]) => ({ weight, bakeSeconds }));

describe('deployment configurations of CodeDeploy', () => {
  it('every predefined one is the strategy that maps back to it', () => {
    expect(PREDEFINED_CONFIGS).toHaveLength(8);
    for (const config of PREDEFINED_CONFIGS) {
      expect(deploymentConfigOf(strategyOfConfig(config))).toEqual(config);
    }
    expect(PREDEFINED_CONFIGS.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'CodeDeployDefault.LambdaCanary10Percent15Minutes',
        'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
        'CodeDeployDefault.LambdaLinear10PercentEvery10Minutes',
      ]),
    );
  });

  it('other numbers have one name each, the same every time', () => {
    expect(nameOf({ type: 'canary', steps: steps([0.29, 420]) })).toBe(
      'Careplane.LambdaCanary29Percent7Minutes',
    );
    expect(nameOf({ type: 'linear', steps: steps([0.4, 60], [0.8, 60]) })).toBe(
      'Careplane.LambdaLinear40PercentEvery1Minute',
    );
    expect(nameOf({ type: 'linear', steps: steps([0.5, 60]) })).toBe(
      'Careplane.LambdaLinear50PercentEvery1Minute',
    );
  });

  it('what CodeDeploy cannot do is refused with the reason', () => {
    expect(nameOf({ type: 'canary', steps: steps([0.125, 60]) })).toMatch(
      /whole percents/,
    );
    const [step] = steps([0.1, 60]);
    for (const more of [
      { minRequests: 5 },
      { analysis: { tolerance: 0.05 } },
    ]) {
      expect(nameOf({ type: 'canary', steps: [{ ...step, ...more }] })).toMatch(
        /by time and by its alarms/,
      );
    }
    expect(nameOf({ type: 'canary', steps: steps([0.1, 90]) })).toMatch(
      /whole minutes/,
    );
    expect(nameOf({ type: 'canary', steps: steps([0.1, 0]) })).toMatch(
      /whole minutes/,
    );
    expect(
      nameOf({ type: 'canary', steps: steps([0.1, 60], [0.5, 60]) }),
    ).toMatch(/equal steps/);
    expect(
      nameOf({ type: 'linear', steps: steps([0.4, 60], [0.8, 120]) }),
    ).toMatch(/equal/);
    expect(nameOf({ type: 'linear', steps: steps([0.5, 2881 * 60]) })).toMatch(
      /two days/,
    );
  });
});
