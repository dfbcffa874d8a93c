import type { StateReasonCode } from '@aws-sdk/client-lambda';
import type { Sandbox } from '../../core';
import { LATEST, LambdaState } from './model';

/**
 * Puts a version into a state that AWS brings about by itself: Inactive after
 * weeks without a call, Failed when its key or network is gone.
 *
 * @throws an Error where the version does not exist
 * @see https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
export function setFunctionState(
  sandbox: Sandbox,
  target: { account: string; name: string; version?: string },
  next: {
    state: 'Active' | 'Inactive' | 'Failed';
    code?: StateReasonCode;
    text?: string;
  },
) {
  const { account, name, version = LATEST } = target;
  const state = new LambdaState(sandbox, account);
  const revision = state.revision(name, version);
  if (!revision) throw new Error(`There is no ${name}:${version}`);
  const { code = 'Idle', text = 'The function is idle.' } = next;
  state.putRevision(name, {
    ...revision,
    state: next.state,
    stateReason: next.state === 'Active' ? undefined : { code, text },
  });
}
