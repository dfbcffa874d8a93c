import {
  discoveryApiRef,
  fetchApiRef,
  translationApiRef,
} from '@backstage/frontend-plugin-api';
import { mockApis } from '@backstage/frontend-test-utils';
import type { NameCheck } from './nameCheck';
import { validateServiceName } from './validation';

const holder = (answer: () => Promise<Response>) => ({
  get: (ref: { id: string }) =>
    ({
      [discoveryApiRef.id]: {
        getBaseUrl: async () => 'http://localhost/api/careplane-create',
      },
      [fetchApiRef.id]: { fetch: answer },
      [translationApiRef.id]: mockApis.translation(),
    }[ref.id] as never),
});

async function errorsOf(name: string, answer: () => Promise<Response>) {
  const addError = jest.fn();
  await validateServiceName(name, { addError }, { apiHolder: holder(answer) });
  return addError.mock.calls.flat();
}

const json = (checks: NameCheck[]) => async () =>
  new Response(
    JSON.stringify({ name: 'x', free: false, checks, suggestions: [] }),
  );

describe('validateServiceName', () => {
  it('lets a free name through', async () => {
    const check = {
      id: 'a',
      title: 'Catalog',
      state: 'ok' as const,
      detail: 'Free',
    };
    expect(await errorsOf('visit-api', json([check]))).toEqual([]);
  });

  it.each(['taken', 'invalid', 'unknown'] as const)(
    'stops at a check that is %s',
    async state => {
      const check = {
        id: 'a',
        title: 'Catalog',
        state,
        detail: 'It exists',
        fix: 'Try another',
      };
      expect(await errorsOf('visit-api', json([check]))).toEqual([
        'Catalog. It exists. Try another',
      ]);
    },
  );

  it('stops when the backend does not answer, and without a name', async () => {
    const down = async () => {
      throw new Error('offline');
    };
    expect(await errorsOf('visit-api', down)).toEqual([
      'The name could not be looked up: offline',
    ]);
    expect(await errorsOf('', down)).toEqual(['Give the service a name']);
  });
});
