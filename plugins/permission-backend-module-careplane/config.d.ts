export interface Config {
  permission?: {
    /** Who may write, where the owning plugin has no grants of its own. */
    careplane?: {
      /**
       * Groups whose members create services and register components.
       * Default: group:default/engineers and group:default/release-managers.
       */
      creators?: string[];
      /**
       * Groups whose members remove entities and locations.
       * Default: group:default/release-managers and group:default/platform.
       */
      stewards?: string[];
      /**
       * Groups whose members read all evidence and rollouts.
       * Default: group:default/auditors and group:default/release-managers.
       */
      auditors?: string[];
    };
  };
}
