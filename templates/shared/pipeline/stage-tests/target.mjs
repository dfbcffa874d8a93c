// Where these tests look: what Careplane has just promoted. It starts the build
// with CAREPLANE_TARGET (an ARN), CAREPLANE_STAGE and CAREPLANE_VERSION.
const { CAREPLANE_TARGET: target, CAREPLANE_STAGE: stage } = process.env;
if (!target || !stage) {
  throw new Error('CAREPLANE_TARGET and CAREPLANE_STAGE are not set: Careplane starts these tests after a promote');
}

// The stage's account lets the tests of a service see that service, and no other.
const [, partition, , region, account] = target.split(':');
process.env.AWS_REGION = region;
process.env.TARGET_ROLE_ARN ??= `arn:${partition}:iam::${account}:role/careplane-pipeline-tests`;

export { stage, target };
