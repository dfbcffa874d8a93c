import {
  ListActionExecutionsCommand,
  ListRuleExecutionsCommand,
  OverrideStageConditionCommand,
  RetryStageExecutionCommand,
  RollbackStageCommand,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
  type Condition,
  type RuleDeclaration,
} from '@aws-sdk/client-codepipeline';
import {
  CloudWatchClient,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { startAwsSandbox } from '../../testing';
import { ApprovalPipelines, ask } from './__testUtils__/approvalPipelines';

const rule = (
  provider: string,
  configuration: Record<string, string>,
): RuleDeclaration => ({
  name: provider,
  ruleTypeId: { category: 'Rule', owner: 'AWS', provider, version: '1' },
  configuration,
});
const isOnMain = rule('VariableCheck', {
  Variable: '#{Source.BranchName}',
  Operator: 'EQ',
  Value: 'main',
});
const isOnRelease = rule('VariableCheck', {
  Variable: '#{Source.BranchName}',
  Operator: 'MATCHES',
  Value: 'release/.*',
});
const one = (
  result: Condition['result'],
  ...rules: RuleDeclaration[]
): { conditions: Condition[] } => ({ conditions: [{ result, rules }] });

describe('codepipeline', () => {
  const aws = startAwsSandbox({ fresh: 'once' });
  let pipelines: ApprovalPipelines;

  beforeAll(async () => {
    pipelines = new ApprovalPipelines(aws);
    await pipelines.prepare();
  });

  const rollback = (
    pipelineName: string,
    stageName: string,
    targetPipelineExecutionId: string,
  ) =>
    pipelines.client
      .send(
        new RollbackStageCommand({
          pipelineName,
          stageName,
          targetPipelineExecutionId,
        }),
      )
      .then(async answer => {
        await pipelines.settle();
        return answer.pipelineExecutionId ?? '';
      });

  describe('execution modes', () => {
    it('QUEUED lets executions into a stage one by one, in their order', async () => {
      const first = await pipelines.create('queued', [ask('Deploy')], {
        executionMode: 'QUEUED',
      });
      const second = await pipelines.start('queued');
      const third = await pipelines.start('queued');
      const { inboundExecutions = [], latestExecution } = await pipelines.stage(
        'queued',
        'Deploy',
      );
      expect(latestExecution?.pipelineExecutionId).toBe(first);
      expect(inboundExecutions.map(each => each.pipelineExecutionId)).toEqual([
        second,
        third,
      ]);
      // A failed execution makes room as one that succeeded does.
      await pipelines.answer('queued', 'Deploy', 'Rejected');
      await pipelines.answer('queued', 'Deploy');
      const deploy = await pipelines.stage('queued', 'Deploy');
      expect(deploy.latestExecution?.pipelineExecutionId).toBe(third);
      await pipelines.answer('queued', 'Deploy');
      expect(
        (await pipelines.executions('queued')).map(each => each.status),
      ).toEqual(['Succeeded', 'Succeeded', 'Failed']);
    });

    it('PARALLEL runs them beside each other, each approved by its own id', async () => {
      const first = await pipelines.create('parallel', [ask('Deploy')], {
        executionMode: 'PARALLEL',
      });
      const second = await pipelines.start('parallel');
      const { actionStates } = await pipelines.stage('parallel', 'Deploy');
      expect(actionStates?.[0].latestExecution?.token).toBeUndefined();
      const tokenOf = async (id: string) => {
        const { actionExecutionDetails = [] } = await pipelines.client.send(
          new ListActionExecutionsCommand({
            pipelineName: 'parallel',
            filter: { pipelineExecutionId: id },
          }),
        );
        return actionExecutionDetails[0].output?.executionResult
          ?.externalExecutionId;
      };
      await pipelines.answer(
        'parallel',
        'Deploy',
        'Approved',
        await tokenOf(first),
      );
      expect(await pipelines.statusOf('parallel', first)).toBe('Succeeded');
      expect(await pipelines.statusOf('parallel', second)).toBe('InProgress');
      await expect(rollback('parallel', 'Deploy', first)).rejects.toMatchObject(
        { name: 'UnableToRollbackStageException' },
      );
    });

    it('takes 50 executions at once and refuses the next', async () => {
      await pipelines.create('full', [ask('Deploy')], {
        executionMode: 'QUEUED',
      });
      for (let i = 1; i < 50; i += 1) {
        await aws.running.call(
          'codepipeline',
          'StartPipelineExecution',
          { name: 'full' },
          { account: '111111111111' },
        );
      }
      await expect(pipelines.start('full')).rejects.toMatchObject({
        name: 'ConcurrentPipelineExecutionsLimitExceededException',
      });
    });

    it('needs V2 for them', async () => {
      await expect(
        pipelines.create('old', [ask('Deploy')], {
          pipelineType: 'V1',
          executionMode: 'QUEUED',
        }),
      ).rejects.toMatchObject({ name: 'InvalidStructureException' });
    });
  });

  describe('stage rollback', () => {
    it('runs the stage anew with an earlier execution’s revisions, and nothing after it', async () => {
      const good = await pipelines.create('back', [ask('Qa'), ask('Prod')]);
      await pipelines.answer('back', 'Qa');
      await pipelines.answer('back', 'Prod');
      const bad = await pipelines.start('back');
      await pipelines.answer('back', 'Qa');
      await pipelines.answer('back', 'Prod', 'Rejected');

      await expect(rollback('back', 'Source', good)).rejects.toThrow(
        'a source stage cannot be rolled back',
      );
      await expect(rollback('back', 'Prod', bad)).rejects.toThrow(
        'did not succeed in it',
      );
      await expect(
        rollback('back', 'Prod', '00000000-0000-0000-0000-000000000000'),
      ).rejects.toMatchObject({ name: 'PipelineExecutionNotFoundException' });

      const undone = await rollback('back', 'Qa', good);
      await expect(rollback('back', 'Qa', good)).rejects.toThrow(
        'currently running',
      );
      const qa = await pipelines.stage('back', 'Qa');
      expect(qa.latestExecution).toEqual({
        pipelineExecutionId: undone,
        status: 'InProgress',
        type: 'ROLLBACK',
      });
      await pipelines.answer('back', 'Qa');
      const [newest, , oldest] = await pipelines.executions('back');
      expect(newest).toMatchObject({
        pipelineExecutionId: undone,
        status: 'Succeeded',
        executionType: 'ROLLBACK',
        rollbackMetadata: { rollbackTargetPipelineExecutionId: good },
        trigger: { triggerType: 'ManualRollback' },
        sourceRevisions: oldest.sourceRevisions,
      });
      await expect(rollback('back', 'Qa', undone)).rejects.toThrow(
        'is itself a rollback',
      );

      await pipelines.client.send(
        new UpdatePipelineCommand({
          pipeline: ApprovalPipelines.declaration('back', [
            ask('Qa'),
            ask('Prod'),
          ]),
        }),
      );
      await expect(rollback('back', 'Qa', good)).rejects.toThrow(
        'its version is 2 now',
      );
    });

    it('happens by itself where the stage says so on failure', async () => {
      const deploy = ask('Deploy', { onFailure: { result: 'ROLLBACK' } });
      const good = await pipelines.create('auto', [deploy]);
      await pipelines.answer('auto', 'Deploy');
      const bad = await pipelines.start('auto');
      await pipelines.answer('auto', 'Deploy', 'Rejected');
      expect(await pipelines.statusOf('auto', bad)).toBe('Failed');
      const [newest] = await pipelines.executions('auto');
      expect(newest).toMatchObject({
        executionType: 'ROLLBACK',
        rollbackMetadata: { rollbackTargetPipelineExecutionId: good },
        trigger: { triggerType: 'AutomatedRollback' },
      });
      // A rollback that fails is not rolled back.
      await pipelines.answer('auto', 'Deploy', 'Rejected');
      expect(await pipelines.executions('auto')).toHaveLength(3);
    });
  });

  describe('stage conditions', () => {
    const override = (
      pipelineName: string,
      pipelineExecutionId: string,
      conditionType: 'BEFORE_ENTRY' | 'ON_SUCCESS',
    ) =>
      pipelines.client
        .send(
          new OverrideStageConditionCommand({
            pipelineName,
            stageName: 'Deploy',
            pipelineExecutionId,
            conditionType,
          }),
        )
        .then(() => pipelines.settle());

    it('fails an entry that is not met, until somebody overrides it', async () => {
      const id = await pipelines.create('guarded', [
        ask('Deploy', { beforeEntry: one('FAIL', isOnMain, isOnRelease) }),
      ]);
      expect(await pipelines.statusOf('guarded', id)).toBe('Failed');
      const { beforeEntryConditionState } = await pipelines.stage(
        'guarded',
        'Deploy',
      );
      expect(beforeEntryConditionState?.latestExecution?.status).toBe('Failed');
      expect(
        beforeEntryConditionState?.conditionStates?.[0].ruleStates?.map(
          state => state.latestExecution?.status,
        ),
      ).toEqual(['Succeeded', 'Failed']);
      await expect(override('guarded', id, 'ON_SUCCESS')).rejects.toMatchObject(
        { name: 'ConditionNotOverridableException' },
      );
      await override('guarded', id, 'BEFORE_ENTRY');
      await pipelines.answer('guarded', 'Deploy');
      expect(await pipelines.statusOf('guarded', id)).toBe('Succeeded');
      const after = await pipelines.stage('guarded', 'Deploy');
      expect(after.beforeEntryConditionState?.latestExecution?.status).toBe(
        'Overridden',
      );
      const { ruleExecutionDetails = [] } = await pipelines.client.send(
        new ListRuleExecutionsCommand({ pipelineName: 'guarded' }),
      );
      expect(ruleExecutionDetails).toContainEqual(
        expect.objectContaining({
          stageName: 'Deploy',
          ruleName: 'VariableCheck',
          status: 'Succeeded',
          input: expect.objectContaining({
            resolvedConfiguration: {
              Variable: 'main',
              Operator: 'EQ',
              Value: 'main',
            },
          }),
        }),
      );
    });

    it('skips a stage whose entry says so', async () => {
      const id = await pipelines.create('skipped', [
        ask('Deploy', { beforeEntry: one('SKIP', isOnRelease) }),
        ask('Tell'),
      ]);
      const deploy = await pipelines.stage('skipped', 'Deploy');
      expect(deploy.latestExecution?.status).toBe('Skipped');
      await pipelines.answer('skipped', 'Tell');
      expect(await pipelines.statusOf('skipped', id)).toBe('Succeeded');
    });

    it('watches an alarm after success, and rolls the stage back when it fires', async () => {
      const cloudwatch = aws.client(CloudWatchClient);
      const alarm = (TreatMissingData: string) =>
        cloudwatch.send(
          new PutMetricAlarmCommand({
            AlarmName: 'errors',
            Namespace: 'AWS/Lambda',
            MetricName: 'Errors',
            Statistic: 'Sum',
            Period: 60,
            EvaluationPeriods: 1,
            Threshold: 1,
            ComparisonOperator: 'GreaterThanOrEqualToThreshold',
            TreatMissingData,
          }),
        );
      await alarm('notBreaching');
      await aws.clock.advance(60_000);
      const good = await pipelines.create('watched', [
        ask('Deploy', {
          onSuccess: one(
            'ROLLBACK',
            rule('CloudWatchAlarm', { AlarmName: 'errors', WaitTime: '10' }),
          ),
        }),
      ]);
      await pipelines.answer('watched', 'Deploy');
      expect(await pipelines.statusOf('watched', good)).toBe('InProgress');
      await aws.clock.advance(11 * 60_000);
      expect(await pipelines.statusOf('watched', good)).toBe('Succeeded');

      const bad = await pipelines.start('watched');
      await pipelines.answer('watched', 'Deploy');
      await alarm('breaching');
      await aws.clock.advance(3 * 60_000);
      expect(await pipelines.statusOf('watched', bad)).toBe('Failed');
      const [newest] = await pipelines.executions('watched');
      expect(newest.rollbackMetadata).toEqual({
        rollbackTargetPipelineExecutionId: good,
      });
    });

    it('lets a condition that is being checked be overridden or stopped', async () => {
      const watch = one(
        'FAIL',
        rule('CloudWatchAlarm', {
          AlarmName: 'errors',
          AlarmStates: 'INSUFFICIENT_DATA',
          WaitTime: '60',
        }),
      );
      const first = await pipelines.create('baked', [
        ask('Deploy', { onSuccess: watch }),
      ]);
      await pipelines.answer('baked', 'Deploy');
      await override('baked', first, 'ON_SUCCESS');
      expect(await pipelines.statusOf('baked', first)).toBe('Succeeded');
      const second = await pipelines.start('baked');
      await pipelines.answer('baked', 'Deploy');
      await expect(
        override('baked', first, 'ON_SUCCESS'),
      ).rejects.toMatchObject({ name: 'NotLatestPipelineExecutionException' });
      await pipelines.client.send(
        new StopPipelineExecutionCommand({
          pipelineName: 'baked',
          pipelineExecutionId: second,
          reason: 'wrong release',
        }),
      );
      await pipelines.settle();
      expect(await pipelines.statusOf('baked', second)).toBe('Stopped');
      const deploy = await pipelines.stage('baked', 'Deploy');
      expect(deploy.onSuccessConditionState?.latestExecution?.status).toBe(
        'Cancelled',
      );
    });

    it('retries a failed stage once by itself, and as often as it is asked', async () => {
      const id = await pipelines.create('again', [
        ask('Deploy', {
          onFailure: {
            result: 'RETRY',
            retryConfiguration: { retryMode: 'ALL_ACTIONS' },
          },
        }),
      ]);
      await pipelines.answer('again', 'Deploy', 'Rejected');
      expect(await pipelines.statusOf('again', id)).toBe('InProgress');
      await pipelines.answer('again', 'Deploy', 'Rejected');
      expect(await pipelines.statusOf('again', id)).toBe('Failed');
      await pipelines.client.send(
        new RetryStageExecutionCommand({
          pipelineName: 'again',
          stageName: 'Deploy',
          pipelineExecutionId: id,
          retryMode: 'FAILED_ACTIONS',
        }),
      );
      await pipelines.settle();
      const { retryStageMetadata } = await pipelines.stage('again', 'Deploy');
      expect(retryStageMetadata).toEqual({
        autoStageRetryAttempt: 1,
        manualStageRetryAttempt: 1,
        latestRetryTrigger: 'ManualStageRetry',
      });
      await pipelines.answer('again', 'Deploy');
      expect(await pipelines.statusOf('again', id)).toBe('Succeeded');
    });

    it.each([
      ['SKIP is no result', { onSuccess: one('SKIP', isOnMain) }],
      ['1 to 5 rules', { beforeEntry: one('FAIL') }],
      [
        'DeploymentWindow is not there',
        { beforeEntry: one('FAIL', rule('DeploymentWindow', {})) },
      ],
      [
        "missing the configuration 'AlarmName'",
        { onSuccess: one('FAIL', rule('CloudWatchAlarm', {})) },
      ],
    ])('refuses what is no condition: %s', async (message, stage) => {
      await expect(
        pipelines.create('never', [ask('Deploy', stage)]),
      ).rejects.toThrow(message);
    });
  });
});
