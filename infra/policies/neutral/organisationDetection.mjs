export default {
  aws_inspector2_organization_configuration: {
    'auto_enable.code_repository':
      'what is set is off: pipelines look at code before it is built',
  },
  aws_securityhub_configuration_policy: { description: 'a name' },
};
