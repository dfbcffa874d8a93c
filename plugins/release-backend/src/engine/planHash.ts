import { createHash } from 'node:crypto';
import type { GateResult } from '@careplane/backstage-plugin-release-common';
import canonicalize from 'canonicalize';
import type { ChangeSetFacts } from './decision';
import type { RolloutRecord } from './model';

/**
 * Hash of what is approved: change set, release, target, strategy, gates
 * (SHA-256 over RFC 8785). Any change of these voids an approval; that a waived
 * gate has opened meanwhile, as a freeze or a soak does, is none.
 */
export function planHashOf(
  record: RolloutRecord,
  changeSet: Pick<ChangeSetFacts, 'changes' | 'codeOnly'>,
  gates: GateResult[],
): string {
  const waived = new Set(record.waivers?.map(one => one.gate));
  const plan = {
    changeSetArn: record.changeSetArn ?? null,
    changes: changeSet.changes.map(change => [
      change.action,
      change.resource,
      change.type,
      change.replacement ?? null,
    ]),
    releaseId: record.to.releaseId ?? null,
    contentHash: record.to.contentHash,
    targetArn: record.targetArn,
    from: record.from?.id ?? null,
    publish: record.publish
      ? [
          record.publish.mode,
          record.publish.from?.arn ?? null,
          record.publish.from?.revision.id ?? null,
          record.publish.fingerprint ?? null,
        ]
      : null,
    deploymentGroup: record.deploymentGroup ?? null,
    strategy: {
      type: record.strategy.type,
      steps: record.strategy.steps.map(step => [
        step.weight,
        step.bakeSeconds,
        step.minRequests ?? 0,
        step.analysis?.tolerance ?? null,
      ]),
    },
    gates: gates.map(({ id, state }) => [
      id,
      state === 'pass' && waived.has(id) ? 'waived' : state,
    ]),
    waivers: (record.waivers ?? []).map(one => [
      one.gate,
      one.by,
      one.reason,
      one.summary,
    ]),
  };
  return createHash('sha256')
    .update(canonicalize(plan) ?? '')
    .digest('hex');
}
