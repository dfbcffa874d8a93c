/**
 * The name of a service is carried by CodeCommit, CodePipeline, CodeBuild,
 * CloudFormation, IAM, Lambda or ECS, a load balancer, ECR, SonarQube and the
 * catalog. This is what all of them take: the load balancer's 32 characters
 * are the fewest, ECR takes lower case only, CloudFormation starts with a letter.
 */
export const MAX_NAME_LENGTH = 32;
const MIN_NAME_LENGTH = 3;
const RESERVED = /^(internal-|aws|careplane)/;

/** What is wrong with a name, in words with a fix; empty when nothing is. */
export function nameProblems(name: string): string[] {
  const problems: string[] = [];
  if (name.length < MIN_NAME_LENGTH || name.length > MAX_NAME_LENGTH) {
    problems.push(
      `Use ${MIN_NAME_LENGTH} to ${MAX_NAME_LENGTH} characters; this has ${name.length}.`,
    );
  }
  if (!/^[a-z]/.test(name)) problems.push('Start with a letter a to z.');
  if (!/^[a-z0-9-]*$/.test(name)) {
    problems.push('Use only lower-case letters, digits and hyphens.');
  }
  if (/-$|--/.test(name)) {
    problems.push('Put single hyphens, and none at the end.');
  }
  if (RESERVED.test(name)) {
    problems.push(
      'Names that start with internal-, aws or careplane are reserved.',
    );
  }
  return problems;
}

/** Names like the one asked for that keep the rules, at most three. */
export function suggestNames(name: string): string[] {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^[^a-z]+|-+$/g, '') || 'service';
  const short = base.slice(0, MAX_NAME_LENGTH - 4).replace(/-+$/, '');
  return [base, `${short}-v2`, `${short}-api`, `${short}-svc`]
    .filter(found => found !== name && nameProblems(found).length === 0)
    .slice(0, 3);
}
