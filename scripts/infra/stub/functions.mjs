// Provider functions, computed.

const CALLS = {
  arn_parse(arn) {
    const [, partition, service, region, accountId, ...resource] =
      arn.split(':');
    return {
      partition,
      service,
      region,
      account_id: accountId,
      resource: resource.join(':'),
    };
  },
  trim_iam_role_path(arn) {
    return arn.replace(/:role\/.*\//, ':role/');
  },
};

export function callFunction(name, args) {
  return CALLS[name](...args);
}
