import type {
  Hold,
  Revision,
} from '@careplane/backstage-plugin-release-common';
import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';
import type { TargetFacts } from './facts';

/**
 * What a reading of an idle target says about moves: none, one that is the
 * pipeline's own (first stage, not held), or one that nobody told Careplane of.
 * Without an earlier record there is nothing to compare with: what AWS
 * remembers is taken as it is, unless a console user made the last move.
 */
export function judgeMove(options: {
  observed: ObservedTarget;
  lastKnown?: Revision;
  before?: TargetFacts;
  hold?: Hold;
  pipelineDeploys: boolean;
  at: string;
  actor?: string;
}): { moved: boolean; outsideChange?: TargetFacts['outsideChange'] } {
  const { observed, lastKnown, before } = options;
  const { stable } = observed;
  if (!stable) return { moved: false };
  const expected = !options.pipelineDeploys || Boolean(options.hold);
  if (lastKnown && lastKnown.id !== stable.id) {
    return {
      moved: true,
      outsideChange:
        expected && before?.adopted !== stable.id
          ? {
              at: options.at,
              actor: options.actor,
              from: lastKnown,
              to: stable,
            }
          : undefined,
    };
  }
  // Traffic shared by somebody else while no rollout is active.
  if (observed.candidate) {
    return {
      moved: false,
      outsideChange: before?.outsideChange ?? {
        at: options.at,
        actor: options.actor,
        from: stable,
        to: observed.candidate.revision,
      },
    };
  }
  const still =
    before?.outsideChange?.to.id === stable.id
      ? before.outsideChange
      : undefined;
  return { moved: !lastKnown, outsideChange: still };
}

/**
 * Whether the last imported move was made by a person at AWS, not by
 * CloudFormation, CodePipeline, CodeDeploy or Careplane's own role sessions (`cp-`).
 */
export function isOutsideActor(actor: string | undefined): boolean {
  if (!actor) return false;
  return !/careplane|\/cp-|cloudformation|codepipeline|codebuild|codedeploy/i.test(
    actor,
  );
}
