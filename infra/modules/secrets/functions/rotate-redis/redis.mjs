import { once } from 'node:events';
import { connect } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { RotationError } from '../lib/rotation.mjs';

const CONNECT_MS = 5_000;
const AGAIN_MS = 1_000;
/** A changed user reaches the nodes some seconds after it is active. */
const ATTEMPTS = 15;

/**
 * Whether these credentials log in, over TLS with a verified certificate.
 *
 * @param ca - PEM of the authorities to trust besides the process's own
 * @throws RotationError where Redis cannot be reached, which says nothing of them
 */
export async function logsIn({ host, port, username, password }, ca) {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask({ host, port: Number(port), ca }, [
      'AUTH',
      username,
      password,
    ]);
    if (answer === '+OK') return true;
    if (attempt === ATTEMPTS) return false;
    await sleep(AGAIN_MS);
  }
}

/** The first line that Redis answers to one command. */
async function ask({ host, port, ca }, words) {
  const socket = connect({
    host,
    port,
    servername: host,
    ca,
    timeout: CONNECT_MS,
  });
  socket.on('timeout', () => socket.destroy(timedOut()));
  try {
    await once(socket, 'secureConnect');
    socket.write(encode(words));
    let text = '';
    for await (const chunk of socket) {
      text += chunk;
      const end = text.indexOf('\r\n');
      if (end >= 0) return text.slice(0, end);
    }
    throw Object.assign(new Error('closed'), { code: 'ECONNRESET' });
  } catch (error) {
    throw new RotationError(
      `Redis cannot be reached over TLS (${error.code ?? error.name})`,
    );
  } finally {
    socket.destroy();
  }
}

const timedOut = () =>
  Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' });

/** https://valkey.io/topics/protocol/: an array of bulk strings. */
function encode(words) {
  const parts = words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join('')}`;
}
