import fs from 'node:fs';
import path from 'node:path';
import type { BuildPhaseType, StatusType } from '@aws-sdk/client-codebuild';
import type { CallAs, Sandbox } from '../../core';
import { logsOf } from '../logs';
import { uploadArtifacts } from './buildArtifacts';
import { awsVariables, buildIdentity } from './buildCredentials';
import { buildEnvironment } from './buildEnvironment';
import { resolveSecrets } from './buildSecrets';
import { fetchSource } from './buildSource';
import {
  BuildspecError,
  COMMAND_PHASES,
  parseBuildspec,
  type Buildspec,
  type CommandPhase,
} from './buildspec';
import { CommandShell } from './CommandShell';
import { asFailure, PhaseFailure } from './PhaseFailure';
import { buildUuid, type BuildRecord, type PhaseRecord } from './model';

/**
 * One build, from source to artifacts, with CodeBuild's phase transitions:
 * a failed `install` or `pre_build` ends the build, a failed `build` still
 * runs `post_build`, and artifacts are uploaded after `post_build` either way.
 *
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details.html#view-build-details-phases
 */
export class BuildRun {
  #shell?: CommandShell;
  /** Values that the log shows as `***`, as CodeBuild does. */
  #secrets: string[] = [];
  #interrupted?: PhaseFailure;
  readonly #folder: string;
  readonly #as: CallAs;

  constructor(
    private readonly sandbox: Sandbox,
    private build: BuildRecord,
    private readonly tools: string[],
    private readonly save: (build: BuildRecord) => void,
  ) {
    this.#folder = path.join(sandbox.dataDir, 'builds', buildUuid(build));
    this.#as = buildIdentity(build);
  }

  /** Ends the build: by a person, the time limit, or the sandbox's own end. */
  interrupt(status: 'STOPPED' | 'TIMED_OUT', message: string) {
    const code = status === 'TIMED_OUT' ? 'BUILD_TIMED_OUT' : 'BUILD_STOPPED';
    this.#interrupted ??= new PhaseFailure(code, message, status);
    this.#shell?.interrupt(message);
  }

  async run(): Promise<BuildRecord> {
    const limit = setTimeout(
      () => this.interrupt('TIMED_OUT', 'Build has timed out.'),
      this.build.timeoutInMinutes * 60_000,
    );
    try {
      await this.#phase('PROVISIONING', async () => {});
      await this.#runSource();
    } finally {
      clearTimeout(limit);
      this.#shell?.dispose();
      await fs.promises.rm(this.#folder, { recursive: true, force: true });
    }
    await this.#phase('FINALIZING', async () => {}, true);
    const failed = this.build.phases.find(
      phase => phase.status && phase.status !== 'SUCCEEDED',
    );
    this.#begin('COMPLETED');
    this.#update({
      status: this.#interrupted?.status ?? failed?.status ?? 'SUCCEEDED',
      end: this.#now(),
    });
    return this.build;
  }

  async #runSource() {
    const source = path.join(this.#folder, 'src');
    let spec: Buildspec | undefined;
    let shell: CommandShell | undefined;
    const fetched = await this.#phase('DOWNLOAD_SOURCE', async () => {
      const result = await fetchSource(
        this.sandbox,
        this.build,
        this.#as,
        source,
      );
      this.#update({ resolvedSourceVersion: result.resolvedVersion });
      spec = this.#readBuildspec(source);
      shell = await this.#openShell(spec, source, result.variables);
    });
    if (!fetched || !spec || !shell) return;
    this.#shell = shell;
    const reached = await this.#runCommands(spec, shell);
    await this.#readExported(spec, shell);
    if (!reached) return;
    const expand = await this.#expander(spec, shell);
    await this.#phase('UPLOAD_ARTIFACTS', async () => {
      try {
        await uploadArtifacts(
          this.sandbox,
          this.build,
          this.#as,
          spec as Buildspec,
          source,
          expand,
        );
      } catch (error) {
        throw new PhaseFailure('CLIENT_ERROR', (error as Error).message);
      }
    });
  }

  /** Answers whether the build got as far as its artifacts. */
  async #runCommands(spec: Buildspec, shell: CommandShell): Promise<boolean> {
    for (const name of COMMAND_PHASES) {
      const phase = spec.phases[name];
      const succeeded = await this.#phase(
        name.toLocaleUpperCase('en-US') as BuildPhaseType,
        () => this.#commands(shell, spec, name),
      );
      if (this.#interrupted) return false;
      if (succeeded || phase?.onFailure === 'CONTINUE') continue;
      if (phase?.onFailure === 'ABORT') return false;
      if (name === 'install' || name === 'pre_build') return false;
    }
    return true;
  }

  async #commands(shell: CommandShell, spec: Buildspec, name: CommandPhase) {
    const phase = spec.phases[name];
    let failure: PhaseFailure | undefined;
    for (const command of phase?.commands ?? []) {
      failure = await this.#command(shell, command);
      if (failure) break;
    }
    for (const command of this.#interrupted ? [] : phase?.finally ?? []) {
      const failed = await this.#command(shell, command);
      failure ??= failed;
      if (failed) break;
    }
    if (failure) throw failure;
  }

  async #command(
    shell: CommandShell,
    command: string,
  ): Promise<PhaseFailure | undefined> {
    const succeeding = this.build.phases.every(
      phase => !phase.status || phase.status === 'SUCCEEDED',
    );
    this.#log(`Running command ${command}`);
    const { exitCode, interrupted } = await shell.run(
      `CODEBUILD_BUILD_SUCCEEDING=${succeeding ? 1 : 0}\n${command}`,
    );
    if (interrupted && this.#interrupted) return this.#interrupted;
    if (exitCode === 0) return undefined;
    const reason = `exit status ${exitCode ?? 137}`;
    this.#log(`Command did not exit successfully ${command} ${reason}`);
    return new PhaseFailure(
      'COMMAND_EXECUTION_ERROR',
      `Error while executing command: ${command}. Reason: ${reason}`,
    );
  }

  /** Runs one phase and records it; answers whether it succeeded. */
  async #phase(
    type: BuildPhaseType,
    run: () => Promise<void>,
    always = false,
  ): Promise<boolean> {
    if (this.#interrupted && !always) return false;
    this.#begin(type);
    if (type !== 'PROVISIONING' && type !== 'FINALIZING') {
      this.#log(`Entering phase ${type}`);
    }
    let failure: PhaseFailure | undefined;
    try {
      await run();
    } catch (error) {
      failure = asFailure(error);
    }
    const status = failure?.status ?? 'SUCCEEDED';
    this.#end(
      status,
      failure && [{ statusCode: failure.statusCode, message: failure.message }],
    );
    if (type !== 'PROVISIONING' && type !== 'FINALIZING') {
      this.#log(`Phase complete: ${type} State: ${status}`);
      this.#log(
        `Phase context status code: ${failure?.statusCode ?? ''} Message: ${
          failure?.message ?? ''
        }`,
      );
    }
    return !failure;
  }

  #begin(type: BuildPhaseType) {
    this.#update({
      phases: [...this.build.phases, { type, start: this.#now() }],
    });
  }

  #end(status: StatusType, contexts?: PhaseRecord['contexts']) {
    const phases = [...this.build.phases];
    const last = phases[phases.length - 1];
    phases[phases.length - 1] = { ...last, status, end: this.#now(), contexts };
    this.#update({ phases });
  }

  #readBuildspec(source: string): Buildspec {
    const given = this.build.source.buildspec;
    if (given && /[\n{]|^version:/.test(given)) return parseBuildspec(given);
    const file = path.resolve(source, given || 'buildspec.yml');
    if (!file.startsWith(source + path.sep) || !fs.existsSync(file)) {
      throw new BuildspecError(
        `YAML_FILE_ERROR: stat ${
          given || 'buildspec.yml'
        }: no such file or directory`,
      );
    }
    return parseBuildspec(fs.readFileSync(file, 'utf8'));
  }

  async #openShell(
    spec: Buildspec,
    source: string,
    inputs: Record<string, string>,
  ): Promise<CommandShell> {
    const home = path.join(this.#folder, 'home');
    await fs.promises.mkdir(path.join(home, 'tmp'), { recursive: true });
    const secrets = await resolveSecrets(
      this.sandbox,
      this.build,
      this.#as,
      spec.secrets,
    );
    this.#secrets = Object.values(secrets).filter(Boolean);
    return new CommandShell({
      shell: spec.shell,
      stateDir: path.join(this.#folder, 'shell'),
      cwd: source,
      env: {
        ...buildEnvironment(
          this.build,
          { source, home, tools: this.tools },
          await awsVariables(this.sandbox, this.build, this.#as),
          spec.variables,
        ),
        ...secrets,
        ...inputs,
      },
      onLine: line => this.#raw(line),
    });
  }

  async #readExported(spec: Buildspec, shell: CommandShell) {
    const names = spec.exportedVariables.filter(name =>
      /^[A-Za-z_][A-Za-z0-9_]*$/.test(name),
    );
    const values = await shell.variables(names);
    this.#update({
      exported: names.map(name => ({ name, value: values[name] ?? '' })),
    });
  }

  /** Replaces `$NAME` and `${NAME}` by the shell's variables. */
  async #expander(
    spec: Buildspec,
    shell: CommandShell,
  ): Promise<(text: string) => string> {
    const variable = /\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?/g;
    const texts = JSON.stringify([
      spec.artifacts ?? '',
      spec.secondaryArtifacts,
      this.build.artifacts.name ?? '',
    ]);
    const names = [...texts.matchAll(variable)].map(match => match[1]);
    const values = await shell.variables([...new Set(names)]);
    return text =>
      text.replace(variable, (_, name: string) => values[name] ?? '');
  }

  #log(line: string) {
    const at = this.sandbox.clock.now().toISOString();
    const stamp = at.replace(/-/g, '/').replace('T', ' ').replace('Z', '000');
    this.#raw(`[Container] ${stamp} ${line}`);
  }

  #raw(text: string) {
    const line = this.#secrets.reduce(
      (shown, secret) => shown.split(secret).join('***'),
      text,
    );
    logsOf(this.sandbox, this.build.account).write(
      this.build.logGroup,
      this.build.logStream,
      [{ timestamp: this.sandbox.clock.now().getTime(), message: `${line}\n` }],
    );
  }

  #update(change: Partial<BuildRecord>) {
    this.build = { ...this.build, ...change };
    this.save(this.build);
  }

  #now(): string {
    return this.sandbox.clock.now().toISOString();
  }
}
