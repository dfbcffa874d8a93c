import type { SchedulerServiceTaskScheduleDefinitionConfig } from '@backstage/backend-plugin-api';

export interface Config {
  integrations?: {
    /**
     * Addresses at which the catalog and TechDocs read CodeCommit. The integration
     * itself is Backstage's, which reads these keys but describes none of them.
     */
    awsCodeCommit?: Array<{
      /** Default: `<region>.console.aws.amazon.com`. */
      host?: string;
      region: string;
      accessKeyId?: string;
      /** @visibility secret */
      secretAccessKey?: string;
      roleArn?: string;
      externalId?: string;
    }>;
  };
  careplane?: {
    /** What the catalog takes from config and from CodeCommit. */
    catalog?: {
      /** Owner of what names none. Default: group:default/platform. */
      owner?: string;
      /** When repositories are read again. Default: every 5 minutes. */
      schedule?: SchedulerServiceTaskScheduleDefinitionConfig;
      /** Names of accounts, which AWS does not tell every role. */
      accounts?: Array<{
        /** Twelve digits, in quotes. */
        accountId: string;
        title?: string;
        description?: string;
        owner?: string;
      }>;
      /** Things that services depend on. */
      resources?: Array<{
        /** Entity name. */
        name: string;
        /** ecs-cluster, database, queue, site, or a type of your own. */
        type: string;
        title?: string;
        description?: string;
        owner?: string;
        system?: string;
        /** Gives the link into the console. */
        arn?: string;
        /** Name of a stage of `release.stages`, which it then depends on. */
        stage?: string;
        /** Entity refs. */
        dependsOn?: string[];
        links?: Array<{ url: string; title?: string }>;
      }>;
      /** Repositories of the delivery account (`aws.delivery`). */
      codecommit?: {
        /** False switches the provider off. Default: true. */
        enabled?: boolean;
        /**
         * Reads every repository whose name matches, instead of those that are
         * tagged `careplane:service`. A regular expression for the whole name.
         */
        namePattern?: string;
        /** Default: catalog-info.yaml. */
        path?: string;
        /** Default: Component, API, Resource, System, Domain. */
        allowedKinds?: string[];
      };
    };
  };
}
