import { signIn } from '../scripts/lib/signIn.mjs';

const RUNS = 60;
const ENTITY = 'component/default/visit-api';
const BLOCKS = {
  'delivery blocks of an entity': `/api/delivery/entities/${ENTITY}`,
  'releases of an entity': `/api/release/entities/${ENTITY}`,
  'releases board': '/api/release/overview',
  'audit, newest page': '/api/release/audit?limit=50',
};

/** Median and 95th percentile of each block's request, one after another. */
export async function measureBlocks(portal) {
  const token = await signIn(portal, 'ravi.patel');
  const figures = [];
  for (const [name, path] of Object.entries(BLOCKS)) {
    const times = [];
    for (let run = 0; run < RUNS + 5; run++) {
      const began = performance.now();
      const response = await fetch(`${portal}${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      if (run >= 5) times.push(performance.now() - began);
    }
    times.sort((a, b) => a - b);
    const at = fraction =>
      times[Math.floor(fraction * (times.length - 1))].toFixed(1);
    figures.push({
      name,
      value: `${at(0.5)} / ${at(0.95)}`,
      unit: 'ms',
      method: `median / 95th percentile of ${RUNS} requests in sequence on loopback, 5 before not counted`,
    });
  }
  return figures;
}
