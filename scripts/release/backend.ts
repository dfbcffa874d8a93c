import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Rollout } from '@careplane/backstage-plugin-release-common';
import type { Part, Proof } from './lib/part';
import { Portal } from './lib/portal';
import { pause } from './lib/people';
import { randomOf } from './lib/random';
import { moves, withoutIntent, writesOf } from './lib/record';
import { openFile } from './lib/engine';
import { Stores } from '../../plugins/release-backend/src/store';

const QA = '222222222222';
const PEOPLE = 'daniel.okafor';
/** An alias that Careplane shifts, one that CodeDeploy shifts, and a service. */
const SERVICES = [
  { name: 'visit-api', kind: 'lambda' },
  { name: 'triage-rules', kind: 'lambda' },
  { name: 'eligibility-web', kind: 'ecs' },
] as const;
type Service = (typeof SERVICES)[number];
/** A stack that is still being settled shuts the way for a moment. */
const MOVED = ['SUCCEEDED', 'ROLLED_BACK'];
const STATES_THAT_WAIT = ['EXTERNAL_CHANGE', 'ROLLBACK_FAILED', 'PAUSED'];
/** A rollout of one step that bakes for a minute, and what comes round it. */
const LONGEST_MS = 420_000;

interface Asked {
  service: Service;
  id: string;
  done?: Rollout;
}

interface Entity {
  targets: {
    target?: {
      stage: string;
      current?: { id: string; version?: string };
      rollbackOptions?: { revision: { id: string }; ready: string }[];
    };
  }[];
  releases: { id: string; version: string; runsOn: string[] }[];
}

const entityOf = ({ name }: Service) => `component:default/${name}`;

/** Back where qa is on the newest release, else forward to it. */
async function request(portal: Portal, service: Service, round: number) {
  const { body } = await portal.call<Entity>(
    PEOPLE,
    `/release/entities/component/default/${service.name}`,
  );
  const target = body.targets
    .map(one => one.target)
    .find(one => one?.stage === 'qa');
  const newest = body.releases[0];
  const isNewest = target?.current?.version === newest.version;
  const option = target?.rollbackOptions?.find(one => one.ready === 'ready');
  const steps =
    service.name === 'triage-rules'
      ? [{ weight: 0.1, bakeSeconds: 300 }]
      : [{ weight: 0.1, bakeSeconds: 60 }];
  return {
    entityRef: entityOf(service),
    stage: 'qa',
    idempotencyKey: `${service.name}-${round}-${randomUUID()}`,
    reason: 'A proof',
    ...(isNewest && option
      ? { kind: 'rollback', revisionId: option.revision.id }
      : {
          kind: 'promote',
          releaseId: newest.id,
          strategy:
            service.kind === 'lambda'
              ? { type: 'canary', steps }
              : { type: 'all-at-once', steps: [] },
        }),
  };
}

/** Asks until the portal has taken it: it may be dead, or still be starting. */
async function ask(
  portal: Portal,
  service: Service,
  round: number,
  limit: number,
): Promise<Asked> {
  let said = '';
  while (Date.now() < limit) {
    try {
      const body = await request(portal, service, round);
      const made = await portal.call<{ id?: string }>(
        PEOPLE,
        '/release/rollouts',
        body,
      );
      if (made.body.id) return { service, id: made.body.id };
      said = made.text;
      // A rollback holds the target: that is lifted before the next promote.
      const target = `arn:aws:lambda:us-east-1:${QA}:function:${service.name}:live`;
      const arn =
        service.kind === 'lambda'
          ? target
          : `arn:aws:ecs:us-east-1:${QA}:service/careplane/${service.name}`;
      await portal.call(PEOPLE, '/release/targets/hold/lift', {
        arn,
        entityRef: body.entityRef,
        reason: 'The next round of a proof',
      });
    } catch (error) {
      said = String(error);
    }
    await pause(1_000);
  }
  throw new Error(`${service.name} was never asked for: ${said.slice(0, 500)}`);
}

async function follow(portal: Portal, asked: Asked, limit: number) {
  while (Date.now() < limit) {
    try {
      const { status, body } = await portal.call<Rollout>(
        PEOPLE,
        `/release/rollouts/${asked.id}`,
      );
      if (status === 200) {
        asked.done = body;
        if (body.endedAt || STATES_THAT_WAIT.includes(body.state)) return;
      }
    } catch {
      // Dead, or still starting: that is what is being proved.
    }
    await pause(1_000);
  }
}

/** Waits until the portal has seen the estate: a catalog fills once. */
async function filled(portal: Portal): Promise<void> {
  for (let tries = 0; tries < 180; tries += 1) {
    const seen = await Promise.all(
      SERVICES.map(async ({ name }) => {
        const { body } = await portal.call<Entity>(
          PEOPLE,
          `/release/entities/component/default/${name}`,
        );
        const qa = body.targets?.find(({ target }) => target?.stage === 'qa');
        return Boolean(body.releases?.length && qa?.target?.current);
      }),
    );
    if (seen.every(Boolean)) return;
    await pause(1_000);
  }
  throw new Error('The portal never saw the estate.');
}

/** Kills the back end at random moments, each time while rollouts run. */
async function kill(portal: Portal, proof: Proof, kills: number) {
  const random = randomOf(proof.seed);
  for (let count = 1; count <= kills; count += 1) {
    const after = 2_000 + random() * 18_000;
    await pause(after);
    await portal.kill();
    proof.say(`kill ${count} after ${(after / 1000).toFixed(1)} s`);
    portal.forget();
    await portal.up();
  }
}

async function judge(portal: Portal, all: Asked[], proof: Proof) {
  const found = { double: 0, stuck: 0, wrong: 0 };
  for (const { service, id, done } of all) {
    const say = (what: string) => proof.say(`${service.name} ${id}: ${what}`);
    const effects = writesOf(portal.sandbox, QA, id)
      .filter(moves)
      .map(({ effect }) => effect);
    const twice = effects.filter((one, at) => effects.indexOf(one) !== at);
    if (twice.length) say(`written twice: ${twice.join(', ')}`);
    found.double += twice.length;
    if (!done?.endedAt) {
      found.stuck += 1;
      say(`is ${done?.state}: ${done?.problem ?? ''}`);
    } else if (![...MOVED, 'BLOCKED'].includes(done.state)) {
      found.wrong += 1;
      say(`ended ${done.state}: ${done.problem ?? ''}`);
    }
  }
  return found;
}

/** What AWS runs, beside what the last rollout of each target says. */
async function differences(portal: Portal, all: Asked[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const service of SERVICES) {
    const last = all
      .filter(one => one.service === service)
      .map(({ done }) => done)
      .filter(done => done && MOVED.includes(done.state))
      .at(-1);
    if (!last) {
      wrong.push(`${service.name} never moved`);
      continue;
    }
    const { name, kind } = service;
    const expected = last.to.revisionId;
    const alias = await portal.sandbox.call<{
      FunctionVersion?: string;
      RoutingConfig?: { AdditionalVersionWeights?: object };
      services?: { taskDefinition: string }[];
    }>(
      kind === 'lambda' ? 'lambda' : 'ecs',
      kind === 'lambda' ? 'GetAlias' : 'DescribeServices',
      kind === 'lambda'
        ? { FunctionName: name, Name: 'live' }
        : { cluster: 'careplane', services: [name] },
      { account: QA },
    );
    const runs = alias.FunctionVersion ?? alias.services?.[0].taskDefinition;
    const weights = alias.RoutingConfig?.AdditionalVersionWeights ?? {};
    if (runs !== expected || Object.keys(weights).length) {
      wrong.push(
        `${name} runs ${runs} with ${JSON.stringify(weights)}, not ${expected}`,
      );
    }
  }
  return wrong;
}

const part: Part = {
  slice: 'plugins/release-backend/src/kill.test.ts',
  claim:
    'the whole back end, killed at random while rollouts run, doubles no write, loses no record and leaves nothing stuck (SC-X1)',

  async prove(proof) {
    const portal = await Portal.start(proof);
    // Deployments of CodeDeploy and ECS work in the sandbox's own time.
    const ticking = setInterval(() => portal.sandbox.clock.advance(3_000), 500);
    proof.onEnd(() => clearInterval(ticking));
    await portal.up();
    await filled(portal);
    const rounds = 2;
    const kills = 5;
    const limit = Date.now() + LONGEST_MS * rounds;
    const all: Asked[] = [];
    const rolling = Promise.all(
      SERVICES.map(async service => {
        for (let round = 0; round < rounds; round += 1) {
          const asked = await ask(portal, service, round, limit);
          all.push(asked);
          await follow(portal, asked, limit);
          proof.say(`${service.name} is ${asked.done?.state}`);
          // Nothing has moved: it is asked for again.
          if (asked.done?.state === 'BLOCKED' && Date.now() < limit) round -= 1;
        }
      }),
    );
    await Promise.all([rolling, kill(portal, proof, kills)]);

    const { double, stuck, wrong } = await judge(portal, all, proof);
    const count = `in ${all.length} rollouts and ${kills} kills`;
    proof.check('0 double writes', double === 0, `${double} ${count}`);
    proof.check('0 stuck', stuck === 0, `${stuck} ${count}`);
    proof.check('0 wrong ends', wrong === 0, `${wrong} ${count}`);
    const different = await differences(portal, all);
    for (const one of different) proof.say(one);
    proof.check('every target runs what its record says', !different.length);
    await portal.kill();
    const knex = openFile(join(portal.folder, 'portal', 'release.sqlite'));
    const lost: string[] = [];
    try {
      const stores = new Stores(knex);
      const { verified } = await stores.evidence.verify('now');
      proof.check('the chain of evidence verifies', verified);
      for (const { id } of all) {
        const intents = await stores.intents.of(id);
        lost.push(...withoutIntent(writesOf(portal.sandbox, QA, id), intents));
      }
    } finally {
      await knex.destroy();
    }
    for (const one of lost) proof.say(one);
    proof.check('0 lost records', !lost.length, `${lost.length} ${count}`);
  },
};

export default part;
