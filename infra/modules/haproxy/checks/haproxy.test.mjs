import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { PATIENT } from '../../../../scripts/functions/planted.mjs';
import { eventually } from '../../../../scripts/functions/sandbox.mjs';
import {
  ask,
  checkConfiguration,
  freePort,
  has,
  render,
  startHaproxy,
  startServer,
  workFolder,
} from './cluster.mjs';

const skip =
  !has('haproxy') || !has('terraform')
    ? 'haproxy or terraform is not on this machine'
    : false;

describe("Jitsi's entrance", { skip }, () => {
  let work;
  let webs;
  let bridges;
  let entrances;

  before(async () => {
    work = await workFolder();
    webs = await Promise.all(['web-a', 'web-b'].map(startServer));
    bridges = await Promise.all(['jvb-a', 'jvb-b'].map(startServer));
    const peerPort = await freePort();
    // Two machines on one: each entrance has a loopback address of its own.
    const peers = ['entrance-a', 'entrance-b'].map((name, index) => ({
      name,
      address: `127.0.0.${index + 2}`,
    }));
    entrances = [];
    for (const { name, address } of peers) {
      const https = await freePort();
      const health = await freePort();
      const file = join(work.folder, `${name}.cfg`);
      const values = {
        max_connections: 2000,
        check_interval: '200ms',
        peers,
        peer_port: peerPort,
        bind_address: '127.0.0.1',
        https_port: https,
        health_port: health,
        certificate_file: work.certificate,
        host_name: 'meet.example',
        web_health_path: '/',
        web_servers: webs.map(placeOf),
        bridges: bridges.map(placeOf),
      };
      writeFileSync(file, render(work.folder, values));
      checkConfiguration(file);
      entrances.push({
        https,
        health,
        address,
        ...(await startHaproxy(file, name)),
      });
    }
    for (const { https } of entrances) {
      await eventually(async () => {
        const answers = [await ask(https, '/'), await ask(https, '/')];
        return new Set(answers.map(({ body }) => body)).size === webs.length;
      });
    }
  });
  after(async () => {
    for (const one of entrances ?? []) await one.stop();
    for (const one of [...(webs ?? []), ...(bridges ?? [])]) await one.kill();
    work?.remove();
  });

  const placeOf = ({ name, address, port }) => ({ name, address, port });
  const room = name => `/xmpp-websocket?room=${encodeURIComponent(name)}`;

  it('speaks TLS 1.2 and newer only, and says so to browsers', async () => {
    const { headers } = await ask(entrances[0].https, '/');
    assert.match(headers['strict-transport-security'], /max-age=63072000/);
    const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' };
    assert.equal((await ask(entrances[0].https, '/', old)).status, 0);
  });

  it('keeps everyone of a room on one server, at both entrances', async () => {
    const [first, second] = entrances.map(({ https }) => https);
    const names = ['dawn', 'morning', 'noon', 'afternoon', 'evening', 'night'];
    const serversAt = async port => {
      const servers = [];
      for (const name of names)
        servers.push((await ask(port, room(name))).body);
      return servers;
    };
    const chosen = await serversAt(first);
    assert.equal(new Set(chosen).size, 2, 'rooms are spread');
    assert.deepEqual(await serversAt(first), chosen);
    // Out of step with the first, so that it agrees only by being told.
    await ask(second, '/');
    await eventually(async () =>
      isDeepStrictEqual(await serversAt(second), await serversAt(first)),
    );
  });

  it("brings a bridge's channel to that bridge, and to no other", async () => {
    for (const { name } of bridges) {
      const { body } = await ask(entrances[0].https, `/colibri-ws/${name}/x/y`);
      assert.equal(body, name);
    }
    const { status } = await ask(entrances[0].https, '/colibri-ws/jvb-z/x/y');
    assert.equal(status, 404);
  });

  it('writes no address of a request into its log', async () => {
    const lines = () => entrances[0].log().split('\n').length;
    const earlier = lines();
    await ask(entrances[0].https, room(PATIENT));
    await eventually(() => lines() > earlier);
    assert.match(entrances[0].log(), /entrance~ web\/web-/);
    assert.ok(!entrances[0].log().includes(encodeURIComponent(PATIENT)));
    assert.ok(!entrances[0].log().includes('room='));
  });

  it('goes on with the other server when the one of a room is killed: no request is lost', async () => {
    const { body: first } = await ask(entrances[0].https, room('failover'));
    const [dead, alive] = first === webs[0].name ? webs : [...webs].reverse();
    await dead.kill();
    for (let turn = 0; turn < 30; turn += 1) {
      const { status, body } = await ask(entrances[0].https, room('failover'));
      assert.deepEqual([status, body], [200, alive.name]);
    }
    const healthy = await plain(entrances[0].health);
    assert.equal(healthy, 200, 'one server is enough');
  });

  it('goes on with the other entrance when one is killed', async () => {
    const { body } = await ask(entrances[1].https, room('failover'));
    await entrances[0].stop();
    assert.equal((await ask(entrances[0].https, room('failover'))).status, 0);
    const after = await ask(entrances[1].https, room('failover'));
    assert.deepEqual([after.status, after.body], [200, body]);
  });

  it('tells the load balancer when it has no server left', async () => {
    await Promise.all(webs.map(one => one.kill().catch(() => {})));
    await eventually(async () => (await plain(entrances[1].health)) === 503);
  });

  const plain = async port =>
    (await fetch(`http://127.0.0.1:${port}/health`)).status;
});
