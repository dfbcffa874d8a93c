/** How long one alarm that stays on is one incident. */
const REMIND_MS = 4 * 3_600_000;
/** An alarm that comes and goes calls again only if it is still on this long after the last call. */
const QUIET_MS = 15 * 60_000;
const TRIES = 5;
const ROUNDS = 3;

/**
 * What an alarm means, given what is known of it.
 *
 * @param known - the incident that was kept last, or undefined
 * @param alarm - as `readAlarm` answers it
 * @param now - milliseconds
 * @returns `open` (tell and call), `tell` (and call once `quietLeft` is over),
 *   `resolve`, or `leave`
 */
export function judge(known, alarm, now) {
  const isOpen = known && known.status !== 'resolved';
  if (alarm.state === 'OK') return isOpen ? 'resolve' : 'leave';
  if (!known) return 'open';
  if (isOpen) {
    // Told and queued only in part: the event is here again because that failed.
    if (!known.queued) return quietLeft(known, now) > 0 ? 'tell' : 'open';
    return now - known.opened < REMIND_MS ? 'leave' : 'open';
  }
  return quietLeft(known, now) > 0 ? 'tell' : 'open';
}

/** Seconds until an alarm may call again; 15 minutes at most, as a queue delays. */
export function quietLeft({ called }, now) {
  if (called === undefined) return 0;
  return Math.max(0, Math.ceil((called + QUIET_MS - now) / 1000));
}

/**
 * Whom to call in a step: the list from its head, three times over.
 *
 * @returns undefined after the last
 */
export function personFor(people, step) {
  if (step >= people.length * ROUNDS) return undefined;
  return people[step % people.length];
}

/**
 * What follows a call that was not placed.
 *
 * @param error - what Connect's API threw
 * @returns seconds until the same call is tried again; undefined to go on to the next person
 */
export function retryAfter(error, tries) {
  const status = error.$metadata?.httpStatusCode ?? 0;
  const passes =
    /Throttl|TooManyRequests|LimitExceeded|Timeout|Internal/i.test(
      error.name,
    ) ||
    status === 429 ||
    status >= 500;
  if (!passes || tries >= TRIES) return undefined;
  return Math.min(15 * 2 ** tries, 120);
}
