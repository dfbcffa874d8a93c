import { act, screen } from '@testing-library/react';
import { signalApiRef } from '@backstage/plugin-signals-react';
import {
  renderInTestApp,
  TestApiProvider,
} from '@backstage/frontend-test-utils';
import type { RolloutSignal } from '@careplane/backstage-plugin-release-common';
import { target } from '../__testUtils__/fixtures';
import { fakeApi } from '../__testUtils__/render';
import { releaseApiRef } from '../api';
import { useOverview } from './useOverview';

const item = (name: string, prod: number) => ({
  entityRef: `component:default/${name}`,
  title: name,
  targets: [target('prod', prod, { topic: `topic-of-${name}` })],
});

function Versions() {
  const { value } = useOverview();
  return (
    <ul>
      {value?.items.map(one => (
        <li key={one.entityRef}>
          {one.title} {one.targets[0].target.current?.version}
        </li>
      ))}
      {value?.attention.map(one => (
        <li key={one.stage}>{one.sentence}</li>
      ))}
    </ul>
  );
}

describe('the overview right after the start', () => {
  afterEach(() => jest.useRealTimers());

  const unread = {
    entityRef: 'component:default/claims-api',
    title: 'claims-api',
    targets: [{ ...target('prod', 41), state: 'empty', asOf: undefined }],
  };

  it('asks again within seconds until the estate is there and read, then by the half minute', async () => {
    jest.useFakeTimers();
    const answers = [
      { items: [], attention: [] },
      { items: [unread], attention: [] },
    ];
    const getOverview = jest.fn(
      async () =>
        answers.shift() ?? { items: [item('claims-api', 42)], attention: [] },
    );
    renderInTestApp(
      <TestApiProvider
        apis={[[releaseApiRef, fakeApi({ getOverview: getOverview as never })]]}
      >
        <Versions />
      </TestApiProvider>,
    );
    await act(() => jest.advanceTimersByTimeAsync(7_000));
    expect(screen.getByText('claims-api 1.42.0')).toBeVisible();
    expect(getOverview).toHaveBeenCalledTimes(3);
    await act(() => jest.advanceTimersByTimeAsync(27_000));
    expect(getOverview).toHaveBeenCalledTimes(3);
    await act(() => jest.advanceTimersByTimeAsync(6_000));
    expect(getOverview).toHaveBeenCalledTimes(4);
  });
});

describe('the overview after a signal', () => {
  let tell: (message: RolloutSignal) => void;
  const signals = {
    subscribe: (_: string, on: typeof tell) => {
      tell = on;
      return { unsubscribe: () => undefined };
    },
  };
  const getOverview = jest.fn();

  async function open() {
    getOverview.mockReset().mockImplementation(async (query = {}) =>
      query.entityRef
        ? {
            items: [item('claims-api', 42)],
            attention: [
              {
                kind: 'hold',
                entityRef: query.entityRef,
                stage: 'prod',
                sentence: 'held now',
              },
            ],
          }
        : {
            items: [item('claims-api', 41), item('intake-worker', 7)],
            attention: [],
          },
    );
    renderInTestApp(
      <TestApiProvider
        apis={[
          [releaseApiRef, fakeApi({ getOverview })],
          [signalApiRef, signals as never],
        ]}
      >
        <Versions />
      </TestApiProvider>,
    );
    await screen.findByText('claims-api 1.41.0');
  }

  it('reads the one service that it is about, once for signals of a moment', async () => {
    await open();
    tell({ rolloutId: 'r-1', topic: 'topic-of-claims-api' });
    tell({ rolloutId: 'r-1', topic: 'topic-of-claims-api' });
    expect(await screen.findByText('claims-api 1.42.0')).toBeVisible();
    expect(screen.getByText('held now')).toBeVisible();
    expect(screen.getByText('intake-worker 1.7.0')).toBeVisible();
    expect(getOverview.mock.calls).toEqual([
      [],
      [{ entityRef: 'component:default/claims-api' }],
    ]);
  });

  it('reads nothing where it is about a target that is not shown', async () => {
    await open();
    tell({ rolloutId: 'r-2', topic: 'of-somebody-else' });
    tell({ topic: 'topic-of-claims-api' });
    expect(await screen.findByText('claims-api 1.42.0')).toBeVisible();
    expect(getOverview).toHaveBeenCalledTimes(2);
  });
});
