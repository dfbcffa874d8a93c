/**
 * What an EventBridge event says about where to look: names of resources, and
 * nothing of its content. Events are hints (INV-34): state is always read.
 */
export interface EventHint {
  accountId: string;
  region: string;
  /** ARNs of what may have changed, in the forms that annotations have. */
  arns: string[];
  /** Names of CloudFormation stacks that may have changed. */
  stacks: string[];
  /** It may concern anything in the account: an alarm, a deployment. */
  wide: boolean;
}

const WIDE = ['aws.cloudwatch', 'aws.codedeploy'];

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 2048
    ? value
    : undefined;

const lastOf = (value: unknown, separator: string) =>
  textOf(value)?.split(separator).pop();

/**
 * Reads the body of a queue's message, as EventBridge puts it there, directly
 * or through an SNS topic. Undefined for anything else.
 */
export function readHint(body: string | undefined): EventHint | undefined {
  const event = parse(body);
  const message = textOf(event.Message);
  if (event.Type === 'Notification' && message) return readHint(message);
  const accountId = textOf(event.account);
  const region = textOf(event.region);
  const source = textOf(event.source);
  if (!accountId || !region || !source) return undefined;
  const detail = fieldsOf(event.detail);
  const resources = Array.isArray(event.resources) ? event.resources : [];
  const arns = new Set(resources.flatMap(one => textOf(one) ?? []));
  const place = `${region}:${accountId}`;
  for (const arn of namedBy(source, detail, place)) arns.add(arn);
  return {
    accountId,
    region,
    arns: [...arns],
    stacks: stacksOf(detail),
    wide: WIDE.includes(source),
  };
}

/** ARNs of resources that an event names without their ARN. */
function namedBy(source: string, detail: Fields, place: string): string[] {
  const call = fieldsOf(detail.requestParameters);
  const found: string[] = [];
  const add = (arn: string, ...names: (string | undefined)[]) => {
    if (names.every(Boolean)) found.push(arn);
  };
  switch (source) {
    case 'aws.codepipeline': {
      const name =
        textOf(detail.pipeline) ??
        textOf(call.pipelineName) ??
        textOf(call.name);
      add(`arn:aws:codepipeline:${place}:${name}`, name);
      break;
    }
    case 'aws.ecr': {
      const name =
        textOf(detail['repository-name']) ?? textOf(call.repositoryName);
      add(`arn:aws:ecr:${place}:repository/${name}`, name);
      break;
    }
    case 'aws.lambda': {
      const parts = textOf(call.functionName)?.split(':') ?? [];
      const name = parts[parts.indexOf('function') + 1];
      const alias = textOf(call.name);
      add(`arn:aws:lambda:${place}:function:${name}:${alias}`, name, alias);
      break;
    }
    case 'aws.ecs': {
      const cluster = lastOf(call.cluster, '/');
      const service = lastOf(call.service, '/');
      add(
        `arn:aws:ecs:${place}:service/${cluster}/${service}`,
        cluster,
        service,
      );
      break;
    }
    default:
  }
  return found;
}

function stacksOf(detail: Fields): string[] {
  const named =
    textOf(detail['stack-id']) ??
    textOf(fieldsOf(detail.requestParameters).stackName);
  if (!named) return [];
  // By name, or as `arn:…:stack/<name>/<id>`.
  const parts = named.split('/');
  return [parts.length > 1 ? parts[1] : named];
}

function parse(text: string | undefined): Fields {
  try {
    return fieldsOf(JSON.parse(text ?? ''));
  } catch {
    return {};
  }
}
