// What people work with: machines of their own, and tunnels to sites.
import { each } from '../../../scripts/infra/policies/plan.mjs';
import { isCustomerKey } from './encryption.mjs';

const ACCESS = [
  '164.308(a)(3)(i)',
  '164.308(a)(4)(ii)(A)',
  '164.312(a)(1)',
  '164.312(e)(1)',
];
const AT_REST = ['164.312(a)(2)(iv)', '164.312(e)(2)(ii)'];
const IN_TRANSIT = ['164.312(e)(1)', '164.312(e)(2)(ii)'];

const machine = (id, cfr, title, check) => ({
  id,
  cfr,
  title,
  types: ['aws_instance'],
  check,
});

const TUNNEL = {
  ike_versions: ['ikev2'],
  phase1_encryption_algorithms: ['AES256-GCM-16'],
  phase2_encryption_algorithms: ['AES256-GCM-16'],
  phase1_integrity_algorithms: ['SHA2-384', 'SHA2-512'],
  phase2_integrity_algorithms: ['SHA2-384', 'SHA2-512'],
  phase1_dh_group_numbers: [19, 20, 21],
  phase2_dh_group_numbers: [19, 20, 21],
};

const within = (value, most) => value > 0 && value <= most;

export default [
  machine(
    'HIPAA.Security-EC2InstanceNoPublicIp',
    ACCESS,
    'No machine has a public address',
    ({ values }) =>
      values.associate_public_ip_address === false ||
      'associate_public_ip_address is not set to false',
  ),
  machine(
    'CKV_AWS_79',
    ACCESS,
    'A machine gives its credentials to sessions on it only',
    ({ values }) => {
      const [options] = values.metadata_options ?? [];
      return (
        (options?.http_tokens === 'required' &&
          options.http_put_response_hop_limit === 1) ||
        'metadata is given without a token, or further than one hop'
      );
    },
  ),
  machine(
    'CKV_AWS_8',
    AT_REST,
    'Disks of machines are encrypted with a customer key',
    ({ values }) => {
      const disks = [
        ...(values.root_block_device ?? []),
        ...(values.ebs_block_device ?? []),
      ];
      return (
        (disks.length > 0 &&
          disks.every(
            disk => disk.encrypted === true && isCustomerKey(disk.kms_key_id),
          )) ||
        'a disk is not encrypted with a key of the customer'
      );
    },
  ),
  machine(
    'HIPAA.Security-EC2EBSOptimizedInstance',
    ['164.308(a)(7)(i)'],
    'Disks have a line of their own',
    ({ values }) => values.ebs_optimized === true || 'it is not ebs_optimized',
  ),
  machine(
    'HIPAA.Security-EC2InstanceDetailedMonitoringEnabled',
    ['164.312(b)'],
    'Machines are measured every minute',
    ({ values }) => values.monitoring === true || 'monitoring is not set',
  ),
  machine(
    'HIPAA.Security-EC2InstanceTerminationProtection',
    ['164.308(a)(7)(ii)(A)', '164.312(c)(1)'],
    'No machine is removed by one call, or by turning it off',
    ({ values }) =>
      (values.disable_api_termination === true &&
        values.instance_initiated_shutdown_behavior === 'stop') ||
      'it can be terminated by one call, or by its own shutdown',
  ),
  machine(
    'HIPAA.Security-EC2InstanceProfileAttached',
    ['164.308(a)(3)(i)', '164.312(d)'],
    'Machines have a role, and are in the backup plan',
    ({ values }) => {
      if (!values.iam_instance_profile) return 'it has no instance profile';
      return values.tags?.Backup === 'true' || 'the tag Backup is not true';
    },
  ),
  machine(
    'HIPAA.Security-EC2InstancesInVPC',
    ACCESS,
    'Nobody connects to a machine of a person',
    ({ values }, plan) => {
      const groups = each(values.vpc_security_group_ids);
      if (groups.length === 0) return 'it has no security group of its own';
      if (!values.tags?.Person) return true;
      const open = plan
        .of('aws_vpc_security_group_ingress_rule')
        .some(rule => groups.includes(rule.values.security_group_id));
      return !open || 'something may connect to it';
    },
  ),
  {
    id: 'CAREPLANE.HIPAA.SessionsLogged',
    cfr: ['164.312(b)', ...AT_REST],
    title: 'Sessions on machines are logged, encrypted, and end when idle',
    types: ['aws_ssm_document'],
    check: ({ values }, plan) => {
      if (values.document_type !== 'Session') return true;
      if (typeof values.content !== 'string') return 'it has no content';
      const { inputs } = JSON.parse(values.content);
      if (!isCustomerKey(inputs.kmsKeyId)) return 'sessions have no key';
      if (inputs.cloudWatchEncryptionEnabled !== true)
        return 'the log of sessions may be plain';
      if (!within(Number(inputs.idleSessionTimeout), 30))
        return 'an idle session stays open';
      const allowed = plan
        .documents()
        .filter(({ resource }) => resource.type === 'aws_iam_policy')
        .flatMap(({ statements }) => statements)
        .some(({ Resource }) =>
          each(Resource).some(one => one.endsWith(`:document/${values.name}`)),
        );
      if (!allowed) return 'no policy lets people use it';
      return (
        plan
          .of('aws_cloudwatch_log_group')
          .some(
            ({ values: { name } }) => name === inputs.cloudWatchLogGroupName,
          ) || 'its log group is not in the plan'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.OwnMachine',
    cfr: ACCESS,
    title:
      'A session is opened on the machine of the person, by a logged document',
    types: ['aws_iam_policy'],
    check: ({ values }) => {
      if (typeof values.policy !== 'string') return true;
      const sessions = [JSON.parse(values.policy).Statement]
        .flat()
        .filter(({ Effect }) => Effect === 'Allow')
        .filter(({ Action }) =>
          each(Action).some(one =>
            /^(ssm:StartSession|ec2:(Start|Stop)Instances)$/.test(one),
          ),
        )
        .filter(({ Resource }) =>
          each(Resource).some(one => /^\*$|:instance\//.test(one)),
        );
      for (const { Sid, Action, Condition } of sessions) {
        const conditions = JSON.stringify(Condition ?? {});
        if (!/[rR]esourceTag\/(Person|Service)/.test(conditions))
          return `${Sid} is for machines of nobody in particular`;
        if (!each(Action).includes('ssm:StartSession')) continue;
        if (!/SessionDocumentAccessCheck/.test(conditions))
          return 'a session may use a document that logs nothing';
      }
      return true;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.MachinesStop',
    cfr: ['164.312(a)(2)(iii)'],
    title: 'Machines of people are stopped every night',
    whole: plan => {
      const machines = plan
        .of('aws_instance')
        .filter(({ values }) => values.tags?.Person);
      const stops = plan
        .of('aws_scheduler_schedule')
        .filter(({ values }) => values.state === 'ENABLED')
        .flatMap(({ values }) => values.target ?? [])
        .filter(({ arn }) => /:ec2:stopInstances$/.test(arn ?? ''))
        .map(({ input }) => input ?? '');
      return machines
        .filter(({ values }) => !stops.some(one => one.includes(values.id)))
        .map(({ address }) => ({
          address,
          problem: 'no schedule stops it',
        }));
    },
  },
  {
    id: 'CAREPLANE.HIPAA.TunnelStrength',
    cfr: IN_TRANSIT,
    title:
      'Both tunnels of a connection take current algorithms and nothing else',
    types: ['aws_vpn_connection'],
    check: ({ values }) => {
      for (const tunnel of ['tunnel1', 'tunnel2']) {
        for (const [name, allowed] of Object.entries(TUNNEL)) {
          const found = each(values[`${tunnel}_${name}`]);
          if (found.length === 0) return `${tunnel}_${name} is not set`;
          const weak = found.find(one => !allowed.includes(one));
          if (weak) return `${tunnel}_${name} takes ${weak}`;
        }
        if (!within(values[`${tunnel}_phase1_lifetime_seconds`], 28800))
          return `${tunnel} keeps its keys for more than 8 hours`;
        if (!within(values[`${tunnel}_phase2_lifetime_seconds`], 3600))
          return `${tunnel} keeps the keys of a session for more than an hour`;
      }
      return (
        values.preshared_key_storage === 'SecretsManager' ||
        'keys of the tunnels are kept in the state'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.TunnelLogged',
    cfr: ['164.312(b)', '164.308(a)(6)(ii)'],
    title: 'Tunnels are logged, watched, and restarted when they are dead',
    types: ['aws_vpn_connection'],
    check: ({ values }, plan) => {
      for (const tunnel of ['tunnel1', 'tunnel2']) {
        const [options] = values[`${tunnel}_log_options`] ?? [];
        const [log] = options?.cloudwatch_log_options ?? [];
        if (log?.log_enabled !== true || !log.log_group_arn)
          return `${tunnel} has no log`;
        if (values[`${tunnel}_dpd_timeout_action`] !== 'restart')
          return `${tunnel} stays dead`;
      }
      const watched = plan
        .of('aws_cloudwatch_metric_alarm')
        .some(
          alarm =>
            alarm.values.namespace === 'AWS/VPN' &&
            alarm.values.metric_name === 'TunnelState' &&
            alarm.values.dimensions?.VpnId === values.id &&
            alarm.values.threshold === 1,
        );
      return watched || 'no alarm looks at its tunnels';
    },
  },
];
