import { stringifyEntityRef } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import { DefaultAwsAccounts } from '@careplane/aws-node';
import { ConfigEntityProvider } from './ConfigEntityProvider';

const base = {
  aws: { accounts: [{ accountId: '333333333333' }] },
  release: {
    stages: [
      {
        name: 'prod',
        title: 'Prod',
        accountId: '333333333333',
        region: 'us-east-1',
      },
    ],
  },
};

function entities(catalog: object = {}) {
  const config = new ConfigReader({ ...base, careplane: { catalog } } as never);
  return new ConfigEntityProvider(
    config,
    DefaultAwsAccounts.fromConfig(config),
  ).entities();
}

describe('ConfigEntityProvider', () => {
  it('makes accounts and stages from the config that is there anyway', () => {
    const [account, stage] = entities({
      accounts: [{ accountId: '333333333333', title: 'Production' }],
    });
    expect(stringifyEntityRef(account)).toBe(
      'resource:default/aws-333333333333',
    );
    expect(account.metadata).toMatchObject({
      title: 'Production',
      links: [
        {
          url: 'https://us-east-1.console.aws.amazon.com/console/home?region=us-east-1',
        },
      ],
    });
    expect(stage.spec).toEqual({
      type: 'stage',
      owner: 'group:default/platform',
      dependsOn: ['resource:default/aws-333333333333'],
    });
  });

  it('makes databases, queues, clusters and sites, linked and placed', () => {
    const [, , database, site] = entities({
      owner: 'group:default/data',
      resources: [
        {
          name: 'visits-db',
          type: 'database',
          arn: 'arn:aws:rds:us-east-1:333333333333:db:visits',
          stage: 'prod',
          system: 'virtual-visits',
        },
        {
          name: 'member-site',
          type: 'site',
          owner: 'group:default/navigation',
          links: [{ url: 'https://members.telehealth.example' }],
          dependsOn: ['component:default/eligibility-web'],
        },
      ],
    });
    expect(database.spec).toMatchObject({
      type: 'database',
      owner: 'group:default/data',
      system: 'virtual-visits',
      dependsOn: ['resource:default/stage-prod'],
    });
    expect(database.metadata.links?.[0].url).toContain(
      '/rds/home?region=us-east-1#database:id=visits',
    );
    expect(site.spec.owner).toBe('group:default/navigation');
  });

  it.each([
    [
      { name: 'a', type: 'queue', stage: 'moon' },
      /resources\[0\]\.stage.*moon/,
    ],
    [{ name: 'a', type: 'queue', arn: 'sqs:x' }, /resources\[0\]\.arn/],
    [{ name: 'a b', type: 'queue' }, /'a b' cannot be the name/],
    [{ name: 'stage-prod', type: 'queue' }, /two resources are named/],
    [{ name: 'a' }, /type/],
  ])('refuses %j, naming the key', (resource, message) => {
    expect(() => entities({ resources: [resource] })).toThrow(message);
  });
});
