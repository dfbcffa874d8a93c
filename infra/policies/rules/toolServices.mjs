// Tools that people use by the browser: who signs in, and that they stay current.
import { each } from '../../../scripts/infra/policies/plan.mjs';

const SIGN_IN = ['164.312(a)(2)(i)', '164.312(d)'];
/** Seconds after which a browser signs in again: a working day. */
const SESSION = 28800;

const pathsOf = ({ condition }) =>
  (condition ?? []).flatMap(one => each(one.path_pattern?.[0]?.values));

const hostsOf = ({ condition }) =>
  (condition ?? [])
    .flatMap(one => each(one.host_header?.[0]?.values))
    .sort()
    .join();

export default [
  {
    id: 'CAREPLANE.HIPAA.SignInBefore',
    cfr: [...SIGN_IN, '164.312(a)(2)(iii)'],
    title:
      'Who opens a tool signs in at the load balancer, with a second factor, every day',
    types: ['aws_lb_listener_rule'],
    check: ({ values }, plan) => {
      if (values.tags?.SignIn !== 'cognito') return true;
      if (!hostsOf(values)) return 'it is for no host name';
      const action = values.action?.find(
        ({ type }) => type === 'authenticate-cognito',
      );
      const [by] = action?.authenticate_cognito ?? [];
      if (!by) return 'nobody signs in';
      if (action.order !== 1) return 'it does not sign in first';
      const forward = values.action.find(({ type }) => type === 'forward');
      if (forward?.order !== 2) return 'it forwards before it signs in';
      if (by.on_unauthenticated_request !== 'authenticate')
        return 'who has not signed in goes through';
      if (!(by.session_timeout > 0 && by.session_timeout <= SESSION))
        return 'a session lasts longer than a working day';
      if (by.scope !== 'openid') return 'it asks for more than who it is';
      const pool = plan.find(by.user_pool_arn);
      if (pool?.type !== 'aws_cognito_user_pool')
        return 'its pool is not in the plan';
      return (
        pool.values.mfa_configuration === 'ON' ||
        'its pool has no second factor'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.OpenPaths',
    cfr: [...SIGN_IN, '164.312(a)(1)'],
    title:
      'What a tool answers without signing in is one folder, for who brings a token or knows a secret address',
    types: ['aws_lb_listener_rule'],
    check: ({ values }, plan) => {
      const signs = plan
        .of('aws_lb_listener_rule')
        .filter(one => one.values.tags?.SignIn === 'cognito')
        .some(
          one =>
            one.values.listener_arn === values.listener_arn &&
            (hostsOf(one.values) === hostsOf(values) || !hostsOf(values)),
        );
      const kind = values.tags?.SignIn;
      if (kind === 'cognito' || (!signs && !kind)) return true;
      if (!hostsOf(values)) return 'it is for every host name';
      const open = pathsOf(values).find(one => !/^\/[a-z0-9_-]+\//.test(one));
      if (open) return `${open} is open without signing in`;
      if (kind === 'hook') return true;
      const header = (values.condition ?? []).flatMap(
        one => one.http_header ?? [],
      );
      return (
        header.some(
          one =>
            one.http_header_name === 'Authorization' &&
            each(one.values).join() === 'Bearer *',
        ) || 'it is open without signing in and without a token'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.SignInReaches',
    cfr: SIGN_IN,
    title: 'The callback of a tool is one that its sign-in knows',
    whole: plan =>
      plan
        .of('aws_lb_listener_rule')
        .filter(({ values }) => values.tags?.SignIn === 'cognito')
        .flatMap(({ address, values }) => {
          const known = plan
            .of('aws_cognito_user_pool_client')
            .flatMap(one => each(one.values.callback_urls));
          return hostsOf(values)
            .split(',')
            .filter(host => host)
            .filter(
              host => !known.includes(`https://${host}/oauth2/idpresponse`),
            )
            .map(host => ({
              address,
              problem: `sign-in does not lead back to ${host}`,
            }));
        }),
  },
  {
    id: 'CAREPLANE.HIPAA.RotatedSecretsRead',
    cfr: ['164.308(a)(5)(ii)(D)', '164.308(a)(7)(i)'],
    title:
      'Tasks of a tool are replaced before a second rotation locks them out',
    types: ['aws_ecs_service'],
    check: ({ values }, plan) => {
      if (values.tags?.Single !== 'true') return true;
      const schedule = plan
        .of('aws_scheduler_schedule')
        .find(one => restartOf(one.values)?.Service === values.name);
      if (!schedule) return 'nothing replaces its tasks';
      const { state, target, schedule_expression: when } = schedule.values;
      if (state !== 'ENABLED') return 'its schedule is off';
      if (!/^cron\(\S+ \S+ (\? \* \S+|\* \* \?) \*\)$/.test(when))
        return 'its tasks are not replaced every week';
      if (restartOf(schedule.values).ForceNewDeployment !== true)
        return 'its schedule replaces nothing';
      return (
        target[0].retry_policy?.[0]?.maximum_retry_attempts > 0 ||
        'a restart that fails is not tried again'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.ServiceRoleBounded',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(a)(1)'],
    title:
      'A role of tasks, of their schedules and of machines can never do more than its policy says',
    types: ['aws_iam_role'],
    check: (role, plan) => {
      const { assume_role_policy: trust, permissions_boundary: boundary } =
        role.values;
      if (!/"(ecs-tasks|ecs|scheduler|ec2)\.amazonaws/.test(trust ?? ''))
        return true;
      const attached = plan
        .naming('aws_iam_role_policy_attachment', 'role', role)
        .map(({ values }) => values.policy_arn);
      return (
        (attached.length === 1 && attached[0] === boundary) ||
        'its boundary is not its policy'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.TaskKeys',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(a)(2)(iv)'],
    title: 'Tasks use keys by way of the service whose data it is',
    types: ['aws_iam_role'],
    check: (role, plan) => {
      if (!/"ecs-tasks\.amazonaws/.test(role.values.assume_role_policy ?? ''))
        return true;
      const open = plan
        .naming('aws_iam_role_policy_attachment', 'role', role)
        .map(({ values }) => plan.find(values.policy_arn))
        .filter(policy => typeof policy?.values.policy === 'string')
        .flatMap(policy => [JSON.parse(policy.values.policy).Statement].flat())
        .filter(({ Action }) => each(Action).some(one => /^kms:/.test(one)))
        .find(({ Condition }) => !Condition?.StringEquals?.['kms:ViaService']);
      return !open || `${open.Sid} uses a key directly`;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.GatesRelayed',
    cfr: ['164.308(a)(1)(ii)(D)', '164.308(a)(6)(ii)'],
    title:
      'The relay of quality gates is reached by the load balancer alone, and its failures are told',
    types: ['aws_lambda_function'],
    check: ({ values }, plan) => {
      if (!/gate-relay$/.test(values.function_name ?? '')) return true;
      const variables = values.environment?.[0]?.variables ?? {};
      for (const name of ['WEBHOOK_SECRET', 'SONAR_URL', 'TABLE', 'TOPIC_ARN'])
        if (!variables[name]) return `the variable ${name} is not set`;
      if (!/^https:/.test(variables.SONAR_URL))
        return 'its links are not by TLS';
      const told = plan
        .of('aws_cloudwatch_metric_alarm')
        .some(
          one =>
            one.values.namespace === 'AWS/Lambda' &&
            one.values.metric_name === 'Errors' &&
            one.values.threshold === 0 &&
            one.values.dimensions?.FunctionName === values.function_name,
        );
      if (!told) return 'no alarm looks at its errors';
      const targets = plan
        .of('aws_lb_target_group_attachment')
        .filter(one => one.values.target_id === values.arn)
        .map(one => plan.find(one.values.target_group_arn));
      if (targets[0]?.values.target_type !== 'lambda')
        return 'no load balancer leads to it';
      if (targets[0].values.health_check?.[0]?.enabled !== false)
        return 'the load balancer asks it without a signature';
      const subscribed = plan
        .of('aws_sns_topic_subscription')
        .filter(one => one.values.topic_arn === variables.TOPIC_ARN);
      return (
        subscribed.every(one => one.values.protocol === 'email') ||
        'gates go elsewhere than to people'
      );
    },
  },
];

/** What a schedule asks ECS to update, or undefined. */
function restartOf({ target }) {
  const [{ arn, input } = {}] = target ?? [];
  return /:ecs:updateService$/.test(arn ?? '') ? JSON.parse(input) : undefined;
}
