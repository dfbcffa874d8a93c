import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { findIn, findInDatabases, findInFiles, Finding } from './lib/findings';
import type { Part, Proof } from './lib/part';
import { pause } from './lib/people';
import { Plant, plantInAws, PLANTS } from './lib/plants';
import { Portal } from './lib/portal';

const DANIEL = 'daniel.okafor';
const SOFIA = 'sofia.rossi';
const RAVI = 'ravi.patel';
const SERVICES = ['visit-api', 'triage-rules', 'video-gateway'];
const QA = '222222222222';
const entityOf = (name: string) => `component:default/${name}`;
const ALL = Object.values(PLANTS) as Plant[];
const TEXTS = ALL.map(({ text }) => text);

type Entity = {
  releases: { id: string }[];
  rollouts?: { id: string }[];
  targets: {
    target?: {
      stage: string;
      rollbackOptions?: { revision: { id: string }; ready: string }[];
    };
  }[];
};

/** Everything that a person, or a program, says to the portal. */
async function speak(portal: Portal, proof: Proof): Promise<void> {
  const ask = (persona: string, path: string, body: object) =>
    portal.call<{ id?: string; error?: { message: string } }>(
      persona,
      path,
      body,
    );
  const entity = (
    await portal.call<Entity>(
      DANIEL,
      `/release/entities/component/default/triage-rules`,
    )
  ).body;
  const qa = entity.targets
    .map(one => one.target)
    .find(one => one?.stage === 'qa');
  const option = qa?.rollbackOptions?.find(one => one.ready === 'ready');
  const rollback = (reason: string) => ({
    entityRef: entityOf('triage-rules'),
    stage: 'qa',
    kind: 'rollback',
    revisionId: option?.revision.id,
    idempotencyKey: randomUUID(),
    reason,
  });
  const refused = await ask(
    DANIEL,
    '/release/rollouts',
    rollback(PLANTS.refused.labelled),
  );
  proof.check(
    'a labelled record number in a reason is refused',
    refused.status === 400,
    `${refused.status}`,
  );
  // AWS says no, and says more than it should.
  for (const [service, operation] of [
    ['lambda', 'GetAlias'],
    ['lambda', 'UpdateAlias'],
    ['cloudformation', 'UpdateStack'],
    ['cloudformation', 'CreateChangeSet'],
  ]) {
    portal.sandbox.faults.add({
      kind: 'validation',
      service,
      operation,
      account: QA,
      count: 1,
      message: `Not valid for ${PLANTS.error.labelled}`,
    });
  }
  const made = await ask(
    DANIEL,
    '/release/rollouts',
    rollback(`As asked in ${PLANTS.reason.text}`),
  );
  proof.check(
    'a reason with a bare number is taken',
    made.status === 202,
    made.text.slice(0, 200),
  );
  await ask(DANIEL, '/release/rollouts', {
    ...rollback('x'),
    [`x-${PLANTS.body.text}`]: PLANTS.body.labelled,
  });
  await ask(SOFIA, `/release/rollouts/${made.body.id}/acts`, {
    act: 'send-back',
    comment: PLANTS.comment.labelled,
  });
  const ended = async (id = '') => {
    const limit = Date.now() + 60_000;
    while (Date.now() < limit) {
      const { body } = await portal.call<{ endedAt?: string }>(
        DANIEL,
        `/release/rollouts/${id}`,
      );
      if (body.endedAt) return true;
      await pause(1_000);
    }
    return false;
  };
  // AWS may have refused it, as planted: a person asks once more.
  if (!(await ended(made.body.id))) {
    const again = await ask(DANIEL, '/release/rollouts', rollback('Once more'));
    await ended(again.body.id);
  }
  const lifted = await ask(DANIEL, '/release/targets/hold/lift', {
    arn: `arn:aws:lambda:us-east-1:${QA}:function:triage-rules:live`,
    entityRef: entityOf('triage-rules'),
    reason: `Fixed, see ${PLANTS.waiver.text}`,
  });
  proof.check(
    'the hold is lifted, with a reason',
    lifted.status < 300,
    `${lifted.status} ${lifted.text.slice(0, 300)}`,
  );
  for (const name of SERVICES) {
    for (const plugin of ['release', 'delivery']) {
      await ask(
        DANIEL,
        `/${plugin}/entities/component/default/${name}/refresh`,
        {},
      );
    }
  }
}

/** What the portal answers to whoever asks for all of it. */
async function answers(portal: Portal): Promise<Finding[]> {
  const found: Finding[] = [];
  const get = async <T>(path: string) => {
    const { text, body } = await portal.call<T>(RAVI, path);
    found.push(...findIn(`GET ${path.split('?')[0]}`, text, TEXTS));
    return body;
  };
  for (const name of SERVICES) {
    const ref = `component/default/${name}`;
    const { rollouts = [] } = await get<Entity>(`/release/entities/${ref}`);
    for (const { id } of rollouts) await get(`/release/rollouts/${id}`);
    await get(`/delivery/entities/${ref}`);
    await get(`/catalog/entities/by-name/${ref}`);
  }
  await get('/release/overview');
  await get('/release/rollouts');
  await get('/release/sets');
  await get('/release/stages');
  await get('/delivery/failing-pipelines');
  await get('/notifications/notifications');
  // Whoever searches for a number has it logged: what is found is asked for.
  await get('/search/query?term=visit');
  // The export: all pages, as the audit page reads them.
  let before: number | undefined;
  do {
    const page = await get<{ next?: number }>(
      `/release/audit?limit=200${before ? `&before=${before}` : ''}`,
    );
    before = page.next;
  } while (before);
  return found;
}

const CHANNELS = ['release:rollouts', 'notifications'];

/** A connection; undefined where none was made: the first wakes the server. */
async function connected(portal: Portal): Promise<WebSocket | undefined> {
  const socket = new WebSocket(
    `${portal.url.replace('http', 'ws')}/api/signals`,
    await portal.token(RAVI),
  );
  const isOpen = await Promise.race([
    new Promise<boolean>(resolve => {
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
    }),
    pause(5_000).then(() => false),
  ]);
  if (isOpen) return socket;
  socket.close();
  return undefined;
}

/** Everything that is broadcast to pages while this runs. */
async function listen(portal: Portal): Promise<string[]> {
  const heard: string[] = [];
  for (let tries = 0; tries < 5; tries += 1) {
    const socket = await connected(portal);
    if (!socket) continue;
    socket.onmessage = ({ data }) => heard.push(String(data));
    for (const channel of CHANNELS) {
      socket.send(JSON.stringify({ action: 'subscribe', channel }));
    }
    break;
  }
  return heard;
}

const part: Part = {
  slice:
    'plugins/release-backend/src/plugin.test.ts (keeps a patient identifier out of records, answers and logs)',
  claim:
    'a record number that is planted in any input appears in no row, log, signal, answer or export, but where a person wrote it and the field says so (SC-X16)',

  async prove(proof) {
    const portal = await Portal.start(proof);
    await plantInAws(portal.sandbox);
    await portal.up();
    const ticking = setInterval(() => portal.sandbox.clock.advance(2_000), 500);
    proof.onEnd(() => clearInterval(ticking));
    proof.say('The portal is up');
    const heard = await listen(portal);
    proof.say('Listening to signals');
    // Catalog, pipelines, images and targets are read in their own time.
    await pause(45_000);
    await speak(portal, proof);
    proof.say('All was said');
    await pause(20_000);
    const found = await answers(portal);
    found.push(...heard.flatMap(one => findIn('signal', one, TEXTS)));
    await portal.kill();
    const databases = await findInDatabases(
      join(portal.folder, 'portal'),
      TEXTS,
    );
    found.push(...databases.found);
    found.push(...findInFiles(join(portal.folder, 'logs'), TEXTS));
    proof.say(
      `${databases.rows} rows of ${databases.tables} tables, ${heard.length} signals`,
    );

    const wrong = (one: Plant) =>
      found.filter(({ text, ...rest }) => {
        if (text !== one.text) return false;
        return !one.may?.({ text, ...rest });
      });
    proof.table(
      'Planted record numbers',
      ALL.map(one => {
        const allowed = found.filter(({ text }) => text === one.text);
        const bad = wrong(one);
        return {
          input: one.input,
          'as a person wrote it': allowed.length - bad.length,
          elsewhere: bad.length,
        };
      }),
    );
    for (const one of ALL) {
      const places = new Set(
        wrong(one).map(({ where, field }) => `${where} (${field})`),
      );
      for (const place of [...places].slice(0, 12)) {
        proof.say(`${one.input}: ${place}`);
      }
    }
    const leaks = ALL.reduce((sum, one) => sum + wrong(one).length, 0);
    proof.check('no number is where it must not be', leaks === 0, `${leaks}`);
    proof.check(
      'what a person wrote is kept, in a field that says so',
      [PLANTS.reason, PLANTS.waiver].every(plant =>
        found.some(({ text }) => text === plant.text),
      ),
    );
    proof.check('signals were heard', heard.length > 0, `${heard.length}`);
  },
};

export default part;
