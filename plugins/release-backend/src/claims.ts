import { parseEntityRef } from '@backstage/catalog-model';
import { targetOn, type ReleaseComponent } from './components';

/**
 * Why a component may not write the target that it names on a stage: another
 * component names the same target, or the same stack, and it is not this one
 * that carries its name. Annotations come from repositories, so whoever can push
 * to one could otherwise name somebody else's target. The component that the
 * target is named after keeps it: a second claim must not stop its rollback.
 */
export function contestOf(
  component: ReleaseComponent,
  stage: string,
  all: readonly ReleaseComponent[],
): string | undefined {
  const target = targetOn(component, stage);
  const others = all.filter(other => other.entityRef !== component.entityRef);
  const rival = (matches: (arn: string, stack: string) => boolean) =>
    others.find(other =>
      other.targets.some(
        one => one.stage.name === stage && matches(one.arn, one.stackName),
      ),
    );
  const sameTarget = rival(arn => arn === target.arn);
  if (sameTarget && !isNamedAfter(component, resourceName(target.arn))) {
    return contested('target', sameTarget, target.arn);
  }
  const sameStack = rival((_arn, stack) => stack === target.stackName);
  if (sameStack && target.stackName !== `svc-${component.name}`) {
    return contested('stack', sameStack, target.stackName);
  }
  return undefined;
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
