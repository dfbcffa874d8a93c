// Terraform itself, kept away from accounts and from the network.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const MINIMUM = [1, 11];

/**
 * The `terraform` of this machine.
 *
 * @returns {Promise<{version: string}|{missing: string}>} why it cannot be used
 */
export async function findTerraform() {
  const name = process.platform === 'win32' ? 'terraform.exe' : 'terraform';
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .some(folder => folder && existsSync(join(folder, name)));
  if (!found) return { missing: 'there is no terraform on the PATH' };
  const { code, stdout } = await terraform(['version', '-json']);
  if (code !== 0) return { missing: '`terraform version` fails' };
  const version = JSON.parse(stdout).terraform_version;
  const [major, minor] = version.split('.').map(Number);
  const old =
    major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1]);
  return old
    ? { missing: `terraform is ${version}, older than ${MINIMUM.join('.')}` }
    : { version };
}

/**
 * Runs `terraform`. No credential, no check for updates, no configuration of
 * the person who runs it.
 *
 * @param providers - what `startProviders()` gave, where a command needs one
 * @returns {Promise<{code: number, stdout: string, stderr: string}>}
 */
export function terraform(args, { cwd, providers, input, extra } = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|TF_)/.test(name),
  );
  const child = spawn('terraform', args, {
    cwd,
    env: {
      ...Object.fromEntries(kept),
      AWS_EC2_METADATA_DISABLED: 'true',
      CHECKPOINT_DISABLE: '1',
      TF_CLI_CONFIG_FILE: process.platform === 'win32' ? 'NUL' : '/dev/null',
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      ...providers?.env,
      ...extra,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input ?? '');
  const out = [];
  const err = [];
  child.stdout.on('data', chunk => out.push(chunk));
  child.stderr.on('data', chunk => err.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code =>
      resolve({
        code: code ?? 1,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
      }),
    );
  });
}
