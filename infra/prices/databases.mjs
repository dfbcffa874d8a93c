// https://aws.amazon.com/rds/postgresql/pricing/, https://aws.amazon.com/rds/proxy/pricing/
const HOURS = 730;
/** Dollars an hour, one zone. */
const INSTANCES = {
  'db.t4g.medium': 0.065,
  'db.t4g.large': 0.129,
  'db.m7g.large': 0.168,
  'db.m7g.xlarge': 0.337,
};

export default {
  aws_db_instance: values => {
    const zones = values.multi_az ? 2 : 1;
    const hour = INSTANCES[values.instance_class] ?? 0;
    return {
      monthly: zones * (hour * HOURS + 0.115 * values.allocated_storage),
      why: 'hours and gp3 storage, twice with a standby',
    };
  },
  aws_db_proxy: () => ({
    monthly: 2 * 0.015 * HOURS,
    why: 'two vCPU of the database behind it',
  }),
};
