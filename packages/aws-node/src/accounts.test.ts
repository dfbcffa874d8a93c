import { ConfigReader } from '@backstage/config';
import { DefaultAwsAccounts } from './accounts';
import { createEndpointGuard } from './endpoints';

const aws = {
  mainAccount: { accessKeyId: '111111111111', secretAccessKey: 'x' },
  accountDefaults: { roleName: 'careplane-read', region: 'us-east-1' },
  accounts: [
    { accountId: '222222222222', region: 'eu-central-1' },
    { accountId: '333333333333', accessKeyId: 'own', secretAccessKey: 'y' },
  ],
  roles: { release: 'cp-release' },
  delivery: { accountId: '111111111111', artifactBucket: 'b' },
};
const accounts = DefaultAwsAccounts.fromConfig(new ConfigReader({ aws }));

describe('DefaultAwsAccounts', () => {
  it('reads accounts, roles and the delivery account', () => {
    expect(accounts.list().map(a => [a.accountId, a.region])).toEqual([
      ['222222222222', 'eu-central-1'],
      ['333333333333', 'us-east-1'],
    ]);
    expect(accounts.roleArn('release', '222222222222')).toBe(
      'arn:aws:iam::222222222222:role/cp-release',
    );
    expect(accounts.roleName('read')).toBe('careplane-read');
    expect(accounts.delivery()).toEqual({
      accountId: '111111111111',
      region: 'us-east-1',
      artifactBucket: 'b',
    });
  });

  it("honours a listed account's own credentials", async () => {
    await expect(
      accounts.readCredentials('333333333333')(),
    ).resolves.toMatchObject({ accessKeyId: 'own' });
  });

  it('starts without any aws config, and says what is missing when asked', () => {
    const bare = DefaultAwsAccounts.fromConfig(new ConfigReader({}));
    expect(bare.list()).toEqual([]);
    expect(bare.hasDelivery()).toBe(false);
    expect(() => bare.delivery()).toThrow(/aws.delivery is not configured/);
    expect(() => bare.get('12')).toThrow(/twelve digits/);
  });
});

describe('createEndpointGuard', () => {
  const production = { NODE_ENV: 'production' };

  it.each([
    'http://127.0.0.1:4566',
    'http://localhost:4566',
    'http://sandbox.localhost',
    'http://[::1]:4566',
    'http://127.1.2.3',
    'http://0.0.0.0:1',
  ])('refuses %s in production at start', url => {
    expect(() =>
      createEndpointGuard({
        local: false,
        env: { ...production, AWS_ENDPOINT_URL_STS: url },
      }),
    ).toThrow(/AWS_ENDPOINT_URL_STS points at this machine/);
  });

  it('refuses a loopback host at request time, whatever named it', () => {
    const guard = createEndpointGuard({ local: false, env: production });
    expect(() => guard('localhost')).toThrow(/production refuses/);
    expect(() => guard('lambda.us-east-1.amazonaws.com')).not.toThrow();
    expect(() =>
      guard('vpce-1.lambda.us-east-1.vpce.amazonaws.com'),
    ).not.toThrow();
  });

  it('lets the local default and development through', () => {
    const env = { ...production, AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
    expect(() => createEndpointGuard({ local: true, env })).not.toThrow();
    expect(() =>
      createEndpointGuard({ local: false, env: { ...env, NODE_ENV: 'test' } }),
    ).not.toThrow();
  });
});
