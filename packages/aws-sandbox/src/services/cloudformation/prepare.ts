import { AwsError, type CallContext, type Sandbox } from '../../core';
import { EvaluationError } from './intrinsics';
import {
  included,
  outputsOf,
  propertiesOf,
  same,
  scopeOf,
  tagsFor,
} from './evaluation';
import type { Operation, StackInputs, StackRecord } from './model';
import {
  ParameterError,
  resolveParameters,
  type ParameterInput,
} from './parameters';
import { creationOrder } from './references';
import { unknownTypes } from './resources';
import { StackStore } from './StackStore';
import { parseTemplate, TemplateError, type Template } from './template';

export interface StackInput {
  TemplateBody?: string;
  TemplateURL?: string;
  UsePreviousTemplate?: boolean;
  Parameters?: ParameterInput[];
  Capabilities?: string[];
  Tags?: { Key?: string; Value?: string }[];
  RoleARN?: string;
}

export const invalid = (message: string): AwsError =>
  new AwsError('ValidationError', message);

/** Runs `read`, with template and parameter faults as AWS's ValidationError. */
export function validated<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AwsError) throw error;
    if (
      error instanceof TemplateError ||
      error instanceof ParameterError ||
      error instanceof EvaluationError
    ) {
      throw invalid(error.message);
    }
    throw invalid((error as Error).message);
  }
}

/** Text of the template that the caller gives in place or by its S3 address. */
export async function templateBody(
  input: StackInput,
  context: CallContext,
  previous?: string,
): Promise<string> {
  if (input.TemplateBody) return input.TemplateBody;
  if (input.UsePreviousTemplate) {
    if (previous === undefined) throw invalid('No previous template');
    return previous;
  }
  if (!input.TemplateURL)
    throw invalid('Either Template URL or Template Body must be specified.');
  const url = new URL(input.TemplateURL);
  const hosted = /^(.+)\.s3[.-]/.exec(url.hostname);
  const path = decodeURIComponent(url.pathname.slice(1));
  const [Bucket, Key] = hosted
    ? [hosted[1], path]
    : [path.slice(0, path.indexOf('/')), path.slice(path.indexOf('/') + 1)];
  const as = { account: context.account, principal: context.principal };
  const { Body } = await context.sandbox.call<{ Body?: Uint8Array }>(
    's3',
    'GetObject',
    { Bucket, Key },
    as,
  );
  return Buffer.from(Body ?? []).toString('utf8');
}

function checkCapabilities(
  template: Template,
  capabilities: readonly string[],
): void {
  const iam = Object.values(template.Resources).filter(resource =>
    resource.Type.startsWith('AWS::IAM::'),
  );
  if (iam.length === 0 || capabilities.includes('CAPABILITY_NAMED_IAM')) return;
  const named = iam.some(resource =>
    [
      'RoleName',
      'PolicyName',
      'ManagedPolicyName',
      'UserName',
      'GroupName',
    ].some(
      key =>
        resource.Properties?.[key] !== undefined &&
        resource.Type !== 'AWS::IAM::Policy',
    ),
  );
  if (named || !capabilities.includes('CAPABILITY_IAM')) {
    throw new AwsError(
      'InsufficientCapabilitiesException',
      `Requires capabilities : [${
        named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'
      }]`,
    );
  }
}

/** Reads and checks a template as ValidateTemplate and every stack operation do. */
export function checkedTemplate(body: string): Template {
  return validated(() => {
    const template = parseTemplate(body);
    const unknown = unknownTypes(
      Object.values(template.Resources).map(resource => resource.Type),
    );
    if (unknown.length > 0) {
      throw new TemplateError(
        `Template format error: Unrecognized resource types: [${unknown.join(
          ', ',
        )}]`,
      );
    }
    creationOrder(template);
    return template;
  });
}

/** What the caller wants of a stack, checked. @throws AwsError */
export async function wantedInputs(
  input: StackInput,
  context: CallContext,
  previous?: StackRecord,
): Promise<StackInputs> {
  checkRole(input.RoleARN, context.account);
  const body = await templateBody(input, context, previous?.templateBody);
  const template = checkedTemplate(body);
  checkCapabilities(template, input.Capabilities ?? []);
  return {
    templateBody: body,
    parameters: validated(() =>
      resolveParameters(template, input.Parameters ?? [], previous?.parameters),
    ),
    tags: input.Tags
      ? Object.fromEntries(
          input.Tags.map(tag => [tag.Key ?? '', tag.Value ?? '']),
        )
      : previous?.tags ?? {},
    capabilities: input.Capabilities ?? [],
    roleArn: input.RoleARN ?? previous?.roleArn,
  };
}

/** CloudFormation takes a role of the stack's own account alone. */
function checkRole(roleArn: string | undefined, account: string) {
  const owner = roleArn?.split(':')[4];
  if (!owner || owner === account) return;
  throw new AwsError(
    'AccessDenied',
    'Cross-account pass role is not allowed.',
    { status: 403 },
  );
}

/** Ids that the wanted template makes, in order; conditions evaluated. */
export function plannedOrder(
  stack: StackRecord,
  wanted: StackInputs,
  store: StackStore,
): string[] {
  return validated(() => {
    const template = parseTemplate(wanted.templateBody);
    return included(
      template,
      creationOrder(template),
      scopeOf(stack, wanted, store, template),
    );
  });
}

/** Whether an update would touch nothing at all. */
export function isUnchanged(
  stack: StackRecord,
  wanted: StackInputs,
  store: StackStore,
): boolean {
  const template = parseTemplate(wanted.templateBody);
  const scope = scopeOf(stack, wanted, store, template);
  const ids = included(template, Object.keys(template.Resources), scope);
  if (!same(ids.toSorted(), Object.keys(stack.resources).toSorted()))
    return false;
  if (!same(stack.tags, wanted.tags)) return false;
  if (!same(parseTemplate(stack.templateBody).Outputs, template.Outputs))
    return false;
  const untouched = ids.every(id => {
    const record = stack.resources[id];
    const resource = template.Resources[id];
    return (
      record.type === resource.Type &&
      record.deletionPolicy === (resource.DeletionPolicy ?? 'Delete') &&
      record.updateReplacePolicy ===
        (resource.UpdateReplacePolicy ?? 'Delete') &&
      same(record.tags, tagsFor(stack, wanted, id, resource.Type)) &&
      evaluatesSame(stack, template, id, scope)
    );
  });
  // A parameter that only an output shows changes the stack all the same.
  return untouched && same(stack.outputs, outputsOf(template, scope));
}

function evaluatesSame(
  stack: StackRecord,
  template: Template,
  id: string,
  scope: ReturnType<typeof scopeOf>,
): boolean {
  try {
    return same(
      stack.resources[id].properties,
      propertiesOf(template, id, scope),
    );
  } catch {
    return false;
  }
}

const SETTLED = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'CREATE_FAILED',
  'UPDATE_FAILED',
]);

/** @throws AwsError when the stack is busy or in a state that takes no update. */
export function assertUpdatable(stack: StackRecord): void {
  if (!SETTLED.has(stack.status)) {
    throw invalid(
      `Stack:${stack.id} is in ${stack.status} state and can not be updated.`,
    );
  }
}

/** @throws AwsError when a logical id keeps its name and changes its type. */
export function assertSameTypes(stack: StackRecord, wanted: StackInputs): void {
  const template = parseTemplate(wanted.templateBody);
  const moved = Object.values(stack.resources)
    .filter(record => {
      const type = template.Resources[record.logicalId]?.Type;
      return type !== undefined && type !== record.type;
    })
    .map(record => record.logicalId);
  if (moved.length > 0) {
    throw invalid(
      `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${moved.join(
        ', ',
      )}]`,
    );
  }
}

export function newOperation(
  kind: Operation['kind'],
  id: string,
  wanted: StackInputs,
  queue: string[],
  context: CallContext,
  more: Partial<Operation> = {},
): Operation {
  return {
    id,
    kind,
    phase: 'forward',
    wanted,
    queue,
    touched: [],
    cleanup: [],
    disableRollback: false,
    retain: [],
    principalArn: context.principal.arn,
    principalAccessKeyId: context.principal.accessKeyId,
    ...more,
  };
}

export const storeOf = (context: {
  sandbox: Sandbox;
  account: string;
}): StackStore => new StackStore(context.sandbox, context.account);
