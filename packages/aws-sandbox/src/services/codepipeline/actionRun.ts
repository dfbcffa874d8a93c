import { randomBytes, randomUUID } from 'node:crypto';
import type { ActionDeclaration } from '@aws-sdk/client-codepipeline';
import type { CallAs } from '../../core';
import { DRIVERS } from './actions';
import type { ActionDriver, ActionRun } from './actions/driver';
import { declarationOf, type ExecutionFile } from './ExecutionFile';
import { providerOf, type ActionRecord, type ExecutionRecord } from './model';
import { resolveVariables } from './variables';

/** The record of an action that is about to start. */
export function intendAction(
  now: string,

  execution: ExecutionRecord,
  stage: string,
  declaration: ActionDeclaration,
): ActionRecord {
  const bucket = execution.declaration.artifactStore?.location ?? '';
  return {
    id: randomUUID(),
    stage,
    action: declaration.name ?? '',
    status: 'InProgress',
    started: false,
    start: now,
    updated: now,
    configuration: { ...declaration.configuration },
    inputs: (declaration.inputArtifacts ?? []).flatMap(
      ({ name }) => execution.artifacts[name ?? ''] ?? [],
    ),
    outputs: (declaration.outputArtifacts ?? []).map(({ name = '' }) => ({
      name,
      bucket,
      key: `${execution.pipeline.slice(0, 20)}/${name.slice(
        0,
        10,
      )}/${randomBytes(5).toString('base64url').replace(/[-_]/g, 'x')}`,
    })),
  };
}

/** Everything a driver needs, with the configuration's variables resolved. */
export function prepareAction(
  file: ExecutionFile,
  record: ActionRecord,
): [ActionRun, ActionDriver] {
  const execution = file.read() as ExecutionRecord;
  const declaration = declarationOf(execution, record);
  const driver = declaration && DRIVERS[providerOf(declaration)];
  if (!declaration || !driver)
    throw new Error(`Action ${record.action} cannot be run`);
  const pipeline = file.pipeline();
  const configuration = resolveVariables(
    declaration.configuration ?? {},
    namespacesOf(file, execution),
  );
  if (JSON.stringify(configuration) !== JSON.stringify(record.configuration)) {
    file.change(draft => {
      const action = draft.actions.find(({ id }) => id === record.id);
      if (action) action.configuration = configuration;
    });
  }
  const region = declaration.region ?? pipeline?.region ?? 'us-east-1';
  const role = execution.declaration.roleArn;
  return [
    {
      sandbox: file.sandbox,
      region,
      execution,
      declaration,
      record: { ...record, configuration },
      as: asRole(role, file.account, execution.id, region),
      actionAs: asRole(
        declaration.roleArn ?? role,
        file.account,
        execution.id,
        region,
      ),
    },
    driver,
  ];
}

/** What `#{Namespace.Variable}` may stand for. */
export function namespacesOf(file: ExecutionFile, execution: ExecutionRecord) {
  return {
    ...execution.namespaces,
    variables: execution.variables,
    codepipeline: {
      PipelineExecutionId: execution.id,
      PipelineName: execution.pipeline,
      PipelineArn: file.pipeline()?.arn ?? '',
    },
  };
}

/** A session of a role, as CodePipeline makes one for each execution. */
export function asRole(
  role: string | undefined,
  account: string,
  execution: string,
  region: string,
): CallAs {
  const [, , , , roleAccount = account] = role?.split(':') ?? [];
  const name = role?.split('/').pop() ?? 'codepipeline';
  const sessionName = execution.replace(/-/g, '').slice(0, 32);
  return {
    account: roleAccount,
    region,
    principal: {
      arn: `arn:aws:sts::${roleAccount}:assumed-role/${name}/${sessionName}`,
      accessKeyId: roleAccount,
      sessionName,
      invokedBy: 'codepipeline.amazonaws.com',
    },
  };
}
