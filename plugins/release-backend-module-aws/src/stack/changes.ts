import type { Change, ResourceChange } from '@aws-sdk/client-cloudformation';

/** One line per resource of what a change set would do. */
export interface StackChange {
  action: string;
  resource: string;
  type: string;
  replacement?: string;
}

/** Types that a new release always replaces by design. */
const REVISION_TYPES = ['AWS::Lambda::Version', 'AWS::ECS::TaskDefinition'];

/** Parameters whose change means nothing but another artifact. */
const RELEASE_PARAMETERS = new Set([
  'ReleaseId',
  'ReleaseVersion',
  'CodeBucket',
  'CodeKey',
  'ImageUri',
]);

export function stackChanges(changes: Change[]): StackChange[] {
  return changes.flatMap(({ ResourceChange: change }) =>
    change
      ? [
          {
            action: change.Action ?? 'Unknown',
            resource: change.LogicalResourceId ?? 'unknown',
            type: change.ResourceType ?? 'unknown',
            ...(change.Replacement && { replacement: change.Replacement }),
          },
        ]
      : [],
  );
}

/**
 * Whether only the artifact differs: new revisions, the function's code, and
 * what follows from the parameters of the release. Anything that cannot be told
 * counts as more than code. A task definition holds configuration too, so it
 * counts as code only where its change comes from the image's parameter.
 */
export function isCodeOnly(changes: Change[]): boolean {
  const resources = changes.flatMap(c => c.ResourceChange ?? []);
  return resources.length > 0 && resources.every(isCode);
}

function isCode(change: ResourceChange): boolean {
  const type = change.ResourceType ?? '';
  if (type === 'AWS::Lambda::Version') {
    return change.Action === 'Add' || change.Action === 'Remove';
  }
  if (change.Action !== 'Modify' || !change.Details?.length) return false;
  return change.Details.every(({ Target, ChangeSource, CausingEntity }) => {
    if (ChangeSource === 'ParameterReference') {
      return RELEASE_PARAMETERS.has(CausingEntity ?? '');
    }
    if (
      ChangeSource === 'ResourceReference' ||
      ChangeSource === 'ResourceAttribute'
    ) {
      // It follows another change, which is judged by itself.
      return !REVISION_TYPES.includes(type);
    }
    return (
      type === 'AWS::Lambda::Function' &&
      Target?.Attribute === 'Properties' &&
      Target.Name === 'Code'
    );
  });
}
