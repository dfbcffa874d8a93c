import { createHash } from 'node:crypto';
import {
  CreateChangeSetCommand,
  ExecuteChangeSetCommand,
  SetStackPolicyCommand,
  Stack,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { ConflictError, InputError, NotAllowedError } from '@backstage/errors';
import {
  AwsAccounts,
  AwsClients,
  awsErrorCode,
  requestIdOf,
  toBackstageError,
  withAwsErrors,
} from '@careplane/aws-node';
import {
  liveParameterOf,
  Release,
  TargetOwner,
} from '@careplane/backstage-plugin-release-common';
import type {
  StackPort,
  TargetRef,
  WriteContext,
} from '@careplane/backstage-plugin-release-node';
import type { ReleaseStore } from '../releases/ReleaseStore';
import { changeSetOutcome, NO_CHANGES } from './changeSetOutcome';
import {
  changeSetParameters,
  declaredParameters,
  publishedOutputOf,
  releaseParameters,
} from './parameters';
import { MOVED_TYPES, OPEN_POLICY, PROTECTING_POLICY } from './policy';
import { stackContext, StackReader } from './StackReader';
import { StackSessions } from './StackSessions';
import { tokenOf } from './token';

/** AWS's limit for a template in the request; a longer one goes by URL. */
const TEMPLATE_BODY_MAX = 51_200;
const LATEST = 'latest';
const CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'] as const;

export interface StacksOptions {
  clients: AwsClients;
  accounts: AwsAccounts;
  releases: ReleaseStore;
  reader: StackReader;
  /** Parameters of `release.stages[].parameters`, by stage name. */
  stageParameters: Record<string, Record<string, string>>;
  /** Name of the role that CloudFormation acts with; none where empty. */
  serviceRole?: string;
}

/** Publishes releases on a stage through its service stack. */
export class CloudFormationStacks implements StackPort {
  private readonly reader: StackReader;
  private readonly sessions: StackSessions;

  constructor(private readonly options: StacksOptions) {
    this.reader = options.reader;
    this.sessions = new StackSessions(options);
  }

  async describe(target: TargetRef, options: { shared?: boolean } = {}) {
    const stack = await this.reader.stack(target, options);
    const status = stack?.StackStatus;
    // A stack in review exists by name only: its first change set never ran.
    if (!stack || status === 'REVIEW_IN_PROGRESS') {
      return {
        exists: false,
        status,
        owner: ownerOf(await this.holder(target, undefined, options)),
        busy: false,
      };
    }
    const recorded = liveValueOf(target, stack);
    const published = stack.Outputs?.find(
      output => output.OutputKey === publishedOutputOf(target.kind),
    )?.OutputValue;
    const busy = status?.endsWith('_IN_PROGRESS') ?? false;
    const holder = await this.holder(target, stack, options);
    const holdsTarget =
      holder === 'unknown' ? undefined : holder?.name === target.stackName;
    const owner = recorded && holdsTarget ? 'careplane-stack' : ownerOf(holder);
    // `latest` stands for what was published last.
    const liveValue = recorded === LATEST ? published ?? recorded : recorded;
    return {
      exists: true,
      status,
      liveValue,
      owner,
      holdsTarget,
      published,
      busy,
    };
  }

  async createChangeSet(
    target: TargetRef,
    release: Release,
    liveValue: string,
    context: WriteContext,
  ) {
    const { manifest, template } = await this.options.releases.open(
      target.component,
      release.id,
    );
    if (manifest.kind !== target.kind) {
      throw new InputError(
        `Release ${manifest.version} is a ${manifest.kind} and the target a ${target.kind}.`,
      );
    }
    const stack = await this.reader.stack(target);
    const create = !stack || stack.StackStatus === 'REVIEW_IN_PROGRESS';
    const Parameters = changeSetParameters({
      declared: declaredParameters(template),
      values: {
        ...this.options.stageParameters[target.stage.name],
        ...releaseParameters(manifest, target, liveValue),
      },
      previous: create
        ? []
        : (stack.Parameters ?? []).flatMap(p => p.ParameterKey ?? []),
    });
    // The same name for the same plan on the same state: asked for again after
    // a crash, it finds the change set that is already there.
    const plan = createHash('sha256')
      .update(
        JSON.stringify([
          manifest.template.sha256,
          Parameters,
          // A stack in review has an id and nothing else yet.
          create ? 'create' : [stack.StackId, stack.LastUpdatedTime],
        ]),
      )
      .digest('hex');
    const ChangeSetName = `cp-${context.rolloutId}-${plan.slice(0, 8)}`;
    const client = this.sessions.client(target, context);
    try {
      const made = await client.send(
        new CreateChangeSetCommand({
          StackName: target.stackName,
          ChangeSetName,
          ChangeSetType: create ? 'CREATE' : 'UPDATE',
          ...(Buffer.byteLength(template) <= TEMPLATE_BODY_MAX
            ? { TemplateBody: template }
            : { TemplateURL: this.templateUrl(manifest.template) }),
          Parameters,
          Capabilities: [...CAPABILITIES],
          RoleARN: this.sessions.serviceRoleArn(target),
          Description: `Careplane rollout ${context.rolloutId}`,
          ClientToken: ChangeSetName,
        }),
      );
      return { changeSetArn: made.Id ?? '', requestId: requestIdOf(made) };
    } catch (error) {
      if (awsErrorCode(error).startsWith('AlreadyExists')) {
        const found = await this.reader.changeSet(target, ChangeSetName);
        if (found?.ChangeSetId) {
          return { changeSetArn: found.ChangeSetId };
        }
      }
      throw this.mapped(target, 'CreateChangeSet', error);
    }
  }

  async describeChangeSet(target: TargetRef, changeSetArn: string) {
    return changeSetOutcome(await this.reader.changeSet(target, changeSetArn));
  }

  /**
   * Executes. A change of the alias or service itself (not of what it points
   * at) needs the stack's protection off; `settle` puts it on again.
   */
  async executeChangeSet(
    target: TargetRef,
    changeSetArn: string,
    context: WriteContext,
  ) {
    const found = await this.reader.changeSet(target, changeSetArn);
    if (!found) {
      throw new ConflictError(
        `The change set of stack ${target.stackName} is no longer there. Make a new plan.`,
      );
    }
    const touchesMoved = (found.Changes ?? []).some(
      ({ ResourceChange: change }) =>
        change?.Action !== 'Add' &&
        MOVED_TYPES.includes(change?.ResourceType ?? ''),
    );
    if (touchesMoved) await this.setPolicy(target, false, context);
    const client = this.sessions.client(target, context);
    const done = await this.call(target, 'ExecuteChangeSet', () =>
      client.send(
        new ExecuteChangeSetCommand({
          ChangeSetName: changeSetArn,
          ClientRequestToken: tokenOf(changeSetArn),
        }),
      ),
    );
    return { requestId: requestIdOf(done) };
  }

  /**
   * Makes CloudFormation's last value the live one, so that neither a later
   * update nor its UPDATE_ROLLBACK moves traffic (INV-16). The template stays.
   */
  async settle(target: TargetRef, liveValue: string, context: WriteContext) {
    const stack = await this.reader.stack(target);
    const current = stack && liveValueOf(target, stack);
    if (!stack || current === undefined) return { nothingToDo: true };
    if (stack.StackStatus?.endsWith('_IN_PROGRESS')) {
      throw new ConflictError(
        `Stack ${target.stackName} is being updated; it is settled when that is over.`,
      );
    }
    await this.requireHolder(target, stack);
    await this.setPolicy(target, true, context);
    if (current === liveValue) return { nothingToDo: true };
    const live = liveParameterOf(target);
    const client = this.sessions.client(target, context);
    try {
      const done = await client.send(
        new UpdateStackCommand({
          StackName: target.stackName,
          UsePreviousTemplate: true,
          Parameters: (stack.Parameters ?? []).map(({ ParameterKey }) =>
            ParameterKey === live
              ? { ParameterKey, ParameterValue: liveValue }
              : { ParameterKey, UsePreviousValue: true },
          ),
          Capabilities: [...CAPABILITIES],
          RoleARN: this.sessions.serviceRoleArn(target),
          StackPolicyDuringUpdateBody: OPEN_POLICY,
          ClientRequestToken: tokenOf(
            stack.StackId,
            stack.LastUpdatedTime,
            liveValue,
          ),
        }),
      );
      return { requestId: requestIdOf(done), nothingToDo: false };
    } catch (error) {
      if (error instanceof Error && NO_CHANGES.test(error.message)) {
        return { requestId: requestIdOf(error), nothingToDo: true };
      }
      throw this.mapped(target, 'UpdateStack', error);
    }
  }

  async protect(target: TargetRef, on: boolean, context: WriteContext) {
    await this.requireHolder(target, await this.reader.stack(target));
    return this.setPolicy(target, on, context);
  }

  /** @throws NotAllowedError where the named stack is not the target's. */
  private async requireHolder(target: TargetRef, stack?: Stack) {
    const name = await this.reader.holderOf(target, stack);
    if (name !== target.stackName) {
      throw new NotAllowedError(
        `Stack ${target.stackName} does not contain ${target.arn}. Nothing was changed in it.`,
      );
    }
  }

  private async setPolicy(
    target: TargetRef,
    on: boolean,
    context: WriteContext,
  ) {
    const client = this.sessions.client(target, context);
    const done = await this.call(target, 'SetStackPolicy', () =>
      client.send(
        new SetStackPolicyCommand({
          StackName: target.stackName,
          StackPolicyBody: on ? PROTECTING_POLICY : OPEN_POLICY,
        }),
      ),
    );
    return { requestId: requestIdOf(done) };
  }

  /** The stack that holds the target, none, or nobody can tell. */
  private async holder(
    target: TargetRef,
    named?: Stack,
    options: { shared?: boolean } = {},
  ): Promise<{ name: string } | 'unknown' | undefined> {
    try {
      const name = await this.reader.holderOf(target, named, options);
      return name ? { name } : undefined;
    } catch {
      return 'unknown';
    }
  }

  private templateUrl({ bucket, key }: { bucket: string; key: string }) {
    const { region } = this.options.accounts.delivery();
    return `https://${bucket}.s3.${region}.amazonaws.com/${key}`;
  }

  private mapped(target: TargetRef, operation: string, error: unknown) {
    return toBackstageError(error, {
      ...stackContext(target, operation),
      role: 'release',
    });
  }

  private call<T>(target: TargetRef, operation: string, run: () => Promise<T>) {
    return withAwsErrors(
      { ...stackContext(target, operation), role: 'release' },
      run,
    );
  }
}

/** The owner of a target that Careplane's own contract does not cover. */
function ownerOf(
  holder: { name: string } | 'unknown' | undefined,
): TargetOwner {
  if (holder === 'unknown') return 'unknown';
  return holder ? 'stack' : 'none';
}

function liveValueOf(target: TargetRef, stack: Stack): string | undefined {
  return stack.Parameters?.find(
    parameter => parameter.ParameterKey === liveParameterOf(target),
  )?.ParameterValue;
}
