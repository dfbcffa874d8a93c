import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  ResourceEntityV1alpha1,
} from '@backstage/catalog-model';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type {
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import {
  accountUrl,
  ANNOTATION_ACCOUNT_ID,
  consoleUrl,
} from '@careplane/aws-common';
import type { AwsAccounts } from '@careplane/aws-node';

const LOCATION = 'careplane-config:app-config';
const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

interface ResourceInput {
  name: string;
  type: string;
  title?: string;
  description?: string;
  owner?: string;
  system?: string;
  dependsOn?: string[];
  links?: { url: string; title?: string }[];
  annotations?: Record<string, string>;
}

/** Accounts, stages and the resources that config names, as entities. */
export class ConfigEntityProvider implements EntityProvider {
  constructor(
    private readonly config: Config,
    private readonly accounts: AwsAccounts,
  ) {}

  getProviderName(): string {
    return 'careplane-config';
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    await connection.applyMutation({
      type: 'full',
      entities: this.entities().map(entity => ({
        entity,
        locationKey: this.getProviderName(),
      })),
    });
  }

  /**
   * Pure, from config.
   *
   * @throws InputError that names the key of a bad value: a catalog that lacks
   * half its resources is worse than a start that says why it does not.
   */
  entities(): ResourceEntityV1alpha1[] {
    const entities = [
      ...this.accountEntities(),
      ...this.stageEntities(),
      ...this.resourceEntities(),
    ];
    const names = entities.map(({ metadata }) => metadata.name.toLowerCase());
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice) {
      throw new InputError(
        `careplane.catalog: two resources are named '${twice}'.`,
      );
    }
    return entities;
  }

  private accountEntities() {
    const known = this.list('careplane.catalog.accounts');
    return this.accounts.list().map(account => {
      const named = known.find(
        entry => entry.getString('accountId') === account.accountId,
      );
      return this.resource({
        name: `aws-${account.accountId}`,
        type: 'aws-account',
        title: named?.getOptionalString('title') ?? `AWS ${account.accountId}`,
        description: named?.getOptionalString('description'),
        owner: named?.getOptionalString('owner'),
        links: [{ url: accountUrl(account), title: 'AWS console' }],
        annotations: { [ANNOTATION_ACCOUNT_ID]: account.accountId },
      });
    });
  }

  private stageEntities() {
    return this.list('release.stages').map(stage => {
      const name = stage.getString('name');
      const accountId = stage.getString('accountId');
      const region = stage.getOptionalString('region');
      const account = this.accounts.get(accountId);
      return this.resource({
        name: `stage-${name}`,
        type: 'stage',
        title: stage.getOptionalString('title') ?? name,
        description: `Stage ${name}: account ${accountId}, region ${
          region ?? account.region
        }.`,
        dependsOn: this.accounts.list().some(a => a.accountId === accountId)
          ? [`resource:default/aws-${accountId}`]
          : [],
        links: [
          {
            url: accountUrl({
              partition: account.partition,
              region: region ?? account.region,
            }),
            title: 'AWS console',
          },
        ],
        annotations: { [ANNOTATION_ACCOUNT_ID]: accountId },
      });
    });
  }

  private resourceEntities() {
    const stages = this.list('release.stages').map(s => s.getString('name'));
    return this.list('careplane.catalog.resources').map((entry, i) => {
      const where = `careplane.catalog.resources[${i}]`;
      const stage = entry.getOptionalString('stage');
      if (stage && !stages.includes(stage)) {
        throw new InputError(`${where}.stage: there is no stage '${stage}'.`);
      }
      const arn = entry.getOptionalString('arn');
      let link: { url: string; title: string }[] = [];
      try {
        if (arn) link = [{ url: consoleUrl(arn), title: 'AWS console' }];
      } catch (error) {
        throw new InputError(`${where}.arn: ${(error as Error).message}`);
      }
      return this.resource({
        name: entry.getString('name'),
        type: entry.getString('type'),
        title: entry.getOptionalString('title'),
        description: entry.getOptionalString('description'),
        owner: entry.getOptionalString('owner'),
        system: entry.getOptionalString('system'),
        dependsOn: [
          ...(stage ? [`resource:default/stage-${stage}`] : []),
          ...(entry.getOptionalStringArray('dependsOn') ?? []),
        ],
        links: [
          ...link,
          ...(entry.getOptionalConfigArray('links') ?? []).map(l => ({
            url: l.getString('url'),
            title: l.getOptionalString('title'),
          })),
        ],
        annotations: arn ? { 'amazonaws.com/arn': arn } : {},
      });
    });
  }

  private resource(input: ResourceInput): ResourceEntityV1alpha1 {
    if (!NAME.test(input.name)) {
      throw new InputError(
        `careplane.catalog: '${input.name}' cannot be the name of an entity.`,
      );
    }
    return {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Resource',
      metadata: {
        name: input.name,
        ...(input.title && { title: input.title }),
        ...(input.description && { description: input.description }),
        ...(input.links?.length && { links: input.links }),
        annotations: {
          [ANNOTATION_LOCATION]: LOCATION,
          [ANNOTATION_ORIGIN_LOCATION]: LOCATION,
          ...input.annotations,
        },
      },
      spec: {
        type: input.type,
        owner: input.owner ?? this.owner,
        ...(input.system && { system: input.system }),
        ...(input.dependsOn?.length && { dependsOn: input.dependsOn }),
      },
    };
  }

  private get owner(): string {
    return (
      this.config.getOptionalString('careplane.catalog.owner') ??
      'group:default/platform'
    );
  }

  private list(key: string): Config[] {
    return this.config.getOptionalConfigArray(key) ?? [];
  }
}
