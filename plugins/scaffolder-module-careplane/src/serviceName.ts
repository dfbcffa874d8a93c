import { createFormField } from '@backstage/plugin-scaffolder-react/alpha';
import { ServiceNameField } from './ServiceNameField';
import { ServiceNameSchema } from './schema';
import { validateServiceName } from './validation';

export const serviceNameField = createFormField({
  name: 'CareplaneServiceName',
  component: ServiceNameField,
  schema: ServiceNameSchema,
  validation: validateServiceName,
});
