import { mockCredentials } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import * as catalog from '@backstage/plugin-catalog-common/alpha';
import {
  createPermission,
  Permission,
} from '@backstage/plugin-permission-common';
import * as scaffolder from '@backstage/plugin-scaffolder-common/alpha';
import { deliveryPermissions } from '@careplane/backstage-plugin-delivery-common';
import * as release from '@careplane/backstage-plugin-release-common';
import { CareplanePolicy, readGroups } from './CareplanePolicy';

const GROUPS: Record<string, string[]> = {
  engineer: ['group:default/virtual-care', 'group:default/engineers'],
  manager: ['group:default/release-managers'],
  auditor: ['group:default/auditors'],
};

async function ask(persona: string | undefined, permission: Permission) {
  const policy = new CareplanePolicy(readGroups(new ConfigReader({})), {
    getUserInfo: async () => ({
      userEntityRef: `user:default/${persona}`,
      ownershipEntityRefs: GROUPS[persona!],
    }),
  });
  const credentials = mockCredentials.user(`user:default/${persona}`);
  const { result } = await policy.handle(
    { permission } as never,
    persona
      ? {
          credentials,
          info: { userEntityRef: '', ownershipEntityRefs: [] },
        }
      : undefined,
  );
  return result;
}

const everyone = ['engineer', 'manager', 'auditor'];

describe('CareplanePolicy', () => {
  it.each([
    ['catalog.entity.read', catalog.catalogEntityReadPermission],
    ['scaffolder.task.read', scaffolder.taskReadPermission],
    ['delivery.read', deliveryPermissions[0]],
    ['release.read', release.releaseReadPermission],
  ])('lets every signed-in person use %s, and nobody else', async (_, p) => {
    for (const persona of everyone) expect(await ask(persona, p)).toBe('ALLOW');
    expect(await ask(undefined, p)).toBe('DENY');
  });

  it('leaves every release act to release.grants, but not to the unknown', async () => {
    const acts = Object.values(release.permissionOfAct);
    expect(acts.length).toBeGreaterThan(5);
    for (const permission of acts) {
      expect(await ask('auditor', permission)).toBe('ALLOW');
      expect(await ask(undefined, permission)).toBe('DENY');
    }
  });

  it('lets engineers and release managers create, and the auditor not', async () => {
    for (const permission of [
      scaffolder.taskCreatePermission,
      scaffolder.actionExecutePermission,
      catalog.catalogEntityCreatePermission,
    ]) {
      expect(await ask('engineer', permission)).toBe('ALLOW');
      expect(await ask('manager', permission)).toBe('ALLOW');
      expect(await ask('auditor', permission)).toBe('DENY');
    }
  });

  it('keeps locations and removal to release managers and the platform', async () => {
    for (const permission of [
      catalog.catalogLocationCreatePermission,
      catalog.catalogLocationDeletePermission,
      catalog.catalogEntityDeletePermission,
    ]) {
      expect(await ask('engineer', permission)).toBe('DENY');
      expect(await ask('auditor', permission)).toBe('DENY');
      expect(await ask('manager', permission)).toBe('ALLOW');
    }
  });

  it('keeps all evidence to auditors and release managers', async () => {
    const permission = release.releaseAuditReadPermission;
    expect(await ask('engineer', permission)).toBe('DENY');
    expect(await ask('manager', permission)).toBe('ALLOW');
    expect(await ask('auditor', permission)).toBe('ALLOW');
  });

  it('lets everybody preview a template', async () => {
    expect(await ask('auditor', scaffolder.templateDryRunPermission)).toBe(
      'ALLOW',
    );
  });

  it('denies every write that nobody thought of, with and without action', async () => {
    for (const permission of [
      scaffolder.templateManagementPermission,
      createPermission({ name: 'x.change', attributes: { action: 'update' } }),
      createPermission({ name: 'x.do', attributes: {} }),
    ]) {
      for (const persona of everyone) {
        expect(await ask(persona, permission)).toBe('DENY');
      }
    }
  });

  it('takes the groups from config, and refuses what is no ref', async () => {
    const groups = (creators: string[]) =>
      readGroups(new ConfigReader({ permission: { careplane: { creators } } }));
    expect(groups(['Group:default/Builders']).creators).toEqual([
      'group:default/builders',
    ]);
    expect(() => groups(['builders'])).toThrow(/full ref/);
  });
});
