import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { shimFolders } from '../../core';
import type { SeedRelease, SeedService } from './estate';
import { renderService } from './render';
import { ARTIFACT_BUCKET, DELIVERY_ACCOUNT, REGION } from './stages';

const run = promisify(execFile);

/** What the publish step of a service's own build left. */
export interface PublishedRelease {
  version: string;
  releaseId: string;
  template: string;
  parameters: Record<string, string>;
  commitId: string;
}

/**
 * The working copy of one service: renders it, commits to it and runs its own
 * package and publish steps, as an engineer and a build would.
 */
export class Workshop {
  readonly #prepared = new Map<string, Promise<string>>();

  private constructor(
    readonly service: SeedService,
    private readonly folder: string,
    private readonly sandboxUrl: string,
  ) {}

  /** Renders the service from its template into a new git repository. */
  static async open(
    service: SeedService,
    sandboxUrl: string,
  ): Promise<Workshop> {
    const folder = await mkdtemp(join(tmpdir(), `careplane-${service.name}-`));
    await renderService(service, folder);
    const workshop = new Workshop(service, folder, sandboxUrl);
    await workshop.git(['init', '--quiet', '--initial-branch=main']);
    await workshop.git(['remote', 'add', 'origin', workshop.remote]);
    return workshop;
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Text of a file of the working copy. */
  read(file: string): Promise<string> {
    return readFile(join(this.folder, file), 'utf8');
  }

  write(file: string, text: string): Promise<void> {
    return writeFile(join(this.folder, file), text);
  }

  /** Commits everything; answers the commit's id. */
  async commit(message: string, author: string, at: Date): Promise<string> {
    const email = `${author
      .toLocaleLowerCase('en-US')
      .replace(/ /g, '.')}@telehealth.example`;
    const date = at.toISOString();
    await this.git(['add', '--all']);
    await this.git(['commit', '--quiet', '--allow-empty', '-m', message], {
      GIT_AUTHOR_NAME: author,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: author,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: date,
    });
    return (await this.read('.git/refs/heads/main')).trim();
  }

  async push(commitId: string): Promise<void> {
    await this.git(['push', '-q', 'origin', `${commitId}:refs/heads/main`]);
  }

  /**
   * Changes, commits and packages a release, none of which needs AWS, so that
   * it can be done while others are at work. Not before the release that comes
   * before it is published.
   */
  prepare(release: SeedRelease, at: Date): Promise<string> {
    const known = this.#prepared.get(release.version);
    if (known) return known;
    const work = this.change(release)
      .then(() => this.commit(release.message, release.author, at))
      .then(async commitId => {
        await this.node('pipeline/package.mjs', this.buildVariables(release));
        return commitId;
      });
    // Whoever awaits it is told; until then nobody may be listening.
    work.catch(() => {});
    this.#prepared.set(release.version, work);
    return work;
  }

  /** Changes the code to a release's version, so that it has a hash of its own. */
  private async change(release: SeedRelease): Promise<void> {
    const manifest = JSON.parse(await this.read('package.json'));
    manifest.version = release.version;
    await this.write('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
    await this.write(
      'src/version.ts',
      `/** Version label that GET /v1/info may show. */\nexport const VERSION = '${release.version}';\n`,
    );
    if (release.findings) await this.labelFindings(release.findings);
  }

  /** The sandbox's scan reports what this label of the image lists. */
  private async labelFindings(
    counts: NonNullable<SeedRelease['findings']>,
  ): Promise<void> {
    const findings = Object.entries(counts).flatMap(([severity, count]) =>
      Array.from({ length: count }, (_, index) => ({
        name: `DEMO-${severity}-${index + 1}`,
        severity,
        package: 'openssl',
        version: '3.0.11',
        description: 'A made-up finding of the demo estate',
      })),
    );
    const label = `LABEL dev.careplane.findings='${JSON.stringify(findings)}'`;
    const lines = (await this.read('Dockerfile'))
      .split('\n')
      .filter(line => !line.startsWith('LABEL dev.careplane.findings='));
    const user = lines.findIndex(line => line.startsWith('USER '));
    await this.write(
      'Dockerfile',
      [...lines.slice(0, user), label, ...lines.slice(user)].join('\n'),
    );
  }

  /** Runs the service's own publish step on what `prepare` packaged. */
  async publish(options: {
    release: SeedRelease;
    commitId: string;
    executionId: string;
    analysisId: string;
    at: Date;
  }): Promise<PublishedRelease> {
    const { release, commitId } = options;
    const name = this.service.name;
    await this.write(
      'dist/quality.json',
      JSON.stringify({
        projectKey: name,
        analysisId: options.analysisId,
        status: 'OK',
        at: options.at.toISOString(),
      }),
    );
    await this.node('pipeline/publish.mjs', {
      ...this.buildVariables(release),
      COMMIT_ID: commitId,
      EXECUTION_ID: options.executionId,
    });
    const { Parameters } = JSON.parse(await this.read('published/dev.json'));
    return {
      version: release.version,
      releaseId: Parameters.ReleaseId,
      template: await this.read('published/template.yaml'),
      parameters: Parameters,
      commitId,
    };
  }

  /** The environment that the pipeline gives to its builds. */
  private buildVariables(release: SeedRelease): Record<string, string> {
    const name = this.service.name;
    const registry = `${DELIVERY_ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
    return {
      CODEBUILD_BUILD_NUMBER: release.version.split('.')[2],
      SERVICE_NAME: name,
      ARTIFACT_BUCKET,
      PIPELINE_ARN: `arn:aws:codepipeline:${REGION}:${DELIVERY_ACCOUNT}:${name}`,
      STAGE_PARAMETERS: '{}',
      IMAGE_REPOSITORY: `${registry}/${name}`,
      IMAGE_REPOSITORY_ARN: `arn:aws:ecr:${REGION}:${DELIVERY_ACCOUNT}:repository/${name}`,
      AWS_ENDPOINT_URL: this.sandboxUrl,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: DELIVERY_ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'sandbox',
    };
  }

  private get remote(): string {
    return `${this.sandboxUrl}/git/${DELIVERY_ACCOUNT}/v1/repos/${this.service.name}`;
  }

  private async git(
    args: string[],
    environment: Record<string, string> = {},
  ): Promise<string> {
    const { stdout } = await run('git', args, {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        ...environment,
      },
    });
    return stdout;
  }

  private async node(
    script: string,
    environment: Record<string, string>,
  ): Promise<void> {
    const path = [
      ...shimFolders(),
      dirname(process.execPath),
      process.env.PATH,
    ].join(':');
    await run(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', script],
      {
        cwd: this.folder,
        env: { PATH: path, HOME: this.folder, ...environment },
      },
    );
  }
}
