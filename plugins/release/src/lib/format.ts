import type { Revision } from '@careplane/backstage-plugin-release-common';

const DAY = 86_400_000;
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', DAY],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/**
 * "3 hours ago" under seven days, "12 Mar 2026" after. Undefined under a second,
 * and for what is later than now: the clocks of viewer and server differ.
 */
export function relativeTime(at: Date, now: Date): string | undefined {
  const distance = at.getTime() - now.getTime();
  if (distance > -1_000) return undefined;
  if (Math.abs(distance) >= 7 * DAY) {
    return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(
      at,
    );
  }
  const [unit, ms] =
    UNITS.find(([, size]) => Math.abs(distance) >= size) ?? UNITS[3];
  return new Intl.RelativeTimeFormat(undefined, { style: 'long' }).format(
    Math.trunc(distance / ms),
    unit,
  );
}

/** Full local time with its zone, and UTC: for titles and for readers. */
export function fullTime(at: Date): string {
  const local = new Intl.DateTimeFormat(undefined, {
    dateStyle: 'full',
    timeStyle: 'long',
    hourCycle: 'h23',
  }).format(at);
  return `${local} (${utcTime(at)})`;
}

/** "2026-03-03 14:05:11 UTC". */
export function utcTime(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** "12:03:10" today, "21 Nov, 12:03" on another day; in the viewer's zone. */
export function clockTime(at: Date, now = new Date()): string {
  const today = at.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(undefined, {
    ...(today ? { second: '2-digit' } : { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
}

/** "3 Mar 2026, 14:05:11": a moment to the second, in the viewer's zone. */
export function exactTime(at: Date): string {
  return new Intl.DateTimeFormat(undefined, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).format(at);
}

/** The viewer's time zone, for the head of a column of moments. */
export function timeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** "6 d 4 h", "3 min 20 s", "4.1 s": the two largest units. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor((whole % 86_400) / 3_600), 'h'],
    [Math.floor((whole % 3_600) / 60), 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}

/** "6:12" for a countdown. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** 0.1 → "10 %". */
export function percent(weight: number): string {
  return `${Math.round(weight * 1000) / 10} %`;
}

/** The first seven characters that tell one content from another. */
export function shortHash(hash: string): string {
  return hash.replace(/^sha256:/, '').slice(0, 7);
}

/** What people call a revision: its version, else version number or family. */
export function revisionName(revision: Revision | undefined): string {
  if (!revision) return '–';
  if (revision.version) return revision.version;
  const taskDefinition = revision.id.match(/task-definition\/(.+)$/);
  return taskDefinition ? taskDefinition[1] : `version ${revision.id}`;
}
