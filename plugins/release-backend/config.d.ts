export interface Config {
  release?: {
    /**
     * Steps on the way to users, in order. The first is deployed by each
     * component's pipeline, the others by rollouts only.
     */
    stages?: Array<{
      /** Name in annotations, `careplane.dev/target.<name>`. */
      name: string;
      title?: string;
      accountId: string;
      region: string;
      /** How many people besides the requester must consent to a promote. */
      approvals?: number;
      gates?: {
        /**
         * How long a release must have had all traffic of the stage before this
         * one, undisturbed, before it may be promoted to this one. Not asked
         * where left out; never of the first stage.
         */
        soak?: { minutes?: number; hours?: number; days?: number } | string;
      };
      /**
       * Tests that run after each promote to the stage. Their result is a gate
       * of the next stage. Not on the first: its pipeline tests.
       */
      tests?: {
        /**
         * CodeBuild project, with `{component}` for the component's name. An
         * annotation `careplane.dev/tests.<stage>` names another, or `none`.
         */
        project: string;
        /** That of `aws.delivery` by default, where the repositories are. */
        accountId?: string;
        region?: string;
      };
      /** Values for template parameters of service stacks, by name. */
      parameters?: { [name: string]: string };
    }>;
    /** Who may do what. Nothing granted means denied, whatever policy says. */
    grants?: Array<{
      stages: string[];
      /** Entity refs of groups. */
      groups: string[];
      acts: Array<
        | 'promote'
        | 'rollback'
        | 'approve'
        | 'lift-hold'
        | 'quarantine'
        | 'waive'
        | 'retry-pipeline'
      >;
    }>;
    /** Windows in which nothing goes forward; a rollback always may. */
    freezes?: Array<{
      name: string;
      reason?: string;
      /** All stages where left out. */
      stages?: string[];
      /** First beginning, local: `2026-12-20T18:00`. */
      start: string;
      /** IANA name, for example `America/New_York`. */
      timeZone: string;
      /** RFC 5545, for example `FREQ=WEEKLY;BYDAY=FR`. Once where left out. */
      rrule?: string;
      duration: { days?: number; hours?: number; minutes?: number } | string;
      /** What becomes of a canary under way: `hold` (default) or `send-back`. */
      policy?: 'hold' | 'send-back';
    }>;
    /**
     * How long a canary may stand while Careplane is down, after the end of its
     * step's bake, before it is returned: by the function of the account module
     * where it is there, and by Careplane when it is back. 6 h by default, at
     * least 15 min and at most 7 days.
     */
    maxUnattended?:
      | { minutes?: number; hours?: number; days?: number }
      | string;
    /**
     * SQS queues that EventBridge rules send changes of targets, stacks, alarms
     * and deployments to, read with role `read`. They wake rollouts and the
     * poller; polling finds everything without them, later.
     */
    events?: {
      queueUrl?: string;
      /** One for each account that has its own. */
      queueUrls?: string[];
    };
    /** What is let go of, once a day. Without this block, at these defaults. */
    retention?: {
      /**
       * How long rollouts, intents, approvals, moves and evidence are kept. At
       * least six years, which is the default (45 CFR 164.316(b)(2)(i)).
       */
      records?: { days?: number; years?: number } | string;
      /** What was read of targets that are no longer there. 90 days. */
      snapshots?: { days?: number } | string;
      /**
       * Folder that old evidence is written to before it leaves the database.
       * Without one, evidence is never deleted.
       */
      archive?: string;
    };
    poll?: {
      /** How often each target is read. At least 5 s; 30 s by default. */
      interval?: { seconds?: number; minutes?: number } | string;
    };
  };
}
