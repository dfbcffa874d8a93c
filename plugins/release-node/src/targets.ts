import type {
  PreflightCheck,
  Revision,
  RevisionConfiguration,
  Stage,
  TargetKind,
  TestProject,
} from '@careplane/backstage-plugin-release-common';

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
  /** What tests it after a promote; missing where nothing does. */
  tests?: TestProject;
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

/** What AWS remembers of a target. */
export interface PastMoves {
  /** Oldest first. */
  moves: {
    revision: Revision;
    at: string;
    actor?: string;
    source: 'cloudtrail' | 'ecs' | 'codedeploy';
  }[];
  /**
   * What AWS has and was not read, one sentence each that may be shown. It is
   * asked again later: moves before the known ones may then be told.
   */
  unread: string[];
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
  /** Past moves of this target according to AWS (first contact). */
  history(target: TargetRef): Promise<PastMoves>;
}
