import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';
import { decide } from './decide';
import type { Observation } from './decision';
import type { IntentRecord, RolloutRecord } from './model';
import { decideServiceReturn } from './serviceDeployments';

const NOW = Date.parse('2026-01-02T00:10:00.000Z');
const AT = '2026-01-02T00:00:00.000Z';
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const revision = (number: number, letter: string) => ({
  id: `arn:aws:ecs:us-east-1:222222222222:task-definition/web:${number}`,
  contentHash: digest(letter),
});
const OLD = revision(1, 'a');
const NEW = revision(2, 'b');
const DEPLOYMENT =
  'arn:aws:ecs:us-east-1:222222222222:service-deployment/careplane/web/1';

const record = (patch: Partial<RolloutRecord>): RolloutRecord => ({
  id: 'rollout',
  entityRef: 'component:default/web',
  component: 'web',
  stage: 'qa',
  targetArn: 'arn:aws:ecs:us-east-1:222222222222:service/careplane/web',
  stackName: 'svc-web',
  kind: 'rollback',
  state: 'ROLLING_BACK',
  version: 1,
  requestedBy: 'user:default/daniel.okafor',
  requestedAt: AT,
  idempotencyKey: 'key',
  requestHash: 'hash',
  from: NEW,
  to: { revisionId: OLD.id, contentHash: OLD.contentHash },
  returnTo: OLD,
  snapshot: { stable: NEW },
  strategy: { type: 'all-at-once', steps: [] },
  step: 0,
  approvalsNeeded: 0,
  gates: [],
  stateSince: AT,
  failures: 0,
  steps: [],
  ...patch,
});

type Deployment = NonNullable<ObservedTarget['deployment']>;
/** A service that shows `stable`, whose deployment brings or brought `brings`. */
const service = (
  stable: typeof OLD,
  deployment: Partial<Deployment>,
  patch: Partial<ObservedTarget> = {},
): ObservedTarget => ({
  exists: true,
  stable,
  deployment: {
    arn: DEPLOYMENT,
    taskDefinition: stable.id,
    sources: [],
    status: 'successful',
    ...deployment,
  },
  tasks: { desired: 2, running: 2, digests: [stable.contentHash], unproven: 0 },
  deploymentConfiguration: { bakeTimeInMinutes: 10 },
  ...patch,
});
const moving = (patch: Partial<Deployment> = {}) =>
  service(NEW, {
    status: 'in-progress',
    canStop: true,
    sources: [OLD.id],
    ...patch,
  });

const intent = (patch: Partial<IntentRecord>): IntentRecord => ({
  seq: 1,
  step: 'return-1',
  api: 'ecs:UpdateService',
  before: { traffic: { stable: NEW.id } },
  after: {
    traffic: { stable: OLD.id },
    forward: false,
    to: { stable: OLD },
  },
  writtenAt: AT,
  sends: 1,
  ...patch,
});

const next = (
  of: Partial<RolloutRecord>,
  observation: Partial<Observation>,
  now = NOW,
) => decide(record(of), { intents: [], alarms: [], ...observation }, now);

describe('a return on ECS', () => {
  it('INV-23: ends a deployment that is under way, and says which call that is', () => {
    const stop = next({}, { target: moving() });
    expect(stop.effect).toMatchObject({
      api: 'ecs:StopServiceDeployment',
      effect: { type: 'shift', to: { ends: { deploymentArn: DEPLOYMENT } } },
    });
    // Where it comes from is not where it shall return to: another is started.
    const other = next(
      {},
      { target: moving({ sources: [] }), preparation: 'none' },
    );
    expect(other.effect?.api).toBe('ecs:UpdateService');
  });

  it('INV-26: answers a paused deployment at its hook', () => {
    const paused = { hookId: 'hook', timeoutAction: 'ROLLBACK' as const };
    const { effect } = next({}, { target: moving({ paused }) });
    expect(effect).toMatchObject({
      api: 'ecs:ContinueServiceDeployment',
      after: { ends: { deploymentArn: DEPLOYMENT, hookId: 'hook' } },
    });
  });

  it('INV-23: sends nothing while ECS goes back by itself', () => {
    const target = moving({ status: 'rolling-back', canStop: false });
    const watched = next({}, { target, preparation: 'none' });
    expect(watched.effect).toBeUndefined();
    expect(watched.patch?.problem).toMatch(/by itself/);
    const there = service(OLD, {
      status: 'rolled-back',
      taskDefinition: NEW.id,
      sources: [OLD.id],
    });
    expect(next({}, { target: there }).patch?.state).toBe('VERIFYING_ROLLBACK');
    expect(
      next({ state: 'VERIFYING_ROLLBACK' }, { target: there }).patch?.state,
    ).toBe('ROLLED_BACK');
  });

  it('INV-23: plans anew where ECS went back to something else', () => {
    const third = revision(3, 'c');
    const target = service(third, {
      status: 'rolled-back',
      taskDefinition: NEW.id,
      sources: [third.id],
    });
    const { effect } = next(
      { snapshot: { stable: third } },
      { target, preparation: 'none' },
    );
    expect(effect).toMatchObject({
      api: 'ecs:UpdateService',
      after: { traffic: { stable: OLD.id } },
    });
  });

  it('SC-X9: a stop that came too late is no conflict, and a stop that was taken is waited for', () => {
    const ends = { deploymentArn: DEPLOYMENT };
    const pending = intent({
      api: 'ecs:StopServiceDeployment',
      after: { traffic: { stable: OLD.id }, to: { stable: OLD, ends }, ends },
    });
    const outcome = (
      target: ObservedTarget,
      patch: Partial<IntentRecord> = {},
      now = NOW,
    ) => {
      const intents = [{ ...pending, ...patch }];
      const decision = next({}, { target, intents }, now);
      return decision.completes?.outcome ?? decision.waitMs;
    };
    const over = service(NEW, { status: 'successful' });
    const error = 'ConflictError: ended';
    expect(outcome(over, { error })).toBe('not-executed');
    const acceptedAt = new Date(NOW).toISOString();
    expect(outcome(moving(), { acceptedAt })).toEqual(expect.any(Number));
    expect(outcome(moving({ status: 'rolling-back' }), { acceptedAt })).toBe(
      'done',
    );
    // ECS never began: the stop is planned, and sent, once more.
    expect(outcome(moving(), { acceptedAt }, NOW + 600_000)).toBe(
      'not-executed',
    );
  });

  it('INV-19: first registers the pinned copy of a tag-based task definition', () => {
    const target = service(NEW, {});
    const { effect } = next(
      {},
      {
        target,
        preparation: { id: 'pin-image', state: 'needed', summary: 'By a tag.' },
      },
    );
    expect(effect).toMatchObject({
      step: 'prepare-pin-image',
      api: 'ecs:RegisterTaskDefinition',
      effect: { revision: OLD },
    });
    // A crash in the middle: the same intent is sent again, it finds its copy.
    const pending = intent({
      step: 'prepare-pin-image',
      after: { preparation: 'pin-image', revision: OLD },
    });
    expect(next({}, { target, intents: [pending] }).effect).toMatchObject({
      again: pending,
      effect: { type: 'prepare', preparation: 'pin-image', revision: OLD },
    });
    // What was not read is not taken for nothing.
    expect(next({}, { target }).effect).toBeUndefined();
  });

  it('INV-20: waits for an archived image until its own deadline, then fails', () => {
    const target = service(NEW, {});
    const preparation = {
      id: 'restore-image' as const,
      state: 'under-way' as const,
      summary: 'Its image is being restored.',
    };
    const waits = next({}, { target, preparation });
    expect(waits.patch).toMatchObject({
      preparingSince: new Date(NOW).toISOString(),
      problem: 'Its image is being restored.',
    });
    const late = next(
      { preparingSince: AT },
      { target, preparation },
      NOW + 3 * 3600_000,
    );
    expect(late.patch?.state).toBe('ROLLBACK_FAILED');
  });

  it('is not ready while a task fails its health check, forward and back alike (INV-36)', () => {
    const tasks = { desired: 1, running: 1, digests: [OLD.contentHash] };
    const seen = (unhealthy: number) =>
      next(
        { state: 'VERIFYING_ROLLBACK' },
        { target: service(OLD, {}, { tasks: { ...tasks, unhealthy } }) },
      ).patch?.state;
    expect(seen(1)).toBeUndefined();
    expect(seen(0)).toBe('ROLLED_BACK');
  });

  it('that stays unverified is a move of the target all the same', () => {
    const state = 'VERIFYING_ROLLBACK' as const;
    const move = {
      revision: OLD,
      actor: 'user:default/daniel.okafor',
      source: 'careplane',
    };
    const tasks = { desired: 2, running: 1, digests: [OLD.contentHash] };
    const target = service(OLD, { status: 'in-progress' }, { tasks });
    const late = NOW + 3_600_000;
    for (const seen of [target, undefined]) {
      const decision = next({ state }, { target: seen }, late);
      expect(decision.patch?.state).toBe('ROLLED_BACK_UNVERIFIED');
      expect(decision.move).toEqual(move);
    }
  });

  it('INV-21, SC-X11: its own deployment that ECS undid is a failed rollback, whatever runs', () => {
    const undone = service(NEW, {
      status: 'rolled-back',
      taskDefinition: OLD.id,
      reason: 'CannotPullContainerError',
    });
    for (const state of ['ROLLING_BACK', 'VERIFYING_ROLLBACK'] as const) {
      const decision = next(
        { state },
        {
          target: undone,
          preparation: 'none',
          intents: [intent({ outcome: 'done' })],
        },
      );
      expect(decision.patch).toMatchObject({
        state: 'ROLLBACK_FAILED',
        problem: expect.stringMatching(
          /CannotPullContainerError.*What ran before still runs/,
        ),
      });
      expect(decision.effect).toBeUndefined();
    }
  });

  it('is over only when every running task proves the digest', () => {
    const state = { state: 'VERIFYING_ROLLBACK' as const };
    const with_ = (tasks: Partial<NonNullable<ObservedTarget['tasks']>>) =>
      next(state, {
        target: service(
          OLD,
          {},
          {
            tasks: {
              desired: 2,
              running: 2,
              digests: [OLD.contentHash],
              unproven: 0,
              ...tasks,
            },
          },
        ),
      }).patch?.state;
    expect(with_({})).toBe('ROLLED_BACK');
    expect(with_({ unproven: 1 })).toBeUndefined();
    expect(with_({ digests: [] })).toBeUndefined();
    expect(
      with_({ digests: [OLD.contentHash, NEW.contentHash] }),
    ).toBeUndefined();
    expect(with_({ running: 1, notRun: 'It exited.' })).toBeUndefined();
  });

  it('SC-E2, SC-E3: is blocked where the service drains, is not there, or is not its own', () => {
    const blocked = (target: ObservedTarget) =>
      next({ state: 'PREFLIGHT' }, { target }).patch;
    expect(blocked({ exists: false })).toMatchObject({
      state: 'BLOCKED',
      problem: expect.stringMatching(/does not exist.*does not create it/),
    });
    expect(blocked(service(NEW, {}, { readOnly: 'It drains.' }))).toMatchObject(
      { state: 'BLOCKED', problem: 'It drains.' },
    );
  });
});

describe('a promote on ECS', () => {
  const forward = {
    kind: 'promote' as const,
    from: OLD,
    candidate: NEW,
    returnTo: OLD,
  };

  it('SC-X12: is blocked by a hook that continues when nobody answers; a rollback is not', () => {
    const target = service(OLD, {}, { forwardBlocked: 'It answers itself.' });
    const before = { ...forward, state: 'PREFLIGHT' as const };
    expect(next(before, { target, viability: [] }).patch).toMatchObject({
      state: 'BLOCKED',
      problem: 'It answers itself.',
    });
    const back = service(NEW, {}, { forwardBlocked: 'It answers itself.' });
    expect(next({ state: 'PREFLIGHT' }, { target: back }).patch?.state).toBe(
      'ROLLING_BACK',
    );
  });

  it('SC-X13, INV-21: is not done before its own deployment is', () => {
    const verifying = { ...forward, state: 'VERIFYING' as const };
    const early = next(verifying, { target: moving() });
    expect(early.patch).toMatchObject({ deploymentArn: DEPLOYMENT });
    expect(early.patch?.state).toBeUndefined();
    const undone = service(OLD, {
      status: 'rolled-back',
      taskDefinition: NEW.id,
      sources: [OLD.id],
    });
    expect(next(verifying, { target: undone }).patch?.state).toBe(
      'ROLLING_BACK',
    );
    const paused = {
      hookId: 'hook',
      expiresAt: '2026-01-03T00:00:00.000Z',
      timeoutAction: 'ROLLBACK' as const,
    };
    expect(
      next(verifying, { target: moving({ paused }) }).patch?.problem,
    ).toMatch(/until 2026-01-03T00:00:00.000Z, and goes back by itself/);
    const superseded = service(revision(3, 'c'), {
      status: 'stopped',
      taskDefinition: NEW.id,
    });
    expect(next(verifying, { target: superseded }).patch?.state).toBe(
      'EXTERNAL_CHANGE',
    );
  });
});

describe('what a rollback takes away of how a service deploys', () => {
  const ended = {
    state: 'ROLLED_BACK' as const,
    followUp: 'settle' as const,
    deploymentConfiguration: { bakeTimeInMinutes: 10 },
  };
  const target = service(OLD, {});

  it('comes back, whoever owns the stack and however often AWS refuses', () => {
    const refused = Array.from({ length: 5 }, (_, i) =>
      intent({
        seq: i,
        step: 'restore-configuration',
        outcome: 'failed',
        after: {},
      }),
    );
    const busy = { exists: true, owner: 'none' as const, busy: true };
    for (const stack of [undefined, busy]) {
      const { effect } = next(ended, { target, stack, intents: refused });
      expect(effect).toMatchObject({
        step: 'restore-configuration',
        effect: { configuration: { bakeTimeInMinutes: 10 } },
      });
    }
  });

  it('comes back after a rollback that was given up, and from before an unfinished one', () => {
    const givenUp = {
      ...ended,
      state: 'ABANDONED' as const,
      followUp: 'restore' as const,
    };
    expect(next(givenUp, { target }).effect?.step).toBe(
      'restore-configuration',
    );
    const over = next(
      { ...givenUp, deploymentConfiguration: undefined },
      { target },
    );
    expect([over.effect, over.patch?.followUp]).toEqual([undefined, undefined]);
    const { patch } = next(
      {},
      {
        target: service(NEW, {}, { deploymentConfiguration: {} }),
        preparation: 'none',
        recordedConfiguration: { bakeTimeInMinutes: 10 },
      },
    );
    expect(patch?.deploymentConfiguration).toEqual({ bakeTimeInMinutes: 10 });
  });
});

describe('the return of a service by a deployment of CodeDeploy', () => {
  const returning = { group: 'g', deploymentId: 'd-1', revisionId: OLD.id };
  const told = (agoMs: number, wait: string): IntentRecord => ({
    seq: 1,
    step: 'return-proceed-1',
    api: 'codedeploy:ContinueDeployment',
    before: {},
    after: { proceeds: 'd-1', wait, group: 'g' },
    writtenAt: new Date(NOW - agoMs).toISOString(),
    acceptedAt: new Date(NOW - agoMs).toISOString(),
    outcome: 'done',
    sends: 1,
  });
  const decided = (
    intents: IntentRecord[],
    wait: 'reroute' | 'termination' = 'termination',
  ) =>
    decideServiceReturn(
      record({ returning }),
      {
        intents,
        target: service(OLD, {}, { controller: 'code-deploy' }),
        delegation: {
          groupArn: 'g',
          own: { id: 'd-1', status: 'in-progress', waits: { for: wait } },
        },
      },
      NOW,
    ).effect;

  it.each([
    ['reroute', 61_000],
    ['termination', 601_000],
  ] as const)(
    'tells CodeDeploy once to go on from its wait for %s, and again only after %i ms of none of it',
    (wait, ms) => {
      expect(decided([], wait)).toMatchObject({ step: 'return-proceed-1' });
      expect(decided([told(ms - 2_000, wait)], wait)).toBeUndefined();
      expect(decided([told(ms, wait)], wait)).toMatchObject({
        step: 'return-proceed-2',
      });
    },
  );
});
