import { execFileSync } from 'node:child_process';

export const SANDBOX =
  process.env.CAREPLANE_JOURNEY_SANDBOX ?? 'http://127.0.0.1:24566';

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
