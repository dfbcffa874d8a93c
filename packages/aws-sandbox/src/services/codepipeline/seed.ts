import { randomUUID } from 'node:crypto';
import type { ActionDeclaration } from '@aws-sdk/client-codepipeline';
import type { Sandbox } from '../../core';
import { seedBuild } from '../codebuild/seed';
import { failureMessage } from './actions/codeBuild';
import {
  executionsOf,
  pipelinesOf,
  providerOf,
  type ActionRecord,
  type ExecutionRecord,
  type PipelineRecord,
} from './model';
import { resolveVariables } from './variables';

/** What is told about one action; all of it may be left out. */
export interface SeededAction {
  /** Its length; by default 45 seconds for builds, 5 for others. */
  seconds?: number;
  /** What a build's commands wrote. */
  log?: string[];
  /** Output variables, for example a build's exported variables. */
  variables?: Record<string, string>;
  /** For example the id of the stack that was deployed. */
  externalId?: string;
  /** A build's command that failed: the execution ends here. */
  failure?: { command: string; exitStatus: number };
  /** The ARN of the person who answered an approval. */
  approvedBy?: string;
}

export interface SeededExecution {
  id?: string;
  start: Date;
  revision: { id: string; message: string; at: Date };
  /** By `<stage>/<action>`. */
  actions?: Record<string, SeededAction>;
}

class HistoryWriter {
  #at: number;
  readonly #execution: ExecutionRecord;

  constructor(
    private readonly sandbox: Sandbox,
    private readonly pipeline: PipelineRecord,
    private readonly seeded: SeededExecution,
  ) {
    this.#at = seeded.start.getTime();
    pipeline.count += 1;
    this.#execution = {
      id: seeded.id ?? randomUUID(),
      pipeline: pipeline.name,
      account: pipeline.account,
      sequence: pipeline.count,
      version: pipeline.declaration.version,
      declaration: pipeline.declaration,
      status: 'Succeeded',
      start: this.#now(),
      updated: this.#now(),
      trigger: {
        triggerType: 'CloudWatchEvent',
        triggerDetail: `arn:aws:events:${pipeline.region}:${pipeline.account}:rule/codepipeline-${pipeline.name}-main-rule`,
      },
      overrides: [],
      variables: Object.fromEntries(
        (pipeline.declaration.variables ?? []).map(({ name, defaultValue }) => [
          name ?? '',
          defaultValue ?? '',
        ]),
      ),
      sources: [],
      artifacts: {},
      namespaces: {},
      stage: 0,
      waiting: false,
      stages: {},
      actions: [],
    };
  }

  /** Writes into the pipeline record as well: what each stage saw last. */
  write(): ExecutionRecord {
    const execution = this.#execution;
    const stages = this.pipeline.declaration.stages ?? [];
    for (const [index, stage] of stages.entries()) {
      const name = stage.name ?? '';
      execution.stage = index;
      execution.stages[name] = 'Succeeded';
      this.pipeline.stages[name] = {
        ...this.pipeline.stages[name],
        current: execution.id,
      };
      const actions = [...(stage.actions ?? [])].sort(
        (a, b) => (a.runOrder ?? 1) - (b.runOrder ?? 1),
      );
      for (const declaration of actions) {
        const record = this.#action(name, declaration);
        execution.actions.push(record);
        this.pipeline.latest[`${name}/${record.action}`] = {
          execution: execution.id,
          action: record.id,
        };
        if (record.status !== 'Failed') continue;
        execution.stages[name] = 'Failed';
        execution.status = 'Failed';
        execution.updated = this.#now();
        return execution;
      }
    }
    execution.updated = this.#now();
    return execution;
  }

  #action(stage: string, declaration: ActionDeclaration): ActionRecord {
    const execution = this.#execution;
    const told = this.seeded.actions?.[`${stage}/${declaration.name}`] ?? {};
    const provider = providerOf(declaration);
    const isBuild = provider.endsWith('/CodeBuild');
    const seconds = told.seconds ?? (isBuild ? 45 : 5);
    const start = this.#now();
    const bucket = execution.declaration.artifactStore?.location ?? '';
    const record: ActionRecord = {
      id: randomUUID(),
      stage,
      action: declaration.name ?? '',
      status: 'Succeeded',
      started: true,
      start,
      updated: start,
      configuration: this.#configuration(declaration),
      inputs: (declaration.inputArtifacts ?? []).flatMap(
        ({ name }) => execution.artifacts[name ?? ''] ?? [],
      ),
      outputs: (declaration.outputArtifacts ?? []).map(({ name = '' }) => ({
        name,
        bucket,
        key: `${execution.pipeline.slice(0, 20)}/${name.slice(
          0,
          10,
        )}/${randomUUID().slice(0, 7)}`,
      })),
      externalId: told.externalId,
      updatedBy: told.approvedBy,
      outputVariables: told.variables,
    };
    if (provider === 'Source/CodeCommit') this.#source(record, declaration);
    if (isBuild) this.#build(record, told, seconds);
    this.#at += seconds * 1000;
    record.updated = this.#now();
    if (record.status === 'Succeeded') {
      for (const output of record.outputs)
        execution.artifacts[output.name] = output;
      if (declaration.namespace) {
        execution.namespaces[declaration.namespace] =
          record.outputVariables ?? {};
      }
    }
    return record;
  }

  #source(record: ActionRecord, declaration: ActionDeclaration) {
    const { id, message, at } = this.seeded.revision;
    const { RepositoryName = '', BranchName = '' } = record.configuration;
    const { region } = this.pipeline;
    record.externalId = id;
    record.summary = message;
    record.url = `https://${region}.console.aws.amazon.com/codesuite/codecommit/repositories/${RepositoryName}/commit/${id}?region=${region}`;
    record.outputVariables = {
      AuthorDate: at.toISOString(),
      BranchName,
      CommitId: id,
      CommitMessage: message,
      CommitterDate: at.toISOString(),
      RepositoryName,
    };
    this.#execution.sources.push({
      actionName: declaration.name ?? '',
      artifactName: record.outputs[0]?.name ?? '',
      revisionId: id,
      revisionSummary: message,
      revisionUrl: record.url,
      created: at.toISOString(),
    });
  }

  #build(record: ActionRecord, told: SeededAction, seconds: number) {
    const { account, region } = this.pipeline;
    const build = seedBuild(this.sandbox, {
      account,
      region,
      project: record.configuration.ProjectName,
      start: new Date(record.start),
      seconds,
      initiator: `codepipeline/${this.pipeline.name}`,
      log: told.log ?? [],
      exported: told.variables,
      sourceVersion: this.seeded.revision.id,
      failure: told.failure,
      pipeline: {
        account,
        inputs: record.inputs,
        primarySource: record.inputs[0]?.name ?? '',
        outputs: record.outputs,
        revision: this.seeded.revision.id,
      },
    });
    record.externalId = build.id;
    record.url = `https://console.aws.amazon.com/codebuild/home?region=${region}#/builds/${build.id}/view/new`;
    if (!told.failure) return;
    record.status = 'Failed';
    record.error = { code: 'JobFailed', message: failureMessage(build) };
  }

  /** Variables that the seed does not tell stay as they are declared. */
  #configuration(declaration: ActionDeclaration): Record<string, string> {
    const configuration = { ...declaration.configuration };
    try {
      return resolveVariables(configuration, {
        ...this.#execution.namespaces,
        variables: this.#execution.variables,
        codepipeline: { PipelineExecutionId: this.#execution.id },
      });
    } catch {
      return configuration;
    }
  }

  #now(): string {
    return new Date(this.#at).toISOString();
  }
}

/**
 * Writes executions that have ended into a pipeline's history, oldest first,
 * with their actions, builds and logs at their times. Each follows the
 * pipeline's present structure up to the action with a `failure`.
 * Answers the executions' ids.
 */
export function seedPipelineHistory(
  sandbox: Sandbox,
  account: string,
  pipelineName: string,
  history: SeededExecution[],
): string[] {
  return history.map(seeded => {
    const pipelines = pipelinesOf(sandbox, account);
    const pipeline = pipelines.get(pipelineName);
    if (!pipeline) throw new Error(`There is no pipeline ${pipelineName}`);
    const execution = new HistoryWriter(sandbox, pipeline, seeded).write();
    executionsOf(sandbox, account, pipelineName).set(execution.id, execution);
    pipelines.set(pipelineName, pipeline);
    return execution.id;
  });
}
