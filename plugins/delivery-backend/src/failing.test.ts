import { failingPipelines } from './failing';

describe('failing pipelines', () => {
  it('tell a component that is not read yet from one that could not be read', () => {
    const of = (name: string, state: 'pending' | 'error') => ({
      entity: {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: { name },
      },
      block: { state, items: [] },
    });
    expect(failingPipelines([of('a', 'pending'), of('b', 'error')])).toEqual({
      items: [],
      unknown: [
        { entityRef: 'component:default/a', title: 'a', pending: true },
        { entityRef: 'component:default/b', title: 'b' },
      ],
    });
  });
});
