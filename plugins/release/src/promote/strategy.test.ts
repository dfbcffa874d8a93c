import { formOf, strategyOf, type StrategyForm } from './strategy';

const form: StrategyForm = {
  type: 'canary',
  percent: 10,
  minutes: 15,
  judged: false,
  points: 5,
  calls: 0,
  steps: [],
};

describe('the strategy form', () => {
  it('sends one step for a canary and equal steps for linear, never one of 100 %', () => {
    expect(strategyOf(form)).toEqual({
      type: 'canary',
      steps: [{ weight: 0.1, bakeSeconds: 900 }],
    });
    expect(
      strategyOf({ ...form, type: 'linear', percent: 50, minutes: 1 }).steps,
    ).toEqual([{ weight: 0.5, bakeSeconds: 60 }]);
    expect(
      strategyOf({ ...form, type: 'linear', percent: 40 }).steps.map(
        step => step.weight,
      ),
    ).toEqual([0.4, 0.8]);
  });

  it('sends custom steps as they are listed, with what judges them', () => {
    const custom: StrategyForm = {
      ...form,
      type: 'custom',
      judged: true,
      points: 1,
      steps: [
        { percent: 0.5, minutes: 1, calls: 200 },
        { percent: 15, minutes: 0, calls: 0 },
      ],
    };
    const sent = strategyOf(custom);
    expect(sent.steps).toEqual([
      {
        weight: 0.005,
        bakeSeconds: 60,
        minRequests: 200,
        analysis: { tolerance: 0.01 },
      },
      { weight: 0.15, bakeSeconds: 0, analysis: { tolerance: 0.01 } },
    ]);
    expect(formOf(sent).steps).toEqual(custom.steps);
  });

  it('reads back what it sends', () => {
    const sent = strategyOf({ ...form, percent: 25, minutes: 5, judged: true });
    expect(strategyOf(formOf(sent))).toEqual(sent);
  });
});
