// Servers on EC2: who reaches them, what is left of them, who hears of them.
import { each } from '../../../scripts/infra/policies/plan.mjs';
import { ANYWHERE } from '../../../scripts/infra/policies/addresses.mjs';
import { isCustomerKey } from './encryption.mjs';

const ACCESS = [
  '164.308(a)(3)(i)',
  '164.308(a)(4)(ii)(A)',
  '164.312(a)(1)',
  '164.312(e)(1)',
];
const KEPT = ['164.308(a)(7)(ii)(A)', '164.312(c)(1)'];

const isServer = ({ values }) => Boolean(values.tags?.Service);

const server = (id, cfr, title, check) => ({
  id,
  cfr,
  title,
  types: ['aws_instance'],
  check: (machine, plan) => (isServer(machine) ? check(machine, plan) : true),
});

export default [
  server(
    'CAREPLANE.HIPAA.ServerReached',
    ACCESS,
    'The internet reaches a server on 443 or on a port of UDP that is its service',
    ({ values }, plan) => {
      const open = plan
        .of('aws_vpc_security_group_ingress_rule')
        .filter(rule =>
          each(values.vpc_security_group_ids).includes(
            rule.values.security_group_id,
          ),
        )
        .map(rule => rule.values)
        .find(
          rule =>
            (ANYWHERE.has(rule.cidr_ipv4) || rule.from_port === 22) &&
            rule.ip_protocol !== 'udp' &&
            !(rule.from_port === 443 && rule.to_port === 443),
        );
      return !open || `${open.description} is open`;
    },
  ),
  server(
    'CAREPLANE.HIPAA.ServerAddress',
    ['164.308(a)(7)(i)', '164.312(e)(1)'],
    'A server keeps its address, is started again on other hardware, and is set up by its image and its first start',
    ({ values }) => {
      if (!values.private_ip) return 'its address changes';
      if (values.maintenance_options?.[0]?.auto_recovery !== 'default')
        return 'it is not started again';
      if (!values.user_data) return 'nothing sets it up';
      return (
        values.user_data_replace_on_change === true ||
        'a change of its set-up does not reach it'
      );
    },
  ),
  server(
    'CAREPLANE.HIPAA.ServerForwards',
    ACCESS,
    'Only the VPN carries packets of others',
    ({ values }, plan) => {
      if (values.source_dest_check === true) return true;
      const vpn = plan
        .of('aws_cloudwatch_log_group')
        .some(one => one.values.name === '/machines/vpn');
      return (
        (values.source_dest_check === false &&
          vpn &&
          /pritunl/.test(values.user_data ?? '')) ||
        'it carries packets of others'
      );
    },
  ),
  server(
    'CAREPLANE.HIPAA.ServerWatched',
    ['164.308(a)(6)(ii)', '164.312(b)'],
    'Somebody hears of a server that does not answer',
    ({ values }, plan) =>
      plan
        .of('aws_cloudwatch_metric_alarm')
        .some(
          one =>
            one.values.namespace === 'AWS/EC2' &&
            one.values.metric_name === 'StatusCheckFailed' &&
            one.values.threshold === 0 &&
            one.values.treat_missing_data === 'breaching' &&
            one.values.dimensions?.InstanceId === values.id,
        ) || 'no alarm looks at it',
  ),
  server(
    'CAREPLANE.HIPAA.ServerInPair',
    ['164.308(a)(7)(i)'],
    'What servers do is done in two zones or more',
    ({ values }, plan) => {
      const subnets = new Set(
        plan
          .of('aws_instance')
          .filter(one => one.values.tags?.Service === values.tags.Service)
          .map(one => one.values.subnet_id),
      );
      return subnets.size >= 2 || 'it is alone';
    },
  ),
  {
    id: 'CKV_AWS_3',
    cfr: ['164.312(a)(2)(iv)', '164.312(e)(2)(ii)', ...KEPT],
    title:
      'Disks of their own are encrypted with a customer key, backed up, and leave a snapshot',
    types: ['aws_ebs_volume'],
    check: ({ values }) => {
      if (values.encrypted !== true || !isCustomerKey(values.kms_key_id))
        return 'it is not encrypted with a key of the customer';
      if (values.final_snapshot !== true) return 'nothing is left of it';
      return values.tags?.Backup === 'true' || 'the tag Backup is not true';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.VolumeDetachedClean',
    cfr: KEPT,
    title: 'A disk is let go of when nobody writes to it',
    types: ['aws_volume_attachment'],
    check: ({ values }) =>
      values.stop_instance_before_detaching === true ||
      'it is taken from a running machine',
  },
  {
    id: 'CAREPLANE.HIPAA.EntrancesPaired',
    cfr: ['164.308(a)(7)(i)', '164.312(e)(1)', '164.312(e)(2)(ii)'],
    title:
      'A network load balancer has two targets or more, reached by TLS, and the first that is away is told',
    types: ['aws_lb'],
    check: (lb, plan) => {
      if (lb.values.load_balancer_type !== 'network') return true;
      const [listener] = plan.naming(
        'aws_lb_listener',
        'load_balancer_arn',
        lb,
      );
      const group = plan.find(
        listener?.values.default_action?.[0]?.target_group_arn,
      );
      if (group?.values.protocol !== 'TLS') return 'its targets speak no TLS';
      if (String(group.values.preserve_client_ip) !== 'false')
        return 'the network refuses what comes with the address of a client';
      if (group.values.connection_termination !== true)
        return 'a target that is gone keeps its connections';
      const targets = plan.naming(
        'aws_lb_target_group_attachment',
        'target_group_arn',
        group,
      ).length;
      if (targets < 2) return 'it has one target';
      return (
        plan
          .of('aws_cloudwatch_metric_alarm')
          .some(
            ({ values }) =>
              values.namespace === 'AWS/NetworkELB' &&
              values.metric_name === 'HealthyHostCount' &&
              values.threshold === targets &&
              values.dimensions?.LoadBalancer === lb.values.arn_suffix &&
              values.dimensions?.TargetGroup === group.values.arn_suffix,
          ) || 'a target that is away is not told'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.MachineKeys',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(a)(2)(iv)'],
    title:
      'Machines use keys by way of the service whose data it is, and directly that of their sessions',
    types: ['aws_iam_role'],
    check: (role, plan) => {
      if (!/"ec2\.amazonaws/.test(role.values.assume_role_policy ?? ''))
        return true;
      const sessions = plan
        .of('aws_ssm_document')
        .map(({ values }) => values.content ?? '');
      const open = plan
        .naming('aws_iam_role_policy_attachment', 'role', role)
        .map(({ values }) => plan.find(values.policy_arn))
        .filter(policy => typeof policy?.values.policy === 'string')
        .flatMap(policy => [JSON.parse(policy.values.policy).Statement].flat())
        .filter(({ Action }) => each(Action).some(one => /^kms:/.test(one)))
        .filter(({ Condition }) => !Condition?.StringEquals?.['kms:ViaService'])
        .flatMap(({ Resource }) => each(Resource))
        .find(key => !sessions.some(content => content.includes(key)));
      return !open || `it uses ${open} directly`;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.TemplateClosed',
    cfr: [...ACCESS, '164.312(a)(2)(iv)'],
    title:
      'Machines of a group have closed metadata, an encrypted disk, no key of SSH, a role, and are measured every minute',
    types: ['aws_launch_template'],
    check: ({ values }) => {
      const [metadata] = values.metadata_options ?? [];
      if (metadata?.http_tokens !== 'required')
        return 'metadata is given without a token';
      if (metadata.http_put_response_hop_limit !== 1)
        return 'metadata is given further than one hop';
      const disks = (values.block_device_mappings ?? []).flatMap(
        one => one.ebs ?? [],
      );
      if (
        disks.length === 0 ||
        !disks.every(
          disk => disk.encrypted === 'true' && isCustomerKey(disk.kms_key_id),
        )
      )
        return 'a disk is not encrypted with a key of the customer';
      if (values.key_name) return 'it has a key of SSH';
      if (!values.iam_instance_profile?.[0]?.arn) return 'it has no role';
      if (!values.user_data) return 'nothing sets it up';
      if (values.monitoring?.[0]?.enabled !== true)
        return 'it is not measured every minute';
      if (String(values.ebs_optimized) !== 'true')
        return 'disks have no line of their own';
      if (values.instance_initiated_shutdown_behavior !== 'terminate')
        return 'a machine that was shut down stays, and its group waits';
      const tagged = (values.tag_specifications ?? [])
        .filter(one => one.tags?.Service)
        .map(one => one.resource_type);
      return (
        ['instance', 'volume'].every(one => tagged.includes(one)) ||
        'its machines or disks have no tag Service'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.InterfaceGuarded',
    cfr: ACCESS,
    title:
      'An address of its own has a security group that the internet passes by UDP alone',
    types: ['aws_network_interface'],
    check: ({ values }, plan) => {
      const groups = each(values.security_groups).filter(Boolean);
      if (groups.length === 0) return 'it has no security group';
      if (!(values.private_ips?.length === 1)) return 'its address changes';
      if (values.source_dest_check !== true)
        return 'it carries packets of others';
      const open = plan
        .of('aws_vpc_security_group_ingress_rule')
        .map(rule => rule.values)
        .filter(rule => groups.includes(rule.security_group_id))
        .find(
          rule => ANYWHERE.has(rule.cidr_ipv4) && rule.ip_protocol !== 'udp',
        );
      return !open || `${open.description} is open`;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.BridgeReturns',
    cfr: ['164.308(a)(7)(i)', '164.308(a)(6)(ii)'],
    title:
      'A bridge that fails comes back with its address, ends its meetings before it goes, and is told when it is away',
    types: ['aws_autoscaling_group'],
    check: (group, plan) => {
      const { values } = group;
      if (values.max_size !== 1) return 'two machines would have one address';
      if (values.force_delete !== false) return 'it goes with its machines';
      if (!values.health_check_type) return 'nobody asks whether it lives';
      const [refresh] = values.instance_refresh ?? [];
      if (refresh?.preferences?.[0]?.min_healthy_percentage !== 0)
        return 'a new image never arrives: there is one address';
      if (refresh.preferences[0].auto_rollback !== true)
        return 'an image that does not start stays';
      if (!values.enabled_metrics?.includes('GroupInServiceInstances'))
        return 'it is not measured';
      const [hook] = plan
        .of('aws_autoscaling_lifecycle_hook')
        .filter(one => one.values.autoscaling_group_name === values.name);
      if (hook?.values.default_result !== 'CONTINUE')
        return 'meetings end with the machine';
      if (!(hook.values.heartbeat_timeout >= 1800))
        return 'meetings have less than half an hour';
      if (values.min_size === 0) {
        const shifts = plan
          .of('aws_autoscaling_schedule')
          .filter(one => one.values.autoscaling_group_name === values.name)
          .map(one => one.values);
        return (
          [0, 1].every(size =>
            shifts.some(
              one =>
                one.desired_capacity === size &&
                one.min_size === size &&
                one.max_size === 1 &&
                one.recurrence,
            ),
          ) || 'nothing starts it and stops it'
        );
      }
      return (
        plan
          .of('aws_cloudwatch_metric_alarm')
          .some(
            one =>
              one.values.namespace === 'AWS/AutoScaling' &&
              one.values.metric_name === 'GroupInServiceInstances' &&
              one.values.threshold === 1 &&
              one.values.dimensions?.AutoScalingGroupName === values.name,
          ) || 'no alarm looks at it'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.MeetingsNotRecorded',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(a)(1)', '164.312(d)'],
    title:
      'Meetings are for who has a token of the application, and nothing of them is recorded',
    types: ['aws_instance'],
    check: ({ values }) => {
      if (!/-jitsi$/.test(values.tags?.Service ?? '')) return true;
      const files = [...(values.user_data ?? '').matchAll(/content: (\S+)$/gm)]
        .map(([, text]) => Buffer.from(text, 'base64').toString('utf8'))
        .join('\n');
      for (const line of [
        'recordingService: { enabled: false',
        'liveStreaming: { enabled: false',
        'localRecording: { disable: true',
        'authentication = "token"',
        'allow_empty_token = false',
      ])
        if (!files.includes(line)) return `its configuration lacks ${line}`;
      return true;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.VpnWatched',
    cfr: ['164.312(d)', '164.308(a)(5)(ii)(C)', '164.312(b)'],
    title:
      'A VPN that asks for no second factor, refuses many or says nothing is told',
    types: ['aws_cloudwatch_log_group'],
    check: ({ values }, plan) => {
      if (values.name !== '/machines/vpn') return true;
      const alarms = plan
        .of('aws_cloudwatch_metric_alarm')
        .map(one => one.values);
      const counted = plan
        .of('aws_cloudwatch_log_metric_filter')
        .filter(one => one.values.log_group_name === values.name)
        .filter(({ values: { metric_transformation: by } }) =>
          alarms.some(
            one =>
              one.namespace === by?.[0]?.namespace &&
              one.metric_name === by?.[0]?.name &&
              typeof one.threshold === 'number',
          ),
        )
        .map(one => one.values.pattern ?? '');
      if (!counted.some(one => /servers-without-second-factor/.test(one)))
        return 'a server without a second factor is not told';
      if (!counted.some(one => /Failed/.test(one)))
        return 'refused sign-ins are not told';
      return (
        alarms.some(
          one =>
            one.namespace === 'AWS/Logs' &&
            one.metric_name === 'IncomingLogEvents' &&
            one.dimensions?.LogGroupName === values.name &&
            one.threshold >= 1 &&
            one.treat_missing_data === 'breaching',
        ) || 'its silence is not told'
      );
    },
  },
];
