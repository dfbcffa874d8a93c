import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import type { TeamProps } from './schema';
import { TeamField } from './TeamField';

const group = (name: string, displayName: string, type = 'team') => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name, namespace: 'default' },
  spec: { type, profile: { displayName }, children: [] },
});

function Form({ initial }: { initial?: string }) {
  const [team, setTeam] = useState(initial);
  const props = {
    formData: team,
    onChange: setTeam,
    schema: { title: 'Team' },
    uiSchema: {},
    required: true,
    rawErrors: [],
  };
  return (
    <>
      <TeamField {...(props as unknown as TeamProps)} />
      <output aria-label="chosen">{team}</output>
    </>
  );
}

const catalog = catalogApiMock({
  entities: [
    group('care-navigation', 'Care Navigation'),
    group('virtual-care', 'Virtual Care'),
    group('engineers', 'Engineers', 'role'),
  ],
});

const show = (initial?: string, catalogApi: unknown = catalog) =>
  renderInTestApp(<Form initial={initial} />, {
    apis: [
      [catalogApiRef, catalogApi as never],
      mockApis.identity({
        userEntityRef: 'user:default/maya.chen',
        ownershipEntityRefs: [
          'user:default/maya.chen',
          'group:default/engineers',
          'group:default/virtual-care',
        ],
      }),
    ],
  });

describe('the team of a new service', () => {
  it("is the person's own at first, and can be another", async () => {
    show();
    await waitFor(() =>
      expect(screen.getByLabelText('chosen')).toHaveTextContent(
        'group:default/virtual-care',
      ),
    );
    await userEvent.click(screen.getByRole('button', { name: /Team/ }));
    const options = await screen.findAllByRole('option');
    expect(options.map(option => option.textContent)).toEqual([
      'Virtual Care (yours)',
      'Care Navigation',
    ]);
    await userEvent.click(options[1]);
    expect(screen.getByLabelText('chosen')).toHaveTextContent(
      'group:default/care-navigation',
    );
  });

  it('stays what was chosen before', async () => {
    show('group:default/care-navigation');
    expect(
      await screen.findByRole('button', { name: /Care Navigation/ }),
    ).toBeVisible();
  });

  it('says when the teams could not be read, and asks again', async () => {
    let dead = true;
    const getEntities = async (query: never) => {
      if (dead) throw new Error('catalog is down');
      return catalog.getEntities(query);
    };
    show(undefined, { getEntities });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'catalog is down',
    );
    dead = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('button', { name: /Virtual Care/ }),
    ).toBeVisible();
  });
});
