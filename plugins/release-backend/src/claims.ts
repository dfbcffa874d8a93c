import { parseEntityRef } from '@backstage/catalog-model';
import { targetOn, type ReleaseComponent } from './components';

/** Whose target it was, as recorded: it moved it last, or else was read for it. */
export interface TargetRecord {
  entityRef: string;
  component: string;
  stage: string;
  stackName: string;
  /**
   * The target is held or has an outside change that nobody has adopted, and
   * the catalog still has the entity.
   */
  open: boolean;
}

/**
 * Why a component may not write the target that it names on a stage.
 * Annotations come from repositories, so whoever can push to one could
 * otherwise name somebody else's target. In this order, a target belongs to:
 *
 * 1. the component of record, while that one names it, or its annotations are
 *    not understood, or a hold or an outside change is open;
 * 2. the component that it is named after: a second claim must not stop its
 *    rollback;
 * 3. the only one that names it.
 */
export function contestOf(
  component: ReleaseComponent,
  stage: string,
  all: readonly ReleaseComponent[],
  record?: TargetRecord,
): string | undefined {
  const target = targetOn(component, stage);
  const ofRecord = record?.entityRef === component.entityRef;
  if (record && !ofRecord && stands(record, target.arn, all)) {
    return `The target ${target.arn} belongs to ${record.entityRef}, as recorded. It passes to another component when that one no longer names it in its catalog-info.yaml, no hold is on it and no outside change is open.`;
  }
  const others = all.filter(other => other.entityRef !== component.entityRef);
  const rival = (matches: (arn: string, stack: string) => boolean) =>
    others.find(other =>
      other.targets.some(
        one => one.stage.name === stage && matches(one.arn, one.stackName),
      ),
    );
  const sameTarget = rival(arn => arn === target.arn);
  if (
    sameTarget &&
    !ofRecord &&
    !isNamedAfter(component, resourceName(target.arn))
  ) {
    return contested('target', sameTarget, target.arn);
  }
  const sameStack = rival((_arn, stack) => stack === target.stackName);
  const stackOfRecord = ofRecord && record.stackName === target.stackName;
  if (
    sameStack &&
    !stackOfRecord &&
    target.stackName !== `svc-${component.name}`
  ) {
    return contested('stack', sameStack, target.stackName);
  }
  return undefined;
}

/** Whether the component of record still has the target. */
export function stands(
  record: TargetRecord,
  arn: string,
  all: readonly ReleaseComponent[],
): boolean {
  const owner = all.find(one => one.entityRef === record.entityRef);
  if (owner?.problem) return true;
  if (owner?.targets.some(one => one.arn === arn)) return true;
  return record.open;
}

/** Of those that name a target, the one that it belongs to. */
export function claimantOf(
  arn: string,
  all: readonly ReleaseComponent[],
  record?: TargetRecord,
): { component?: ReleaseComponent; contest?: string } {
  let contest: string | undefined;
  for (const component of all) {
    const target = component.targets.find(one => one.arn === arn);
    if (!target) continue;
    const problem = contestOf(component, target.stage.name, all, record);
    if (!problem) return { component };
    contest ??= problem;
  }
  return { contest };
}

function isNamedAfter(component: ReleaseComponent, name: string): boolean {
  const { namespace } = parseEntityRef(component.entityRef);
  return component.name === name && namespace === 'default';
}

/** Function name of an alias ARN, service name of an ECS service ARN. */
function resourceName(arn: string): string {
  const parts = arn.split(':');
  return parts[2] === 'lambda' ? parts[6] : parts[5].split('/').slice(-1)[0];
}

function contested(what: string, by: ReleaseComponent, name: string): string {
  return `The ${what} ${name} is also named by ${by.entityRef}. One of the two must drop it from its catalog-info.yaml before anything is changed there.`;
}
