const GONE = 'without it there is nothing to protect';
const WIRING = 'wiring: without it nothing works, and nothing is open';

export default {
  aws_db_instance: {
    '(the resource)': GONE,
    db_name: WIRING,
    engine: WIRING,
    identifier: 'a name',
    port: "what is set is AWS's default too",
  },
  aws_db_parameter_group: {
    description: 'a name',
    name_prefix: 'a name',
    'parameter.apply_method':
      'at once is its default; the library that needs a restart is looked at by DatabaseAudited',
  },
  aws_db_proxy: { '(the resource)': GONE },
};
