import type { Drill } from '@careplane/backstage-plugin-release-common';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ENTITY_REF, revision } from '../__testUtils__/fixtures';
import { fakeApi, renderPart } from '../__testUtils__/render';
import { Rehearsal } from './Rehearsal';

const drill: Drill = {
  entityRef: ENTITY_REF,
  stage: 'prod',
  targetArn: 'arn',
  revision: revision(40),
  by: 'user:default/daniel.okafor',
  at: '2026-11-23T09:00:00Z',
  outcome: 'would-fail',
  steps: [
    { id: 'target', state: 'pass', summary: 'It runs 41.', ms: 12 },
    {
      id: 'revision',
      state: 'fail',
      summary: 'Version 40 was deleted.',
      ms: 8,
    },
  ],
  ms: 20,
};

describe('Rehearsal', () => {
  it('says what a rollback would come to, step by step, and that nothing was written', async () => {
    const api = fakeApi({ rehearseRollback: jest.fn(async () => drill) });
    renderPart(
      <Rehearsal
        entityRef={ENTITY_REF}
        stage="prod"
        revisionId="40"
        version="1.40.0"
      />,
      api,
    );
    expect(await screen.findByText(/never rehearsed/)).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'Rehearse going back to 1.40.0' }),
    );
    expect(
      await screen.findByText('It would fail. Nothing was written.'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/Version 40 was deleted\. \(8 ms\)/),
    ).toBeInTheDocument();
    expect(api.rehearseRollback).toHaveBeenCalledWith({
      entityRef: ENTITY_REF,
      stage: 'prod',
      revisionId: '40',
    });
  });

  it('shows the last rehearsal, and why a new one failed', async () => {
    renderPart(
      <Rehearsal
        entityRef={ENTITY_REF}
        stage="prod"
        revisionId="40"
        version="1.40.0"
        last={{
          at: '2026-11-22T09:00:00Z',
          by: 'user:default/sofia.rossi',
          revisionId: '40',
          outcome: 'would-succeed',
          ms: 120,
        }}
      />,
      fakeApi({
        rehearseRollback: async () => {
          throw new Error('You may not rehearse on prod.');
        },
      }),
    );
    expect(await screen.findByText(/last rehearsal succeeded/)).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: /Rehearse/ }));
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'You may not rehearse on Prod.',
    );
  });
});
