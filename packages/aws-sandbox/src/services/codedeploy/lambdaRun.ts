import { requireConfig, shiftsOf } from './configs';
import { lambdaSpecOf } from './model';
import { Failure, LOOK_MS, MINUTE_MS, type Steps } from './Steps';

/** Does all that is due on the Lambda platform. @returns when to look again. */
export async function advanceLambda(steps: Steps): Promise<number> {
  if (steps.current.status === 'Created') {
    steps.begin();
    steps.mark({ name: 'Start', status: 'Succeeded' });
    await requireReady(steps);
  }
  await steps.requireNoAlarm();
  const waitMs =
    (await steps.hook('BeforeAllowTraffic')) ||
    (await shift(steps)) ||
    (await steps.hook('AfterAllowTraffic'));
  if (waitMs) return waitMs;
  steps.mark({ name: 'End', status: 'Succeeded' });
  steps.finish();
  return 0;
}

/**
 * The alias must be as the AppSpec says, with one version: left with two, no
 * deployment succeeds until somebody clears the weights.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-deployments-lambda.html
 */
async function requireReady(steps: Steps): Promise<void> {
  if (steps.current.rollsBack) return;
  const spec = lambdaSpecOf(steps.current);
  let alias: {
    FunctionVersion?: string;
    RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> };
  };
  try {
    const { functionName: FunctionName, targetVersion } = spec;
    alias = await steps.call('lambda', 'GetAlias', {
      FunctionName,
      Name: spec.alias,
    });
    await steps.call('lambda', 'GetFunction', {
      FunctionName,
      Qualifier: targetVersion,
    });
  } catch (error) {
    throw new Failure('INVALID_LAMBDA_FUNCTION', (error as Error).message);
  }
  const weights = alias.RoutingConfig?.AdditionalVersionWeights ?? {};
  if (Object.keys(weights).length) {
    throw new Failure(
      'INVALID_LAMBDA_CONFIGURATION',
      `The alias ${spec.alias} shifts traffic between two versions already`,
    );
  }
  if (alias.FunctionVersion !== spec.currentVersion) {
    throw new Failure(
      'INVALID_LAMBDA_CONFIGURATION',
      `The current version ${spec.currentVersion} is not the version ${alias.FunctionVersion} that the alias points to`,
    );
  }
}

/** Makes the shifts that are due. 0 when all traffic is there. */
async function shift(steps: Steps): Promise<number> {
  const spec = lambdaSpecOf(steps.current);
  const began =
    steps.event('AllowTraffic')?.start ??
    steps.mark({ name: 'AllowTraffic', status: 'InProgress' });
  const { traffic } = requireConfig(steps.state, steps.current.config);
  const shifts = shiftsOf(traffic);
  for (let done = steps.current.shifts; done < shifts.length; done++) {
    const { weight, minutes } = shifts[done];
    const leftMs = minutes * MINUTE_MS - steps.since(began);
    if (leftMs > 0) return Math.min(leftMs, LOOK_MS);
    const isLast = weight >= 100;
    try {
      await steps.call('lambda', 'UpdateAlias', {
        FunctionName: spec.functionName,
        Name: spec.alias,
        FunctionVersion: isLast ? spec.targetVersion : spec.currentVersion,
        RoutingConfig: {
          AdditionalVersionWeights: isLast
            ? {}
            : { [spec.targetVersion]: weight / 100 },
        },
      });
    } catch (error) {
      throw new Failure('INVALID_LAMBDA_FUNCTION', (error as Error).message);
    }
    steps.put({ shifts: done + 1, weight });
  }
  steps.mark({ name: 'AllowTraffic', status: 'Succeeded' });
  return 0;
}
