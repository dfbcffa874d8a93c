// What Careplane itself may do in an account (modules/careplane-account).
import { each } from '../../../scripts/infra/policies/plan.mjs';

const ACCESS = [
  '164.308(a)(4)(ii)(B)',
  '164.308(a)(4)(ii)(C)',
  '164.312(a)(1)',
];
const WRITES = ['careplane-release', 'careplane-create'];

const statementsOf = text =>
  typeof text === 'string' ? [JSON.parse(text).Statement].flat() : [];
const condition = (statement, key) =>
  Object.values(statement.Condition ?? {})
    .map(test => test[key])
    .find(value => value !== undefined);

/** Policy → what it must be refused on parts of Careplane's own. */
const OWN_PARTS = {
  'careplane-release': ['lambda:UpdateAlias'],
  'careplane-cfn-services': ['lambda:UpdateFunctionCode', 'lambda:UpdateAlias'],
  'careplane-cfn-pipelines': ['events:PutRule', 'events:RemoveTargets'],
  'careplane-cfn-roles': [
    'iam:CreatePolicyVersion',
    'iam:UpdateAssumeRolePolicy',
  ],
};

/** What a pipeline of another account comes to the first stage as, and the caller's own role. */
const STAGE_ROLE =
  /:iam::\d{12}:role\/careplane-pipeline-(deploy|smoke|tests)$/;
/** Run commands of a service's own repository, and see that service alone. */
const TESTERS = ['careplane-pipeline-smoke', 'careplane-pipeline-tests'];
const PIPELINE_CALLERS = {
  'careplane-pipeline-deploy': /:iam::\d{12}:role\/pipeline-\*-pipeline$/,
  'careplane-pipeline-smoke': /:iam::\d{12}:role\/pipeline-\*-smoke$/,
  'careplane-pipeline-tests': /:iam::\d{12}:role\/pipeline-\*-tests$/,
};
const SERVICE_TAG = '${aws:PrincipalTag/careplane-service}';

/** What one rolls back to, and what cannot be brought back. */
const NEVER =
  /^(lambda:Delete(Function|Alias)|ecs:(DeregisterTaskDefinition|DeleteTaskDefinitions)|kms:(ScheduleKeyDeletion|DisableKey)|logs:Delete|ecr:(Delete|BatchDelete)|s3:DeleteBucket|iam:(CreateUser|CreateAccessKey|DeleteRolePermissionsBoundary))/;

export default [
  {
    id: 'CAREPLANE.HIPAA.WritesNamePerson',
    cfr: ['164.312(a)(2)(i)', '164.312(b)', '164.312(d)'],
    title: 'A write cannot be made without naming the person and the rollout',
    types: ['aws_iam_role'],
    check: ({ values }) => {
      if (!WRITES.includes(values.name)) return true;
      const statements = statementsOf(values.assume_role_policy);
      const assume = statements.find(one =>
        each(one.Action).includes('sts:AssumeRole'),
      );
      if (!assume) return 'it cannot be assumed by sts:AssumeRole alone';
      if (condition(assume, 'sts:SourceIdentity') === undefined) {
        return 'it can be assumed without a SourceIdentity';
      }
      if (condition(assume, 'sts:RoleSessionName') !== 'cp-*') {
        return 'its sessions need not be called cp-<rollout>';
      }
      const all = statements.flatMap(one => each(one.Action));
      return (
        ['sts:SetSourceIdentity', 'sts:TagSession'].every(one =>
          all.includes(one),
        ) || 'the session cannot name a person'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.SessionTags',
    cfr: ACCESS,
    title: 'Sessions carry named tags only',
    types: ['aws_iam_role'],
    check: ({ values }) => {
      if (typeof values.assume_role_policy !== 'string') return true;
      const open = statementsOf(values.assume_role_policy).some(
        one =>
          each(one.Action).includes('sts:TagSession') &&
          each(one.Principal?.AWS).length > 0 &&
          condition(one, 'aws:TagKeys') === undefined,
      );
      return !open || 'any tag may be set on its sessions';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.ReleaseBackendAlone',
    cfr: ACCESS,
    title: "Only the release backend's task role may assume careplane-release",
    types: ['aws_iam_role'],
    check: ({ values }, plan) => {
      if (values.name !== 'careplane-release') return true;
      const trusted = new Set(
        statementsOf(values.assume_role_policy).flatMap(one =>
          each(one.Principal?.AWS),
        ),
      );
      if (trusted.size !== 1) return `${trusted.size} principals may assume it`;
      const [create] = plan
        .of('aws_iam_role')
        .filter(one => one.values.name === 'careplane-create');
      const other = create
        ? statementsOf(create.values.assume_role_policy).flatMap(one =>
            each(one.Principal?.AWS),
          )
        : [];
      return (
        !other.some(one => trusted.has(one)) || 'the same principal may create'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.PipelinesAlone',
    cfr: ACCESS,
    title:
      "Only roles of the delivery account's pipelines, of this organisation, come to the first stage",
    types: ['aws_iam_role'],
    check: ({ values }) => {
      const caller = PIPELINE_CALLERS[values.name];
      if (!caller) return true;
      for (const one of statementsOf(values.assume_role_policy)) {
        if (condition(one, 'aws:PrincipalOrgID') === undefined) {
          return `${one.Sid} asks for no organisation`;
        }
        if (
          !each(condition(one, 'aws:PrincipalArn')).every(arn =>
            caller.test(arn),
          ) ||
          condition(one, 'aws:PrincipalArn') === undefined
        ) {
          return `${one.Sid} lets others than pipelines in`;
        }
        if (
          TESTERS.includes(values.name) &&
          each(one.Action).includes('sts:AssumeRole') &&
          condition(one, 'aws:RequestTag/careplane-service') !== SERVICE_TAG
        ) {
          return 'its session may name the service of another pipeline';
        }
      }
      return true;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.PipelinesNarrow',
    cfr: ACCESS,
    title:
      "A pipeline changes services' stacks by CloudFormation's role alone, and tests its own service",
    types: ['aws_iam_policy'],
    check: ({ values }) => {
      if (!(values.name in PIPELINE_CALLERS)) return true;
      for (const one of statementsOf(values.policy)) {
        const actions = each(one.Action);
        const resources = each(one.Resource);
        if (TESTERS.includes(values.name)) {
          if (!resources.every(arn => arn.includes(SERVICE_TAG))) {
            return `${one.Sid} sees other services`;
          }
          continue;
        }
        const changes = actions.some(action =>
          /^cloudformation:(Create|Update)/.test(action),
        );
        if (changes && condition(one, 'cloudformation:RoleArn') === undefined) {
          return `${one.Sid} changes stacks as itself`;
        }
        if (
          actions.some(action => action.startsWith('cloudformation:')) &&
          !resources.every(arn => /:stack\/svc-\*\/\*$/.test(arn))
        ) {
          return `${one.Sid} reaches stacks that are no service's`;
        }
        if (
          actions.includes('iam:PassRole') &&
          condition(one, 'iam:PassedToService') === undefined
        ) {
          return `${one.Sid} passes a role to any service`;
        }
      }
      return true;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.OwnRoleBounded',
    cfr: ACCESS,
    title: "A role of Careplane's own can never do more than its policy says",
    types: ['aws_iam_role'],
    check: (role, plan) => {
      const { name, permissions_boundary: boundary } = role.values;
      if (!name?.startsWith('careplane-') || name === 'careplane-cfn')
        return true;
      const attached = plan
        .naming('aws_iam_role_policy_attachment', 'role', role)
        .map(({ values }) => values.policy_arn);
      return (
        attached.every(one => one === boundary) ||
        'its boundary is not its policy'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.NothingRolledBackToIsDeleted',
    cfr: ['164.308(a)(7)(ii)(B)', '164.312(c)(1)'],
    title:
      'No policy of Careplane deletes what one rolls back to, keys, logs or images',
    types: ['aws_iam_policy'],
    check: ({ values }) => {
      if (
        !values.name?.startsWith('careplane-') ||
        typeof values.policy !== 'string'
      )
        return true;
      const found = statementsOf(values.policy)
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Action }) => each(Action))
        .filter(one => NEVER.test(one));
      return found.length === 0 || `it allows ${found.join(', ')}`;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.OwnPartsProtected',
    cfr: ACCESS,
    title: 'What Careplane does for services it cannot do to itself',
    types: ['aws_iam_policy'],
    check: ({ values }) => {
      const wanted = OWN_PARTS[values.name];
      if (!wanted) return true;
      const denied = statementsOf(values.policy)
        .filter(
          ({ Effect, Resource }) =>
            Effect === 'Deny' &&
            each(Resource).some(one => /careplane-\*$/.test(one)),
        )
        .flatMap(({ Action }) => each(Action));
      const open = wanted.filter(one => !denied.includes(one));
      return (
        open.length === 0 || `${open.join(', ')} is not refused on careplane-*`
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.OwnPolicyBound',
    cfr: [...ACCESS, '164.312(a)(2)(iv)'],
    title:
      'Careplane decrypts releases through S3 alone, and deletes only stacks that CloudFormation made for it',
    types: ['aws_iam_policy'],
    check: ({ values }) => {
      if (
        !/^careplane-(read|release|create|cfn|pipeline)/.test(values.name ?? '')
      )
        return true;
      for (const one of statementsOf(values.policy)) {
        if (one.Effect !== 'Allow') continue;
        const decrypts = each(one.Action).some(action =>
          /^kms:(Decrypt|GenerateDataKey)/.test(action),
        );
        if (decrypts && condition(one, 'kms:ViaService') === undefined) {
          return `${one.Sid} uses a key directly`;
        }
        const deletes = each(one.Action).includes('cloudformation:DeleteStack');
        if (deletes && condition(one, 'cloudformation:RoleArn') === undefined) {
          return `${one.Sid} deletes stacks of others`;
        }
      }
      return true;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.BoundaryIsNarrow',
    cfr: ACCESS,
    title:
      'The boundary of services names actions, none of them administrative',
    types: ['aws_iam_policy'],
    check: ({ values }) => {
      if (values.tags?.Purpose !== 'permissions-boundary') {
        return (
          values.name !== 'careplane-boundary' ||
          'it is not marked as a boundary'
        );
      }
      for (const statement of statementsOf(values.policy)) {
        for (const action of each(statement.Action)) {
          if (/^(\*|[\w-]+:\*)$/.test(action)) return `it allows ${action}`;
          const admin =
            /^(iam|organizations|account|sts|config|cloudtrail|guardduty):/.test(
              action,
            );
          const deploys =
            /^sts:(AssumeRole|TagSession)$/.test(action) &&
            each(statement.Resource).every(one => STAGE_ROLE.test(one));
          if (admin && action !== 'iam:PassRole' && !deploys) {
            return `it allows ${action}`;
          }
          if (
            action === 'iam:PassRole' &&
            each(statement.Resource).includes('*')
          ) {
            return 'it lets any role be passed';
          }
          if (
            action === 'iam:PassRole' &&
            condition(statement, 'iam:PassedToService') === undefined
          ) {
            return 'it lets roles be passed to any service';
          }
        }
      }
      return true;
    },
  },
];
