// Proves what the templates claim: what they render builds and tests offline,
// and its CloudFormation passes cfn-lint and cdk-nag's HIPAA pack without a
// finding and without a suppression. A judge that is missing is a failure.
import { judgeTemplates, versionOf } from './templates/run.mjs';

console.log(
  `cdk-nag ${versionOf('cdk-nag')}, aws-cdk-lib ${versionOf('aws-cdk-lib')}`,
);
const { passed, failed } = await judgeTemplates({ thorough: true });
console.log(`templates: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
