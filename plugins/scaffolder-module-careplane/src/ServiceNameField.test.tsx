import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { discoveryApiRef, fetchApiRef } from '@backstage/frontend-plugin-api';
import {
  renderInTestApp,
  TestApiProvider,
} from '@backstage/frontend-test-utils';
import { useState } from 'react';
import type { NameCheckResult } from './nameCheck';
import type { ServiceNameProps } from './schema';
import { ServiceNameField } from './ServiceNameField';

const answers: Record<string, NameCheckResult> = {
  'claims-api': {
    name: 'claims-api',
    free: false,
    checks: [
      { id: 'catalog', title: 'Catalog', state: 'ok', detail: 'Free' },
      {
        id: 'repository',
        title: 'CodeCommit repository',
        state: 'taken',
        detail: 'The repository claims-api exists',
        fix: 'Try claims-api-v2.',
      },
      {
        id: 'function-qa',
        title: 'Lambda function in QA',
        state: 'unknown',
        detail: 'Could not be looked up (AccessDenied)',
      },
    ],
    suggestions: ['claims-api-v2'],
  },
  'claims-api-v2': {
    name: 'claims-api-v2',
    free: true,
    checks: [{ id: 'catalog', title: 'Catalog', state: 'ok', detail: 'Free' }],
    suggestions: [],
  },
};

describe('ServiceNameField', () => {
  let asked: string[];
  let failing: boolean;
  beforeEach(() => {
    asked = [];
    failing = false;
  });

  const fetchApi = {
    fetch: async (input: RequestInfo | URL) => {
      const url = new URL(String(input));
      asked.push(url.search);
      if (failing) {
        return new Response(
          JSON.stringify({ error: { name: 'Error', message: 'down' } }),
          { status: 503 },
        );
      }
      return new Response(
        JSON.stringify(answers[url.searchParams.get('name')!]),
      );
    },
  };

  function Form() {
    const [name, setName] = useState<string | undefined>();
    const props = {
      formData: name,
      onChange: setName,
      schema: { title: 'Name' },
      uiSchema: { 'ui:options': { template: 'lambda-api' } },
      required: true,
      rawErrors: [],
    };
    return <ServiceNameField {...(props as unknown as ServiceNameProps)} />;
  }

  const show = () =>
    renderInTestApp(
      <TestApiProvider
        apis={[
          [
            discoveryApiRef,
            { getBaseUrl: async (id: string) => `http://localhost/api/${id}` },
          ],
          [fetchApiRef, fetchApi],
        ]}
      >
        <Form />
      </TestApiProvider>,
    );

  it('asks once typing has stopped and shows every check in words', async () => {
    show();
    await userEvent.type(
      await screen.findByRole('textbox', { name: /Name/ }),
      'claims-api',
    );
    expect(
      await screen.findByText(/2 checks are not passed/),
    ).toBeInTheDocument();
    expect(asked).toEqual(['?name=claims-api&template=lambda-api']);
    const lines = screen.getAllByRole('listitem').map(item => item.textContent);
    expect(lines).toEqual([
      'Catalog: Passed',
      'CodeCommit repository: Taken. The repository claims-api exists. Try claims-api-v2.',
      'Lambda function in QA: Not known. Could not be looked up (AccessDenied).',
    ]);
    expect(screen.getByRole('textbox', { name: /Name/ })).toBeInvalid();
  });

  it('takes a suggestion and says that it can be created', async () => {
    show();
    await userEvent.type(
      await screen.findByRole('textbox', { name: /Name/ }),
      'claims-api',
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'claims-api-v2' }),
    );
    expect(
      await screen.findByText('claims-api-v2 can be created.'),
    ).toBeInTheDocument();
    expect(screen.getByRole('textbox', { name: /Name/ })).toHaveValue(
      'claims-api-v2',
    );
  });

  it('says when nobody could be asked, and asks again', async () => {
    failing = true;
    show();
    await userEvent.type(
      await screen.findByRole('textbox', { name: /Name/ }),
      'claims-api-v2',
    );
    expect(
      await screen.findByText(/could not be looked up/),
    ).toBeInTheDocument();
    failing = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() =>
      expect(
        screen.getByText('claims-api-v2 can be created.'),
      ).toBeInTheDocument(),
    );
  });
});
