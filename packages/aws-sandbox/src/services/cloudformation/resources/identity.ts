import type { Json, JsonObject } from '../template';
import {
  ignoreMissing,
  list,
  number,
  object,
  tagMap,
  text,
  type ResourceContext,
  type ResourceHandler,
} from './handler';

const json = (value: Json | undefined) =>
  typeof value === 'string' ? value : JSON.stringify(value ?? {});

const tagList = (properties: JsonObject, context: ResourceContext) =>
  Object.entries(tagMap(properties.Tags, context.tags)).map(([Key, Value]) => ({
    Key,
    Value,
  }));

/** Makes the attached and inline policies what is wanted, and nothing more. */
async function policies(
  RoleName: string,
  wanted: JsonObject,
  before: JsonObject,
  context: ResourceContext,
) {
  const arns = (properties: JsonObject) =>
    list(properties.ManagedPolicyArns).map(String);
  const inline = (properties: JsonObject) =>
    new Map(
      list(properties.Policies).map(item => [
        String(object(item).PolicyName),
        json(object(item).PolicyDocument),
      ]),
    );
  for (const PolicyArn of arns(before).filter(
    arn => !arns(wanted).includes(arn),
  )) {
    await ignoreMissing(
      context.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn }),
    );
  }
  for (const PolicyArn of arns(wanted)) {
    await context.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
  }
  for (const PolicyName of inline(before).keys()) {
    if (!inline(wanted).has(PolicyName)) {
      await ignoreMissing(
        context.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName }),
      );
    }
  }
  for (const [PolicyName, PolicyDocument] of inline(wanted)) {
    await context.call('iam', 'PutRolePolicy', {
      RoleName,
      PolicyName,
      PolicyDocument,
    });
  }
}

const roleArn = (
  name: string,
  properties: JsonObject,
  context: ResourceContext,
) =>
  `arn:aws:iam::${context.account}:role${text(properties.Path) ?? '/'}${name}`;

const role: ResourceHandler = {
  replaceOn: ['RoleName', 'Path'],
  taggable: true,
  async create(properties, context) {
    const RoleName = text(properties.RoleName) ?? context.uniqueName(64);
    const made = await context.call<{
      Role?: { Arn?: string; RoleId?: string };
    }>('iam', 'CreateRole', {
      RoleName,
      Path: text(properties.Path),
      AssumeRolePolicyDocument: json(properties.AssumeRolePolicyDocument),
      Description: text(properties.Description),
      MaxSessionDuration: number(properties.MaxSessionDuration),
      PermissionsBoundary: text(properties.PermissionsBoundary),
      Tags: tagList(properties, context),
    });
    await policies(RoleName, properties, {}, context);
    return {
      physicalId: RoleName,
      attributes: {
        Arn: made.Role?.Arn ?? roleArn(RoleName, properties, context),
        RoleId: made.Role?.RoleId ?? 'AROASANDBOX',
      },
    };
  },
  async update(RoleName, wanted, before, context) {
    await context.call('iam', 'UpdateAssumeRolePolicy', {
      RoleName,
      PolicyDocument: json(wanted.AssumeRolePolicyDocument),
    });
    await policies(RoleName, wanted, before, context);
    return { physicalId: RoleName };
  },
  async delete(RoleName, properties, context) {
    try {
      await policies(RoleName, {}, properties, context);
    } finally {
      await ignoreMissing(context.call('iam', 'DeleteRole', { RoleName }));
    }
  },
};

async function inlinePolicy(
  wanted: JsonObject,
  before: JsonObject,
  context: ResourceContext,
) {
  const PolicyName = text(wanted.PolicyName)!;
  const roles = list(wanted.Roles).map(String);
  for (const RoleName of list(before.Roles)
    .map(String)
    .filter(name => !roles.includes(name))) {
    await ignoreMissing(
      context.call('iam', 'DeleteRolePolicy', {
        RoleName,
        PolicyName: text(before.PolicyName),
      }),
    );
  }
  for (const RoleName of roles) {
    await context.call('iam', 'PutRolePolicy', {
      RoleName,
      PolicyName,
      PolicyDocument: json(wanted.PolicyDocument),
    });
  }
}

const policy: ResourceHandler = {
  replaceOn: ['PolicyName'],
  async create(properties, context) {
    await inlinePolicy(properties, {}, context);
    const physicalId = context.uniqueName(128);
    return { physicalId, attributes: { Id: physicalId } };
  },
  async update(physicalId, wanted, before, context) {
    await inlinePolicy(wanted, before, context);
    return { physicalId };
  },
  delete: (_id, properties, context) =>
    inlinePolicy({ PolicyName: properties.PolicyName }, properties, context),
};

async function attach(
  PolicyArn: string,
  wanted: JsonObject,
  before: JsonObject,
  context: ResourceContext,
) {
  const roles = list(wanted.Roles).map(String);
  for (const RoleName of list(before.Roles)
    .map(String)
    .filter(name => !roles.includes(name))) {
    await ignoreMissing(
      context.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn }),
    );
  }
  for (const RoleName of roles)
    await context.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
}

const managedPolicy: ResourceHandler = {
  replaceOn: ['ManagedPolicyName', 'Path', 'Description'],
  async create(properties, context) {
    const PolicyName =
      text(properties.ManagedPolicyName) ?? context.uniqueName(128);
    const made = await context.call<{ Policy?: { Arn?: string } }>(
      'iam',
      'CreatePolicy',
      {
        PolicyName,
        Path: text(properties.Path),
        Description: text(properties.Description),
        PolicyDocument: json(properties.PolicyDocument),
      },
    );
    const arn =
      made.Policy?.Arn ??
      `arn:aws:iam::${context.account}:policy${
        text(properties.Path) ?? '/'
      }${PolicyName}`;
    await attach(arn, properties, {}, context);
    return { physicalId: arn, attributes: { PolicyArn: arn } };
  },
  async update(PolicyArn, wanted, before, context) {
    await context.call('iam', 'CreatePolicyVersion', {
      PolicyArn,
      PolicyDocument: json(wanted.PolicyDocument),
      SetAsDefault: true,
    });
    await attach(PolicyArn, wanted, before, context);
    return { physicalId: PolicyArn };
  },
  async delete(PolicyArn, properties, context) {
    await attach(PolicyArn, {}, properties, context);
    await ignoreMissing(context.call('iam', 'DeletePolicy', { PolicyArn }));
  },
};

export const identityResources: Record<string, ResourceHandler> = {
  'AWS::IAM::Role': role,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::ManagedPolicy': managedPolicy,
};
