import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateScheduleCommand,
  CreateScheduleCommandInput,
  DeleteScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { ConflictError, NotFoundError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import {
  AwsAccounts,
  AwsClients,
  requestIdOf,
  toBackstageError,
} from '@careplane/aws-node';
import type {
  CanaryDeadline,
  CanaryDeadlinePort,
  TargetRef,
  WriteContext,
} from '@careplane/backstage-plugin-release-node';
import type { AliasArn } from '../lambda/versions';
import { allow, releaseSession } from '../lib/sessions';
import { AliasWriters } from './AliasWriters';

/** What the account module of `infra/` makes in each stage's account. */
export const DEADLINE_FUNCTION = 'careplane-canary-deadline';
export const DEADLINE_GROUP = 'careplane';
const SCHEDULER_ROLE = 'careplane-canary-deadline-scheduler';
/** A function that was installed is found after this time. */
const LOOK_AGAIN_MS = 5 * 60_000;
/** The function is tried for this long, in seconds. */
const KEEP_TRYING_S = 3_600;

const placeOf = (target: TargetRef): AliasArn =>
  parseArnOf(target.arn, 'lambda-alias');

const nameOf = (context: WriteContext) => `cp-${context.rolloutId}`;

const roleArnOf = (partition: string, accountId: string) =>
  `arn:${partition}:iam::${accountId}:role/${SCHEDULER_ROLE}`;

/** Up to the next whole second: the schedule is never early. */
const toSecond = (at: string) =>
  new Date(Math.ceil(Date.parse(at) / 1000) * 1000).toISOString().slice(0, 19);

/** Schedules that return a canary while Careplane is away, one per rollout. */
export class CanaryDeadlines implements CanaryDeadlinePort {
  readonly #clients: AwsClients;
  readonly #accounts: AwsAccounts;
  readonly #writers: AliasWriters;
  readonly #now: () => number;
  readonly #known = new Map<
    string,
    { at: number; answer: { guarded: boolean; reason?: string } }
  >();

  constructor(options: {
    clients: AwsClients;
    accounts: AwsAccounts;
    now?: () => number;
  }) {
    this.#clients = options.clients;
    this.#accounts = options.accounts;
    this.#writers = new AliasWriters(options.clients);
    this.#now = options.now ?? Date.now;
  }

  async supports(target: TargetRef) {
    const { accountId, region } = placeOf(target);
    const key = `${accountId} ${region}`;
    const known = this.#known.get(key);
    if (known && this.#now() - known.at < LOOK_AGAIN_MS) return known.answer;
    const answer = await this.#look(accountId, region);
    this.#known.set(key, { at: this.#now(), answer });
    return answer;
  }

  async #look(accountId: string, region: string) {
    const client = this.#clients.read(LambdaClient, { accountId, region });
    try {
      await client.send(
        new GetFunctionCommand({ FunctionName: DEADLINE_FUNCTION }),
      );
      return { guarded: true };
    } catch (error) {
      const mapped = toBackstageError(error, {
        service: 'lambda',
        operation: 'GetFunction',
        accountId,
        region,
        resource: `Function ${DEADLINE_FUNCTION}`,
      });
      if (!(mapped instanceof NotFoundError)) throw mapped;
      return {
        guarded: false,
        reason: `Account ${accountId} has no function ${DEADLINE_FUNCTION}; the account module of infra/ installs it.`,
      };
    }
  }

  async arm(
    target: TargetRef,
    deadline: CanaryDeadline,
    context: WriteContext,
  ): Promise<{ requestId?: string }> {
    const input = this.#scheduleOf(target, deadline, context);
    try {
      return await this.#send(target, context, 'CreateSchedule', client =>
        client.send(new CreateScheduleCommand(input)),
      );
    } catch (error) {
      // It stands already: each step moves it, a repeated call too.
      if (!(error instanceof ConflictError)) throw error;
      return this.#send(target, context, 'UpdateSchedule', client =>
        client.send(new UpdateScheduleCommand(input)),
      );
    }
  }

  async disarm(
    target: TargetRef,
    context: WriteContext,
  ): Promise<{ requestId?: string }> {
    try {
      return await this.#send(target, context, 'DeleteSchedule', client =>
        client.send(
          new DeleteScheduleCommand({
            Name: nameOf(context),
            GroupName: DEADLINE_GROUP,
          }),
        ),
      );
    } catch (error) {
      if (error instanceof NotFoundError) return {};
      throw error;
    }
  }

  async lastWriter(target: TargetRef, since: string) {
    const last = await this.#writers.last(placeOf(target), since);
    return (
      last && {
        ...last,
        // Lambda names a function's session after the function.
        isDeadline: last.actor.endsWith(`/${DEADLINE_FUNCTION}`),
      }
    );
  }

  #scheduleOf(
    target: TargetRef,
    { at, stable, candidate }: CanaryDeadline,
    context: WriteContext,
  ): CreateScheduleCommandInput {
    const { accountId, region } = placeOf(target);
    const { partition } = this.#accounts.get(accountId);
    return {
      Name: nameOf(context),
      GroupName: DEADLINE_GROUP,
      Description: 'Returns a canary that Careplane no longer looks after',
      ScheduleExpression: `at(${toSecond(at)})`,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: `arn:${partition}:lambda:${region}:${accountId}:function:${DEADLINE_FUNCTION}`,
        RoleArn: roleArnOf(partition, accountId),
        Input: JSON.stringify({
          alias: target.arn,
          stable,
          candidate,
          rollout: context.rolloutId,
        }),
        RetryPolicy: { MaximumEventAgeInSeconds: KEEP_TRYING_S },
      },
    };
  }

  async #send(
    target: TargetRef,
    context: WriteContext,
    operation: 'CreateSchedule' | 'UpdateSchedule' | 'DeleteSchedule',
    call: (client: SchedulerClient) => Promise<{ $metadata: object }>,
  ): Promise<{ requestId?: string }> {
    const { accountId, region } = placeOf(target);
    const { partition } = this.#accounts.get(accountId);
    const schedule = `arn:${partition}:scheduler:${region}:${accountId}:schedule/${DEADLINE_GROUP}/${nameOf(
      context,
    )}`;
    const client = this.#clients.write(
      SchedulerClient,
      { accountId, region },
      releaseSession(
        context,
        allow(
          {
            actions: [
              'scheduler:CreateSchedule',
              'scheduler:UpdateSchedule',
              'scheduler:DeleteSchedule',
            ],
            resources: [schedule],
          },
          {
            actions: ['iam:PassRole'],
            resources: [roleArnOf(partition, accountId)],
          },
        ),
      ),
    );
    try {
      return { requestId: requestIdOf(await call(client)) };
    } catch (error) {
      throw toBackstageError(error, {
        service: 'scheduler',
        operation,
        accountId,
        region,
        resource: `The deadline schedule of ${target.component}`,
        role: 'release',
      });
    }
  }
}
