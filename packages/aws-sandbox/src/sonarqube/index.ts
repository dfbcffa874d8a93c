export {
  startSonarQubeServer,
  type SonarQubeServer,
  type SonarQubeServerOptions,
} from './server';
export type { Measures } from './model';
