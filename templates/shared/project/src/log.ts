/** What a log line may hold. Nothing that a patient or a caller sent is among it. */
export interface LogFields {
  requestId?: string;
  route?: string;
  status?: number;
  durationMs?: number;
  error?: string;
}

const ALLOWED: readonly (keyof LogFields)[] = ['requestId', 'route', 'status', 'durationMs', 'error'];

/**
 * Writes one JSON line. Fields outside the list are dropped, so that no health
 * information reaches a log by accident (45 CFR 164.312(a)(2)(iv), 164.312(b)).
 */
export function log(
  level: 'info' | 'error',
  message: string,
  fields: LogFields = {},
  write: (line: string) => void = line => process.stdout.write(`${line}\n`),
): void {
  const kept = ALLOWED.filter(name => fields[name] !== undefined).map(name => [name, fields[name]]);
  write(JSON.stringify({ time: new Date().toISOString(), level, message, ...Object.fromEntries(kept) }));
}
