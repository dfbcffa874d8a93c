// Every command of infra/README.md is one that exists: folders and files are
// there, npm scripts are known, Terraform's flags are its own, and Terragrunt's
// are in the table below, each with its page. Those of other tools are in
// readmeTools.mjs.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { INFRA } from './cache.mjs';
import { organisationProblems } from './organisation.mjs';
import { toolProblems, wiring } from './readmeTools.mjs';
import { terraform } from './terraform.mjs';

const DOCS = 'https://docs.terragrunt.com/reference/cli/commands';
const TERRAGRUNT = [
  {
    command: 'stack generate',
    flags: ['--filter'],
    docs: `${DOCS}/stack/generate`,
  },
  {
    command: 'run',
    flags: ['--all', '--feature', '--filter'],
    docs: `${DOCS}/run`,
  },
  { command: 'stack output', flags: [], docs: `${DOCS}/stack/output` },
];

/** Where the block's last `cd` led; the next block goes on there. */
let folder = ROOT;

/** @returns {Promise<string[]>} commands that would not run as written */
export async function readmeProblems() {
  const text = readFileSync(join(INFRA, 'README.md'), 'utf8');
  const problems = organisationProblems();
  folder = ROOT;
  for (const [, block] of text.matchAll(/```sh\n([\s\S]*?)```/g)) {
    for (const line of block.trim().split('\n')) {
      problems.push(...(await lineProblems(line.trim())));
    }
  }
  return problems;
}

async function lineProblems(line) {
  const [tool, ...args] = line.split(/\s+/);
  const say = problem => [`\`${line}\`: ${problem}`];
  if (tool === 'cd') {
    folder = args[0].startsWith('infra')
      ? join(ROOT, args[0])
      : resolve(folder, args[0]);
    return existsSync(folder) ? [] : say('there is no such folder');
  }
  if (tool === 'cp') {
    return existsSync(join(folder, args[0]))
      ? []
      : say(`there is no ${args[0]}`);
  }
  if (tool === 'npm' && args[0] === 'run') {
    const { scripts } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    );
    return scripts[args[1]] ? [] : say(`there is no script ${args[1]}`);
  }
  if (tool === 'terraform') return terraformProblems(args, say);
  if (tool === 'terragrunt') return terragruntProblems(args, say);
  return toolProblems(line, folder).flatMap(say);
}

async function terraformProblems([command, ...args], say) {
  const { stdout, stderr } = await terraform([command, '-help']);
  const help = `${stdout}${stderr}`;
  if (
    !help.startsWith('\nUsage: terraform') &&
    !help.startsWith('Usage: terraform')
  ) {
    return say('terraform has no such command');
  }
  const unknown = args
    .filter(one => one.startsWith('-'))
    .map(one => one.split('=')[0])
    .filter(flag => !help.includes(flag));
  const missing = args
    .filter(one => one.startsWith('-var-file='))
    .map(one => one.split('=')[1])
    .filter(file => !existsSync(join(folder, file)));
  return [
    ...unknown.flatMap(flag => say(`terraform ${command} has no ${flag}`)),
    ...missing.flatMap(file => say(`there is no ${file}`)),
  ];
}

function terragruntProblems(args, say) {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const known = TERRAGRUNT.find(({ command }) =>
    own.join(' ').startsWith(command),
  );
  if (!known) return say('it is not in the table of Terragrunt commands');
  // A filter is the last folder of a unit; dots after it are what it depends on.
  const units = own
    .filter((_, at) => own[at - 1] === '--filter')
    .map(one => one.replace(/\.\.\.$/, ''))
    .filter(unit => !wiring().includes(`  path   = "${unit}"`));
  return [
    ...own
      .filter(one => one.startsWith('-'))
      .map(one => one.split('=')[0])
      .filter(flag => !known.flags.includes(flag))
      .flatMap(flag => say(`${flag} is not in the table (${known.docs})`)),
    ...units.flatMap(unit => say(`no unit is called ${unit}`)),
  ];
}
