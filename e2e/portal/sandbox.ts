import { execFileSync } from 'node:child_process';
import { expect } from '@playwright/test';
import { journeyPorts } from './ports';

export const SANDBOX =
  process.env.CAREPLANE_JOURNEY_SANDBOX ??
  `http://127.0.0.1:${journeyPorts().aws}`;

/** Calls a JSON operation of the sandbox as any client of an account would. */
export async function aws(
  account: string,
  service: string,
  target: string,
  input: object,
) {
  const response = await fetch(`${SANDBOX}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      authorization: scope(account, service),
    },
    body: JSON.stringify(input),
  });
  return response.json();
}

/** The version that an alias sends traffic to. */
export async function aliasVersion(account: string, name: string) {
  const response = await fetch(
    `${SANDBOX}/2015-03-31/functions/${name}/aliases/live`,
    { headers: { authorization: scope(account, 'lambda') } },
  );
  const alias = (await response.json()) as {
    FunctionVersion: string;
    RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> };
  };
  return alias.FunctionVersion;
}

/** The task definition that a service's tasks are made from. */
export async function serviceDefinition(account: string, name: string) {
  const { services } = (await aws(
    account,
    'ecs',
    'AmazonEC2ContainerServiceV20141113.DescribeServices',
    { cluster: 'careplane', services: [name] },
  )) as { services: { taskDefinition: string }[] };
  return services[0].taskDefinition;
}

/** Somebody's own update of a stack. @returns the status in which it ends. */
export async function updateStack(
  account: string,
  StackName: string,
  changes: Record<string, string>,
): Promise<string> {
  const query = (input: Record<string, string>) =>
    fetch(`${SANDBOX}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: scope(account, 'cloudformation'),
      },
      body: new URLSearchParams({ Version: '2010-05-15', ...input }).toString(),
    }).then(response => response.text());
  const describe = () => query({ Action: 'DescribeStacks', StackName });
  const statusIn = (text: string) => /<StackStatus>(\w+)/.exec(text)?.[1] ?? '';
  const rested = async () => {
    await expect
      .poll(async () => statusIn(await describe()), { timeout: 60_000 })
      .toMatch(/_COMPLETE$/);
    return describe();
  };
  const keys = [...(await rested()).matchAll(/<ParameterKey>([^<]+)/g)].map(
    match => match[1],
  );
  const answer = await query({
    Action: 'UpdateStack',
    StackName,
    UsePreviousTemplate: 'true',
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
    ...Object.fromEntries(
      keys.flatMap((key, index) => {
        const prefix = `Parameters.member.${index + 1}`;
        return [
          [`${prefix}.ParameterKey`, key],
          changes[key] === undefined
            ? [`${prefix}.UsePreviousValue`, 'true']
            : [`${prefix}.ParameterValue`, changes[key]],
        ];
      }),
    ),
  });
  expect(answer).not.toContain('<Error>');
  return statusIn(await rested());
}

/** How many calls AWS has answered so far. */
export async function awsCalls(): Promise<
  { service: string; operation: string; userAgent?: string }[]
> {
  const response = await fetch(`${SANDBOX}/_sandbox/requests`);
  return (await response.json()).items;
}

export function git(args: string[], cwd: string) {
  return execFileSync('git', args, { cwd, encoding: 'utf8' });
}

function scope(account: string, service: string) {
  return `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}
