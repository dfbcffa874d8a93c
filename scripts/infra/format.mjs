// `terraform fmt` for everything, Terragrunt's files included: they are HCL too.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INFRA } from './cache.mjs';
import { terraform } from './terraform.mjs';
import { shown } from './terragrunt/files.mjs';

const TERRAGRUNT = /^(?!.*\.tftest\.hcl$).*\.hcl$/;

export function terragruntFiles() {
  return readdirSync(INFRA, { recursive: true })
    .filter(name => TERRAGRUNT.test(name) && !name.includes('.terraform'))
    .sort()
    .map(name => join(INFRA, name));
}

/** @returns {Promise<string[]>} what is not formatted, or not HCL */
export async function formatProblems() {
  const { code, stdout, stderr } = await terraform(
    ['fmt', '-check', '-recursive', '-no-color', '.'],
    { cwd: INFRA },
  );
  const problems =
    code === 0
      ? []
      : `${stdout}${stderr}`
          .trim()
          .split('\n')
          .map(line => `infra/${line} needs \`terraform fmt\``);
  for (const file of terragruntFiles()) {
    const text = readFileSync(file, 'utf8');
    const formatted = await terraform(['fmt', '-no-color', '-'], {
      input: text,
    });
    if (formatted.code !== 0) {
      problems.push(`${shown(file)}: ${formatted.stderr.trim()}`);
    } else if (formatted.stdout !== text) {
      problems.push(
        `${shown(file)} needs \`terraform fmt - < ${shown(file)}\``,
      );
    }
  }
  return problems;
}
