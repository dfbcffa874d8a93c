import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  ANNOTATION_SOURCE_LOCATION,
  Entity,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import { parseEntityYaml } from '@backstage/plugin-catalog-node';
import type { Repository } from './repositories';

/**
 * Kinds that a repository may bring. Users, groups, templates and locations are
 * not among them: who can push would give themselves rights (45 CFR
 * 164.308(a)(4)).
 */
export const DEFAULT_ALLOWED_KINDS = [
  'Component',
  'API',
  'Resource',
  'System',
  'Domain',
];

/** The page of a file, in the form that Backstage's URL reader reads too. */
export function fileUrl(
  repository: Repository,
  region: string,
  path: string,
): string {
  return `https://${region}.console.aws.amazon.com/codesuite/codecommit/repositories/${repository.name}/browse/refs/heads/${repository.branch}/--/${path}?region=${region}`;
}

/**
 * The entities of a descriptor, with where they come from.
 *
 * @throws InputError when any document is broken or of a kind not allowed: half
 * a descriptor is never taken for all of it.
 */
export function readDescriptor(
  content: string,
  repository: Repository,
  options: { region: string; path: string; allowedKinds: string[] },
): Entity[] {
  const { region, path, allowedKinds } = options;
  const url = fileUrl(repository, region, path);
  const allowed = allowedKinds.map(kind => kind.toLowerCase());
  const entities: Entity[] = [];
  for (const result of parseEntityYaml(content, { type: 'url', target: url })) {
    if (result.type !== 'entity') {
      throw new InputError(
        `${path} holds a document that is no entity: ${
          result.type === 'error' ? result.error.message : result.type
        }`,
      );
    }
    const { entity } = result;
    if (!entity.kind || !entity.metadata?.name) {
      throw new InputError(`${path} holds an entity without kind or name.`);
    }
    if (!allowed.includes(entity.kind.toLowerCase())) {
      throw new InputError(
        `${path} holds a ${entity.kind}, which a repository may not bring.`,
      );
    }
    entities.push({
      ...entity,
      metadata: {
        ...entity.metadata,
        annotations: {
          ...entity.metadata.annotations,
          [ANNOTATION_LOCATION]: `url:${url}`,
          [ANNOTATION_ORIGIN_LOCATION]: `url:${url}`,
          [ANNOTATION_SOURCE_LOCATION]: `url:${fileUrl(
            repository,
            region,
            '',
          )}`,
        },
      },
    });
  }
  const refs = entities.map(entity => stringifyEntityRef(entity));
  const twice = refs.find((ref, i) => refs.indexOf(ref) !== i);
  if (twice) throw new InputError(`${path} holds ${twice} twice.`);
  return entities;
}
