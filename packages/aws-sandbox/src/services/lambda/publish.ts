import type { Sandbox } from '../../core';
import { settleSoon } from './lifecycle';
import {
  configSha256,
  newRevisionId,
  type FunctionRecord,
  type LambdaState,
  type Revision,
} from './model';

/**
 * Freezes `$LATEST` under the next number, unless neither code nor
 * configuration changed since the last version, which is then the answer.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
 */
export function publish(
  sandbox: Sandbox,
  state: LambdaState,
  record: FunctionRecord,
  description?: string,
): Revision {
  const { latest, name } = record;
  const last = state.versionsOf(name).at(-1);
  if (
    last &&
    last.code.sha256 === latest.code.sha256 &&
    configSha256(last.config) === configSha256(latest.config)
  ) {
    return last;
  }
  const number = (state.numbers.get(name) ?? 0) + 1;
  const version: Revision = {
    ...latest,
    version: String(number),
    revisionId: newRevisionId(),
    lastModified: sandbox.clock.now().toISOString(),
    config: {
      ...latest.config,
      Description: description ?? latest.config.Description,
    },
    state: 'Pending',
    lastUpdateStatus: 'Successful',
  };
  state.numbers.set(name, number);
  state.versions.set(`${name}:${number}`, version);
  settleSoon(sandbox, state, name, version);
  return version;
}
