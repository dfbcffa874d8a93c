// The portal's configuration for an organisation (infra/organisation) and
// live/organisation.hcl are two files that must name the same accounts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { INFRA } from './cache.mjs';

const ORGANISATION = join(INFRA, 'organisation');
const STAGES = ['dev', 'qa', 'prod'];

/** @returns {string[]} where the two differ */
export function organisationProblems() {
  const hcl = readFileSync(join(INFRA, 'live', 'organisation.hcl'), 'utf8');
  const yaml = readFileSync(
    join(ORGANISATION, 'app-config.organisation.yaml'),
    'utf8',
  );
  const people = readFileSync(
    join(ORGANISATION, 'catalog', 'people.yaml'),
    'utf8',
  );
  return differences(
    hcl,
    parse(yaml),
    parseAllDocuments(people).map(one => one.toJSON()),
  );
}

/** @param config - the parsed app-config @param entities - the catalog's first */
export function differences(hcl, config, entities) {
  const accountOf = name =>
    new RegExp(`^\\s+${name}\\s*=\\s*"(\\d{12})"`, 'm').exec(hcl)?.[1];
  const say = (where, is, wanted) =>
    is === wanted
      ? []
      : [
          `infra/organisation: ${where} is ${is}, and ${wanted} in live/organisation.hcl`,
        ];
  const stages = config.release.stages;
  const wanted = ['shared', ...STAGES].map(accountOf).sort().join(', ');
  const numbers = list =>
    list
      .map(({ accountId }) => accountId)
      .sort()
      .join(', ');
  const groups = new Set(
    entities
      .filter(({ kind }) => kind === 'Group')
      .map(({ metadata }) => `group:default/${metadata.name}`),
  );
  const strangers = config.release.grants
    .flatMap(grant => grant.groups)
    .filter(group => !groups.has(group))
    .map(
      group =>
        `infra/organisation: ${group} may release, and is not in people.yaml`,
    );
  return [
    ...say(
      'the order of stages',
      stages.map(({ name }) => name).join(', '),
      STAGES.join(', '),
    ),
    ...stages.flatMap(({ name, accountId }) =>
      say(`the account of ${name}`, accountId, accountOf(name)),
    ),
    ...say(
      'the delivery account',
      config.aws.delivery.accountId,
      accountOf('shared'),
    ),
    ...say('aws.accounts', numbers(config.aws.accounts), wanted),
    ...say(
      'careplane.catalog.accounts',
      numbers(config.careplane.catalog.accounts),
      wanted,
    ),
    ...strangers,
  ];
}
