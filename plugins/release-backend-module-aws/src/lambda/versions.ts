import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { NotFoundError } from '@backstage/errors';
import { ResourceArnOf } from '@careplane/aws-common';
import { AwsClients, Lane, toBackstageError } from '@careplane/aws-node';
import type {
  Revision,
  RevisionConfiguration,
} from '@careplane/backstage-plugin-release-common';
import { lambdaConfiguration } from './configuration';

export type AliasArn = ResourceArnOf<'lambda-alias'>;

/**
 * What is kept of a published version. Environment values and the presigned
 * code URL, which GetFunction returns too, are left behind here.
 */
export interface VersionFacts {
  revision: Revision;
  /** Active, Pending, Inactive, Failed … */
  state?: string;
  lastUpdateStatus?: string;
  role?: string;
  deadLetterTarget?: string;
  configuration: RevisionConfiguration;
  /** As the configuration has it: of an image, not its digest. */
  codeSha256?: string;
  /** Compare-and-swap token of `$LATEST`. */
  revisionId?: string;
  architecture?: string;
}

/**
 * Reads one published version. GetFunction has a quota of 100 calls a second
 * where GetFunctionConfiguration shares 15 with all others (release-engine 5.3).
 *
 * @throws NotFoundError when the version was deleted.
 */
export async function readVersion(
  clients: AwsClients,
  alias: AliasArn,
  version: string,
  lane: Lane = 'normal',
): Promise<VersionFacts> {
  const client = clients.read(LambdaClient, alias, { lane });
  try {
    const { Configuration: found, Code } = await client.send(
      new GetFunctionCommand({
        FunctionName: alias.functionName,
        Qualifier: version,
      }),
    );
    const digest = Code?.ResolvedImageUri?.split('@')[1];
    const contentHash = digest ?? found?.CodeSha256;
    if (!contentHash) {
      throw new NotFoundError(
        `Version ${version} of ${alias.functionName} has no code hash.`,
      );
    }
    return {
      revision: {
        id: version,
        contentHash,
        configHash: found?.ConfigSha256,
        createdAt: toIso(found?.LastModified),
      },
      state: found?.State,
      lastUpdateStatus: found?.LastUpdateStatus,
      role: found?.Role,
      deadLetterTarget: found?.DeadLetterConfig?.TargetArn,
      configuration: lambdaConfiguration(found ?? {}),
      codeSha256: found?.CodeSha256,
      revisionId: found?.RevisionId,
      architecture: found?.Architectures?.[0],
    };
  } catch (error) {
    throw toBackstageError(error, {
      service: 'lambda',
      operation: 'GetFunction',
      accountId: alias.accountId,
      region: alias.region,
      resource: `version ${version} of ${alias.functionName}`,
    });
  }
}

/** Lambda writes `2026-11-23T20:00:00.000+0000`, which is no ISO 8601. */
function toIso(text: string | undefined): string | undefined {
  const time = text
    ? Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
    : NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
