// Proves what infra/ claims, without an account: every module and example
// validates, every test passes, every live stack plans, the policies hold, and no
// hardening line can be taken out unnoticed. Without Terraform it fails.
//
//   node scripts/prove-infra.mjs [module or account] …   only those
import { judgeInfra } from './infra/run.mjs';
import { ROOT } from './lib/paths.mjs';
import { runToEnd } from './lib/process.mjs';

const only = process.argv.slice(2);
const { passed, failed } = await judgeInfra({ thorough: true, only });
// The code of functions is proved with the modules that give it its role.
const functions =
  only.length > 0
    ? 0
    : (
        await runToEnd(
          process.execPath,
          ['scripts/test-functions.mjs', '--strict'],
          { cwd: ROOT, onLine: line => console.log(line) },
        )
      ).code;
console.log(`infra: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && functions === 0 ? 0 : 1;
