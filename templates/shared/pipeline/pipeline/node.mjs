// `node` for TypeScript sources. Node 22.13 removes types itself; an older one hands over to a newer one from the npm registry.
import { spawnSync } from 'node:child_process';

const FLAGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
const [major, minor] = process.versions.node.split('.').map(Number);
const able = major > 22 || (major === 22 && minor >= 13);
const args = [...FLAGS, ...process.argv.slice(2)];
const other = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}@24`;

if (!able) console.error(`This is Node ${process.versions.node}; running with Node 24 from the npm registry instead.`);
const { status, error } = able
  ? spawnSync(process.execPath, args, { stdio: 'inherit' })
  : spawnSync('npx', ['--yes', '--package', other, '--', 'node', ...args], { stdio: 'inherit', shell: process.platform === 'win32' });
if (!able && (error || status !== 0)) console.error('If Node 24 could not be fetched: install Node 24 (22.13 at least) and run the command again.');
process.exitCode = status ?? 1;
