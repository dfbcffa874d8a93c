import { useId } from 'react';
import { TextField } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { NameChecks } from './NameChecks';
import type { ServiceNameProps } from './schema';
import { scaffolderCareplaneTranslationRef } from './translation';
import { useNameCheck } from './useNameCheck';

/** A service's name, looked up everywhere it would be used while it is typed. */
export function ServiceNameField(props: ServiceNameProps) {
  const {
    formData,
    onChange,
    rawErrors = [],
    schema,
    uiSchema,
    required,
  } = props;
  const { t } = useTranslationRef(scaffolderCareplaneTranslationRef);
  const id = useId();
  const name = formData ?? '';
  const { view, retry } = useNameCheck(
    name,
    uiSchema['ui:options']?.template ?? '',
  );
  const refused = view.state === 'done' && !view.result.free;
  return (
    <div>
      <TextField
        label={schema.title ?? t('name.label')}
        description={t('name.hint')}
        value={name}
        onChange={value => onChange(value || undefined)}
        isRequired={required}
        isInvalid={refused || rawErrors.length > 0}
        aria-describedby={id}
        autoComplete="off"
        spellCheck="false"
        maxLength={100}
      />
      <NameChecks
        id={id}
        name={name}
        view={view}
        onSuggestion={onChange}
        onRetry={retry}
      />
    </div>
  );
}
