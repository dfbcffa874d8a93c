import type {
  Release,
  RevisionConfiguration,
} from '@careplane/backstage-plugin-release-common';

/**
 * What a release's template says, by which two releases are compared before
 * either is deployed. Hashes, names and figures: no value of an environment
 * variable, and nothing that a parameter brings.
 */
export interface ReleaseTemplate {
  /** Resources apart from the revision and what it freezes, by logical id. */
  resources: Record<string, { type: string; hash: string }>;
  /** `value` where it is written out; `hash` of how it is written. */
  configuration: Partial<
    Record<
      keyof RevisionConfiguration,
      { hash: string; value?: string | string[] }
    >
  >;
}

/** A part of the releases that lie in the store, in the order of their ids. */
export interface ReleasesPart {
  releases: {
    id: string;
    /** Changes with the content, for example an S3 ETag. */
    tag: string;
    /** ISO time at which it was put there. */
    at: string;
  }[];
  /** The last release of this part where more follow. */
  next?: string;
}

/** Published releases of a component, read from the delivery account. */
export interface ReleaseSource {
  /** The part behind the release `after`, or the first one: one small answer. */
  part(component: string, after?: string): Promise<ReleasesPart>;
  /** Undefined where what lies there is no release. */
  read(
    component: string,
    releaseId: string,
  ): Promise<
    Omit<Release, 'runsOn' | 'ranOn' | 'quarantine' | 'proof'> | undefined
  >;
  /** What the template of a release says; it never changes. */
  template?(component: string, releaseId: string): Promise<ReleaseTemplate>;
}
