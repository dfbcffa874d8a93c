import type { RunningSandbox } from '../core';
import type { SonarQubeServer } from '../sonarqube';
import { seedDemo } from './demo';

/** What a seed may fill. */
export interface SeedParts {
  sandbox: RunningSandbox;
  sonar: SonarQubeServer;
  /** Says in one line what is being done. */
  say(line: string): void;
}

/** Fills an empty sandbox. It runs once per data folder. */
export type Seed = (parts: SeedParts) => Promise<void>;

/** Seeds by the name that `--seed` takes. */
export const seeds: Readonly<Record<string, Seed>> = {
  none: async () => {},
  demo: seedDemo,
};
