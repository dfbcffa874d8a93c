export interface Config {
  aws?: {
    ecr?: {
      /** Newest images of a repository that are kept. Default: 100. */
      maxImages?: number;
    };
    locator?: {
      /**
       * How annotations that end in `-tags` are looked up. Only
       * `resourceTaggingApi`, the default, is supported.
       */
      type?: string;
      resourceTaggingApi?: {
        /** Accounts to look in. Default: all of `aws.accounts`. */
        accounts?: string[];
        /** Regions to look in. Default: each account's own region. */
        regions?: string[];
      };
    };
  };
}
