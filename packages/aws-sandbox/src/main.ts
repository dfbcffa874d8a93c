import { parseArgs } from 'node:util';
import { runCommand } from './cli/runCommand';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string', default: '4566' },
    'oidc-port': { type: 'string', default: '4567' },
    'sonar-port': { type: 'string', default: '4568' },
    'portal-url': { type: 'string', default: 'http://localhost:7007' },
    quotas: { type: 'string', default: 'off' },
    seed: { type: 'string', default: 'none' },
  },
});

runCommand({
  dataDir: values.data,
  port: Number(values.port),
  oidcPort: Number(values['oidc-port']),
  sonarPort: Number(values['sonar-port']),
  portalUrl: values['portal-url'],
  quotas: values.quotas,
  seed: values.seed,
  clientSecret: process.env.CAREPLANE_OIDC_CLIENT_SECRET,
  sonarToken: process.env.CAREPLANE_SONAR_TOKEN,
  say: line => process.stdout.write(`${line}\n`),
}).then(
  running => {
    const stop = () => {
      running.close().then(
        () => process.exit(0),
        error => fail(error),
      );
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  },
  error => fail(error),
);

function fail(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
