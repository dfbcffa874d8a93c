import type { Json, JsonObject } from '../template';
import {
  bool,
  ignoreMissing,
  list,
  object,
  text,
  type ResourceHandler,
} from './handler';

const weights = (properties: JsonObject) => ({
  AdditionalVersionWeights: Object.fromEntries(
    list(object(properties.RoutingConfig).AdditionalVersionWeights).map(
      item => [
        String(object(item).FunctionVersion),
        Number(object(item).FunctionWeight),
      ],
    ),
  ),
});

const functionName = (value: Json | undefined) => {
  const name = text(value) ?? '';
  return name.startsWith('arn:') ? name.split(':')[6] : name;
};

const alias: ResourceHandler = {
  replaceOn: ['FunctionName', 'Name'],
  async create(properties, context) {
    const { AliasArn } = await context.call<{ AliasArn: string }>(
      'lambda',
      'CreateAlias',
      {
        FunctionName: functionName(properties.FunctionName),
        Name: text(properties.Name),
        FunctionVersion: text(properties.FunctionVersion),
        Description: text(properties.Description) ?? '',
        RoutingConfig: weights(properties),
      },
    );
    return { physicalId: AliasArn, attributes: { AliasArn } };
  },
  async update(AliasArn, wanted, _before, context) {
    // The template's value is written whatever the alias says by now.
    await context.call('lambda', 'UpdateAlias', {
      FunctionName: functionName(wanted.FunctionName),
      Name: text(wanted.Name),
      FunctionVersion: text(wanted.FunctionVersion),
      Description: text(wanted.Description) ?? '',
      RoutingConfig: weights(wanted),
    });
    return { physicalId: AliasArn, attributes: { AliasArn } };
  },
  delete: (_id, properties, context) =>
    ignoreMissing(
      context.call('lambda', 'DeleteAlias', {
        FunctionName: functionName(properties.FunctionName),
        Name: text(properties.Name),
      }),
    ),
};

/** `name`, `name:alias` or an ARN with or without qualifier, as two parts. */
function target(value: Json | undefined): {
  FunctionName: string;
  Qualifier?: string;
} {
  const name = text(value) ?? '';
  const parts = name.split(':');
  const [base, qualifier] = name.startsWith('arn:')
    ? [parts[6], parts[7]]
    : parts;
  return { FunctionName: base, ...(qualifier && { Qualifier: qualifier }) };
}

const permission: ResourceHandler = {
  replaceOn: [
    'FunctionName',
    'Action',
    'Principal',
    'SourceArn',
    'SourceAccount',
    'EventSourceToken',
    'FunctionUrlAuthType',
    'PrincipalOrgID',
  ],
  async create(properties, context) {
    const id = context.uniqueName(100);
    await context.call('lambda', 'AddPermission', {
      ...target(properties.FunctionName),
      StatementId: id,
      Action: text(properties.Action),
      Principal: text(properties.Principal),
      SourceArn: text(properties.SourceArn),
      SourceAccount: text(properties.SourceAccount),
      EventSourceToken: text(properties.EventSourceToken),
      FunctionUrlAuthType: text(properties.FunctionUrlAuthType),
      PrincipalOrgID: text(properties.PrincipalOrgID),
      InvokedViaFunctionUrl: bool(properties.InvokedViaFunctionUrl),
    });
    return { physicalId: id, attributes: { Id: id } };
  },
  async update(physicalId) {
    return { physicalId };
  },
  delete: (id, properties, context) =>
    ignoreMissing(
      context.call('lambda', 'RemovePermission', {
        ...target(properties.FunctionName),
        StatementId: id,
      }),
    ),
};

/** What decides who reaches a function, and which version of it. */
export const lambdaTrafficResources: Record<string, ResourceHandler> = {
  'AWS::Lambda::Alias': alias,
  'AWS::Lambda::Permission': permission,
};
