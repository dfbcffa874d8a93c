// Judges a CloudFormation template with cdk-nag's HIPAA pack, and records which
// rules looked at something: without that, "no finding" may mean "not looked at".
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { HIPAASecurityChecks, NagRuleCompliance } from 'cdk-nag';

class RecordingChecks extends HIPAASecurityChecks {
  exercised = new Set();
  broken = [];

  applyRule(parameters) {
    const { rule, node } = parameters;
    super.applyRule({
      ...parameters,
      rule: Object.defineProperty(
        (...args) => {
          let result;
          try {
            result = rule(...args);
          } catch (error) {
            this.broken.push(
              `${rule.name} threw on ${node.node.path}: ${error.message}`,
            );
            throw error;
          }
          if (result !== NagRuleCompliance.NOT_APPLICABLE)
            this.exercised.add(rule.name);
          return result;
        },
        'name',
        { value: rule.name },
      ),
    });
  }
}

/**
 * @param {string} templateFile path of a template in YAML or JSON
 * @param {Record<string, unknown>} parameters sample values, which the rules then see
 * @returns {{findings: string[], exercised: string[]}}
 */
export function nag(templateFile, parameters) {
  const app = new App();
  const stack = new Stack(app, 'Judged');
  new CfnInclude(stack, 'Template', { templateFile, parameters });
  const checks = new RecordingChecks();
  const { violations } = checks.validateScope(app);
  const findings = violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(
      ({ constructPath }) => `${ruleName} ${constructPath}`,
    ),
  );
  return {
    findings: [...findings, ...checks.broken],
    exercised: [...checks.exercised].sort(),
  };
}
