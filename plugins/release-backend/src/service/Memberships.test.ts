import type { Entity } from '@backstage/catalog-model';
import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { promote, start, user } from '../__testUtils__/fakePortal';
import { Memberships } from './Memberships';

jest.setTimeout(60_000);

const group = (name: string, ...parents: string[]): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name, namespace: 'default' },
  spec: { type: 'team', children: [] },
  relations: parents.map(parent => ({
    type: 'childOf',
    targetRef: `group:default/${parent}`,
  })),
});
const NIGHT = [
  user('lena.vogt', 'night-shift'),
  group('night-shift', 'operations'),
  group('operations', 'release-managers'),
];
const LENA = 'user:default/lena.vogt';

const membershipsIn = (entities: Entity[]) =>
  new Memberships({
    auth: mockServices.auth(),
    catalog: catalogServiceMock({ entities }),
  });

describe('memberships', () => {
  it('are those of the catalog, with the groups that a group is part of', async () => {
    expect([...(await membershipsIn(NIGHT).of(LENA))]).toEqual([
      LENA,
      'group:default/night-shift',
      'group:default/operations',
      'group:default/release-managers',
    ]);
  });

  it('end with the group, and nobody without an entity has any', async () => {
    const moved = [user('lena.vogt', 'on-leave'), ...NIGHT.slice(1)];
    const now = await membershipsIn(moved).of(LENA);
    expect(now.has('group:default/release-managers')).toBe(false);
    expect(await membershipsIn([]).of(LENA)).toEqual(new Set());
  });

  it('follow a circle of groups once', async () => {
    const circle = [
      user('lena.vogt', 'a'),
      group('a', 'b'),
      group('b', 'a', 'gone'),
    ];
    expect((await membershipsIn(circle).of(LENA)).size).toBe(4);
  });

  it('let somebody approve at the click, and count at use, alike', async () => {
    const t = await start({ entities: NIGHT });
    await t.filled();
    const { body } = await t.post(
      '/api/release/rollouts',
      promote('prod', 'nested'),
    );
    const planned = await t.until(body.id, 'AWAITING_APPROVAL');
    const approve = { act: 'approve', planHash: planned.planHash };
    const acts = `/api/release/rollouts/${body.id}/acts`;
    expect((await t.post(acts, approve, LENA)).status).toBe(200);
    const done = await t.until(body.id, 'SUCCEEDED');
    expect(done.approvals).toMatchObject([{ by: LENA }]);
    await t.backend.stop();
  });
});
