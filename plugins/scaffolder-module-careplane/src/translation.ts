import { createTranslationRef } from '@backstage/frontend-plugin-api';

/** Every word that the form fields show; an app may translate or change them. */
export const scaffolderCareplaneTranslationRef = createTranslationRef({
  id: 'plugin.scaffolder-careplane',
  messages: {
    'name.label': 'Name',
    'name.hint':
      'Lower-case letters, digits and hyphens; at most 32. It cannot be changed later.',
    'name.missing': 'Give the service a name',
    'team.label': 'Team',
    'team.yours': '{{title}} (yours)',
    'team.choose': 'Choose a team',
    'team.loading': 'Looking teams up…',
    'team.failed': 'The teams could not be read: {{reason}}',
    'checks.title': 'Can this be created?',
    'checks.empty': 'Type a name to look it up.',
    'checks.running': 'Looking {{name}} up…',
    'checks.free': '{{name}} can be created.',
    'checks.notFree_one':
      '{{name}} cannot be created: {{count}} check is not passed.',
    'checks.notFree_other':
      '{{name}} cannot be created: {{count}} checks are not passed.',
    'checks.failed': 'The name could not be looked up: {{reason}}',
    'checks.retry': 'Try again',
    'checks.suggestions': 'Other names to try',
    'state.ok': 'Passed',
    'state.taken': 'Taken',
    'state.invalid': 'Not allowed',
    'state.unknown': 'Not known',
  },
});
