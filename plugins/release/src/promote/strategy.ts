import type { Strategy } from '@careplane/backstage-plugin-release-common';

/** What the form holds: percent and minutes, as people say them. */
export interface StrategyForm {
  type: Strategy['type'];
  percent: number;
  minutes: number;
}

export function formOf(strategy: Strategy): StrategyForm {
  const [first] = strategy.steps;
  return {
    type: strategy.type,
    percent: first && first.weight < 1 ? Math.round(first.weight * 100) : 10,
    minutes: first?.bakeSeconds ? Math.max(1, first.bakeSeconds / 60) : 5,
  };
}

/**
 * The strategy that is sent. All at once has no steps. A canary has one. Linear
 * adds the same share until all is reached; every step bakes as long.
 */
export function strategyOf(form: StrategyForm): Strategy {
  const bakeSeconds = Math.round(form.minutes * 60);
  const share = Math.min(99, Math.max(1, Math.round(form.percent)));
  if (form.type === 'all-at-once') return { type: 'all-at-once', steps: [] };
  if (form.type === 'canary') {
    return { type: 'canary', steps: [{ weight: share / 100, bakeSeconds }] };
  }
  const steps = [];
  for (let reached = share; reached < 100; reached += share) {
    steps.push({ weight: reached / 100, bakeSeconds });
  }
  return { type: 'linear', steps };
}
