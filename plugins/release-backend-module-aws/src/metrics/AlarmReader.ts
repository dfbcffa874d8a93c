import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  StateValue,
} from '@aws-sdk/client-cloudwatch';
import { AwsClients, toBackstageError } from '@careplane/aws-node';
import type { AlarmState } from '@careplane/backstage-plugin-release-common';

/** DescribeAlarms takes so many names. */
const NAMES_PER_CALL = 100;
/** How old a state may be: with it, all readers of an account share a call. */
const FRESH_MS = 5_000;

interface Place {
  accountId: string;
  region: string;
}

const STATES: Record<StateValue, AlarmState['state']> = {
  OK: 'ok',
  ALARM: 'alarm',
  INSUFFICIENT_DATA: 'insufficient-data',
};

/** One read of one account and region, under way or lately made. */
interface Sweep {
  at: number;
  names: Set<string>;
  started: boolean;
  states: Promise<Map<string, AlarmState['state']>>;
}

/**
 * States of alarms, through one shared read per account and region: CloudWatch
 * answers DescribeAlarms 9 times a second for everybody together
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html).
 * What is wanted at the same moment goes into one call. State reasons, which
 * may quote data, are not kept.
 */
export class AlarmReader {
  readonly #sweeps = new Map<string, Sweep>();
  /** Names that were wanted lately, so that each sweep serves all readers. */
  readonly #wanted = new Map<string, Map<string, number>>();

  constructor(private readonly clients: AwsClients) {}

  /** @throws ServiceUnavailableError or ForwardedError, never a state made up. */
  async states(place: Place, names: string[]): Promise<AlarmState[]> {
    if (!names.length) return [];
    const found = await this.#sweep(place, names);
    return names.map(name => ({ name, state: found.get(name) ?? 'missing' }));
  }

  #sweep(place: Place, names: string[]) {
    const key = `${place.accountId}/${place.region}`;
    const now = Date.now();
    const wanted = this.#wanted.get(key) ?? new Map<string, number>();
    this.#wanted.set(key, wanted);
    for (const name of names) wanted.set(name, now);
    for (const [name, at] of wanted) {
      if (now - at > 60_000) wanted.delete(name);
    }
    const last = this.#sweeps.get(key);
    if (last && !last.started) {
      for (const name of names) last.names.add(name);
      return last.states;
    }
    const known = names.every(name => last?.names.has(name));
    if (last && known && now - last.at < FRESH_MS) return last.states;

    const sweep: Sweep = {
      at: now,
      names: new Set(wanted.keys()),
      started: false,
      states: Promise.resolve(new Map()),
    };
    // One turn of the event loop gathers what is wanted at the same moment.
    sweep.states = new Promise(resolve => {
      setImmediate(resolve);
    }).then(() => {
      sweep.started = true;
      return this.#read(place, [...sweep.names]);
    });
    this.#sweeps.set(key, sweep);
    sweep.states.catch(() => {
      // Told to whoever waits for it; the next reader asks again.
      if (this.#sweeps.get(key) === sweep) this.#sweeps.delete(key);
    });
    return sweep.states;
  }

  async #read(place: Place, names: string[]) {
    const client = this.clients.read(CloudWatchClient, place);
    const states = new Map<string, AlarmState['state']>();
    for (let from = 0; from < names.length; from += NAMES_PER_CALL) {
      try {
        const answer = await client.send(
          new DescribeAlarmsCommand({
            AlarmNames: names.slice(from, from + NAMES_PER_CALL),
            AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
            MaxRecords: NAMES_PER_CALL,
          }),
        );
        const all = [
          ...(answer.MetricAlarms ?? []),
          ...(answer.CompositeAlarms ?? []),
        ];
        for (const { AlarmName, StateValue: state } of all) {
          if (AlarmName && state) states.set(AlarmName, STATES[state]);
        }
      } catch (error) {
        throw toBackstageError(error, {
          service: 'cloudwatch',
          operation: 'DescribeAlarms',
          ...place,
          resource: 'alarms',
        });
      }
    }
    return states;
  }
}
