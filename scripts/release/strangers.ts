import { createHash } from 'node:crypto';
import type { ImageStatus } from '@careplane/backstage-plugin-delivery-common';
import type {
  ObservedTarget,
  TargetDriver,
  TargetRef,
  WriteContext,
} from '@careplane/backstage-plugin-release-node';
import { startSandbox } from '@careplane/aws-sandbox';
import { ZIPS } from '../../plugins/release-backend/src/__testUtils__/lambdaRelease';
import { carriersOf, stageOf } from './lib/engine';
import { ecrImages } from './lib/images';
import type { Part, Proof } from './lib/part';
import { Cloud } from './lib/Cloud';

/** The account that moto has without being told. */
const ACCOUNT = '123456789012';
const NAME = 'claims-api';
const CLUSTER = 'careplane';
const SERVICE = 'video-gateway';

/**
 * Where moto answers otherwise than AWS says it does. The reason is AWS's own
 * page: the driver is right about that, and not about moto.
 */
const DIFFERENCES: Record<string, string> = {
  'a write with an old RevisionId is refused':
    'moto takes no notice of RevisionId; AWS answers PreconditionFailedException: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html',
  'history from CloudTrail':
    'moto has no LookupEvents: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html',
  'the checks before a canary':
    'moto has no provisioned concurrency of a function: https://docs.aws.amazon.com/lambda/latest/api/API_ListProvisionedConcurrencyConfigs.html',
  'a service and its deployment':
    'moto has no ListServiceDeployments: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html',
  'a service moved forward':
    'moto has no ListServiceDeployments: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html',
  'images of a repository':
    'moto gives every manifest without a config the digest of nothing; a digest is the SHA-256 of the manifest: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageIdentifier.html',
};

const target = (arn: string, kind: TargetRef['kind']): TargetRef => ({
  arn,
  kind,
  component: NAME,
  stackName: `svc-${NAME}`,
  stage: stageOf(ACCOUNT),
});
const ALIAS = target(
  `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${NAME}:live`,
  'lambda-alias',
);
const FARGATE = target(
  `arn:aws:ecs:us-east-1:${ACCOUNT}:service/${CLUSTER}/${SERVICE}`,
  'ecs-service',
);
const CONTEXT: WriteContext = {
  actor: 'user:default/daniel.okafor',
  startedBy: 'user:default/daniel.okafor',
  rolloutId: '0b1e7c6a-1111-4222-8333-444444444444',
};

const hashOf = (zip: string) =>
  createHash('sha256').update(Buffer.from(zip, 'base64')).digest('base64');
const revision = (id: string, zip: string) => ({
  id,
  contentHash: hashOf(zip),
});
const ONE = revision('1', ZIPS['1.0.0']);
const TWO = revision('2', ZIPS['1.1.0']);

const seen = ({ exists, stable, candidate }: ObservedTarget) =>
  exists
    ? `${stable?.id.split('/').pop()} ${stable?.contentHash.slice(0, 12)}${
        candidate ? ` +${candidate.revision.id}@${candidate.weight}` : ''
      }`
    : 'does not exist';

interface Step {
  name: string;
  run(drivers: Drivers): Promise<string>;
}
interface Drivers {
  lambda: TargetDriver;
  ecs: TargetDriver;
  images(): Promise<ImageStatus[]>;
}

const LAMBDA: Step[] = [
  {
    name: 'an alias: version, code hash, no weights',
    run: async ({ lambda }) => {
      const found = await lambda.observe(ALIAS);
      return `${seen(found)}, RevisionId ${Boolean(found.casToken)}`;
    },
  },
  {
    name: 'a version that may be returned to',
    run: async ({ lambda }) =>
      (await lambda.viability(ALIAS, ONE))
        .map(({ id, state }) => `${id}=${state}`)
        .join(' '),
  },
  {
    name: 'whether a canary is possible',
    run: async ({ lambda }) =>
      JSON.stringify((await lambda.supports(ALIAS, ONE, TWO)).canary),
  },
  {
    name: 'the checks before a canary',
    run: async ({ lambda }) =>
      ((await lambda.preflight?.(ALIAS, ONE, TWO)) ?? [])
        .map(({ id, state }) => `${id}=${state}`)
        .join(' '),
  },
  {
    name: 'a canary of 10 %',
    run: async ({ lambda }) => {
      const before = await lambda.observe(ALIAS);
      await lambda.shift(
        ALIAS,
        before,
        { stable: ONE, candidate: { revision: TWO, weight: 0.1 } },
        CONTEXT,
      );
      return seen(await lambda.observe(ALIAS));
    },
  },
  {
    name: 'a write with an old RevisionId is refused',
    run: async ({ lambda }) => {
      const now = await lambda.observe(ALIAS);
      const old = { ...now, casToken: '00000000-0000-4000-8000-000000000000' };
      await lambda.shift(ALIAS, old, { stable: ONE }, CONTEXT);
      return 'was taken';
    },
  },
  {
    name: 'the cut-over: one version, no weights',
    run: async ({ lambda }) => {
      const before = await lambda.observe(ALIAS);
      await lambda.shift(ALIAS, before, { stable: TWO }, CONTEXT);
      return seen(await lambda.observe(ALIAS));
    },
  },
  {
    name: 'the rollback',
    run: async ({ lambda }) => {
      const before = await lambda.observe(ALIAS, { rollback: true });
      await lambda.shift(ALIAS, before, { stable: ONE }, CONTEXT);
      return seen(await lambda.observe(ALIAS, { rollback: true }));
    },
  },
  {
    name: 'an alias that is not there',
    run: async ({ lambda }) =>
      seen(
        await lambda.observe({
          ...ALIAS,
          arn: ALIAS.arn.replace(NAME, 'nothing'),
        }),
      ),
  },
  {
    name: 'history from CloudTrail',
    run: async ({ lambda }) =>
      `${
        (await lambda.history(ALIAS)).moves.length > 0 ? 'moves' : 'no moves'
      }`,
  },
];

const CONTAINERS: Step[] = [
  {
    name: 'images of a repository',
    run: async ({ images }) =>
      (await images())
        .map(({ digest, tags }) => `${tags.join()} ${digest.slice(0, 19)}`)
        .sort()
        .join(' '),
  },
  {
    name: 'a service and its deployment',
    run: async ({ ecs }) => seen(await ecs.observe(FARGATE)),
  },
  {
    name: 'a service moved forward',
    run: async ({ ecs }) => {
      const before = await ecs.observe(FARGATE);
      const next = {
        id: `arn:aws:ecs:us-east-1:${ACCOUNT}:task-definition/${SERVICE}:2`,
        contentHash: '',
      };
      await ecs.shift(FARGATE, before, { stable: next }, CONTEXT);
      return seen(await ecs.observe(FARGATE));
    },
  },
  {
    name: 'a service that is not there',
    run: async ({ ecs }) =>
      seen(
        await ecs.observe({
          ...FARGATE,
          arn: FARGATE.arn.replace(SERVICE, 'nothing'),
        }),
      ),
  },
];

/** What each step gives at an endpoint: a result, or the error by name. */
async function results(url: string): Promise<Map<string, string>> {
  const cloud = new Cloud(url, ACCOUNT);
  await cloud.makeFunction(NAME, [ZIPS['1.0.0'], ZIPS['1.1.0']]);
  await cloud.makeService(CLUSTER, SERVICE);
  process.env.AWS_ENDPOINT_URL = url;
  try {
    const registry = carriersOf(ACCOUNT);
    const drivers: Drivers = {
      lambda: registry.driver('lambda-alias'),
      ecs: registry.driver('ecs-service'),
      images: () => ecrImages(ACCOUNT, SERVICE),
    };
    const found = new Map<string, string>();
    for (const { name, run } of [...LAMBDA, ...CONTAINERS]) {
      try {
        found.set(name, await run(drivers));
      } catch (error) {
        found.set(name, error instanceof Error ? error.name : String(error));
      }
    }
    return found;
  } finally {
    delete process.env.AWS_ENDPOINT_URL;
  }
}

async function startStranger(proof: Proof): Promise<string | undefined> {
  const { findPython, startMoto } = await import('../sandbox/judges.mjs');
  try {
    const moto = await startMoto(findPython());
    proof.onEnd(() => moto.stop());
    return moto.url;
  } catch (error) {
    proof.say(String(error instanceof Error ? error.message : error));
    return undefined;
  }
}

const part: Part = {
  claim:
    'the drivers of Lambda, ECS and ECR are right about another AWS than our own sandbox, or AWS says why not',

  async prove(proof) {
    const moto = await startStranger(proof);
    if (!moto) {
      proof.lacks('moto');
      return;
    }
    const sandbox = await startSandbox();
    proof.onEnd(() => sandbox.close());
    const passing = setInterval(() => sandbox.clock.advance(5_000), 100);
    proof.onEnd(() => clearInterval(passing));
    const ours = await results(sandbox.url);
    const theirs = await results(moto);
    let unexplained = 0;
    let same = 0;
    proof.table(
      'Drivers against moto',
      [...ours].map(([step, mine]) => {
        const other = theirs.get(step) ?? 'nothing';
        const isSame = other === mine;
        const why = DIFFERENCES[step];
        if (isSame) same += 1;
        // A reason without a difference is an old one.
        if (isSame === Boolean(why)) unexplained += 1;
        return {
          step,
          sandbox: mine,
          moto: isSame ? 'same' : `${other}: ${why ?? 'NOT EXPLAINED'}`,
        };
      }),
    );
    proof.check('moto answers some of it', same > 0, `${same} the same`);
    proof.check(
      'what differs is explained by AWS',
      unexplained === 0,
      `${unexplained} of ${ours.size}`,
    );
  },
};

export default part;
