/**
 * Stack policies that keep others' updates off what Careplane moves:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
 * A pipeline or a person who updates the stack may change everything but the
 * alias and the service (INV-16).
 */
export const MOVED_TYPES = ['AWS::Lambda::Alias', 'AWS::ECS::Service'];

const ALLOW_ALL = {
  Effect: 'Allow',
  Action: 'Update:*',
  Principal: '*',
  Resource: '*',
};

/** Lets everything be updated: ours for one update, or after a hold. */
export const OPEN_POLICY = JSON.stringify({ Statement: [ALLOW_ALL] });

/** Denies every update of aliases and services. */
export const PROTECTING_POLICY = JSON.stringify({
  Statement: [
    ALLOW_ALL,
    {
      Effect: 'Deny',
      Action: 'Update:*',
      Principal: '*',
      Resource: '*',
      Condition: { StringEquals: { ResourceType: MOVED_TYPES } },
    },
  ],
});
