/**
 * Form fields of Careplane's templates: `CareplaneServiceName`, `CareplaneTeam`.
 *
 * @packageDocumentation
 */
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { FormFieldBlueprint } from '@backstage/plugin-scaffolder-react/alpha';

export { scaffolderCareplaneTranslationRef } from './translation';

/** Adds the fields to the scaffolder plugin. */
export default createFrontendModule({
  pluginId: 'scaffolder',
  extensions: [
    FormFieldBlueprint.make({
      name: 'careplane-service-name',
      params: {
        field: () => import('./serviceName').then(m => m.serviceNameField),
      },
    }),
    FormFieldBlueprint.make({
      name: 'careplane-team',
      params: { field: () => import('./team').then(m => m.teamField) },
    }),
  ],
});
