// A plan as policies see it: resources with what is set, found by type, by
// identifier and by what they name.

/** Where a type keeps policy documents. */
export const DOCUMENTS = {
  aws_iam_policy: ['policy'],
  aws_iam_role: ['assume_role_policy'],
  aws_iam_role_policy: ['policy'],
  aws_kms_key: ['policy'],
  aws_kms_key_policy: ['policy'],
  aws_s3_bucket_policy: ['policy'],
  aws_sqs_queue: ['policy'],
  aws_sqs_queue_policy: ['policy'],
  aws_sns_topic: ['policy'],
  aws_sns_topic_policy: ['policy'],
  aws_vpc_endpoint: ['policy'],
  aws_secretsmanager_secret_policy: ['policy'],
  aws_ecr_repository_policy: ['policy'],
  aws_cloudwatch_event_bus_policy: ['policy'],
  aws_cloudwatch_log_resource_policy: ['policy_document'],
  aws_backup_vault_policy: ['policy'],
  aws_opensearch_domain_policy: ['access_policies'],
  aws_organizations_policy: ['content'],
  aws_ssoadmin_permission_set_inline_policy: ['inline_policy'],
};

/** Documents that say what an identity may do, not who may do it to a resource. */
export const IDENTITY_DOCUMENTS = new Set([
  'aws_iam_policy',
  'aws_iam_role_policy',
  'aws_ssoadmin_permission_set_inline_policy',
]);

/**
 * @param json - `terraform show -json` of a plan
 * @returns {object} see the class
 */
export function planOf(json) {
  const resources = [];
  const visit = module => {
    for (const one of module.resources ?? []) {
      if (one.mode === 'managed') resources.push(resourceOf(one));
    }
    (module.child_modules ?? []).forEach(visit);
  };
  visit(json.planned_values.root_module);
  return new Plan(resources);
}

function resourceOf({ address, type, name, values }) {
  const [, call] = /^module\.([\w-]+)/.exec(address) ?? [];
  const [stack] = call?.split('--') ?? [];
  return { address, type, name, stack, unit: call, values };
}

export class Plan {
  #byType = new Map();
  #byIdentifier = new Map();

  /** @param resources - `{address, type, name, stack, unit, values}` */
  constructor(resources) {
    this.resources = resources;
    for (const one of resources) {
      if (!this.#byType.has(one.type)) this.#byType.set(one.type, []);
      this.#byType.get(one.type).push(one);
      for (const key of [one.values.id, one.values.arn]) {
        if (typeof key === 'string') this.#byIdentifier.set(key, one);
      }
    }
  }

  /** All resources of a type. */
  of(type) {
    return this.#byType.get(type) ?? [];
  }

  /** The resource that has this id or ARN, where it is in the plan. */
  find(identifier) {
    return this.#byIdentifier.get(identifier);
  }

  /** Resources of `type` whose `attribute` names `resource`. */
  naming(type, attribute, resource) {
    const { id, arn, bucket, name } = resource.values;
    const known = [id, arn, bucket, name].filter(Boolean);
    return this.of(type).filter(one => {
      const value = one.values[attribute];
      return Array.isArray(value)
        ? value.some(each => known.includes(each))
        : known.includes(value);
    });
  }

  /** Every policy document: `{resource, attribute, document, statements}`. */
  documents() {
    return this.resources.flatMap(resource => documentsOf(resource));
  }
}

export function documentsOf(resource) {
  return (DOCUMENTS[resource.type] ?? []).flatMap(attribute => {
    const text = resource.values[attribute];
    if (typeof text !== 'string') return [];
    const document = JSON.parse(text);
    const statements = [document.Statement ?? []].flat();
    return [{ resource, attribute, document, statements }];
  });
}

/** One or many, as policies write them. */
export const each = value => (value === undefined ? [] : [value].flat());
