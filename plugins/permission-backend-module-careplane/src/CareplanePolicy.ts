import type { UserInfoService } from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import type {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import { audienceOf } from './rules';

const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

/** The groups behind the audiences `creators`, `stewards` and `auditors`. */
export interface PolicyGroups {
  creators: string[];
  stewards: string[];
  auditors: string[];
}

const GROUP_REF = /^[a-z]+:[a-z0-9._-]+\/[a-z0-9._-]+$/i;

/** Reads `permission.careplane`. Throws where a group is no entity ref. */
export function readGroups(config: Config): PolicyGroups {
  const read = (key: keyof PolicyGroups, fallback: string[]) => {
    const path = `permission.careplane.${key}`;
    const groups = config.getOptionalStringArray(path) ?? fallback;
    const bad = groups.find(group => !GROUP_REF.test(group));
    if (bad !== undefined) {
      throw new Error(
        `${path} has '${bad}', which is not a full ref such as group:default/engineers`,
      );
    }
    return groups.map(group => group.toLowerCase());
  };
  return {
    creators: read('creators', [
      'group:default/engineers',
      'group:default/release-managers',
    ]),
    stewards: read('stewards', [
      'group:default/release-managers',
      'group:default/platform',
    ]),
    auditors: read('auditors', [
      'group:default/auditors',
      'group:default/release-managers',
    ]),
  };
}

/**
 * Reads for everybody who is signed in, writes for nobody but those whom
 * {@link WRITE_RULES} names (45 CFR 164.308(a)(4), access authorization).
 */
export class CareplanePolicy implements PermissionPolicy {
  constructor(
    private readonly groups: PolicyGroups,
    private readonly userInfo: UserInfoService,
  ) {}

  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    if (!user) return DENY;
    const audience = audienceOf(permission);
    switch (audience) {
      case 'signed-in':
      case 'grants':
        return ALLOW;
      case 'creators':
      case 'stewards':
      case 'auditors':
        return (await this.isMember(user, this.groups[audience]))
          ? ALLOW
          : DENY;
      default:
        return DENY;
    }
  }

  private async isMember(
    user: PolicyQueryUser,
    groups: string[],
  ): Promise<boolean> {
    const { ownershipEntityRefs } = await this.userInfo.getUserInfo(
      user.credentials,
    );
    return ownershipEntityRefs.some(ref => groups.includes(ref.toLowerCase()));
  }
}
