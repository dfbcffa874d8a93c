import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { Stop } from './say.mjs';

/** Stops with a sentence when a port is in use. */
export async function needPort(port, variable, purpose) {
  const free = await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', error =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
  if (!free) {
    throw new Stop(
      `Port ${port} (${purpose}) is in use. If Careplane is already running, open http://localhost:${
        process.env.CAREPLANE_PORT ?? 7007
      } or stop it; otherwise choose another port: ${variable}=${
        port + 100
      } npm start`,
    );
  }
}

/** Stops with a sentence when there are fewer than `gigabytes` free below `dir`. */
export async function needDisk(dir, gigabytes) {
  if (!statfs) return;
  const { bavail, bsize } = await statfs(dir);
  const free = (bavail * bsize) / 1e9;
  if (free < gigabytes) {
    throw new Stop(
      `Only ${free.toFixed(
        1,
      )} GB of disk are free here, and the first start needs about ${gigabytes} GB. Free some space (or move the checkout to a larger disk) and run the command again.`,
    );
  }
}

/** Stops with a sentence when a program is missing. */
export async function needProgram(name, why) {
  try {
    await promisify(execFile)(name, ['--version']);
  } catch {
    throw new Stop(
      `${name} is not on this machine, and ${why}. Install ${name} and run the command again.`,
    );
  }
}
