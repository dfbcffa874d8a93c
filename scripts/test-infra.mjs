// The fast slice of prove:infra, for npm test: format, composition, validation
// and tests of every module, plans and policies of prod and of the portal.
import { constants, setPriority } from 'node:os';
import { judgeInfra } from './infra/run.mjs';

// The journeys beside it come first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const { passed, failed, skipped } = await judgeInfra({ thorough: false });
console.log(`infra: ${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
