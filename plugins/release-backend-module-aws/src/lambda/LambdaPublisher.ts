import {
  LambdaClient,
  ListProvisionedConcurrencyConfigsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { InputError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import { AwsClients, requestIdOf, withAwsErrors } from '@careplane/aws-node';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type {
  Publication,
  PublisherPort,
  PublishFacts,
  PublishSource,
  TargetRef,
  WriteContext,
  WriteResult,
} from '@careplane/backstage-plugin-release-node';
import { allow, releaseSession } from '../lib/sessions';
import type { LambdaArtifacts } from './artifact';
import { AliasArn, readVersion } from './versions';

const aliasOf = (target: TargetRef): AliasArn =>
  parseArnOf(target.arn, 'lambda-alias');

const LATEST = '$LATEST';

/** In the description of a version: which rollout had it published (INV-10). */
const markOf = (rolloutId: string) => `careplane rollout ${rolloutId}`;

const context = (alias: AliasArn, operation: string) => ({
  service: 'lambda',
  operation,
  accountId: alias.accountId,
  region: alias.region,
  resource: `function ${alias.functionName}`,
});

/**
 * Publishes a release on a function that no stack publishes to: its code is
 * copied by hash to `$LATEST`, whose configuration stays, and a version made.
 */
export class LambdaPublisher implements PublisherPort {
  readonly kind = 'lambda-alias' as const;

  constructor(
    private readonly clients: AwsClients,
    private readonly artifacts: LambdaArtifacts,
  ) {}

  async facts(target: TargetRef): Promise<PublishFacts> {
    const alias = aliasOf(target);
    const [latest, provisioned] = await Promise.all([
      readVersion(this.clients, alias, LATEST),
      this.provisioned(alias),
    ]);
    return { becomes: latest.configuration, provisioned };
  }

  private async provisioned(alias: AliasArn): Promise<string[]> {
    const { ProvisionedConcurrencyConfigs: found = [] } = await this.read(
      alias,
      'ListProvisionedConcurrencyConfigs',
      client =>
        client.send(
          new ListProvisionedConcurrencyConfigsCommand({
            FunctionName: alias.functionName,
          }),
        ),
    );
    return found.flatMap(one => one.FunctionArn?.split(':').pop() ?? []);
  }

  async publication(
    target: TargetRef,
    source: PublishSource,
    rollout: { id: string; made: boolean },
  ): Promise<Publication> {
    const alias = aliasOf(target);
    if (rollout.made) {
      const revision = await this.marked(alias, source, rollout.id);
      if (revision) {
        return { needs: 'nothing', revision, fingerprint: '' };
      }
    }
    const latest = await readVersion(this.clients, alias, LATEST);
    const { contentHash, configHash } = latest.revision;
    if (!configHash) {
      throw new InputError(
        `AWS names no ConfigSha256 of ${alias.functionName}, so what would be published cannot be told.`,
      );
    }
    const busy =
      latest.lastUpdateStatus === 'InProgress' || latest.state === 'Pending';
    const there = contentHash === source.contentHash ? 'revision' : 'code';
    return {
      needs: busy ? 'busy' : there,
      contentHash,
      fingerprint: configHash,
      expected: {
        revisionId: latest.revisionId,
        codeSha256: latest.codeSha256,
      },
    };
  }

  async publish(
    target: TargetRef,
    source: PublishSource,
    publication: Publication,
    write: WriteContext,
  ): Promise<WriteResult & { revision?: Revision }> {
    const alias = aliasOf(target);
    return publication.needs === 'code'
      ? this.copyCode(alias, source, publication, write)
      : this.makeVersion(alias, source, publication, write);
  }

  private async copyCode(
    alias: AliasArn,
    source: PublishSource,
    { expected }: Publication,
    write: WriteContext,
  ): Promise<WriteResult> {
    const { code, reads } = await this.artifacts.of(source, alias);
    await this.checkArchitecture(alias, code.Architectures?.[0]);
    const done = await this.write(
      alias,
      'UpdateFunctionCode',
      write,
      reads,
      client =>
        client.send(
          new UpdateFunctionCodeCommand({
            FunctionName: alias.functionName,
            RevisionId: expected?.revisionId,
            ...code,
          }),
        ),
    );
    return { requestId: requestIdOf(done) };
  }

  /**
   * UpdateFunctionCode changes the architecture along with the code, and what
   * was planned keeps the function's configuration.
   *
   * @throws InputError where the code was built for another one.
   */
  private async checkArchitecture(
    alias: AliasArn,
    built: string | undefined,
  ): Promise<void> {
    if (!built) return;
    const { architecture } = await readVersion(this.clients, alias, LATEST);
    if (architecture && architecture !== built) {
      throw new InputError(
        `The code was built for ${built}, and ${alias.functionName} runs on ${architecture}. Nothing was changed.`,
      );
    }
  }

  private async makeVersion(
    alias: AliasArn,
    source: PublishSource,
    { expected }: Publication,
    write: WriteContext,
  ): Promise<WriteResult & { revision?: Revision }> {
    const done = await this.write(alias, 'PublishVersion', write, [], client =>
      client.send(
        new PublishVersionCommand({
          FunctionName: alias.functionName,
          CodeSha256: expected?.codeSha256,
          RevisionId: expected?.revisionId,
          Description: markOf(write.rolloutId),
        }),
      ),
    );
    return {
      requestId: requestIdOf(done),
      revision: {
        id: done.Version ?? '',
        contentHash: source.contentHash,
        configHash: done.ConfigSha256,
      },
    };
  }

  /** The version that an earlier, unanswered call made. */
  private async marked(
    alias: AliasArn,
    source: PublishSource,
    rolloutId: string,
    Marker?: string,
  ): Promise<Revision | undefined> {
    const { Versions = [], NextMarker } = await this.read(
      alias,
      'ListVersionsByFunction',
      client =>
        client.send(
          new ListVersionsByFunctionCommand({
            FunctionName: alias.functionName,
            Marker,
          }),
        ),
    );
    const found = Versions.find(
      one => one.Version !== LATEST && one.Description === markOf(rolloutId),
    );
    if (found?.Version) {
      const { revision } = await readVersion(
        this.clients,
        alias,
        found.Version,
      );
      return revision.contentHash === source.contentHash ? revision : undefined;
    }
    return NextMarker
      ? this.marked(alias, source, rolloutId, NextMarker)
      : undefined;
  }

  private read<T>(
    alias: AliasArn,
    operation: string,
    run: (client: LambdaClient) => Promise<T>,
  ): Promise<T> {
    return withAwsErrors(context(alias, operation), () =>
      run(this.clients.read(LambdaClient, alias)),
    );
  }

  private write<T>(
    alias: AliasArn,
    operation: string,
    write: WriteContext,
    reads: { actions: string[]; resources: string[] }[],
    run: (client: LambdaClient) => Promise<T>,
  ): Promise<T> {
    const client = this.clients.write(
      LambdaClient,
      alias,
      releaseSession(
        write,
        allow(
          {
            actions: [`lambda:${operation}`],
            resources: [
              `arn:aws:lambda:${alias.region}:${alias.accountId}:function:${alias.functionName}`,
            ],
          },
          ...reads,
        ),
      ),
    );
    return withAwsErrors(
      { ...context(alias, operation), role: 'release' },
      () => run(client),
    );
  }
}
