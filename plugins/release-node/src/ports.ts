import type {
  AlarmState,
  PreflightCheck,
  Calls,
  DeploymentConfig,
  Hold,
  Release,
  Revision,
  RevisionConfiguration,
  Stage,
  TargetKind,
  TargetOwner,
} from '@careplane/backstage-plugin-release-common';

/**
 * Ports of the release engine. The engine decides; a module carries each port
 * to a vendor. Every method throws Backstage errors (`NotFoundError`,
 * `ConflictError`, `ServiceUnavailableError`, `ForwardedError` naming the
 * missing IAM action) and never a raw AWS error.
 */

/** Who a write is made for. Becomes SourceIdentity and session name in AWS. */
export interface WriteContext {
  /** Entity ref of the person, or `careplane-auto` for automatic acts. */
  actor: string;
  /** The person who started the rollout. */
  startedBy: string;
  rolloutId: string;
  /**
   * The write carries out a rollback: it takes the reserved call budget, and
   * ECS skips bake, canary steps and pause hooks.
   */
  rollback?: boolean;
}

/** A target with the stage and component that it belongs to. */
export interface TargetRef {
  arn: string;
  kind: TargetKind;
  stage: Stage;
  component: string;
  /** Service stack name, from `careplane.dev/stack` or `svc-<component>`. */
  stackName: string;
  /** Names of alarms that watch it, besides those of its stack. */
  alarms?: string[];
  /**
   * Another stage's target of the component is an alias of the same function:
   * a stack tells the two apart by one parameter for each alias.
   */
  sharesFunction?: boolean;
  /** ARN of the deployment group that an annotation, or an earlier look, named. */
  deploymentGroup?: string;
}

/** What one version served through one target in a window of time. */
export interface MetricsReading {
  /** ISO 8601; `to` is no later than what CloudWatch has taken in by then. */
  from: string;
  to: string;
  candidate: Calls;
  stable: Calls;
}

/**
 * What the monitoring of a target says. No answer is an error, never a zero:
 * the engine takes it for inconclusive.
 */
export interface MetricsPort {
  /**
   * Calls and errors of both versions since `from`, for this alias and each
   * executed version (INV-17). `now` is the database's time (INV-28).
   */
  calls(
    target: TargetRef,
    versions: { candidate: Revision; stable: Revision },
    from: Date,
    now: Date,
  ): Promise<MetricsReading>;
  /**
   * States of the alarms that watch the target: those of its service stack and
   * `target.alarms`. Their texts are never read.
   */
  alarms(target: TargetRef): Promise<AlarmState[]>;
}

/** Weights seen on a target at one moment. */
export interface ObservedTarget {
  exists: boolean;
  /** Lambda: FunctionVersion. ECS: task definition ARN of the PRIMARY deployment. */
  stable?: Revision;
  /** The other version and its weight, where traffic is shared. */
  candidate?: { revision: Revision; weight: number };
  /** Lambda alias RevisionId; ECS has none. */
  casToken?: string;
  /** ECS: CodeDeploy deploys the service, and nobody else may (INV-13). */
  controller?: 'code-deploy';
  /** ECS: the deployment that brought or brings `stable`. */
  deployment?: {
    arn: string;
    taskDefinition: string;
    /** Task definitions that it replaces; ECS goes back to one of them. */
    sources?: string[];
    /** It is under way and takes a StopServiceDeployment. */
    canStop?: boolean;
    /** It waits at a PAUSE hook; at `expiresAt` AWS acts by itself (INV-26). */
    paused?: {
      hookId: string;
      /** Lifecycle stage, where AWS tells it. */
      stage?: string;
      expiresAt?: string;
      timeoutAction: 'CONTINUE' | 'ROLLBACK';
    };
    /** PAUSE hooks that it met, and what became of each. */
    hooks?: {
      hookId: string;
      state: 'waiting' | 'continued' | 'sent-back' | 'timed-out';
    }[];
    status:
      | 'in-progress'
      | 'successful'
      | 'rolling-back'
      | 'rolled-back'
      | 'failed'
      | 'stopped';
    reason?: string;
  };
  /**
   * ECS: how the service deploys, as AWS states it. Record it before a rollback
   * and hand it to `TargetDriver.restoreConfiguration` afterwards.
   */
  deploymentConfiguration?: Record<string, unknown>;
  tasks?: {
    desired: number;
    running: number;
    notRun?: string;
    /** Digests of the main container of all running tasks, each once. */
    digests: string[];
    /** Running tasks whose digest AWS does not tell. */
    unproven?: number;
    /** Running tasks that fail their health check. */
    unhealthy?: number;
  };
  /** How `stable` is configured: names and figures, never a value. */
  configuration?: RevisionConfiguration;
  /** Why Careplane only reads this target: its controller, or it is being deleted. */
  readOnly?: string;
  /** Why nothing may be promoted there; a rollback may go on. */
  forwardBlocked?: string;
  requestId?: string;
}

/**
 * What has to be done before a target can return to a revision: its image is
 * in the archive (INV-20), or its task definition names it by a tag (INV-19).
 */
export interface Preparation {
  id: 'restore-image' | 'pin-image';
  /** `under-way`: asked for already, and not there yet. */
  state: 'needed' | 'under-way';
  /** A sentence that may be shown. */
  summary: string;
}

export interface WriteResult {
  requestId?: string;
  casToken?: string;
  /** ECS: the deployment that the write started, when already known. */
  deploymentArn?: string;
}

/** Whether a target that has all traffic serves it at its full speed. */
export interface Readiness {
  state: 'ready' | 'preparing' | 'failed';
  summary?: string;
}

/** What a release is published from on a target that no stack publishes to. */
export interface PublishSource {
  component: string;
  releaseId: string;
  /** What is published has this hash, or nothing is published. */
  contentHash: string;
  /** Its manifest names the artifact; else it is taken from `from`. */
  published: boolean;
  /** What runs, or ran, it on an earlier stage. */
  from?: { arn: string; revision: Revision };
}

/** How far the publishing of one rollout has come. Reading it writes nothing. */
export interface Publication {
  /**
   * `code`: the artifact is not there yet. `revision`: it is, and no revision
   * is made of it. `busy`: AWS works on it. `nothing`: `revision` is made.
   */
  needs: 'code' | 'revision' | 'busy' | 'nothing';
  revision?: Revision;
  /** What is there now, which a write would replace. */
  contentHash?: string;
  /** Stands for everything besides the artifact that a revision would freeze. */
  fingerprint: string;
  /** Compare-and-swap of the next write, where AWS has one. */
  expected?: { revisionId?: string; codeSha256?: string };
}

/** What is read now and then of targets that no stack publishes to. */
export interface PublishFacts {
  /** How a revision that is published now would be configured. */
  becomes?: RevisionConfiguration;
  /** Aliases of the function that have provisioned concurrency. */
  provisioned?: string[];
}

/** Moves and reads the traffic of one kind of target. */
export interface TargetDriver {
  kind: TargetKind;
  /** Strategies that the target can carry out, with the reason where it cannot. */
  supports(
    target: TargetRef,
    from: Revision,
    to: Revision,
  ): Promise<{
    canary: { allowed: boolean; reason?: string };
  }>;
  /**
   * Reads the target. `rollback` takes the reserved call budget;
   * `deploymentArn` follows that ECS deployment instead of the newest (INV-21).
   */
  observe(
    target: TargetRef,
    options?: { rollback?: boolean; deploymentArn?: string },
  ): Promise<ObservedTarget>;
  /**
   * Named checks of one revision: exists, active, image present, task
   * definition active. `rollback` takes the reserved call budget.
   */
  viability(
    target: TargetRef,
    revision: Revision,
    options?: { rollback?: boolean },
  ): Promise<
    { id: string; state: 'pass' | 'fail' | 'unknown'; summary: string }[]
  >;
  /**
   * Named checks of a move from one revision to another, besides `viability`:
   * what AWS would refuse, or make useless, in the middle of it.
   */
  preflight?(
    target: TargetRef,
    from: Revision,
    to: Revision,
  ): Promise<PreflightCheck[]>;
  /** Asked after the cut-over where preflight found provisioned concurrency. */
  readiness?(target: TargetRef): Promise<Readiness>;
  /**
   * Sends all traffic to `to`, or `weight` of it while `stable` keeps the rest.
   * A compare-and-swap on `expected.casToken` where the target has one
   * (INV-01). A lost race throws `ConflictError`.
   */
  shift(
    target: TargetRef,
    expected: ObservedTarget,
    to: {
      stable: Revision;
      candidate?: { revision: Revision; weight: number };
      /**
       * ECS: ends this deployment, which goes back to `stable` by itself,
       * instead of starting another one (INV-23). `hookId` where it is paused.
       */
      ends?: { deploymentArn: string; hookId?: string };
    },
    context: WriteContext,
  ): Promise<WriteResult>;
  /**
   * ECS: answers a PAUSE hook with CONTINUE, always by name (INV-26). It throws
   * `ConflictError` where the deployment no longer waits there.
   */
  continueDeployment?(
    target: TargetRef,
    pause: { deploymentArn: string; hookId: string },
    context: WriteContext,
  ): Promise<WriteResult>;
  /** What must be done before a return to this revision; undefined for nothing. */
  preparation?(
    target: TargetRef,
    revision: Revision,
  ): Promise<Preparation | undefined>;
  /**
   * Does it, or finds that it was done. May be repeated: what an earlier call
   * made is found by its marker (SC-X10). Gives the revision to return to.
   */
  prepare?(
    target: TargetRef,
    revision: Revision,
    preparation: Preparation['id'],
    context: WriteContext,
  ): Promise<WriteResult & { revision: Revision }>;
  /**
   * ECS: puts the recorded deployment configuration back after a rollback. It
   * starts no deployment, and may be repeated.
   */
  restoreConfiguration?(
    target: TargetRef,
    configuration: Record<string, unknown>,
    context: WriteContext,
  ): Promise<WriteResult>;
  /** Past moves of this target according to AWS, oldest first (first contact). */
  history(target: TargetRef): Promise<
    {
      revision: Revision;
      at: string;
      actor?: string;
      source: 'cloudtrail' | 'ecs';
    }[]
  >;
}

/**
 * Publishes a release on one kind of target without a stack: the artifact is
 * copied by its hash, and a revision made of it that has no traffic yet.
 */
export interface PublisherPort {
  kind: TargetKind;
  /** What a promote depends on, read now and then. */
  facts?(target: TargetRef): Promise<PublishFacts>;
  /**
   * How far it has come. `made`: this rollout has asked for a revision already,
   * which is looked for by its mark (INV-10).
   */
  publication(
    target: TargetRef,
    source: PublishSource,
    rollout: { id: string; made: boolean },
  ): Promise<Publication>;
  /**
   * The one write that `publication.needs` names, guarded by what was read.
   *
   * @throws InputError where the artifact is not the one of `contentHash`, or
   *   cannot be published here; ConflictError for a lost race.
   */
  publish(
    target: TargetRef,
    source: PublishSource,
    publication: Publication,
    context: WriteContext,
  ): Promise<WriteResult & { revision?: Revision }>;
}

/** The CodeDeploy group that shifts a target's traffic. */
export interface DeploymentGroup {
  /** ARN. */
  arn: string;
  /** What told of it. `service`: the group names the ECS service itself. */
  source: 'annotation' | 'update-policy' | 'deployments' | 'service';
  /** Name of the configuration that its deployments have by default. */
  config?: string;
  /** How many alarms stop its deployments. */
  alarms: number;
}

/** A deployment of CodeDeploy, without any text of AWS. */
export interface TrafficDeployment {
  id: string;
  status: 'in-progress' | 'succeeded' | 'stopped' | 'failed';
  /** The rollout that made it; missing where somebody else did. */
  rolloutId?: string;
  /** The step of that rollout that made it, where not its promote. */
  step?: string;
  /** ECS: share of traffic on the new tasks, 0 to 1, where AWS tells it. */
  weight?: number;
  /**
   * ECS: it waits for somebody to let it reroute traffic, or until it terminates
   * the tasks of before; `until` is ISO 8601.
   */
  waits?: { for: 'reroute' | 'termination'; until?: string };
  /** CodeDeploy made it to take that deployment back. */
  takesBack?: string;
  /** The deployment that takes this one back. */
  takenBackBy?: string;
  /** Why it did not succeed. */
  cause?:
    | 'alarm'
    | 'hook'
    | 'stopped'
    | 'alias'
    | 'service'
    | 'timeout'
    | 'other';
}

/**
 * Canary and linear on aliases that have a deployment group, and everything on
 * ECS services under the CODE_DEPLOY controller (INV-13). While a deployment of
 * the group runs, only CodeDeploy writes the target.
 */
export interface DeploymentPort {
  /**
   * The group in charge: named by annotation, by the `UpdatePolicy` of the
   * alias in its stack, or by earlier deployments. Undefined where none is.
   */
  groupOf(
    target: TargetRef,
    options?: { rollback?: boolean },
  ): Promise<DeploymentGroup | undefined>;
  /** The deployment of the group that has not ended. */
  running(
    target: TargetRef,
    group: string,
    options?: { rollback?: boolean },
  ): Promise<TrafficDeployment | undefined>;
  /** The deployment that carries this rollout's mark, ended or not. */
  find(
    target: TargetRef,
    group: string,
    rolloutId: string,
    /** ISO 8601; none was made before. */
    since: string,
    /** That of `create`. */
    step?: string,
    options?: { rollback?: boolean },
  ): Promise<TrafficDeployment | undefined>;
  /** A deployment by id, as of a few seconds ago at most. */
  follow(
    target: TargetRef,
    deploymentId: string,
    options?: { rollback?: boolean },
  ): Promise<TrafficDeployment>;
  /**
   * Makes a deployment with the rollout's mark. Not repeatable: after an
   * unclear answer, `find` tells (INV-02). A running one throws ConflictError.
   */
  create(
    target: TargetRef,
    group: string,
    to: {
      from: Revision;
      candidate: Revision;
      /** Missing on ECS: that of the group, or all at once for a rollback. */
      config?: DeploymentConfig;
      /** Part of the mark, so that a rollout may make several. */
      step?: string;
    },
    context: WriteContext,
  ): Promise<{ deploymentId: string; requestId?: string }>;
  /**
   * ECS: ends a wait of the deployment. It throws `ConflictError` where it does
   * not wait for that.
   */
  proceed(
    target: TargetRef,
    group: string,
    deploymentId: string,
    wait: 'reroute' | 'termination',
    context: WriteContext,
  ): Promise<{ requestId?: string }>;
  /** ECS: named checks of the group before a deployment of it is made. */
  checks(
    target: TargetRef,
    group: string,
    candidate: Revision,
  ): Promise<PreflightCheck[]>;
  /** Stops it and has CodeDeploy take traffic back. Repeatable. */
  stop(
    target: TargetRef,
    group: string,
    deploymentId: string,
    context: WriteContext,
  ): Promise<{ requestId?: string }>;
}

/** The service stack that publishes a release on a stage. */
export interface StackPort {
  /**
   * `shared`: for the poller. The answer may be half a minute old, and one call
   * to AWS serves many targets.
   */
  describe(
    target: TargetRef,
    options?: { shared?: boolean },
  ): Promise<{
    exists: boolean;
    status?: string;
    /**
     * Value of `LiveVersion` or `LiveTaskDefinition`; for `latest`, the published
     * revision that it stands for.
     */
    liveValue?: string;
    owner: TargetOwner;
    /**
     * Whether the named stack has the target among its resources, by physical
     * id. Missing where that could not be read; without a stack it says nothing.
     */
    holdsTarget?: boolean;
    /** Output `PublishedVersion` or `PublishedTaskDefinition`. */
    published?: string;
    /** Another actor's update is under way. */
    busy: boolean;
  }>;
  /** Makes a change set from the release's own template; passes the live value. */
  createChangeSet(
    target: TargetRef,
    release: Release,
    liveValue: string,
    context: WriteContext,
  ): Promise<{ changeSetArn: string; requestId?: string }>;
  describeChangeSet(
    target: TargetRef,
    changeSetArn: string,
  ): Promise<{
    /** `executed`: it ran or runs. `stale`: gone or overtaken, never run. */
    status: 'pending' | 'ready' | 'empty' | 'failed' | 'executed' | 'stale';
    reason?: string;
    changes: {
      action: string;
      resource: string;
      type: string;
      replacement?: string;
    }[];
    codeOnly: boolean;
  }>;
  executeChangeSet(
    target: TargetRef,
    changeSetArn: string,
    context: WriteContext,
  ): Promise<{ requestId?: string }>;
  /** Updates the stack with its previous template and the new live value. */
  settle(
    target: TargetRef,
    liveValue: string,
    context: WriteContext,
  ): Promise<{ requestId?: string; nothingToDo: boolean }>;
  /**
   * Keeps everybody else's stack updates off the alias or service, or lets them
   * again (a hold on the stage that the pipeline deploys was lifted). `settle`
   * protects by itself.
   */
  protect(
    target: TargetRef,
    on: boolean,
    context: WriteContext,
  ): Promise<{ requestId?: string }>;
}

/** What a canary returns to, and when, should Careplane not be there. */
export interface CanaryDeadline {
  /** ISO 8601; the schedule fires within the minute after it. */
  at: string;
  /** Revision ids: what the alias keeps, and what shares its traffic. */
  stable: string;
  candidate: string;
}

/**
 * Guards a canary while Careplane is away: a one-time schedule in the target's
 * account that takes the candidate's weight away again. At most one per rollout.
 */
export interface CanaryDeadlinePort {
  /** Whether the target's account has what guards a canary. */
  supports(target: TargetRef): Promise<{ guarded: boolean; reason?: string }>;
  /** Makes the rollout's schedule, or moves it. May be repeated. */
  arm(
    target: TargetRef,
    deadline: CanaryDeadline,
    context: WriteContext,
  ): Promise<{ requestId?: string }>;
  /** Deletes the rollout's schedule; one that is gone is no error. */
  disarm(
    target: TargetRef,
    context: WriteContext,
  ): Promise<{ requestId?: string }>;
  /**
   * Who wrote the target last since a moment, according to AWS; undefined
   * while AWS does not tell (CloudTrail takes up to 15 minutes).
   */
  lastWriter(
    target: TargetRef,
    since: string,
  ): Promise<{ actor: string; at: string; isDeadline: boolean } | undefined>;
}

/**
 * What a release's template says, by which two releases are compared before
 * either is deployed. Hashes, names and figures: no value of an environment
 * variable, and nothing that a parameter brings.
 */
export interface ReleaseTemplate {
  /** Resources apart from the revision and what it freezes, by logical id. */
  resources: Record<string, { type: string; hash: string }>;
  /** `value` where it is written out; `hash` of how it is written. */
  configuration: Partial<
    Record<
      keyof RevisionConfiguration,
      { hash: string; value?: string | string[] }
    >
  >;
}

/** A part of the releases that lie in the store, in the order of their ids. */
export interface ReleasesPart {
  releases: {
    id: string;
    /** Changes with the content, for example an S3 ETag. */
    tag: string;
    /** ISO time at which it was put there. */
    at: string;
  }[];
  /** The last release of this part where more follow. */
  next?: string;
}

/** Published releases of a component, read from the delivery account. */
export interface ReleaseSource {
  /** The part behind the release `after`, or the first one: one small answer. */
  part(component: string, after?: string): Promise<ReleasesPart>;
  /** Undefined where what lies there is no release. */
  read(
    component: string,
    releaseId: string,
  ): Promise<
    Omit<Release, 'runsOn' | 'ranOn' | 'quarantine' | 'proof'> | undefined
  >;
  /** What the template of a release says; it never changes. */
  template?(component: string, releaseId: string): Promise<ReleaseTemplate>;
}

/** Signs of who writes a target. Only names of tools and stacks, no values. */
export interface OwnerSigns {
  /** The stack that has the target among its resources. */
  stack?: {
    name: string;
    /** It takes the live value as a parameter (Careplane's stack contract). */
    takesLiveValue: boolean;
    /** Transforms that its template declares. */
    transforms: string[];
    /** It has the outputs that the Serverless Framework makes. */
    serverless: boolean;
  };
  /** Tags that tools set, lower case keys and values; others are left out. */
  tags: Record<string, string>;
  /** Who wrote the target in the last 90 days, newest first. */
  writers: {
    tool: 'careplane' | 'cloudformation' | 'terraform' | 'codedeploy' | 'other';
    at: string;
    actor?: string;
    /** It wrote the code of the alias's function, and moved no traffic. */
    wrote?: 'code';
  }[];
  /** ECS: CodeDeploy, or somebody outside ECS, controls the service. */
  controller?: 'codedeploy' | 'external';
  /** IAM actions whose answer is missing. */
  unread: string[];
}

/** Tells owners apart. It never throws: what fails is named in `unread`. */
export interface OwnerPort {
  /**
   * `fresh`: for a write that comes next. Nothing that was read before stands
   * for an answer then; CloudTrail itself tells of a call after minutes.
   */
  signs(target: TargetRef, options?: { fresh?: boolean }): Promise<OwnerSigns>;
}

/** Pipeline writes that belong to release managers. */
export interface PipelinePort {
  retry(
    pipelineArn: string,
    stage: string,
    executionId: string,
    context: WriteContext,
  ): Promise<{ executionId: string; requestId?: string }>;
}

export type { Hold };
