import type { Period, Seen } from '../store/TargetStore';

/**
 * What a reading of an idle target adds to the period that runs: that it is
 * there, and whether somebody shares its traffic. Undefined where that is known.
 *
 * @param lastRead - When the target was read before, at which it was not so.
 */
export function seenNow(
  period: Period,
  reading: { shared: boolean; at: string; lastRead?: string },
): Seen | undefined {
  const { seen = {}, source } = period;
  const { shared, at, lastRead } = reading;
  const spans = seen.shared ?? [];
  const open = spans.find(one => !one.to);
  const next: Seen = { ...seen };
  if (source !== 'careplane' && !seen.from) next.from = at;
  if (shared && !open) {
    next.shared = [...spans, { from: lastRead ?? period.from }];
  }
  if (!shared && open) {
    next.shared = spans.map(one => (one === open ? { ...one, to: at } : one));
  }
  return next.from === seen.from && next.shared === seen.shared
    ? undefined
    : next;
}
