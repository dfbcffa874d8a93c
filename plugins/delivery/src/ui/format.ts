import { DateTime, Duration } from 'luxon';

/** Clock time today, else day and month; the full time belongs in a title. */
export function shortTime(iso: string, now = DateTime.now()): string {
  const at = DateTime.fromISO(iso);
  return at.hasSame(now, 'day')
    ? at.toLocaleString(DateTime.TIME_24_WITH_SECONDS)
    : at.toLocaleString({
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      });
}

/** Local time with its zone, and UTC. */
export function fullTime(iso: string): string {
  const at = DateTime.fromISO(iso);
  const local = at.toLocaleString({
    dateStyle: 'full',
    timeStyle: 'long',
    hourCycle: 'h23',
  });
  return `${local} (${at.toUTC().toFormat('yyyy-MM-dd HH:mm:ss')} UTC)`;
}

/** "3 hours ago" under seven days, the date after. */
export function age(iso: string, now = DateTime.now()): string {
  const at = DateTime.fromISO(iso);
  if (now.diff(at, 'days').days >= 7) {
    return at.toLocaleString(DateTime.DATE_MED);
  }
  return at.toRelative({ base: now }) ?? shortTime(iso, now);
}

/** "1 min 20 s". */
export function duration(seconds: number): string {
  const parts = Duration.fromObject({ seconds }).shiftTo(
    'hours',
    'minutes',
    'seconds',
  );
  const { hours, minutes } = parts;
  const rest = Math.round(parts.seconds);
  if (hours > 0) return `${hours} h ${minutes} min`;
  if (minutes > 0) return rest ? `${minutes} min ${rest} s` : `${minutes} min`;
  return `${rest} s`;
}

/** Megabytes as ECR and docker count them: by powers of ten. */
export function size(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}
