import type { GateResult } from '@careplane/backstage-plugin-release-common';

/** Milliseconds of the database's clock; without `to` it lasts. */
export interface Span {
  from: number;
  to?: number;
}

/** A time in which the release had the traffic of the stage. */
export interface SoakPeriod extends Span {
  /** From when to when that is sure; missing where it is not known. */
  sureFrom?: number;
  sureTo?: number;
}

/** What was recorded of a release on the stage before. */
export interface SoakFacts {
  /** How long it must have run there, in milliseconds. */
  needed: number;
  /** Undefined where what ran there is not known. */
  periods?: SoakPeriod[];
  /** When traffic there was shared or being moved, whoever did it. */
  disturbed: Span[];
  /** The database's time (INV-28). */
  now: number;
}

/** What is left of a span when others are taken out of it, in order. */
function without(whole: Required<Span>, cuts: Span[]): Required<Span>[] {
  let { from } = whole;
  const left: Required<Span>[] = [];
  for (const cut of [...cuts].sort((a, b) => a.from - b.from)) {
    const end = cut.to ?? Infinity;
    if (end <= from || cut.from >= whole.to) continue;
    if (cut.from > from) left.push({ from, to: cut.from });
    from = Math.max(from, end);
  }
  return from < whole.to ? [...left, { from, to: whole.to }] : left;
}

const longestOf = (spans: Required<Span>[]) =>
  Math.max(0, ...spans.map(({ from, to }) => to - from));

/** "2 d 4 h", "3 h 20 min": the two largest units, never more than there was. */
function inWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const parts: [number, string][] = [
    [Math.floor(minutes / 1_440), 'd'],
    [Math.floor((minutes % 1_440) / 60), 'h'],
    [minutes % 60, 'min'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return `${Math.floor(ms / 1_000)} s`;
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}

const iso = (ms: number) => new Date(ms).toISOString();
const minute = (ms: number) => `${iso(ms).slice(0, 16).replace('T', ' ')} UTC`;
const nextMinute = (ms: number) => minute(Math.ceil(ms / 60_000) * 60_000);

type Verdict = Pick<GateResult, 'state' | 'summary' | 'wait'>;

/** It runs there with all traffic now, surely since `since`. */
function whileItRuns(
  { needed, now }: SoakFacts,
  open: SoakPeriod & { sureFrom: number },
  {
    title,
    since,
    possible,
  }: { title: string; since: number; possible: number },
): Verdict {
  const { from, sureFrom, sureTo = sureFrom } = open;
  const until = since + needed;
  const before =
    since === sureFrom && sureFrom > from
      ? ' at least, and what was before is not known'
      : '';
  const rest =
    now >= until
      ? `${title} has not been read since ${minute(sureTo)}`
      : `until ${nextMinute(until)}`;
  return {
    state: possible < needed ? 'fail' : 'unknown',
    summary: `Runs on ${title} undisturbed since ${minute(
      since,
    )}${before}; ${inWords(needed)} is asked, ${
      now >= until ? 'and' : 'so'
    } ${rest}.`,
    wait: { since: iso(since), until: iso(until) },
  };
}

function verdictOf(facts: SoakFacts, title: string): Verdict {
  const { needed, periods, disturbed, now } = facts;
  const asked = `${inWords(needed)} is asked.`;
  if (!periods) {
    return {
      state: 'unknown',
      summary: `What ran on ${title} undisturbed, and since when, is not known; ${asked}`,
    };
  }
  const sure = periods.map(({ sureFrom, sureTo = 0 }) =>
    sureFrom !== undefined && sureTo > sureFrom
      ? without({ from: sureFrom, to: sureTo }, disturbed)
      : [],
  );
  const known = longestOf(sure.flat());
  if (known >= needed) {
    return {
      state: 'pass',
      summary: `Has run on ${title} undisturbed for ${inWords(
        known,
      )}; ${asked}`,
    };
  }
  const possible = longestOf(
    periods.flatMap(({ from, to = now }) => without({ from, to }, disturbed)),
  );
  const open = periods.find(one => one.to === undefined);
  if (open) {
    if (disturbed.some(({ from, to = Infinity }) => from <= now && to > now)) {
      return {
        state: possible >= needed ? 'unknown' : 'fail',
        summary: `Traffic on ${title} is shared or being moved now. ${inWords(
          needed,
        )} is asked, from when this release has all of it there.`,
      };
    }
    const { sureFrom } = open;
    if (sureFrom !== undefined) {
      const ends = disturbed.flatMap(({ to = now }) => (to <= now ? to : []));
      const since = Math.max(sureFrom, ...ends);
      const words = { title, since, possible };
      return whileItRuns(facts, { ...open, sureFrom }, words);
    }
  }
  if (possible >= needed) {
    return {
      state: 'unknown',
      summary: `How long it ran on ${title} undisturbed is not known, only that ${inWords(
        known,
      )} of it is sure; ${asked}`,
    };
  }
  return {
    state: 'fail',
    summary: periods.length
      ? `Ran on ${title} undisturbed for ${inWords(
          possible,
        )}; ${asked} It has to run there again.`
      : `Has not run on ${title}; ${inWords(needed)} undisturbed is asked.`,
  };
}

/**
 * Whether a release had all traffic of the stage before for long enough, in
 * one piece: the longest time counts, the present or an earlier one. Pure.
 */
export const soakGate = (facts: SoakFacts, title: string): GateResult => ({
  id: 'soak',
  title: 'Soak',
  ...verdictOf(facts, title),
});
