import type { HumanDuration } from '@backstage/types';

export interface Config {
  careplane?: {
    /**
     * Allows AWS endpoints on this machine with NODE_ENV=production. Set by the
     * local default only; production config sets it to false or leaves it out.
     */
    local?: boolean;
  };
  /**
   * Accounts are configured with the keys of `@backstage/integration-aws-node`
   * (`mainAccount`, `accountDefaults`, `accounts`). Those below are added.
   */
  aws?: {
    /** Names of Careplane's roles, the same in every account. */
    roles?: {
      /** Reads. Default: `accountDefaults.roleName`, else `careplane-read`. */
      read?: string;
      /** Moves targets. Default: `careplane-release`. */
      release?: string;
      /** Role that CloudFormation acts with. Default: `careplane-cfn`. */
      cloudformation?: string;
      /** Creates services. Default: `careplane-create`. */
      create?: string;
    };
    /** The account that holds repositories, pipelines, images and artifacts. */
    delivery?: {
      /** Twelve digits, in quotes. */
      accountId: string;
      region?: string;
      /** Bucket that pipelines publish releases to. */
      artifactBucket?: string;
    };
    /** Limits on this process's calls to AWS. */
    budgets?: {
      /**
       * Part of the plan, 0 to 1, that a process falls to when nobody has told
       * it its share for 60 s. Default: 0.2.
       */
      minimumShare?: number;
      /** How long a call waits for its turn. Default: 30 s. */
      maxWait?: HumanDuration | string;
    };
  };
}
