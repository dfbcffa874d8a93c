// Proves what infra/ claims, without an account: every module and example
// validates, every test passes, every live stack plans, the policies hold, and no
// hardening line can be taken out unnoticed. Without Terraform it fails.
//
//   node scripts/prove-infra.mjs [module or account] …   only those
import { judgeInfra } from './infra/run.mjs';

const { passed, failed } = await judgeInfra({
  thorough: true,
  only: process.argv.slice(2),
});
console.log(`infra: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
