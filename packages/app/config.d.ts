export interface Config {
  careplane?: {
    /**
     * True where AWS, the identity provider and SonarQube are the sandbox on
     * this machine. The sign-in page and a banner on every page say so.
     * Production refuses it.
     * @visibility frontend
     */
    local?: boolean;
  };
}
