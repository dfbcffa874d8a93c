export interface Config {
  sonarqube?: {
    /** Address of the instance `default`. */
    baseUrl?: string;
    /** Address that people use, where it differs. */
    externalBaseUrl?: string;
    /**
     * User token of the instance `default`, with Browse on the projects.
     * @visibility secret
     */
    apiKey?: string;
    /** How the token is sent. Default: Basic. */
    authType?: 'Basic' | 'Bearer';
    /** Further instances; annotations name them as `instance/key`. */
    instances?: {
      name: string;
      baseUrl: string;
      externalBaseUrl?: string;
      /** @visibility secret */
      apiKey?: string;
      authType?: 'Basic' | 'Bearer';
    }[];
  };
}
