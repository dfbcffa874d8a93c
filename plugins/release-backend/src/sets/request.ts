import { createHash, randomUUID } from 'node:crypto';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import type { ReleaseSetRequest } from '@careplane/backstage-plugin-release-common';
import canonicalize from 'canonicalize';
import type { ReleaseSetRecord } from '../store/SetStore';

type Member = ReleaseSetRecord['members'][number];

/** What a record of a set says of it. */
export const factsOf = ({ kind, members, reason }: ReleaseSetRecord) => ({
  kind,
  component: members.map(one => `${one.order} ${one.name}`).join(', '),
  reason: reason ?? null,
});

/** @throws InputError where it is no reference of an entity. */
function refOf(entityRef: string) {
  try {
    return parseEntityRef(entityRef, {
      defaultKind: 'component',
      defaultNamespace: 'default',
    });
  } catch {
    throw new InputError(
      `${entityRef} is no reference of a component. Give component:default/<name>.`,
    );
  }
}

/** The members in their order. @throws InputError for what is no set. */
export function membersOf(
  request: Pick<ReleaseSetRequest, 'kind' | 'members'>,
) {
  const members = request.members
    .map((member): Member => {
      const ref = refOf(member.entityRef);
      const subject =
        request.kind === 'promote' ? member.releaseId : member.revisionId;
      if (!subject) {
        throw new InputError(
          `${ref.name} needs a ${
            request.kind === 'promote' ? 'releaseId' : 'revisionId'
          }.`,
        );
      }
      return {
        request: member,
        order: member.order,
        name: ref.name,
        entityRef: stringifyEntityRef(ref),
        rolloutId: randomUUID(),
      };
    })
    .sort((a, b) => a.order - b.order);
  if (new Set(members.map(one => one.entityRef)).size !== members.length) {
    throw new InputError('A component can be in a release set only once.');
  }
  return members;
}

export function planOf(
  { stage, kind }: Pick<ReleaseSetRequest, 'stage' | 'kind'>,
  { releaseId, revisionId, strategy }: Member['request'],
) {
  return { stage, kind, releaseId, revisionId, strategy };
}

export function hashOf(request: ReleaseSetRequest): string {
  const { idempotencyKey, ...asked } = request;
  const text = canonicalize(JSON.parse(JSON.stringify(asked))) ?? '';
  return createHash('sha256').update(text).digest('hex');
}
