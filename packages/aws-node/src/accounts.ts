import type { AwsCredentialIdentityProvider } from '@aws-sdk/types';
import { Config, ConfigReader } from '@backstage/config';
import { InputError } from '@backstage/errors';
import {
  AwsCredentialsManager,
  DefaultAwsCredentialsManager,
} from '@backstage/integration-aws-node';
import type { JsonObject } from '@backstage/types';
import { shorten } from '@careplane/aws-common';

/** The three roles that Careplane has in each account. */
export type AwsRole = 'read' | 'release' | 'create';

export interface AwsAccount {
  accountId: string;
  region: string;
  partition: string;
  externalId?: string;
}

/** The account that holds repositories, pipelines and artifacts. */
export interface DeliveryAccount {
  accountId: string;
  region: string;
  artifactBucket?: string;
}

/** Accounts and roles, from the `aws` section of config. */
export interface AwsAccounts {
  /** Accounts named in config, in its order. */
  list(): AwsAccount[];
  /**
   * The facts of one account. One that config does not list has the defaults.
   *
   * @throws InputError when it is not an account id.
   */
  get(accountId: string): AwsAccount;
  /** @throws InputError when `aws.delivery` is not configured. */
  delivery(): DeliveryAccount;
  /** Whether `aws.delivery` is configured. */
  hasDelivery(): boolean;
  roleName(role: AwsRole): string;
  roleArn(role: AwsRole, accountId: string): string;
  /** Credentials of role `read`, by DefaultAwsCredentialsManager. */
  readCredentials(accountId: string): AwsCredentialIdentityProvider;
  /** Credentials that the write roles are assumed with. */
  baseCredentials(): AwsCredentialIdentityProvider;
}

/**
 * Backstage's manager uses `accountDefaults.roleName` only for accounts that
 * are *not* listed. A listed account that names no credentials of its own has
 * the defaults here too, so that listing one is no loss.
 */
function withDefaults(aws: JsonObject, readRole: string): JsonObject {
  const defaults = (aws.accountDefaults ?? {}) as JsonObject;
  const accounts = (aws.accounts ?? []) as JsonObject[];
  const inherit: JsonObject = {
    roleName: defaults.roleName ?? readRole,
    ...(defaults.partition && { partition: defaults.partition }),
    ...(defaults.region && { region: defaults.region }),
    ...(defaults.externalId && { externalId: defaults.externalId }),
  };
  return {
    ...aws,
    accountDefaults: inherit,
    accounts: accounts.map(account =>
      account.roleName || account.accessKeyId || account.profile
        ? account
        : { ...inherit, ...account },
    ),
  };
}

export class DefaultAwsAccounts implements AwsAccounts {
  private constructor(
    private readonly manager: AwsCredentialsManager,
    private readonly accounts: Map<string, AwsAccount>,
    private readonly defaults: Omit<AwsAccount, 'accountId'>,
    private readonly roles: Record<AwsRole, string>,
    private readonly deliveryAccount: DeliveryAccount | undefined,
  ) {}

  /** Reads the section `aws` of the root config. */
  static fromConfig(
    root: Config,
    options: { manager?: AwsCredentialsManager } = {},
  ): DefaultAwsAccounts {
    const aws = root.getOptionalConfig('aws');
    const string = (key: string) => aws?.getOptionalString(key);
    const roles: Record<AwsRole, string> = {
      read:
        string('roles.read') ??
        string('accountDefaults.roleName') ??
        'careplane-read',
      release: string('roles.release') ?? 'careplane-release',
      create: string('roles.create') ?? 'careplane-create',
    };
    const manager =
      options.manager ??
      DefaultAwsCredentialsManager.fromConfig(
        new ConfigReader({
          aws: withDefaults(aws?.get<JsonObject>() ?? {}, roles.read),
        }),
      );
    const defaults = {
      region:
        string('accountDefaults.region') ??
        string('mainAccount.region') ??
        'us-east-1',
      partition: string('accountDefaults.partition') ?? 'aws',
      externalId: string('accountDefaults.externalId'),
    };
    const accounts = new Map(
      (aws?.getOptionalConfigArray('accounts') ?? []).map(account => {
        const accountId = checkAccountId(account.getString('accountId'));
        return [
          accountId,
          {
            accountId,
            region: account.getOptionalString('region') ?? defaults.region,
            partition:
              account.getOptionalString('partition') ?? defaults.partition,
            externalId:
              account.getOptionalString('externalId') ?? defaults.externalId,
          },
        ] as const;
      }),
    );
    const delivery = aws?.getOptionalConfig('delivery');
    return new DefaultAwsAccounts(
      manager,
      accounts,
      defaults,
      roles,
      delivery && {
        accountId: checkAccountId(delivery.getString('accountId')),
        region: delivery.getOptionalString('region') ?? defaults.region,
        artifactBucket: delivery.getOptionalString('artifactBucket'),
      },
    );
  }

  list(): AwsAccount[] {
    return [...this.accounts.values()];
  }

  get(accountId: string): AwsAccount {
    return (
      this.accounts.get(accountId) ?? {
        accountId: checkAccountId(accountId),
        ...this.defaults,
      }
    );
  }

  hasDelivery(): boolean {
    return this.deliveryAccount !== undefined;
  }

  delivery(): DeliveryAccount {
    if (!this.deliveryAccount) {
      throw new InputError(
        'aws.delivery is not configured: it names the account of repositories, pipelines and artifacts.',
      );
    }
    return this.deliveryAccount;
  }

  roleName(role: AwsRole): string {
    return this.roles[role];
  }

  roleArn(role: AwsRole, accountId: string): string {
    const { partition } = this.get(accountId);
    return `arn:${partition}:iam::${accountId}:role/${this.roles[role]}`;
  }

  readCredentials(accountId: string): AwsCredentialIdentityProvider {
    return async () => {
      const { sdkCredentialProvider } =
        await this.manager.getCredentialProvider({ accountId });
      return sdkCredentialProvider();
    };
  }

  baseCredentials(): AwsCredentialIdentityProvider {
    return async () => {
      const { sdkCredentialProvider } =
        await this.manager.getCredentialProvider();
      return sdkCredentialProvider();
    };
  }
}

function checkAccountId(accountId: string): string {
  if (!/^\d{12}$/.test(accountId)) {
    throw new InputError(
      `'${shorten(
        accountId,
      )}' is not an AWS account id of twelve digits. In YAML it needs quotes.`,
    );
  }
  return accountId;
}
