import type { RunningSandbox } from '@careplane/aws-sandbox';
import type { Finding } from './findings';

const QA = { account: '222222222222' };
const DELIVERY = { account: '111111111111' };

/** A made-up record number in one input; each has a number of its own. */
export interface Plant {
  input: string;
  text: string;
  /** As a person would write it, with what it is before it. */
  labelled: string;
  /** Where it may be: what a person wrote, in the field that is for it. */
  may?(found: Finding): boolean;
}

const plant = (
  input: string,
  number: number,
  may?: (found: Finding) => boolean,
): Plant => {
  const text = `7700420${String(number).padStart(2, '0')}`;
  return { input, text, labelled: `MRN ${text}`, may };
};

/** What people write is in fields of this name, and in no other. */
const asReason = ({ field }: Finding) => ['reason', 'comment'].includes(field);
/** The catalog keeps what a service's own file says of it, and finds it again. */
const inCatalog = ({ where }: Finding) =>
  /^(catalog|search)\.sqlite |^GET \/(catalog|search)\//.test(where);

export const PLANTS = {
  payload: plant('payload of a call', 1),
  environment: plant('environment of a function', 2),
  alarm: plant('description of an alarm', 3),
  alarmReason: plant('reason of an alarm state', 4),
  commit: plant('commit message', 5),
  refused: plant('reason of a person, labelled: refused', 6),
  reason: plant('reason of a person', 7, asReason),
  imageTag: plant('image tag', 8),
  stopReason: plant('stop reason of a task', 9),
  error: plant('error message of AWS', 10),
  annotation: plant('annotation of an entity', 11, inCatalog),
  taskEnvironment: plant('environment of a container', 12),
  log: plant('line of a log', 13),
  waiver: plant('reason of a lifted hold', 14, asReason),
  body: plant('field that the API does not know', 15),
  tag: plant('tag of a function', 17),
  comment: plant('comment of an act, labelled: refused', 18),
} satisfies Record<string, Plant>;

const CODE = 'visit-api';
const SERVICE = 'video-gateway';
const CLUSTER = 'careplane';

/** Puts the numbers into AWS, where people and programs would have put them. */
export async function plantInAws(sandbox: RunningSandbox): Promise<void> {
  const call = <T>(
    service: string,
    operation: string,
    input: object,
    as = QA,
  ) => sandbox.call<T>(service, operation, input, as);
  const arn = `arn:aws:lambda:us-east-1:${QA.account}:function:${CODE}`;
  await call('lambda', 'UpdateFunctionConfiguration', {
    FunctionName: CODE,
    Description: PLANTS.environment.labelled,
    Environment: { Variables: { RECORD: PLANTS.environment.labelled } },
  });
  await call('lambda', 'TagResource', {
    Resource: arn,
    Tags: { record: PLANTS.tag.labelled },
  });
  await call('lambda', 'Invoke', {
    FunctionName: CODE,
    Qualifier: 'live',
    Payload: Buffer.from(
      JSON.stringify({
        rawPath: `/${PLANTS.payload.text}`,
        body: PLANTS.payload.labelled,
      }),
    ),
  });
  const group = `/aws/lambda/${CODE}`;
  const stream = { logGroupName: group, logStreamName: 'planted' };
  await call('logs', 'CreateLogStream', stream);
  await call('logs', 'PutLogEvents', {
    ...stream,
    logEvents: [
      {
        timestamp: sandbox.clock.now().getTime(),
        message: `ERROR ${PLANTS.log.labelled}`,
      },
    ],
  });
  await alarms(sandbox);
  await containers(sandbox);
  await commit(sandbox);
}

async function alarms(sandbox: RunningSandbox): Promise<void> {
  type Alarms = { MetricAlarms: Record<string, unknown>[] };
  const { MetricAlarms } = await sandbox.call<Alarms>(
    'cloudwatch',
    'DescribeAlarms',
    {},
    QA,
  );
  for (const alarm of MetricAlarms.slice(0, 20)) {
    const AlarmName = String(alarm.AlarmName);
    const wanted = Object.fromEntries(
      Object.entries(alarm).filter(
        ([name]) => !/^State|Arn$|Timestamp|EvaluationState/.test(name),
      ),
    );
    await sandbox.call(
      'cloudwatch',
      'PutMetricAlarm',
      { ...wanted, AlarmDescription: PLANTS.alarm.labelled },
      QA,
    );
    await sandbox.call(
      'cloudwatch',
      'SetAlarmState',
      {
        AlarmName,
        StateValue: 'OK',
        StateReason: PLANTS.alarmReason.labelled,
      },
      QA,
    );
  }
}

async function containers(sandbox: RunningSandbox): Promise<void> {
  const ecs = <T>(operation: string, input: object) =>
    sandbox.call<T>('ecs', operation, input, QA);
  type Service = { services: { taskDefinition: string }[] };
  const { services } = await ecs<Service>('DescribeServices', {
    cluster: CLUSTER,
    services: [SERVICE],
  });
  type Definition = {
    taskDefinition: {
      containerDefinitions: { environment?: object[] }[];
      [name: string]: unknown;
    };
  };
  const { taskDefinition } = await ecs<Definition>('DescribeTaskDefinition', {
    taskDefinition: services[0].taskDefinition,
  });
  // Somebody moves the service by hand, to containers with the number in them.
  const { containerDefinitions, ...rest } = taskDefinition;
  const kept = Object.fromEntries(
    Object.entries(rest).filter(([name]) =>
      /^(family|taskRoleArn|executionRoleArn|networkMode|requiresCompatibilities|cpu|memory|volumes|runtimePlatform)$/.test(
        name,
      ),
    ),
  );
  const made = await ecs<{ taskDefinition: { taskDefinitionArn: string } }>(
    'RegisterTaskDefinition',
    {
      ...kept,
      containerDefinitions: containerDefinitions.map(one => ({
        ...one,
        environment: [
          ...(one.environment ?? []),
          { name: 'RECORD', value: PLANTS.taskEnvironment.labelled },
        ],
      })),
    },
  );
  await ecs('UpdateService', {
    cluster: CLUSTER,
    service: SERVICE,
    taskDefinition: made.taskDefinition.taskDefinitionArn,
  });
  // As whoever stops a task by hand may write it.
  const tasks = sandbox.store<{ stoppedReason?: string }>(
    'ecs',
    QA.account,
    'tasks',
  );
  for (const [arn, task] of tasks.entries()) {
    if (!task.stoppedReason) continue;
    tasks.set(arn, { ...task, stoppedReason: PLANTS.stopReason.labelled });
  }
  await sandbox.call(
    'ecr',
    'PutImage',
    {
      repositoryName: SERVICE,
      imageTag: `mrn-${PLANTS.imageTag.text}`,
      imageManifest: JSON.stringify({ schemaVersion: 2, layers: [], tag: 'x' }),
    },
    DELIVERY,
  );
}

/** A commit whose message and whose entity hold one: its pipeline runs. */
async function commit(sandbox: RunningSandbox): Promise<void> {
  const git = <T>(operation: string, input: object) =>
    sandbox.call<T>('codecommit', operation, input, DELIVERY);
  const repositoryName = CODE;
  const { branch } = await git<{ branch: { commitId: string } }>('GetBranch', {
    repositoryName,
    branchName: 'main',
  });
  const { fileContent } = await git<{ fileContent: Uint8Array }>('GetFile', {
    repositoryName,
    filePath: 'catalog-info.yaml',
  });
  const before = Buffer.from(fileContent).toString();
  await git('CreateCommit', {
    repositoryName,
    branchName: 'main',
    parentCommitId: branch.commitId,
    commitMessage: `Fix what ${PLANTS.commit.labelled} saw`,
    authorName: 'Maya Chen',
    email: 'maya.chen@telehealth.example',
    putFiles: [
      {
        filePath: 'catalog-info.yaml',
        fileContent: Buffer.from(
          before.replace(
            /^( +)annotations:\n/m,
            `$1annotations:\n$1  example.com/note: '${PLANTS.annotation.labelled}'\n`,
          ),
        ),
      },
    ],
  });
}
