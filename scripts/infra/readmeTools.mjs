// What a newcomer runs besides Terraform and Terragrunt: each command with the
// options that it has, by its page, and what it names must be in infra/.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { INFRA } from './cache.mjs';

const AWS = 'https://docs.aws.amazon.com/cli/latest/reference';
const DOCKER = 'https://docs.docker.com/reference/cli/docker';
const EVERYWHERE = ['--profile', '--region', '--query'];

const aws = (command, ...flags) => ({
  command: `aws ${command}`,
  flags: [...flags, ...EVERYWHERE],
  docs: `${AWS}/${command.replaceAll(' ', '/')}.html`,
});

const COMMANDS = [
  aws('sso login'),
  aws('ecr get-login-password'),
  aws('rds describe-db-instances', '--db-instance-identifier'),
  aws('secretsmanager get-secret-value', '--secret-id'),
  aws('secretsmanager rotate-secret', '--secret-id'),
  aws('secretsmanager put-secret-value', '--secret-id', '--secret-string'),
  aws('ecs wait services-stable', '--cluster', '--services'),
  aws('ecs update-service', '--cluster', '--service', '--force-new-deployment'),
  aws(
    'cognito-idp admin-create-user',
    '--user-pool-id',
    '--username',
    '--user-attributes',
  ),
  {
    command: 'docker build',
    flags: ['--platform', '--tag'],
    docs: `${DOCKER}/buildx/build/`,
  },
  {
    command: 'docker login',
    flags: ['--username', '--password-stdin'],
    docs: `${DOCKER}/login/`,
  },
  { command: 'docker push', flags: [], docs: `${DOCKER}/image/push/` },
  {
    command: 'curl',
    flags: ['--remote-name'],
    docs: 'https://curl.se/docs/manpage.html',
  },
  {
    command: 'psql',
    flags: [],
    docs: 'https://www.postgresql.org/docs/current/app-psql.html',
  },
  {
    command: 'rm',
    flags: ['-r'],
    docs: 'https://www.gnu.org/software/coreutils/rm',
  },
];

/** Options whose value is a name that infra/ gives. */
const NAMES = ['--secret-id', '--cluster', '--db-instance-identifier'];
/** What bootstrap leaves behind in its folder. */
const LEFT = ['backend.tf', '.terraform', 'terraform.tfstate'];

/**
 * @param line - a command, pipes included
 * @param folder - where it runs
 * @returns {string[]} why it would not run as written
 */
export function toolProblems(line, folder) {
  return line.split(' | ').flatMap(part => partProblems(part, folder));
}

function partProblems(part, folder) {
  const known = COMMANDS.find(
    ({ command }) => part === command || part.startsWith(`${command} `),
  );
  if (!known) return ['nobody checks this command'];
  const words = part.slice(known.command.length).trim().split(/\s+/);
  const unknown = words
    .filter(word => word.startsWith('-'))
    .filter(word => !known.flags.includes(word))
    .map(word => `${word} is not in the table (${known.docs})`);
  return [
    ...unknown,
    ...namesProblems(words),
    ...filesProblems(known, words, folder),
  ];
}

function namesProblems(words) {
  const text = wiring();
  return words.flatMap((word, at) => {
    if (!NAMES.includes(word)) return [];
    const name = words[at + 1] ?? '';
    if (name.startsWith('<')) return [];
    // A secret is called <account>/<name>, and the account is a value.
    const last = name.split('/').slice(1).join('/') || name;
    return text.includes(`"${last}"`) ||
      text.includes(`/${last}"`) ||
      new RegExp(`^ +${last} += \\{`, 'm').test(text)
      ? []
      : [`nothing in infra/ is called ${name}`];
  });
}

function filesProblems({ command }, words, folder) {
  if (command === 'rm') {
    return words
      .filter(word => !word.startsWith('-'))
      .filter(word => !LEFT.includes(word.replace(/\.backup$/, '')))
      .map(word => `${word} is not left behind by bootstrap`);
  }
  if (command !== 'docker build') return [];
  const context = resolve(folder, words.at(-1));
  return existsSync(join(context, 'Dockerfile'))
    ? []
    : [`there is no Dockerfile in ${words.at(-1)}`];
}

/** The text of every stack, generic and live. */
export function wiring() {
  return ['stacks', 'live']
    .flatMap(top =>
      readdirSync(join(INFRA, top), { recursive: true })
        .filter(
          name =>
            name.endsWith('.stack.hcl') && !name.includes('.terragrunt-stack'),
        )
        .map(name => readFileSync(join(INFRA, top, name), 'utf8')),
    )
    .join('\n');
}
