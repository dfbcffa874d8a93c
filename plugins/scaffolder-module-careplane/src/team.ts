import { createFormField } from '@backstage/plugin-scaffolder-react/alpha';
import { TeamSchema } from './schema';
import { TeamField } from './TeamField';

export const teamField = createFormField({
  name: 'CareplaneTeam',
  component: TeamField,
  schema: TeamSchema,
});
