import { audit } from './audit';
import { free } from './parts';
import { requests } from './requests';
import { rollouts } from './rollouts';
import { targets } from './targets';

/** OpenAPI schemas of the wire types in `release-common`. */
export const schemas = {
  Error: free,
  Done: free,
  ...requests,
  ...targets,
  ...rollouts,
  ...audit,
};
