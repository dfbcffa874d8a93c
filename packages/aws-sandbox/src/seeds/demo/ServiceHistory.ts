import { randomUUID } from 'node:crypto';
import type { CallAs, Sandbox } from '../../core';
import type { SonarQubeServer } from '../../sonarqube';
import { failingFiles } from './failing';
import type { SeedMove, SeedRelease, SeedService } from './estate';
import { seedPipelineHistory } from '../../services/codepipeline/seed';
import { declaredParameters, pick } from './parameters';
import { deployStack, until, USE_PREVIOUS } from './stacks';
import {
  ACCOUNTS,
  ARTIFACT_BUCKET,
  DELIVERY_ACCOUNT,
  session,
  stageParameters,
  type StageName,
} from './stages';
import { Workshop, type PublishedRelease } from './Workshop';

const RELEASE_MANAGER = 'daniel.okafor';

/** Everything that happens to one service of the estate, one event at a time. */
export class ServiceHistory {
  readonly #releases = new Map<string, PublishedRelease>();
  readonly #deployed = new Set<StageName>();

  private constructor(
    private readonly service: SeedService,
    private readonly sandbox: Sandbox,
    private readonly sonar: SonarQubeServer,
    private readonly workshop: Workshop,
  ) {}

  /** The repository and the pipeline's stack. */
  static async begin(
    service: SeedService,
    sandbox: Sandbox,
    sonar: SonarQubeServer,
    opened: Promise<Workshop>,
  ): Promise<ServiceHistory> {
    const creator = session('dev', 'careplane-create', 'platform');
    await sandbox.call(
      'codecommit',
      'CreateRepository',
      {
        repositoryName: service.name,
        repositoryDescription: service.description,
        tags: {
          'careplane:service': service.name,
          'careplane:owner': service.owner,
        },
      },
      creator,
    );
    const workshop = await opened;
    await workshop.push(
      await workshop.commit(
        'Create the service from its template',
        'Platform',
        sandbox.clock.now(),
      ),
    );
    await deployStack(sandbox, creator, {
      name: `pipeline-${service.name}`,
      template: await workshop.read('pipeline.yaml'),
      parameters: {
        ArtifactBucket: ARTIFACT_BUCKET,
        SonarHostUrl: sonar.url,
        StageAccounts: Object.values(ACCOUNTS).join(','),
        StageParameters: JSON.stringify(stageParameters('dev')),
      },
      tags: { 'careplane:service': service.name },
    });
    return new ServiceHistory(service, sandbox, sonar, workshop);
  }

  end(): Promise<void> {
    return this.workshop.close();
  }

  /** Begins the local part of a release that comes next. */
  prepare(release: SeedRelease, at: Date): void {
    void this.workshop.prepare(release, at);
  }

  /** A commit that the pipeline built, published and deployed to dev. */
  async release(release: SeedRelease, at: Date): Promise<void> {
    const commitId = await this.workshop.prepare(release, at);
    await this.workshop.push(commitId);
    const executionId = randomUUID();
    const analysis = this.sonar.projects.record(this.service.name, {
      measures: release.measures,
      date: at,
      revision: commitId,
      projectVersion: release.version,
    });
    const published = await this.workshop.publish({
      release,
      commitId,
      executionId,
      analysisId: analysis.key,
      at,
    });
    await this.#dateManifest(published, at);
    this.#releases.set(release.version, published);
    await this.#deploy(
      'dev',
      published,
      'latest',
      session('dev', `pipeline-${this.service.name}-pipeline`, executionId),
    );
    seedPipelineHistory(this.sandbox, DELIVERY_ACCOUNT, this.service.name, [
      {
        id: executionId,
        start: at,
        revision: { id: commitId, message: release.message, at },
        actions: {
          'Build/Build': { seconds: 74 },
          'Quality/Quality': { seconds: 38 },
          'Publish/Publish': { seconds: 41 },
          'Dev/SmokeTest': { seconds: 12 },
        },
      },
    ]);
  }

  /** A person takes a release to a later stage: stack, traffic, settled stack. */
  async move(move: SeedMove): Promise<void> {
    const published = this.#require(move.version);
    const as = session(
      move.stage,
      'release-manager',
      move.by ?? RELEASE_MANAGER,
    );
    if (!this.#deployed.has(move.stage)) {
      const outputs = await this.#deploy(move.stage, published, 'latest', as);
      await this.#settle(move.stage, revisionOf(outputs), as);
      this.#deployed.add(move.stage);
      return;
    }
    const outputs = await this.#deploy(move.stage, published, USE_PREVIOUS, as);
    const revision = revisionOf(outputs);
    await this.#shift(move.stage, revision, as);
    await this.#settle(move.stage, revision, as);
  }

  /** Somebody moves prod in the console; no stack and no Careplane knows. */
  async moveOutside(version: string, person: string): Promise<void> {
    const { account } = session('prod', '', '');
    const published = this.#require(version);
    const { Versions } = await this.sandbox.call<{
      Versions: { Version: string; Description?: string; CodeSha256: string }[];
    }>(
      'lambda',
      'ListVersionsByFunction',
      { FunctionName: this.service.name },
      { account },
    );
    const codeSha256 = await this.#codeSha256(published);
    const revision = Versions.find(
      found => found.Version !== '$LATEST' && found.CodeSha256 === codeSha256,
    );
    if (!revision) throw new Error(`${version} never ran on prod`);
    await this.#shift('prod', revision.Version, {
      account,
      principal: {
        arn: `arn:aws:iam::${account}:user/${person}`,
        accessKeyId: account,
        sessionName: person,
      },
    });
  }

  /** Pushes a commit whose pipeline, which runs for real, fails. */
  async failingCommit(): Promise<void> {
    const failing = this.service.failingCommit;
    if (!failing) return;
    for (const [file, text] of Object.entries(failingFiles(failing.stage)))
      await this.workshop.write(file, text);
    await this.workshop.push(
      await this.workshop.commit(
        failing.message,
        failing.author,
        this.sandbox.clock.now(),
      ),
    );
  }

  async #deploy(
    stage: StageName,
    published: PublishedRelease,
    live: string,
    as: CallAs,
  ): Promise<Record<string, string>> {
    const declared = declaredParameters(published.template);
    const wanted: Record<string, string> = {
      ...stageParameters(stage),
      ...published.parameters,
      Stage: stage,
      TrafficShifting: this.service.trafficShifting ?? 'careplane',
      LiveVersion: live,
      LiveTaskDefinition: live,
    };
    return deployStack(this.sandbox, as, {
      name: `svc-${this.service.name}`,
      template: published.template,
      parameters: pick(wanted, declared),
      tags: { 'careplane:service': this.service.name },
    });
  }

  async #settle(stage: StageName, revision: string, as: CallAs): Promise<void> {
    const live = this.#isLambda ? 'LiveVersion' : 'LiveTaskDefinition';
    const { Parameters } = await this.#stack(stage);
    await deployStack(this.sandbox, as, {
      name: `svc-${this.service.name}`,
      parameters: Object.fromEntries(
        Parameters.map(({ ParameterKey }) => [
          ParameterKey,
          ParameterKey === live ? revision : USE_PREVIOUS,
        ]),
      ),
      tags: { 'careplane:service': this.service.name },
    });
  }

  async #stack(stage: StageName) {
    const { Stacks } = await this.sandbox.call<{
      Stacks: { Parameters: { ParameterKey: string }[] }[];
    }>(
      'cloudformation',
      'DescribeStacks',
      { StackName: `svc-${this.service.name}` },
      { account: ACCOUNTS[stage] },
    );
    return Stacks[0];
  }

  async #shift(stage: StageName, revision: string, as: CallAs): Promise<void> {
    if (this.#isLambda) {
      await this.sandbox.call(
        'lambda',
        'UpdateAlias',
        {
          FunctionName: this.service.name,
          Name: 'live',
          FunctionVersion: revision,
          RoutingConfig: { AdditionalVersionWeights: {} },
        },
        as,
      );
      return;
    }
    await this.sandbox.call(
      'ecs',
      'UpdateService',
      {
        cluster: 'careplane',
        service: this.service.name,
        taskDefinition: revision,
      },
      as,
    );
    await until(this.sandbox, `${this.service.name} on ${stage}`, async () => {
      const { services } = await this.sandbox.call<{
        services: { deployments: { rolloutState: string }[] }[];
      }>(
        'ecs',
        'DescribeServices',
        { cluster: 'careplane', services: [this.service.name] },
        as,
      );
      const [deployment, ...older] = services[0].deployments;
      const done =
        older.length === 0 && deployment.rolloutState === 'COMPLETED';
      return done ? true : undefined;
    });
  }

  /** The publish step writes today's date; the estate's releases are older. */
  async #dateManifest(published: PublishedRelease, at: Date): Promise<void> {
    const object = {
      Bucket: ARTIFACT_BUCKET,
      Key: `releases/${this.service.name}/${published.releaseId}/manifest.json`,
    };
    const as = { account: DELIVERY_ACCOUNT };
    const manifest = JSON.parse(await this.#text(object, as));
    manifest.builtAt = at.toISOString();
    await this.sandbox.call(
      's3',
      'PutObject',
      {
        ...object,
        Body: Buffer.from(JSON.stringify(manifest, null, 2)),
        ContentType: 'application/json',
      },
      as,
    );
  }

  async #codeSha256(published: PublishedRelease): Promise<string> {
    const manifest = JSON.parse(
      await this.#text(
        {
          Bucket: ARTIFACT_BUCKET,
          Key: `releases/${this.service.name}/${published.releaseId}/manifest.json`,
        },
        { account: DELIVERY_ACCOUNT },
      ),
    );
    return manifest.artifact.codeSha256;
  }

  async #text(object: object, as: CallAs): Promise<string> {
    const { Body } = await this.sandbox.call<{ Body: Uint8Array }>(
      's3',
      'GetObject',
      object,
      as,
    );
    return Buffer.from(Body).toString('utf8');
  }

  #require(version: string): PublishedRelease {
    const published = this.#releases.get(version);
    if (!published)
      throw new Error(`${this.service.name} ${version} is not published yet`);
    return published;
  }

  get #isLambda(): boolean {
    return this.service.kind === 'lambda-api';
  }
}

function revisionOf(outputs: Record<string, string>): string {
  const revision = outputs.PublishedVersion ?? outputs.PublishedTaskDefinition;
  if (!revision) throw new Error('The stack names no published revision');
  return revision;
}
