const ALIAS =
  /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:([A-Za-z0-9_-]{1,64}):([A-Za-z0-9_-]{1,128})$/;
const VERSION = /^[1-9]\d*$/;
const ROLLOUT = /^[A-Za-z0-9-]{1,64}$/;

/**
 * Reads the event. @throws TypeError that names the member which is wrong; its
 * value is not repeated.
 */
export function readDeadline(event) {
  const { alias, stable, candidate, rollout } = event ?? {};
  const parts = ALIAS.exec(String(alias));
  if (!parts) throw new TypeError('alias is not the ARN of a Lambda alias');
  if (!VERSION.test(stable)) throw new TypeError('stable is not a version');
  if (!VERSION.test(candidate)) {
    throw new TypeError('candidate is not a version');
  }
  if (stable === candidate) {
    throw new TypeError('stable and candidate are the same version');
  }
  if (!ROLLOUT.test(rollout)) throw new TypeError('rollout is not an id');
  const [, functionName, aliasName] = parts;
  return { alias, functionName, aliasName, stable, candidate, rollout };
}

/**
 * Whether the alias still stands as the canary left it: `stable` is its
 * version, and `candidate` is the only one that shares its traffic, with
 * whatever weight. Anything else is somebody's decision and stays.
 */
export function judge({ stable, candidate }, seen) {
  const weights = Object.entries(
    seen.RoutingConfig?.AdditionalVersionWeights ?? {},
  );
  const observed = {
    version: seen.FunctionVersion,
    weights: Object.fromEntries(weights),
  };
  const leave = reason => ({ returns: false, report: { reason, observed } });
  if (seen.FunctionVersion !== stable) return leave('other-version');
  if (weights.length === 0) return leave('no-weights');
  if (weights.length > 1 || weights[0][0] !== candidate) {
    return leave('other-weights');
  }
  return { returns: true, report: { observed } };
}
