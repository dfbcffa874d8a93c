import type {
  Strategy,
  StrategyStep,
} from '@careplane/backstage-plugin-release-common';

/** A step as people say it. */
export interface StepForm {
  percent: number;
  minutes: number;
  /** Calls it needs before it is judged; 0 asks for none. */
  calls: number;
}

/** What the form holds: percent and minutes, as people say them. */
export interface StrategyForm {
  type: Strategy['type'];
  percent: number;
  minutes: number;
  /** Whether the candidate's errors are compared with what runs. */
  judged: boolean;
  /** Errors more in a hundred calls that are allowed. */
  points: number;
  /** Calls that each step needs; 0 asks for none. */
  calls: number;
  /** The steps of `custom`. */
  steps: StepForm[];
}

export const FIRST_STEPS: StepForm[] = [
  { percent: 5, minutes: 5, calls: 0 },
  { percent: 25, minutes: 10, calls: 0 },
];

const percentOf = (step: StrategyStep) =>
  Math.round(step.weight * 10_000) / 100;
const minutesOf = (step: StrategyStep) => step.bakeSeconds / 60;

export function formOf(strategy: Strategy): StrategyForm {
  const [first] = strategy.steps;
  return {
    type: strategy.type,
    percent: first && first.weight < 1 ? percentOf(first) : 10,
    minutes: first?.bakeSeconds ? Math.max(1, minutesOf(first)) : 5,
    judged: first ? Boolean(first.analysis) : true,
    points: first?.analysis ? first.analysis.tolerance * 100 : 5,
    calls: first?.minRequests ?? 0,
    steps:
      strategy.type === 'custom'
        ? strategy.steps.map(step => ({
            percent: percentOf(step),
            minutes: minutesOf(step),
            calls: step.minRequests ?? 0,
          }))
        : FIRST_STEPS,
  };
}

/**
 * The strategy that is sent. All at once has no steps. A canary has one. Linear
 * adds the same share until all is reached; custom steps are as listed.
 */
export function strategyOf(form: StrategyForm): Strategy {
  const { type, judged, points } = form;
  if (type === 'all-at-once') return { type, steps: [] };
  const step = ({ percent, minutes, calls }: StepForm): StrategyStep => ({
    weight: Math.round(percent * 100) / 10_000,
    bakeSeconds: Math.round(minutes * 60),
    ...(calls > 0 ? { minRequests: Math.round(calls) } : {}),
    ...(judged ? { analysis: { tolerance: points / 100 } } : {}),
  });
  if (type === 'custom') return { type, steps: form.steps.map(step) };
  const { minutes, calls } = form;
  const share = Math.min(99, Math.max(1, Math.round(form.percent)));
  if (type === 'canary') {
    return { type, steps: [step({ percent: share, minutes, calls })] };
  }
  const steps = [];
  for (let reached = share; reached < 100; reached += share) {
    steps.push(step({ percent: reached, minutes, calls }));
  }
  return { type, steps };
}
