import { AwsError } from '../../../core';
import { packZip, readZipFile } from '../zip';
import {
  failed,
  readArtifact,
  writeArtifact,
  type ActionDriver,
  type ActionRun,
  type Progress,
} from './driver';
import { readParameters } from './stackParameters';

interface Stack {
  StackId: string;
  StackStatus: string;
  StackStatusReason?: string;
  Outputs?: { OutputKey: string; OutputValue: string }[];
}

const POLL_MS = 1000;
const GOOD_ENDS = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'DELETE_COMPLETE',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
];

const MODES: Record<
  string,
  ((run: ActionRun) => Promise<Progress>) | undefined
> = {
  async CREATE_UPDATE(run) {
    const stack = await findStack(run);
    const operation = stack ? 'UpdateStack' : 'CreateStack';
    try {
      const { StackId } = await call<{ StackId: string }>(run, operation, {
        ...(await stackInput(run)),
        ClientRequestToken: run.record.id,
      });
      return waiting(run, StackId, 'stack');
    } catch (error) {
      if (isNoUpdate(error)) return finished(run, stack);
      throw error;
    }
  },
  async CHANGE_SET_REPLACE(run) {
    const { StackName, ChangeSetName } = run.record.configuration;
    if (!ChangeSetName)
      return failed('ConfigurationError', 'ChangeSetName is required');
    const stack = await findStack(run);
    const exists = stack && stack.StackStatus !== 'REVIEW_IN_PROGRESS';
    if (stack) {
      await call(run, 'DeleteChangeSet', { StackName, ChangeSetName }).catch(
        ignoreAbsent,
      );
    }
    const { StackId } = await call<{ StackId: string }>(
      run,
      'CreateChangeSet',
      {
        ...(await stackInput(run)),
        ChangeSetName,
        ChangeSetType: exists ? 'UPDATE' : 'CREATE',
      },
    );
    return waiting(run, StackId, 'changeSet');
  },
  async CHANGE_SET_EXECUTE(run) {
    const { StackName, ChangeSetName } = run.record.configuration;
    const changeSet = await call<{
      Status: string;
      StatusReason?: string;
      ExecutionStatus?: string;
      StackId: string;
    }>(run, 'DescribeChangeSet', { StackName, ChangeSetName });
    if (isEmpty(changeSet)) return finished(run, await findStack(run));
    if (changeSet.ExecutionStatus === 'AVAILABLE') {
      await call(run, 'ExecuteChangeSet', {
        StackName,
        ChangeSetName,
        ClientRequestToken: run.record.id,
      });
    }
    return waiting(run, changeSet.StackId, 'stack');
  },
  async DELETE_ONLY(run) {
    const stack = await findStack(run);
    if (!stack) return { status: 'Succeeded' };
    await call(run, 'DeleteStack', { StackName: stack.StackId });
    return waiting(run, stack.StackId, 'stack');
  },
};

/** CloudFormation by change set, by direct update, or deletion. */
export const cloudFormation: ActionDriver = {
  required: ['ActionMode', 'StackName'],
  async start(run) {
    const mode = run.record.configuration.ActionMode;
    const action = MODES[mode];
    if (!action) {
      return failed(
        'ConfigurationError',
        `ActionMode ${mode} is not there in the sandbox`,
      );
    }
    return guarded(() => action(run));
  },
  async poll(run) {
    return guarded(() =>
      run.record.memory?.waitFor === 'changeSet'
        ? pollChangeSet(run)
        : pollStack(run),
    );
  },
};

async function pollChangeSet(run: ActionRun): Promise<Progress> {
  const { StackName, ChangeSetName } = run.record.configuration;
  const changeSet = await call<{ Status: string; StatusReason?: string }>(
    run,
    'DescribeChangeSet',
    { StackName, ChangeSetName },
  );
  if (changeSet.Status === 'CREATE_COMPLETE' || isEmpty(changeSet)) {
    return {
      status: 'Succeeded',
      summary: isEmpty(changeSet) ? 'No changes' : undefined,
    };
  }
  if (changeSet.Status === 'FAILED') {
    return failed(
      'JobFailed',
      `Change set ${ChangeSetName} failed: ${changeSet.StatusReason ?? ''}`,
    );
  }
  return { status: 'InProgress', again: POLL_MS };
}

async function pollStack(run: ActionRun): Promise<Progress> {
  const stack = await findStack(run, run.record.externalId);
  if (!stack) {
    return run.record.configuration.ActionMode === 'DELETE_ONLY'
      ? { status: 'Succeeded' }
      : failed('JobFailed', 'The stack is gone');
  }
  if (GOOD_ENDS.includes(stack.StackStatus)) return finished(run, stack);
  if (/_IN_PROGRESS$/.test(stack.StackStatus)) {
    return { status: 'InProgress', again: POLL_MS };
  }
  return failed(
    'JobFailed',
    `Stack ${run.record.configuration.StackName} ended in ${
      stack.StackStatus
    }. ${stack.StackStatusReason ?? ''}`.trim(),
  );
}

async function finished(
  run: ActionRun,
  stack: Stack | undefined,
): Promise<Progress> {
  const outputs = Object.fromEntries(
    (stack?.Outputs ?? []).map(output => [
      output.OutputKey,
      output.OutputValue,
    ]),
  );
  const { OutputFileName } = run.record.configuration;
  const [location] = run.record.outputs;
  if (OutputFileName && location) {
    const source = Buffer.from(JSON.stringify(outputs));
    await writeArtifact(
      run,
      location,
      await packZip([{ name: OutputFileName, source }]),
    );
  }
  return {
    status: 'Succeeded',
    ...(stack ? link(run, stack.StackId) : {}),
    summary: stack?.StackStatus,
    outputVariables: outputs,
  };
}

async function stackInput(run: ActionRun): Promise<object> {
  const { StackName, TemplatePath, RoleArn, Capabilities } =
    run.record.configuration;
  const [artifact, ...rest] = (TemplatePath ?? '').split('::');
  const file = rest.join('::');
  const template =
    file && (await readZipFile(await readArtifact(run, artifact), file));
  if (!template) {
    throw new AwsError(
      'ValidationError',
      `File ${file} does not exist in artifact [${artifact}]`,
    );
  }
  return {
    StackName,
    TemplateBody: template.toString('utf8'),
    RoleARN: RoleArn,
    Capabilities: Capabilities?.split(',').map(item => item.trim()),
    ...(await readParameters(run)),
  };
}

async function findStack(
  run: ActionRun,
  id?: string,
): Promise<Stack | undefined> {
  try {
    const { Stacks } = await call<{ Stacks: Stack[] }>(run, 'DescribeStacks', {
      StackName: id ?? run.record.configuration.StackName,
    });
    return Stacks[0];
  } catch (error) {
    ignoreAbsent(error);
    return undefined;
  }
}

function call<T>(run: ActionRun, operation: string, input: object): Promise<T> {
  return run.sandbox.call<T>('cloudformation', operation, input, run.actionAs);
}

function waiting(
  run: ActionRun,
  stackId: string,
  waitFor: 'stack' | 'changeSet',
): Progress {
  return {
    status: 'InProgress',
    ...link(run, stackId),
    memory: { waitFor },
    again: 200,
  };
}

function link(run: ActionRun, stackId: string) {
  return {
    externalId: stackId,
    url: `https://console.aws.amazon.com/cloudformation/home?region=${
      run.region
    }#/stack/detail?stackId=${encodeURIComponent(stackId)}`,
  };
}

async function guarded(work: () => Promise<Progress>): Promise<Progress> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AwsError)
      return failed('JobFailed', `${error.message} (${error.code})`);
    throw error;
  }
}

function ignoreAbsent(error: unknown) {
  const absent =
    error instanceof AwsError &&
    /does not exist|ChangeSetNotFound/i.test(`${error.code} ${error.message}`);
  if (!absent) throw error;
}

function isNoUpdate(error: unknown): boolean {
  return (
    error instanceof AwsError &&
    /No updates are to be performed/.test(error.message)
  );
}

function isEmpty(changeSet: {
  Status: string;
  StatusReason?: string;
}): boolean {
  return (
    changeSet.Status === 'FAILED' &&
    /didn't contain changes|No updates are to be performed/i.test(
      changeSet.StatusReason ?? '',
    )
  );
}
