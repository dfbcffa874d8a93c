import type {
  Release,
  TargetOwner,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef, WriteContext } from './targets';

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
