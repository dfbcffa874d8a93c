import {
  discoveryApiRef,
  fetchApiRef,
  translationApiRef,
  type ApiHolder,
  type ApiRef,
  type TranslationFunction,
} from '@backstage/frontend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import { fetchNameCheck } from './nameCheck';
import { scaffolderCareplaneTranslationRef } from './translation';

/**
 * Lets the form go on only when every check is passed. A check that could not
 * be made stops it too.
 */
export async function validateServiceName(
  name: string,
  field: { addError: (message: string) => void },
  context: {
    apiHolder: ApiHolder;
    uiSchema?: { 'ui:options'?: { template?: unknown } };
  },
): Promise<void> {
  const { apiHolder } = context;
  const t = await translate(apiHolder);
  if (!name) {
    field.addError(t('name.missing'));
    return;
  }
  const discoveryApi = api(apiHolder, discoveryApiRef);
  const fetchApi = api(apiHolder, fetchApiRef);
  const template = String(context.uiSchema?.['ui:options']?.template ?? '');
  try {
    const { checks } = await fetchNameCheck(
      { discoveryApi, fetchApi },
      { name, template },
    );
    for (const check of checks) {
      if (check.state === 'ok') continue;
      field.addError(
        [check.title, check.detail, check.fix].filter(Boolean).join('. '),
      );
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    field.addError(t('checks.failed', { reason }));
  }
}

/** The words of the person's language, once they are loaded. */
async function translate(
  apiHolder: ApiHolder,
): Promise<TranslationFunction<typeof scaffolderCareplaneTranslationRef.T>> {
  const translations = api(apiHolder, translationApiRef);
  const now = translations.getTranslation(scaffolderCareplaneTranslationRef);
  if (now.ready) return now.t;
  return new Promise((resolve, reject) => {
    const subscription = translations
      .translation$(scaffolderCareplaneTranslationRef)
      .subscribe({
        next: loaded => {
          if (!loaded.ready) return;
          subscription.unsubscribe();
          resolve(loaded.t);
        },
        error: reject,
      });
  });
}

function api<T>(apiHolder: ApiHolder, ref: ApiRef<T>): T {
  const found = apiHolder.get(ref);
  if (!found) throw new NotFoundError(`The app has no API ${ref.id}`);
  return found;
}
