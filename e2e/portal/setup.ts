import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journeyPorts } from './ports';

/**
 * Starts sandbox and portal with fresh data, as `npm start` does, and stops them
 * when the journeys are over. `CAREPLANE_JOURNEY_URL` uses a running one.
 */
export default async function setup() {
  if (process.env.CAREPLANE_JOURNEY_URL) return undefined;
  const { startBackend, startSandbox } = await import(
    '../../scripts/lib/portal.mjs'
  );
  const { ProcessGroup } = await import('../../scripts/lib/process.mjs');
  const ports = journeyPorts();
  const data = mkdtempSync(join(tmpdir(), 'careplane-journey-'));
  const group = new ProcessGroup();
  process.env.CAREPLANE_JOURNEY_DATA = data;
  const stop = async () => {
    await group.stop();
    if (!process.env.CAREPLANE_KEEP_DATA) {
      rmSync(data, { recursive: true, force: true });
    }
  };
  try {
    await startSandbox(group, process.execPath, data, ports, () => undefined);
    await startBackend(group, process.execPath, data, ports, () => undefined);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
