import type { Sandbox } from '../../core';
import { conflict } from './lookup';
import { LambdaState, type Revision } from './model';

const SETTLES_AFTER_MS = 250;
const JOB = 'lambda-settle';

interface Settle {
  account: string;
  name: string;
  version: string;
}

/** Registers the job that makes a revision active. */
export function handleSettling(sandbox: Sandbox) {
  sandbox.jobs.handle<Settle>(JOB, async ({ account, name, version }) => {
    const state = new LambdaState(sandbox, account);
    const revision = state.revision(name, version);
    if (!revision) return;
    state.putRevision(name, {
      ...revision,
      state: 'Active',
      stateReason: undefined,
      lastUpdateStatus: 'Successful',
    });
  });
}

/** New and changed revisions are pending for a moment, as on AWS. */
export function settleSoon(
  sandbox: Sandbox,
  state: LambdaState,
  name: string,
  revision: Revision,
) {
  const at = new Date(sandbox.clock.now().getTime() + SETTLES_AFTER_MS);
  sandbox.jobs.schedule(JOB, at, {
    account: state.account,
    name,
    version: revision.version,
  });
}

/** Refuses a change while another one is under way. */
export function requireSettled(
  state: LambdaState,
  name: string,
  { state: current, lastUpdateStatus }: Revision,
) {
  if (current === 'Pending') {
    throw conflict(
      `The operation cannot be performed at this time. The function is currently in the following state: ${current}`,
    );
  }
  if (lastUpdateStatus === 'InProgress') {
    throw conflict(
      `The operation cannot be performed at this time. An update is in progress for resource: ${state.arn(
        name,
      )}`,
    );
  }
}
