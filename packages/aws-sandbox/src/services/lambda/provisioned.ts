import type * as sdk from '@aws-sdk/client-lambda';
import type { Collection, Sandbox } from '../../core';
import { conflict, invalid } from './lookup';
import {
  LambdaState,
  newRevisionId,
  type AliasRecord,
  type FunctionRecord,
} from './model';

/** How long Lambda takes to allocate, on the sandbox's clock. */
const ALLOCATION_MS = 60_000;
const JOB = 'lambda-provision';

export interface Provisioned {
  /** Alias or version number. */
  qualifier: string;
  /** The version that it is allocated on. */
  version: string;
  requested: number;
  allocated: number;
  status: sdk.ProvisionedConcurrencyStatusEnum;
  lastModified: string;
}

interface Allocation {
  account: string;
  name: string;
  qualifier: string;
  /** A later change makes an earlier allocation void. */
  since: string;
}

export function provisioned(
  sandbox: Sandbox,
  { account }: LambdaState,
): Collection<Provisioned> {
  return sandbox.store('lambda', account, 'provisioned');
}

export function provisionedOf(
  sandbox: Sandbox,
  state: LambdaState,
  name: string,
): Provisioned[] {
  return provisioned(sandbox, state)
    .entries()
    .filter(([key]) => key.startsWith(`${name}:`))
    .map(([, each]) => each);
}

/**
 * INV-12b: a version has one allocation, whichever alias asked for it.
 * https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
export function requireUnallocated(
  sandbox: Sandbox,
  state: LambdaState,
  name: string,
  { qualifier, version }: { qualifier: string; version: string },
) {
  const other = provisionedOf(sandbox, state, name).find(
    each => each.version === version && each.qualifier !== qualifier,
  );
  if (other) {
    throw conflict(
      `Provisioned Concurrency is already allocated on version ${version} of ${name}, through ${other.qualifier}: a version can have one allocation`,
    );
  }
}

/** INV-12d: an alias with weights takes no setting of its own. */
export function requireUnweighted(alias: AliasRecord | undefined) {
  if (alias && Object.keys(alias.weights).length > 0) {
    throw invalid(
      'Alias with weights can not be used with Provisioned Concurrency',
    );
  }
}

export function requireWithinReserve(
  { reservedConcurrency }: FunctionRecord,
  wanted: number,
) {
  if (reservedConcurrency !== undefined && wanted > reservedConcurrency) {
    throw invalid(
      'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
    );
  }
}

/** Begins to allocate; ready after a minute. */
export function allocate(
  sandbox: Sandbox,
  state: LambdaState,
  name: string,
  wanted: Pick<Provisioned, 'qualifier' | 'version' | 'requested'>,
): Provisioned {
  const now = sandbox.clock.now();
  const record: Provisioned = {
    ...wanted,
    allocated: 0,
    status: 'IN_PROGRESS',
    lastModified: now.toISOString(),
  };
  provisioned(sandbox, state).set(`${name}:${wanted.qualifier}`, record);
  sandbox.jobs.schedule(JOB, new Date(now.getTime() + ALLOCATION_MS), {
    account: state.account,
    name,
    qualifier: wanted.qualifier,
    since: record.lastModified,
  } satisfies Allocation);
  return record;
}

/**
 * INV-12c: when an alias with provisioned concurrency moves, Lambda allocates on
 * the new version and keeps the traffic on the old one by a weight of 1 that
 * nobody asked for, under a new RevisionId, until the allocation is ready.
 */
export function moveProvisioned(
  sandbox: Sandbox,
  state: LambdaState,
  name: string,
  before: AliasRecord,
  after: AliasRecord,
) {
  const record = provisioned(sandbox, state).get(`${name}:${after.name}`);
  if (!record || before.functionVersion === after.functionVersion) return;
  allocate(sandbox, state, name, {
    qualifier: after.name,
    version: after.functionVersion,
    requested: record.requested,
  });
  if (Object.keys(after.weights).length > 0) return;
  state.aliases.set(`${name}:${after.name}`, {
    ...after,
    weights: { [before.functionVersion]: 1 },
    injected: true,
    revisionId: newRevisionId(),
  });
}

/** Registers the job that ends an allocation. */
export function handleProvisioning(sandbox: Sandbox) {
  sandbox.jobs.handle<Allocation>(JOB, async job => {
    const { account, name, qualifier, since } = job;
    const state = new LambdaState(sandbox, account);
    const key = `${name}:${qualifier}`;
    const record = provisioned(sandbox, state).get(key);
    if (!record || record.lastModified !== since) return;
    provisioned(sandbox, state).set(key, {
      ...record,
      allocated: record.requested,
      status: 'READY',
    });
    const alias = state.aliases.get(key);
    if (!alias?.injected) return;
    const { injected: _done, ...rest } = alias;
    state.aliases.set(key, {
      ...rest,
      weights: {},
      revisionId: newRevisionId(),
    });
  });
}
