import type {
  DeploymentConfig,
  PreflightCheck,
  Revision,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef, WriteContext } from './targets';

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
