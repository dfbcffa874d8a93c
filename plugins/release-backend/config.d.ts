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
        | 'retry-pipeline'
      >;
    }>;
    poll?: {
      /** How often each target is read. At least 5 s; 30 s by default. */
      interval?: { seconds?: number; minutes?: number } | string;
    };
  };
}
