import { DiscoveryApi, FetchApi } from '@backstage/frontend-plugin-api';
import { ResponseError } from '@backstage/errors';

/** `unknown` means that nobody could be asked; it never counts as free. */
export type NameCheckState = 'ok' | 'taken' | 'invalid' | 'unknown';

export interface NameCheck {
  id: string;
  title: string;
  state: NameCheckState;
  detail: string;
  fix?: string;
}

/** The answer of `GET /api/careplane-create/name-check`. */
export interface NameCheckResult {
  name: string;
  free: boolean;
  checks: NameCheck[];
  suggestions: string[];
}

/**
 * Looks a name up in the catalog and in every account.
 *
 * @throws ResponseError when the backend refuses.
 */
export async function fetchNameCheck(
  apis: { discoveryApi: DiscoveryApi; fetchApi: FetchApi },
  query: { name: string; template: string },
  signal?: AbortSignal,
): Promise<NameCheckResult> {
  const base = await apis.discoveryApi.getBaseUrl('careplane-create');
  const response = await apis.fetchApi.fetch(
    `${base}/name-check?${new URLSearchParams({ ...query })}`,
    { signal },
  );
  if (!response.ok) throw await ResponseError.fromResponse(response);
  return response.json();
}
