// Calls AWS without a dependency: credentials, endpoint, Signature Version 4.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHash, createHmac } from 'node:crypto';

const sha256 = data => createHash('sha256').update(data).digest('hex');
const hmac = (key, data) => createHmac('sha256', key).update(data).digest();
const encode = text =>
  encodeURIComponent(text).replace(/[!'()*]/g, character =>
    `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

export const region = () =>
  process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1';

/** Returns the headers that make a request valid for five minutes. */
export function sign({ method, url, headers, body, service, credentials, now = new Date(), region: in_ = region() }) {
  const target = new URL(url);
  const stamp = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${stamp.slice(0, 8)}/${in_}/${service}/aws4_request`;
  const payload = sha256(body ?? '');
  const all = {
    ...headers,
    host: target.host,
    ...(service === 's3' && { 'x-amz-content-sha256': payload }),
    'x-amz-date': stamp,
    ...(credentials.sessionToken && { 'x-amz-security-token': credentials.sessionToken }),
  };
  const names = Object.keys(all).map(name => name.toLowerCase()).sort();
  const byName = Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]));
  const path = target.pathname.split('/').map(part => encode(decodeURIComponent(part))).join('/');
  const canonicalPath = service === 's3' ? path : path.split('/').map(encode).join('/');
  const query = [...target.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort().join('&');
  const canonical = [
    method,
    canonicalPath,
    query,
    ...names.map(name => `${name}:${String(byName[name]).trim()}`),
    '',
    names.join(';'),
    payload,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce((secret, part) => hmac(secret, part), `AWS4${credentials.secretAccessKey}`);
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  return {
    ...byName,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

/** Credentials from the environment, else from the build container's endpoint. */
async function ownCredentials() {
  const env = process.env;
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) {
    return {
      accessKeyId: env.AWS_ACCESS_KEY_ID,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
      sessionToken: env.AWS_SESSION_TOKEN,
    };
  }
  const url = env.AWS_CONTAINER_CREDENTIALS_FULL_URI
    ?? (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI && `http://169.254.170.2${env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}`);
  if (!url) throw new Error('No AWS credentials: neither AWS_ACCESS_KEY_ID nor a container endpoint is set');
  const answer = await fetch(url, {
    headers: env.AWS_CONTAINER_AUTHORIZATION_TOKEN ? { authorization: env.AWS_CONTAINER_AUTHORIZATION_TOKEN } : {},
  });
  if (!answer.ok) throw new Error(`The credentials endpoint answered ${answer.status}`);
  const { AccessKeyId, SecretAccessKey, Token } = await answer.json();
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token };
}

/** AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, else AWS itself. */
function endpoint(service, host) {
  const custom = process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? process.env.AWS_ENDPOINT_URL;
  return custom ? custom.replace(/\/$/, '') : `https://${host}`;
}

let assumed;

/** Where TARGET_ROLE_ARN names a role, as that role: the target lies in another account. */
export async function credentials() {
  const own = await ownCredentials();
  const roleArn = process.env.TARGET_ROLE_ARN;
  if (!roleArn) return own;
  if (!assumed || assumed.expires < Date.now() + 300_000) assumed = await assumeRole(roleArn, own);
  return assumed;
}

/** The session carries the service's name as its tag: the role opens that service alone. */
async function assumeRole(roleArn, own) {
  const service = process.env.SERVICE_NAME;
  const answer = await send({
    method: 'POST',
    url: `${endpoint('sts', `sts.${region()}.amazonaws.com`)}/`,
    service: 'sts',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: roleArn,
      RoleSessionName: service,
      DurationSeconds: '3600',
      'Tags.member.1.Key': 'careplane-service',
      'Tags.member.1.Value': service,
    }).toString(),
    as: own,
  });
  const text = await (await ok(answer, `AssumeRole ${roleArn}`)).text();
  const field = name => new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1];
  return {
    accessKeyId: field('AccessKeyId'),
    secretAccessKey: field('SecretAccessKey'),
    sessionToken: field('SessionToken'),
    expires: Date.parse(field('Expiration')),
  };
}

async function send({ method, url, headers = {}, body, service, as }) {
  const signed = sign({ method, url, headers, body, service, credentials: as ?? (await credentials()) });
  delete signed.host;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(url, { method, headers: signed, body, signal: AbortSignal.timeout(60_000) });
    if (answer.status < 500 || attempt === 4) return answer;
    await new Promise(done => setTimeout(done, 500 * 2 ** attempt));
  }
}

async function ok(answer, what) {
  if (answer.ok) return answer;
  throw new Error(`${what}: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
}

/** An operation of a service that speaks AWS JSON; `target` is `Prefix.Operation`. */
export async function callJson(service, target, input, version = '1.1') {
  const url = `${endpoint(service, `${service === 'ecr' ? 'api.ecr' : service}.${region()}.amazonaws.com`)}/`;
  const answer = await send({
    method: 'POST',
    url,
    service,
    body: JSON.stringify(input),
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target },
  });
  return (await ok(answer, target)).json();
}

const objectUrl = (bucket, key) => {
  const path = key.split('/').map(encode).join('/');
  const custom = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  return custom
    ? `${custom.replace(/\/$/, '')}/${bucket}/${path}`
    : `https://${bucket}.s3.${region()}.amazonaws.com/${path}`;
};

export async function objectExists(bucket, key) {
  const answer = await send({ method: 'HEAD', url: objectUrl(bucket, key), service: 's3' });
  if (answer.status === 404) return false;
  await ok(answer, `HEAD s3://${bucket}/${key}`);
  return true;
}

export async function getObject(bucket, key) {
  const answer = await send({ method: 'GET', url: objectUrl(bucket, key), service: 's3' });
  return Buffer.from(await (await ok(answer, `GET s3://${bucket}/${key}`)).arrayBuffer());
}

export async function putObject(bucket, key, body, contentType) {
  const answer = await send({
    method: 'PUT',
    url: objectUrl(bucket, key),
    service: 's3',
    body,
    headers: { 'content-type': contentType },
  });
  await ok(answer, `PUT s3://${bucket}/${key}`);
}

/** Invokes a function or alias and returns its answer; throws where the function failed. */
export async function invoke(functionArn, payload) {
  const url = `${endpoint('lambda', `lambda.${region()}.amazonaws.com`)}/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`;
  const answer = await send({ method: 'POST', url, service: 'lambda', body: JSON.stringify(payload), headers: { 'content-type': 'application/json' } });
  const text = await (await ok(answer, `Invoke ${functionArn}`)).text();
  if (answer.headers.get('x-amz-function-error')) throw new Error(`${functionArn} failed`);
  return JSON.parse(text);
}
