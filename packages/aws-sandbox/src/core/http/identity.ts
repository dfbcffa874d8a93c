import type { IncomingMessage } from 'node:http';
import type { Principal } from '../types';

/** The demo's delivery account; an access key that says nothing leads here. */
const DEFAULT_ACCOUNT = '111111111111';
export const DEFAULT_REGION = 'us-east-1';

export interface CredentialScope {
  accessKeyId?: string;
  region?: string;
  /** SigV4 signing name. */
  service?: string;
}

export interface Caller {
  account: string;
  region: string;
  principal: Principal;
}

/** Reads the scope of a SigV4 request, header or presigned. Checks no signature. */
export function credentialScope(
  authorization: string | undefined,
  query?: URLSearchParams,
): CredentialScope {
  const credential =
    /Credential=([^,\s]+)/.exec(authorization ?? '')?.[1] ??
    query?.get('X-Amz-Credential') ??
    '';
  const parts = credential.split('/');
  if (parts.length < 5) return {};
  const [service, region] = [parts.at(-2), parts.at(-3)];
  return { accessKeyId: parts.slice(0, -4).join('/'), region, service };
}

/** Git and Docker clients send user and password: the user is the key id. */
export function basicUser(headers: IncomingMessage['headers']) {
  const match = /^Basic (.+)$/i.exec(headers.authorization ?? '');
  if (!match) return undefined;
  return Buffer.from(match[1], 'base64').toString('utf8').split(':')[0];
}

/** The caller for a long-lived key: the account's administrator. */
export function callerOfKey(accessKeyId: string | undefined): Caller {
  const account = /^\d{12}$/.test(accessKeyId ?? '')
    ? String(accessKeyId)
    : DEFAULT_ACCOUNT;
  return {
    account,
    region: DEFAULT_REGION,
    principal: {
      arn: `arn:aws:iam::${account}:user/sandbox`,
      accessKeyId: accessKeyId ?? account,
    },
  };
}
