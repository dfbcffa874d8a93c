// The fast slice of prove:templates, for npm test.
import { judgeTemplates } from './templates/run.mjs';

const { passed, failed, skipped } = await judgeTemplates({ thorough: false });
console.log(
  `templates: ${passed} passed, ${failed} failed, ${skipped} skipped`,
);
process.exitCode = failed === 0 ? 0 : 1;
