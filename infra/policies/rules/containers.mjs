// Images, clusters, tasks and their deployments.
import { isCustomerKey } from './encryption.mjs';

const INTEGRITY = ['164.308(a)(7)(ii)(B)', '164.312(c)(1)'];
const ACCESS = ['164.308(a)(3)(i)', '164.312(a)(1)'];

const containersOf = ({ values }) =>
  typeof values.container_definitions === 'string'
    ? JSON.parse(values.container_definitions)
    : [];

/** Software that cannot run twice says so by this tag. */
const isSingle = ({ tags }) => tags?.Single === 'true';

const container = (id, cfr, title, problemOf) => ({
  id,
  cfr,
  title,
  types: ['aws_ecs_task_definition'],
  check: task => {
    const containers = containersOf(task);
    if (containers.length === 0) return 'it has no container';
    return containers.map(problemOf).find(Boolean) ?? true;
  },
});

export default [
  {
    id: 'CT.ECR.PR.2',
    cfr: INTEGRITY,
    title:
      'The tag of an image cannot be moved, and no image goes with Terraform',
    types: ['aws_ecr_repository'],
    check: ({ values }) => {
      if (values.image_tag_mutability !== 'IMMUTABLE')
        return 'tags can be moved';
      return (
        values.force_delete === false || 'force_delete is not set to false'
      );
    },
  },
  {
    id: 'CT.ECR.PR.3',
    cfr: ['164.308(a)(1)(ii)(A)', '164.308(a)(5)(ii)(B)'],
    title: 'Images are scanned when they arrive, and again by the registry',
    types: ['aws_ecr_repository'],
    check: ({ values }, plan) => {
      if (values.image_scanning_configuration?.[0]?.scan_on_push !== true) {
        return 'images are not scanned when they arrive';
      }
      const registry = plan
        .of('aws_ecr_registry_scanning_configuration')
        .find(one => one.values.scan_type === 'ENHANCED');
      if (!registry) return 'the registry does not scan with Inspector';
      return (
        registry.values.rule?.some(
          one =>
            one.scan_frequency === 'CONTINUOUS_SCAN' &&
            one.repository_filter?.some(
              ({ filter, filter_type: type }) =>
                filter === '*' && type === 'WILDCARD',
            ),
        ) || 'the registry does not scan every repository again'
      );
    },
  },
  {
    id: 'CKV_AWS_136',
    cfr: ['164.312(a)(2)(iv)'],
    title: 'Images are encrypted with a customer key',
    types: ['aws_ecr_repository'],
    check: ({ values }) => {
      const [by] = values.encryption_configuration ?? [];
      return (
        (by?.encryption_type === 'KMS' && isCustomerKey(by.kms_key)) ||
        'it names no key of the customer'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.RollbackTargetsKept',
    cfr: INTEGRITY,
    title:
      'Images expire that have no tag or a temporary one, and none is counted out',
    types: ['aws_ecr_repository'],
    check: (repository, plan) => {
      const [policy] = plan.naming(
        'aws_ecr_lifecycle_policy',
        'repository',
        repository,
      );
      if (typeof policy?.values.policy !== 'string')
        return 'it has no lifecycle policy';
      for (const { selection } of JSON.parse(policy.values.policy).rules) {
        if (selection.countType !== 'sinceImagePushed')
          return 'a rule counts images';
        const temporary = selection.tagPrefixList?.every(one =>
          /^(?!v-|release-)[a-z]+-$/.test(one),
        );
        if (selection.tagStatus !== 'untagged' && !temporary) {
          return 'a rule deletes what one rolls back to';
        }
      }
      return true;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.RepositoryReaders',
    cfr: ACCESS,
    title:
      'Who pulls images of another account is named, within the organisation',
    types: ['aws_ecr_repository_policy'],
    check: ({ values }) => {
      if (typeof values.policy !== 'string') return 'it has no policy';
      const open = [JSON.parse(values.policy).Statement]
        .flat()
        .some(
          ({ Principal, Condition, Action }) =>
            !Principal?.AWS ||
            Principal.AWS === '*' ||
            !Condition?.StringEquals?.['aws:PrincipalOrgID'] ||
            [Action].flat().some(one => /\*|Put|Delete|Upload/.test(one)),
        );
      return (
        !open ||
        'it lets others do more than pull, or others than the organisation'
      );
    },
  },
  {
    id: 'CT.ECS.PR.10',
    cfr: ['164.312(b)'],
    title: 'Clusters measure every task',
    types: ['aws_ecs_cluster'],
    check: ({ values }, plan) => {
      const on = values.setting?.some(
        ({ name, value }) =>
          name === 'containerInsights' && value === 'enhanced',
      );
      if (!on) return 'Container Insights is not enhanced';
      return (
        plan
          .of('aws_cloudwatch_log_group')
          .some(
            one =>
              one.values.name ===
              `/aws/ecs/containerinsights/${values.name}/performance`,
          ) || 'AWS would make the log group of Container Insights, without key'
      );
    },
  },
  {
    id: 'CKV_AWS_224',
    cfr: ['164.312(b)', '164.312(a)(2)(iv)'],
    title:
      'What is typed in a container is encrypted and kept, whatever the task says',
    types: ['aws_ecs_cluster'],
    check: ({ values }, plan) => {
      const [exec] =
        values.configuration?.[0]?.execute_command_configuration ?? [];
      if (exec?.logging !== 'OVERRIDE')
        return 'sessions are not logged by the cluster';
      if (!isCustomerKey(exec.kms_key_id))
        return 'sessions have no key of the customer';
      const [log] = exec.log_configuration ?? [];
      if (log?.cloud_watch_encryption_enabled !== true) {
        return 'the log of sessions need not be encrypted';
      }
      return (
        plan
          .of('aws_cloudwatch_log_group')
          .some(one => one.values.name === log.cloud_watch_log_group_name) ||
        'the log group of sessions is not in the plan'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.NoForeignCapacity',
    cfr: ['164.308(a)(7)(i)'],
    title:
      'Clusters run on Fargate; outside dev on capacity that nobody takes back',
    types: ['aws_ecs_cluster'],
    check: (cluster, plan) => {
      const [capacity] = plan.naming(
        'aws_ecs_cluster_capacity_providers',
        'cluster_name',
        cluster,
      );
      const providers = capacity?.values.capacity_providers ?? [];
      if (!providers.includes('FARGATE')) return 'it has no Fargate capacity';
      if (providers.some(one => !/^FARGATE(_SPOT)?$/.test(one))) {
        return 'it has capacity besides Fargate';
      }
      if (!capacity.values.default_capacity_provider_strategy?.length) {
        return 'it has no default capacity';
      }
      return (
        !providers.includes('FARGATE_SPOT') ||
        cluster.values.tags_all?.Environment === 'dev' ||
        'spare capacity is for dev alone'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.ClusterOfThisPlan',
    cfr: ['164.312(b)', '164.312(a)(2)(iv)'],
    title:
      'What runs, runs on a cluster of this plan: one whose sessions are logged and whose tasks are measured',
    types: ['aws_ecs_cluster_capacity_providers', 'aws_ecs_service'],
    check: ({ values }, plan) => {
      const named = values.cluster_name ?? values.cluster;
      return (
        plan
          .of('aws_ecs_cluster')
          .some(one => [one.values.name, one.values.arn].includes(named)) ||
        'its cluster is not in the plan'
      );
    },
  },
  container(
    'CKV_AWS_336',
    ACCESS,
    'Containers are read-only, without root and without capabilities',
    one => {
      if (one.readonlyRootFilesystem !== true)
        return 'its file system can be written';
      if (one.privileged) return 'it is privileged';
      if (!one.user || /^(0|root)(:|$)/.test(one.user))
        return 'it runs as root';
      return (
        !one.linuxParameters?.capabilities?.drop?.includes('ALL') &&
        'it keeps capabilities'
      );
    },
  ),
  container(
    'CAREPLANE.HIPAA.ImageByDigest',
    INTEGRITY,
    'Containers run an image by its digest',
    ({ image }) =>
      !/@sha256:[0-9a-f]{64}$/.test(image ?? '') && `${image} is no digest`,
  ),
  container(
    'CT.ECS.PR.6',
    ['164.308(a)(5)(ii)(D)', '164.312(a)(2)(iv)'],
    'Containers get secrets by reference',
    one =>
      (one.environment ?? []).some(({ name }) =>
        /(PASSWORD|SECRET|TOKEN|PRIVATE_KEY|API_KEY)$/.test(name),
      ) && 'a secret is in its environment',
  ),
  {
    id: 'CT.ECS.PR.9',
    cfr: ['164.312(b)'],
    title: 'Containers log to a group of this plan',
    types: ['aws_ecs_task_definition'],
    check: (task, plan) => {
      const groups = new Set(
        plan.of('aws_cloudwatch_log_group').map(({ values }) => values.name),
      );
      const silent = containersOf(task).some(
        ({ logConfiguration: log }) =>
          !groups.has(log?.options?.['awslogs-group']),
      );
      return !silent || 'a container does not log to a group of this plan';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.TaskOfFargate',
    cfr: ACCESS,
    title:
      'Tasks share no host and no network, have two roles, and stay to be rolled back to',
    types: ['aws_ecs_task_definition'],
    check: ({ values }) => {
      if (values.network_mode !== 'awsvpc') return 'it shares a network';
      if (values.requires_compatibilities?.join() !== 'FARGATE')
        return 'it may share a host';
      if (!values.task_role_arn || !values.execution_role_arn)
        return 'it lacks one of its roles';
      if (values.task_role_arn === values.execution_role_arn)
        return 'its roles are one';
      return values.skip_destroy === true || 'Terraform deregisters it';
    },
  },
  {
    id: 'CT.ECS.PR.2',
    cfr: ['164.312(a)(1)', '164.312(e)(1)'],
    title:
      'Tasks have private addresses in two zones or more, and no session is open for good',
    types: ['aws_ecs_service'],
    check: ({ values }) => {
      const [network] = values.network_configuration ?? [];
      if (network?.assign_public_ip !== false)
        return 'assign_public_ip is not set to false';
      if (!(network.subnets?.length >= 2)) return 'it is in one zone';
      if (!network.security_groups?.length) return 'it has no security group';
      return (
        values.enable_execute_command === false || 'sessions are open for good'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.DeploymentTakesItselfBack',
    cfr: ['164.308(a)(7)(i)', '164.312(c)(1)'],
    title:
      'A deployment of ECS that does not start or raises an alarm goes back; two tasks serve meanwhile',
    types: ['aws_ecs_service'],
    check: ({ values }, plan) => {
      if (values.deployment_controller?.[0]?.type !== 'ECS')
        return 'deployments are not of ECS itself';
      const [breaker] = values.deployment_circuit_breaker ?? [];
      if (!breaker?.enable || !breaker.rollback)
        return 'what does not start is not taken back';
      const [alarms] = values.alarms ?? [];
      if (!alarms?.enable || !alarms.rollback || !alarms.alarm_names?.length) {
        return 'no alarm takes a deployment back';
      }
      const known = plan
        .of('aws_cloudwatch_metric_alarm')
        .map(one => one.values.alarm_name);
      if (!alarms.alarm_names.every(one => known.includes(one)))
        return 'an alarm is not in the plan';
      if (isSingle(values)) {
        return (
          (values.deployment_minimum_healthy_percent === 0 &&
            values.deployment_maximum_percent === 100 &&
            values.availability_zone_rebalancing === 'DISABLED' &&
            values.desired_count === 1) ||
          'what can run once only would run twice'
        );
      }
      if (!(values.deployment_minimum_healthy_percent >= 100))
        return 'fewer tasks serve during a deployment';
      if (!(values.deployment_maximum_percent >= 200))
        return 'deployment_maximum_percent is not set to 200';
      if (values.availability_zone_rebalancing !== 'ENABLED')
        return 'tasks may end in one zone';
      return values.desired_count >= 2 || 'it has one task';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.ServiceGrows',
    cfr: ['164.308(a)(7)(i)'],
    title: 'A service grows with its load, and never below two tasks',
    types: ['aws_ecs_service'],
    check: ({ values }, plan) => {
      if (isSingle(values)) return true;
      const target = plan
        .of('aws_appautoscaling_target')
        .find(one => one.values.resource_id?.endsWith(`/${values.name}`));
      if (!(target?.values.min_capacity >= 2)) return 'nothing keeps two tasks';
      if (target.values.max_capacity <= target.values.min_capacity)
        return 'it cannot grow';
      return (
        plan
          .of('aws_appautoscaling_policy')
          .some(one => one.values.resource_id === target.values.resource_id) ||
        'nothing makes it grow'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.ServiceWatched',
    cfr: ['164.308(a)(6)(ii)', '164.312(b)'],
    title:
      'Somebody hears of a service that answers with errors, or runs fewer tasks than it should',
    types: ['aws_ecs_service'],
    check: ({ values }, plan) => {
      const alarms = plan
        .of('aws_cloudwatch_metric_alarm')
        .map(one => one.values);
      const tasks = alarms.some(
        one =>
          one.namespace === 'ECS/ContainerInsights' &&
          one.metric_name === 'RunningTaskCount' &&
          one.threshold >= (isSingle(values) ? 1 : 2) &&
          one.dimensions?.ServiceName === values.name,
      );
      if (!tasks) return 'no alarm counts its tasks';
      const own = values.alarms?.[0]?.alarm_names ?? [];
      return (
        alarms.some(
          one =>
            own.includes(one.alarm_name) &&
            one.namespace === 'AWS/ApplicationELB' &&
            one.metric_name === 'HTTPCode_Target_5XX_Count' &&
            one.threshold > 0 &&
            one.dimensions?.TargetGroup,
        ) || 'no alarm looks at its errors'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.ExecutionKeys',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(a)(2)(iv)'],
    title: 'What starts tasks decrypts by way of Secrets Manager alone',
    types: ['aws_iam_policy'],
    check: ({ values }) => {
      if (
        !/-execution$/.test(values.name ?? '') ||
        typeof values.policy !== 'string'
      )
        return true;
      const open = [JSON.parse(values.policy).Statement]
        .flat()
        .some(
          one =>
            [one.Action].flat().includes('kms:Decrypt') &&
            !one.Condition?.StringEquals?.['kms:ViaService'],
        );
      return !open || 'it decrypts directly';
    },
  },
];
