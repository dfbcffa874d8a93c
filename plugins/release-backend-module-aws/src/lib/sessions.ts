import type { SessionPolicy, WriteSession } from '@careplane/aws-node';
import type { WriteContext } from '@careplane/backstage-plugin-release-node';

/** A session policy that allows these actions on these resources only. */
export function allow(
  ...statements: { actions: string[]; resources: string[] }[]
): SessionPolicy {
  return {
    Version: '2012-10-17',
    Statement: statements.map(({ actions, resources }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
    })),
  };
}

/** A session of role `release` for one write, cut to its target. */
export function releaseSession(
  context: WriteContext,
  sessionPolicy: SessionPolicy,
): WriteSession & { lane: 'rollback' | 'normal' } {
  return {
    role: 'release',
    actor: context.actor,
    startedBy: context.startedBy,
    rolloutId: context.rolloutId,
    sessionPolicy,
    lane: context.rollback ? 'rollback' : 'normal',
  };
}
