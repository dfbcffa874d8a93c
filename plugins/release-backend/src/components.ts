import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import {
  alarmsOf,
  deploymentGroupOf,
  stackNameOf,
  targetsOf,
  testsOf,
} from '@careplane/aws-common';
import type {
  Stage,
  TestProject,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';

/** A component with its targets, told from its catalog entity. */
export interface ReleaseComponent {
  entityRef: string;
  name: string;
  title: string;
  system?: string;
  owner?: string;
  /** In the order of stages. */
  targets: TargetRef[];
  /**
   * Targets that it names and that are read for another component, which the
   * caller may not see: nothing of them is shown.
   */
  hidden?: TargetRef[];
  /** Why an annotation was not understood. */
  problem?: string;
}

/** Reads a component. A malformed annotation leaves it without targets. */
export function componentOf(entity: Entity, stages: Stage[]): ReleaseComponent {
  const spec = entity.spec as Record<string, unknown> | undefined;
  const text = (value: unknown) =>
    typeof value === 'string' ? value : undefined;
  const component = {
    entityRef: stringifyEntityRef(entity),
    name: entity.metadata.name,
    title: entity.metadata.title ?? entity.metadata.name,
    system: text(spec?.system),
    owner: text(spec?.owner),
  };
  try {
    return { ...component, targets: targetRefs(entity, stages) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ...component, targets: [], problem: error.message };
  }
}

/** The function of an alias ARN. */
export const functionOf = (arn: string): string | undefined =>
  arn.includes(':lambda:') ? arn.replace(/:[^:]+$/, '') : undefined;

/** Aliases for each stage in one function know of each other. */
function targetRefs(entity: Entity, stages: Stage[]): TargetRef[] {
  const refs = ownTargetRefs(entity, stages);
  return refs.map(one => {
    const shares = refs.some(
      other =>
        other.arn !== one.arn &&
        functionOf(one.arn) !== undefined &&
        functionOf(other.arn) === functionOf(one.arn),
    );
    return shares ? { ...one, sharesFunction: true } : one;
  });
}

function ownTargetRefs(entity: Entity, stages: Stage[]): TargetRef[] {
  const found = targetsOf(entity);
  return stages.flatMap(stage =>
    found
      .filter(target => target.stage === stage.name)
      .slice(0, 1)
      .map(({ arn, resource }): TargetRef => {
        if (
          resource.accountId !== stage.accountId ||
          resource.region !== stage.region
        ) {
          throw new InputError(
            `The target of '${entity.metadata.name}' on ${stage.title} is in account ${resource.accountId}, ${resource.region}; the stage is ${stage.accountId}, ${stage.region}.`,
          );
        }
        return {
          arn,
          kind:
            resource.kind === 'ecs-service' ? 'ecs-service' : 'lambda-alias',
          stage,
          component: entity.metadata.name,
          stackName: stackNameOf(entity),
          alarms: alarmsOf(entity, stage.name),
          deploymentGroup: groupArn(entity, stage),
          tests: testProject(entity, stage),
        };
      }),
  );
}

function testProject(entity: Entity, stage: Stage): TestProject | undefined {
  const own = testsOf(entity, stage.name);
  if (own === 'none' || !stage.tests) return undefined;
  const project =
    own ?? stage.tests.project.replaceAll('{component}', entity.metadata.name);
  return { ...stage.tests, project };
}

/** A group in another account than its stage's is a slip, and told as one. */
function groupArn(entity: Entity, stage: Stage): string | undefined {
  const group = deploymentGroupOf(entity, stage);
  if (!group) return undefined;
  const { accountId, region } = group.resource;
  if (accountId !== stage.accountId || region !== stage.region) {
    throw new InputError(
      `The deployment group of '${entity.metadata.name}' on ${stage.title} is in account ${accountId}, ${region}; the stage is ${stage.accountId}, ${stage.region}.`,
    );
  }
  return group.arn;
}

/** Of a target that is another component's, for who may not see that one. */
export const HIDDEN =
  'This target is recorded as one of a component that you may not see. Ask its owner, or correct the annotation in catalog-info.yaml.';

/**
 * @throws NotFoundError when the component has no target on the stage,
 *   NotAllowedError when it is hidden from the caller.
 */
export function targetOn(
  component: ReleaseComponent,
  stage: string,
): TargetRef {
  const target = component.targets.find(one => one.stage.name === stage);
  if (component.hidden?.some(one => one.stage.name === stage)) {
    throw new NotAllowedError(HIDDEN);
  }
  if (!target) {
    throw new NotFoundError(
      component.problem ??
        `${component.name} has no target on ${stage}. The annotation careplane.dev/target.${stage} names it.`,
    );
  }
  return target;
}
