import {
  discoveryApiRef,
  fetchApiRef,
  type ApiHolder,
} from '@backstage/frontend-plugin-api';
import { fetchNameCheck } from './nameCheck';

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
  const discoveryApi = context.apiHolder.get(discoveryApiRef);
  const fetchApi = context.apiHolder.get(fetchApiRef);
  if (!name) {
    field.addError('Give the service a name');
    return;
  }
  if (!discoveryApi || !fetchApi) {
    field.addError('The name could not be looked up. Try again.');
    return;
  }
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
    field.addError(`The name could not be looked up: ${reason}`);
  }
}
