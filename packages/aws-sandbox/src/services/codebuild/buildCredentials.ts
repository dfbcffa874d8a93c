import type { CallAs, Sandbox } from '../../core';
import { buildUuid, type BuildRecord } from './model';

/** As whom CodeBuild itself reads sources and writes artifacts. */
export function buildIdentity(build: BuildRecord): CallAs {
  return {
    account: build.account,
    principal: {
      arn: roleSession(build),
      accessKeyId: build.account,
      sessionName: `AWSCodeBuild-${buildUuid(build)}`,
      invokedBy: 'codebuild.amazonaws.com',
    },
  };
}

/** Credentials of the project's role, as its build would find them on AWS. */
export async function awsVariables(
  sandbox: Sandbox,
  build: BuildRecord,
  as: CallAs,
): Promise<Record<string, string>> {
  const variables: Record<string, string> = {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_ACCESS_KEY_ID: build.account,
    AWS_SECRET_ACCESS_KEY: 'sandbox',
  };
  if (!build.serviceRole) return variables;
  const { Credentials } = await sandbox.call<{
    Credentials: {
      AccessKeyId: string;
      SecretAccessKey: string;
      SessionToken: string;
    };
  }>(
    'sts',
    'AssumeRole',
    {
      RoleArn: build.serviceRole,
      RoleSessionName: `AWSCodeBuild-${buildUuid(build)}`,
    },
    as,
  );
  return {
    ...variables,
    AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
    AWS_SESSION_TOKEN: Credentials.SessionToken,
  };
}

function roleSession(build: BuildRecord): string {
  const role = build.serviceRole?.split('/').pop() ?? 'codebuild';
  return `arn:aws:sts::${
    build.account
  }:assumed-role/${role}/AWSCodeBuild-${buildUuid(build)}`;
}
