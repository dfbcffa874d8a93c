import type { Strategy } from './strategies';

/** How CodeDeploy shifts traffic: a configuration by name, and its numbers. */
export interface DeploymentConfig {
  name: string;
  /** AWS has it in every account; others are made when first needed. */
  predefined: boolean;
  routing: 'canary' | 'linear';
  /** Percent of traffic of the first step, or of each. */
  percentage: number;
  /** Whole minutes between steps. */
  minutes: number;
}

/** The longest time from the first shift to the last. */
const MAX_MINUTES = 2880;
const CANARY_MINUTES = [5, 10, 15, 30];
const LINEAR_MINUTES = [1, 2, 3, 10];

function configOf(
  routing: DeploymentConfig['routing'],
  percentage: number,
  minutes: number,
): DeploymentConfig {
  const known = routing === 'canary' ? CANARY_MINUTES : LINEAR_MINUTES;
  const predefined = percentage === 10 && known.includes(minutes);
  const minuteWord =
    routing === 'linear' && minutes === 1 ? 'Minute' : 'Minutes';
  const numbers =
    routing === 'canary'
      ? `LambdaCanary${percentage}Percent${minutes}${minuteWord}`
      : `LambdaLinear${percentage}PercentEvery${minutes}${minuteWord}`;
  return {
    name: `${predefined ? 'CodeDeployDefault' : 'Careplane'}.${numbers}`,
    predefined,
    routing,
    percentage,
    minutes,
  };
}

/** The steps that a configuration stands for. */
export function strategyOfConfig(config: DeploymentConfig): Strategy {
  const { routing, percentage, minutes } = config;
  const steps = [];
  for (let reached = percentage; reached < 100; reached += percentage) {
    steps.push({ weight: reached / 100, bakeSeconds: minutes * 60 });
    if (routing === 'canary') break;
  }
  return { type: routing, steps };
}

/**
 * The configuration that carries out a strategy with steps, or why there is
 * none: CodeDeploy knows one canary step or equal steps, in whole percent and
 * whole minutes, all within two days.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
 */
export function deploymentConfigOf(
  strategy: Strategy,
): DeploymentConfig | { reason: string } {
  const [first] = strategy.steps;
  if (!first) return { reason: 'All at once needs no CodeDeploy.' };
  if (strategy.steps.some(step => step.analysis || step.minRequests)) {
    return {
      reason:
        'CodeDeploy goes by time and by its alarms: it waits for no calls and compares no figures.',
    };
  }
  const percentage = Math.round(first.weight * 1e6) / 1e4;
  const minutes = first.bakeSeconds / 60;
  if (!Number.isInteger(percentage)) {
    return { reason: 'CodeDeploy shifts whole percents of traffic.' };
  }
  if (!Number.isInteger(minutes) || minutes < 1) {
    return { reason: 'CodeDeploy waits whole minutes, at least one.' };
  }
  const routing = strategy.steps.length > 1 ? 'linear' : 'canary';
  const config = configOf(
    strategy.type === 'linear' && percentage >= 50 ? 'linear' : routing,
    percentage,
    minutes,
  );
  const same =
    JSON.stringify(
      strategyOfConfig(config).steps.map(step => [
        Math.round(step.weight * 1e6),
        step.bakeSeconds,
      ]),
    ) ===
    JSON.stringify(
      strategy.steps.map(step => [
        Math.round(step.weight * 1e6),
        step.bakeSeconds,
      ]),
    );
  if (!same) {
    return {
      reason:
        'CodeDeploy shifts in one canary step, or in equal steps that bake equally long.',
    };
  }
  if (strategy.steps.length * minutes > MAX_MINUTES) {
    return {
      reason: 'CodeDeploy shifts all traffic within two days at the latest.',
    };
  }
  return config;
}

/** What AWS has in every account, as strategies by name. */
export const PREDEFINED_CONFIGS: readonly DeploymentConfig[] = [
  ...CANARY_MINUTES.map(minutes => configOf('canary', 10, minutes)),
  ...LINEAR_MINUTES.map(minutes => configOf('linear', 10, minutes)),
];
