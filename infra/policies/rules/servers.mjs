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
