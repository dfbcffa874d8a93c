import { createHash, randomUUID } from 'node:crypto';
import type { RunningSandbox } from '@careplane/aws-sandbox';
import canonicalize from 'canonicalize';

export const DEV = '111111111111';
export const QA = '222222222222';
export const BUCKET = `careplane-artifacts-${DEV}`;

/** A release as the pipeline's publish step writes it. */
export async function publishRelease(
  sandbox: RunningSandbox,
  release: {
    component: string;
    kind: 'lambda-alias' | 'ecs-service';
    version: string;
    builtAt: string;
    template: string;
    contentHash: string;
    artifact: (folder: string) => object;
    code?: Buffer;
  },
  delivery = { account: DEV, bucket: BUCKET },
): Promise<{ id: string; folder: string }> {
  const { component, kind, template, version, builtAt } = release;
  const sha256 = createHash('sha256').update(template).digest('hex');
  const identity = { artifact: release.contentHash, kind, template: sha256 };
  const id = createHash('sha256').update(canonicalize(identity)!).digest('hex');
  const folder = `releases/${component}/${id}`;
  const put = (Key: string, Body: string | Buffer) =>
    sandbox.call(
      's3',
      'PutObject',
      { Bucket: delivery.bucket, Key, Body: Buffer.from(Body) },
      { account: delivery.account },
    );
  if (release.code) await put(`${folder}/code.zip`, release.code);
  await put(`${folder}/template.yaml`, template);
  await put(
    `${folder}/manifest.json`,
    JSON.stringify({
      schema: 'careplane.dev/release/v1',
      id,
      component,
      version,
      kind,
      commit: { id: 'c0ffee12' },
      builtAt,
      pipeline: {
        arn: `arn:aws:codepipeline:us-east-1:${delivery.account}:${component}`,
        executionId: 'execution-1',
      },
      artifact: release.artifact(folder),
      template: {
        bucket: delivery.bucket,
        key: `${folder}/template.yaml`,
        sha256,
      },
      quality: {
        projectKey: component,
        analysisId: 'a',
        status: 'OK',
        at: builtAt,
      },
    }),
  );
  return { id, folder };
}

/**
 * A stack as the pipeline, or somebody else, makes or updates it, and how that
 * ended. Where the portal is updating it just then, it comes after the portal.
 */
export async function deployStack(
  sandbox: RunningSandbox,
  account: string,
  stack: {
    name: string;
    operation: 'CreateStack' | 'UpdateStack';
    template?: string;
    parameters: Record<string, string | undefined>;
  },
): Promise<string> {
  const ClientRequestToken = randomUUID();
  const ask = () =>
    sandbox.call(
      'cloudformation',
      stack.operation,
      {
        StackName: stack.name,
        ClientRequestToken,
        ...(stack.template
          ? { TemplateBody: stack.template }
          : { UsePreviousTemplate: true }),
        Parameters: Object.entries(stack.parameters).map(([key, value]) => ({
          ParameterKey: key,
          ...(value === undefined
            ? { UsePreviousValue: true }
            : { ParameterValue: value }),
        })),
      },
      { account },
    );
  await until(
    () =>
      ask().then(
        () => true,
        error => {
          if (/_IN_PROGRESS state/.test(error.message)) return false;
          throw error;
        },
      ),
    accepted => accepted,
  );
  const ends = await until(
    () => endsOf(sandbox, account, stack.name, ClientRequestToken),
    all => all.length > 0,
  );
  return ends[0];
}

/** How the operation with this token ended: nothing while it runs. */
async function endsOf(
  sandbox: RunningSandbox,
  account: string,
  name: string,
  token: string,
): Promise<string[]> {
  const answer = await sandbox.call(
    'cloudformation',
    'DescribeStackEvents',
    { StackName: name },
    { account },
  );
  const events = answer.StackEvents as {
    ClientRequestToken?: string;
    ResourceType: string;
    ResourceStatus: string;
  }[];
  return events
    .filter(event => event.ClientRequestToken === token)
    .filter(event => event.ResourceType === 'AWS::CloudFormation::Stack')
    .map(event => event.ResourceStatus)
    .filter(status =>
      /^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(status),
    );
}

export async function until<T>(
  read: () => Promise<T>,
  done: (value: T) => boolean,
): Promise<T> {
  let last: T | undefined;
  for (let i = 0; i < 200; i++) {
    last = await read();
    if (done(last)) return last;
    await new Promise(resolve => {
      setTimeout(resolve, 150);
    });
  }
  throw new Error(
    `It never came to that: ${`${JSON.stringify(last)}`.slice(0, 30000)}`,
  );
}
