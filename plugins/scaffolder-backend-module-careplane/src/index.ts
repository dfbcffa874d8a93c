/**
 * What the templates need in AWS: scaffolder actions, and the check of a name.
 *
 * @packageDocumentation
 */
import { createBackendFeatureLoader } from '@backstage/backend-plugin-api';
import { scaffolderModuleCareplane } from './module';
import { careplaneCreatePlugin } from './names/plugin';

export { REFRESH_TOPIC } from './actions/catalogRegister';
export { SERVICE_TAG } from './actions/repository';
export type {
  NameCheck,
  NameCheckResult,
  NameCheckState,
} from './names/NameChecks';
export { careplaneCreatePlugin, scaffolderModuleCareplane };

/** The scaffolder module and the plugin `careplane-create`, in one import. */
export default createBackendFeatureLoader({
  deps: {},
  loader: () => [scaffolderModuleCareplane, careplaneCreatePlugin],
});
