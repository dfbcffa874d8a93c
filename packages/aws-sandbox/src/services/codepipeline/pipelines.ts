import type {
  CreatePipelineInput,
  PipelineDeclaration,
  Tag,
} from '@aws-sdk/client-codepipeline';
import { AwsError, type CallContext } from '../../core';
import { triggersArePaused } from '../codecommit/references';
import { page } from '../logs/page';
import { actionRoles, assumeActionRole } from './actionRole';
import { asRole } from './actionRun';
import { Engine } from './Engine';
import { startExecution } from './startExecution';
import { executionsOf, pipelinesOf, type PipelineRecord } from './model';
import { requirePipeline, requireStage } from './requests';
import { checkStructure } from './structure';

/** Makes a pipeline and, as AWS does, starts its first execution. */
export async function createPipeline(
  input: Partial<CreatePipelineInput>,
  ctx: CallContext,
) {
  const declaration = withDefaults(
    input.pipeline ?? ({} as PipelineDeclaration),
  );
  checkStructure(declaration);
  const pipelines = pipelinesOf(ctx.sandbox, ctx.account);
  const { name } = declaration;
  if (pipelines.has(name)) {
    throw new AwsError(
      'PipelineNameInUseException',
      `A pipeline with the name '${name}' already exists in account '${ctx.account}'`,
    );
  }
  await checkActionRoles(declaration, ctx);
  const now = ctx.sandbox.clock.now().toISOString();
  const record: PipelineRecord = {
    name,
    arn: `arn:aws:codepipeline:${ctx.region}:${ctx.account}:${name}`,
    account: ctx.account,
    region: ctx.region,
    declaration: { ...declaration, version: 1 },
    created: now,
    updated: now,
    tags: toRecord(input.tags),
    stages: {},
    latest: {},
    count: 0,
  };
  pipelines.set(name, record);
  if (!triggersArePaused(ctx.sandbox)) {
    startExecution(ctx.sandbox, record, {
      trigger: {
        triggerType: 'CreatePipeline',
        triggerDetail: ctx.principal.arn,
      },
    });
  }
  return { pipeline: record.declaration, tags: input.tags };
}

export async function updatePipeline(
  input: { pipeline?: PipelineDeclaration },
  ctx: CallContext,
) {
  const declaration = withDefaults(
    input.pipeline ?? ({} as PipelineDeclaration),
  );
  const before = requirePipeline(ctx, declaration.name);
  checkStructure(declaration);
  await checkActionRoles(declaration, ctx);
  const after: PipelineRecord = {
    ...before,
    declaration: { ...declaration, version: before.declaration.version + 1 },
    updated: ctx.sandbox.clock.now().toISOString(),
  };
  pipelinesOf(ctx.sandbox, ctx.account).set(after.name, after);
  return { pipeline: after.declaration };
}

/** Both calls ask whether the pipeline's role may assume its actions' roles. */
async function checkActionRoles(
  declaration: PipelineDeclaration,
  { sandbox, account, region }: CallContext,
) {
  const pipeline = declaration.roleArn;
  for (const action of actionRoles(declaration)) {
    await assumeActionRole(
      sandbox,
      { pipeline, action, sessionName: 'CodePipeline' },
      asRole(pipeline, account, 'CodePipeline', region),
    );
  }
}

export function getPipeline(
  input: { name?: string; version?: number },
  ctx: CallContext,
) {
  const record = requirePipeline(ctx, input.name);
  if (input.version && input.version !== record.declaration.version) {
    throw new AwsError(
      'PipelineVersionNotFoundException',
      `The account with id '${ctx.account}' does not include a pipeline with the name '${record.name}' and version '${input.version}'`,
    );
  }
  return {
    pipeline: record.declaration,
    metadata: {
      pipelineArn: record.arn,
      created: new Date(record.created),
      updated: new Date(record.updated),
    },
  };
}

export function listPipelines(
  input: { nextToken?: string; maxResults?: number },
  ctx: CallContext,
) {
  const records = pipelinesOf(ctx.sandbox, ctx.account)
    .values()
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, nextToken } = page(
    records,
    input.maxResults ?? 1000,
    input.nextToken,
    'InvalidNextTokenException',
  );
  return {
    pipelines: items.map(record => ({
      name: record.name,
      version: record.declaration.version,
      pipelineType: record.declaration.pipelineType,
      executionMode: record.declaration.executionMode,
      created: new Date(record.created),
      updated: new Date(record.updated),
    })),
    nextToken,
  };
}

export function deletePipeline(input: { name?: string }, ctx: CallContext) {
  const name = input.name ?? '';
  pipelinesOf(ctx.sandbox, ctx.account).delete(name);
  executionsOf(ctx.sandbox, ctx.account, name).clear();
}

export function disableTransition(
  input: {
    pipelineName?: string;
    stageName?: string;
    transitionType?: string;
    reason?: string;
  },
  ctx: CallContext,
) {
  changeTransition(input, ctx, input.reason ?? '');
}

export function enableTransition(
  input: { pipelineName?: string; stageName?: string; transitionType?: string },
  ctx: CallContext,
) {
  changeTransition(input, ctx, undefined);
  Engine.of(ctx.sandbox).wake(ctx.account, input.pipelineName ?? '');
}

function changeTransition(
  input: { pipelineName?: string; stageName?: string; transitionType?: string },
  ctx: CallContext,
  reason: string | undefined,
) {
  const record = requirePipeline(ctx, input.pipelineName);
  const stage = requireStage(record, input.stageName);
  if (input.transitionType !== 'Inbound') {
    throw new AwsError(
      'ValidationException',
      'Outbound transitions are not there in the sandbox',
    );
  }
  const changed = {
    by: ctx.principal.arn,
    at: ctx.sandbox.clock.now().toISOString(),
  };
  record.stages[stage] = {
    ...record.stages[stage],
    disabled: reason === undefined ? undefined : { ...changed, reason },
    changed,
  };
  pipelinesOf(ctx.sandbox, ctx.account).set(record.name, record);
}

export function tagResource(
  input: { resourceArn?: string; tags?: Tag[] },
  ctx: CallContext,
) {
  const record = byArn(input.resourceArn, ctx);
  pipelinesOf(ctx.sandbox, ctx.account).set(record.name, {
    ...record,
    tags: { ...record.tags, ...toRecord(input.tags) },
  });
  return {};
}

export function untagResource(
  input: { resourceArn?: string; tagKeys?: string[] },
  ctx: CallContext,
) {
  const record = byArn(input.resourceArn, ctx);
  const tags = Object.entries(record.tags).filter(
    ([key]) => !input.tagKeys?.includes(key),
  );
  pipelinesOf(ctx.sandbox, ctx.account).set(record.name, {
    ...record,
    tags: Object.fromEntries(tags),
  });
  return {};
}

export function listTags(input: { resourceArn?: string }, ctx: CallContext) {
  const { tags } = byArn(input.resourceArn, ctx);
  return { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
}

function byArn(arn: string | undefined, ctx: CallContext): PipelineRecord {
  const record = pipelinesOf(ctx.sandbox, ctx.account).get(
    arn?.split(':')[5] ?? '',
  );
  if (!record) {
    throw new AwsError('ResourceNotFoundException', `${arn} does not exist`);
  }
  return record;
}

function withDefaults(declaration: PipelineDeclaration) {
  return {
    executionMode: 'SUPERSEDED' as const,
    pipelineType: 'V1' as const,
    ...declaration,
    name: declaration.name ?? '',
    stages: (declaration.stages ?? []).map(stage => ({
      ...stage,
      actions: (stage.actions ?? []).map(action => ({
        ...action,
        runOrder: action.runOrder ?? 1,
        configuration: action.configuration ?? {},
        inputArtifacts: action.inputArtifacts ?? [],
        outputArtifacts: action.outputArtifacts ?? [],
      })),
    })),
  };
}

function toRecord(tags: Tag[] | undefined): Record<string, string> {
  return Object.fromEntries(
    (tags ?? []).map(tag => [tag.key, tag.value ?? '']),
  );
}
