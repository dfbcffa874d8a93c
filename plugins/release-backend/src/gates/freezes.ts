import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { HumanDuration } from '@backstage/types';
import type { FreezeWindow } from '@careplane/backstage-plugin-release-common';
import { RRuleTemporal } from 'rrule-temporal';
import { withoutIdentifiers } from '../store/safeFacts';

/** A rule of `release.freezes`. */
export interface Freeze {
  name: string;
  reason?: string;
  /** All stages where empty. */
  stages: string[];
  policy: FreezeWindow['policy'];
  rule: RRuleTemporal;
  duration: HumanDuration;
}

const START = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

/**
 * Freezes from config. Times are those of clocks on the wall in `timeZone`
 * (IANA), so a window keeps its hours when summer time begins or ends.
 *
 * @throws InputError that names the key of a wrong value.
 */
export function readFreezes(
  config: Config | undefined,
  stages: string[],
): Freeze[] {
  const all = config?.getOptionalConfigArray('freezes') ?? [];
  return all.map((freeze, index) => {
    const key = `release.freezes[${index}]`;
    const start = freeze.getString('start');
    const timeZone = freeze.getString('timeZone');
    const rrule = freeze.getOptionalString('rrule') ?? 'FREQ=DAILY;COUNT=1';
    const named = freeze.getOptionalStringArray('stages') ?? [];
    const policy = freeze.getOptionalString('policy') ?? 'hold';
    const unknown = named.find(stage => !stages.includes(stage));
    if (unknown) {
      throw new InputError(
        `'${key}.stages' names '${unknown}', which is not in 'release.stages'.`,
      );
    }
    if (policy !== 'hold' && policy !== 'send-back') {
      throw new InputError(`'${key}.policy' is hold or send-back.`);
    }
    if (!START.test(start)) {
      throw new InputError(
        `'${key}.start' is a local time such as 2026-12-20T18:00.`,
      );
    }
    const compact = start.replace(/[-:]/g, '').padEnd(15, '0');
    let rule: RRuleTemporal;
    try {
      rule = new RRuleTemporal({
        rruleString: `DTSTART;TZID=${timeZone}:${compact}\nRRULE:${rrule}`,
      });
      rule.next(new Date(0), true);
    } catch (error) {
      throw new InputError(
        `'${key}' has no readable 'rrule' (RFC 5545) or 'timeZone' (IANA): ${
          error instanceof Error ? error.message : 'unknown'
        }`,
      );
    }
    return {
      name: freeze.getString('name'),
      reason: freeze.getOptionalString('reason'),
      stages: named,
      policy,
      rule,
      duration: readDurationFromConfig(freeze, { key: 'duration' }),
    };
  });
}

type Occurrence = NonNullable<ReturnType<RRuleTemporal['next']>>;

function windowOf(freeze: Freeze, start: Occurrence): FreezeWindow {
  const iso = (at: { epochMilliseconds: number }) =>
    new Date(at.epochMilliseconds).toISOString();
  return {
    name: freeze.name,
    reason: freeze.reason && withoutIdentifiers(freeze.reason),
    stages: freeze.stages,
    policy: freeze.policy,
    from: iso(start),
    until: iso(start.add(freeze.duration)),
  };
}

/**
 * The window that is open on a stage, the one that ends last; pure, for
 * `now` comes from the database's clock (INV-28, INV-31).
 */
export function freezeAt(
  freezes: Freeze[],
  stage: string,
  now: number,
): FreezeWindow | undefined {
  return freezes
    .filter(freeze => !freeze.stages.length || freeze.stages.includes(stage))
    .flatMap(freeze => {
      const start = freeze.rule.previous(new Date(now), true);
      return start ? windowOf(freeze, start) : [];
    })
    .filter(window => Date.parse(window.until) > now)
    .sort((a, b) => b.until.localeCompare(a.until))[0];
}

/** Windows that are open or open before `horizon`, in order. */
export function freezesUntil(
  freezes: Freeze[],
  now: number,
  horizon: number,
): FreezeWindow[] {
  return freezes
    .flatMap(freeze => {
      const last = freeze.rule.previous(new Date(now), true);
      const next = freeze.rule.next(new Date(now), false);
      return [last, next].flatMap(start =>
        start ? windowOf(freeze, start) : [],
      );
    })
    .filter(
      window =>
        Date.parse(window.until) > now && Date.parse(window.from) < horizon,
    )
    .sort((a, b) => a.from.localeCompare(b.from));
}
