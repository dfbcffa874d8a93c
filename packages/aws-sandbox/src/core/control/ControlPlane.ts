import { AwsError } from '../AwsError';
import type { HttpAnswer, HttpCall } from '../http/HttpMessages';
import type { SandboxClock } from '../types';
import type { Fault, Faults } from './Faults';
import type { QuotaOption, Quotas } from './Quotas';
import type { RequestLog } from './RequestLog';

export const CONTROL_PREFIX = '/_sandbox/';

/** `/_sandbox/*`: health, requests, clock, faults and quotas, for tests and the demo. */
export class ControlPlane {
  constructor(
    private readonly parts: {
      clock: SandboxClock;
      faults: Faults;
      requests: RequestLog;
      quotas: Quotas;
      services: () => string[];
      ready: () => boolean;
    },
  ) {}

  async answer(call: HttpCall): Promise<HttpAnswer> {
    const what = `${call.method} ${call.path.slice(CONTROL_PREFIX.length)}`;
    const { clock, faults, requests, quotas } = this.parts;
    switch (what) {
      case 'GET health':
        return this.parts.ready()
          ? json(200, { status: 'ok', services: this.parts.services() })
          : json(503, { status: 'starting' });
      case 'GET requests': {
        const since = call.query.get('since') ?? 0;
        return json(200, {
          last: requests.last,
          count: requests.since(since).length,
          counts: requests.counts(since),
          items: requests.since(since),
        });
      }
      case 'DELETE requests':
        requests.clear();
        return json(200, {});
      case 'GET clock':
        return json(200, time(clock));
      case 'POST clock': {
        const { advanceSeconds } = body<{ advanceSeconds?: unknown }>(call);
        if (typeof advanceSeconds !== 'number' || !(advanceSeconds >= 0)) {
          return json(400, {
            message: 'Send {"advanceSeconds": n} with n of 0 or more',
          });
        }
        await clock.advance(advanceSeconds * 1000);
        return json(200, time(clock));
      }
      case 'GET faults':
        return json(200, { items: faults.all() });
      case 'POST faults':
        try {
          faults.add(body<Fault>(call));
        } catch (error) {
          if (error instanceof AwsError) throw error;
          return json(400, { message: (error as Error).message });
        }
        return json(200, { items: faults.all() });
      case 'DELETE faults':
        faults.clear();
        return json(200, {});
      case 'GET quotas':
        return json(200, {
          enforced: quotas.isEnforced,
          groups: quotas.all(),
          usage: quotas.usage({
            since: call.query.get('since') ?? undefined,
            windowSeconds: Number(call.query.get('windowSeconds') ?? 60),
          }),
        });
      case 'POST quotas':
        try {
          quotas.use(body<{ use?: QuotaOption }>(call).use ?? 'published');
        } catch (error) {
          if (error instanceof AwsError) throw error;
          return json(400, { message: (error as Error).message });
        }
        return json(200, { enforced: quotas.isEnforced });
      case 'DELETE quotas':
        quotas.clearUsage();
        return json(200, {});
      default:
        return json(404, {
          message: `The sandbox's control plane has no ${what}: it has health, requests, clock, faults and quotas`,
        });
    }
  }
}

function time(clock: SandboxClock) {
  return { now: clock.now().toISOString(), offsetSeconds: clock.offset / 1000 };
}

function body<T>(call: HttpCall): T {
  try {
    return JSON.parse(call.body.toString('utf8') || '{}') as T;
  } catch {
    throw new AwsError('SerializationException', 'The body is not valid JSON');
  }
}

export function json(status: number, value: object): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: `${JSON.stringify(value)}\n`,
  };
}
