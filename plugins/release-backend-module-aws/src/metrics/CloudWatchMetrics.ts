import {
  CloudWatchClient,
  GetMetricDataCommand,
  MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { ServiceUnavailableError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import { AwsClients, toBackstageError } from '@careplane/aws-node';
import type {
  AlarmState,
  Calls,
  Revision,
} from '@careplane/backstage-plugin-release-common';
import type {
  MetricsPort,
  MetricsReading,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { placeOf, StackReader } from '../stack/StackReader';
import { AlarmReader } from './AlarmReader';

const MINUTE = 60_000;
/**
 * CloudWatch takes in Lambda's figures with a delay; what is younger is not
 * judged, for it would look like fewer calls than there were (INV-28).
 */
export const INGESTION_MS = 2 * MINUTE;
/** Alarms of a stack change with its template only. */
const STACK_ALARMS_MS = 5 * MINUTE;

const ROLES = ['candidate', 'stable'] as const;
const METRICS = { calls: 'Invocations', errors: 'Errors' } as const;

interface Window {
  from: Date;
  to: Date;
}

const reading = (
  { from, to }: Window,
  calls: Pick<MetricsReading, 'candidate' | 'stable'>,
): MetricsReading => ({
  from: from.toISOString(),
  to: to.toISOString(),
  ...calls,
});

/** What CloudWatch says of a Lambda alias's versions and of a target's alarms. */
export class CloudWatchMetrics implements MetricsPort {
  readonly #alarms: AlarmReader;
  readonly #ofStack = new Map<string, { at: number; names: string[] }>();
  /** The last reading of each target. */
  readonly #readings = new Map<
    string,
    { key: string; asked: Promise<MetricsReading> }
  >();

  constructor(
    private readonly clients: AwsClients,
    private readonly stacks: StackReader,
  ) {
    this.#alarms = new AlarmReader(clients);
  }

  /**
   * Sums of Invocations and Errors by minute, with the dimensions FunctionName,
   * Resource and ExecutedVersion, which Lambda gives calls through an alias
   * only: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
   * The same minute is asked for once, however often the engine looks.
   *
   * @throws ServiceUnavailableError where CloudWatch gave a part only.
   */
  async calls(
    target: TargetRef,
    versions: { candidate: Revision; stable: Revision },
    from: Date,
    now: Date,
  ): Promise<MetricsReading> {
    const end = Math.floor((now.getTime() - INGESTION_MS) / MINUTE) * MINUTE;
    const start = Math.floor(from.getTime() / MINUTE) * MINUTE;
    const window = { from: new Date(start), to: new Date(end) };
    if (end <= start) {
      const none: Calls = { calls: 0, errors: 0 };
      return reading(window, { candidate: none, stable: none });
    }
    const ids = [versions.candidate.id, versions.stable.id];
    const key = JSON.stringify([...ids, start, end]);
    const known = this.#readings.get(target.arn);
    if (known?.key === key) return known.asked;
    const asked = this.#read(target, versions, window);
    this.#readings.set(target.arn, { key, asked });
    asked.catch(() => {
      // Whoever waits is told; the next look asks again.
      if (this.#readings.get(target.arn)?.key === key) {
        this.#readings.delete(target.arn);
      }
    });
    return asked;
  }

  async #read(
    target: TargetRef,
    versions: { candidate: Revision; stable: Revision },
    window: Window,
  ): Promise<MetricsReading> {
    const alias = parseArnOf(target.arn, 'lambda-alias');
    const queries = ROLES.flatMap(role =>
      Object.entries(METRICS).map(
        ([id, MetricName]): MetricDataQuery => ({
          Id: `${role}_${id}`,
          MetricStat: {
            Metric: {
              Namespace: 'AWS/Lambda',
              MetricName,
              Dimensions: [
                { Name: 'FunctionName', Value: alias.functionName },
                {
                  Name: 'Resource',
                  Value: `${alias.functionName}:${alias.alias}`,
                },
                { Name: 'ExecutedVersion', Value: versions[role].id },
              ],
            },
            Period: 60,
            Stat: 'Sum',
          },
        }),
      ),
    );
    const client = this.clients.read(CloudWatchClient, alias);
    const sums = new Map<string, number>();
    let NextToken: string | undefined;
    try {
      do {
        const answer = await client.send(
          new GetMetricDataCommand({
            MetricDataQueries: queries,
            StartTime: window.from,
            EndTime: window.to,
            NextToken,
          }),
        );
        for (const { Id, Values, StatusCode } of answer.MetricDataResults ??
          []) {
          const paged = StatusCode === 'PartialData' && answer.NextToken;
          if (StatusCode !== 'Complete' && !paged) {
            throw new ServiceUnavailableError(
              'CloudWatch could not give all figures of the canary.',
            );
          }
          const sum = (Values ?? []).reduce((all, one) => all + one, 0);
          sums.set(Id ?? '', (sums.get(Id ?? '') ?? 0) + sum);
        }
        ({ NextToken } = answer);
      } while (NextToken);
    } catch (error) {
      if (error instanceof ServiceUnavailableError) throw error;
      throw toBackstageError(error, {
        service: 'cloudwatch',
        operation: 'GetMetricData',
        accountId: alias.accountId,
        region: alias.region,
        resource: `metrics of ${alias.functionName}`,
      });
    }
    const of = (role: string): Calls => ({
      calls: sums.get(`${role}_calls`) ?? 0,
      errors: sums.get(`${role}_errors`) ?? 0,
    });
    return reading(window, {
      candidate: of('candidate'),
      stable: of('stable'),
    });
  }

  async alarms(target: TargetRef): Promise<AlarmState[]> {
    const names = new Set([
      ...(target.alarms ?? []),
      ...(await this.#alarmsOfStack(target)),
    ]);
    return this.#alarms.states(placeOf(target), [...names]);
  }

  async #alarmsOfStack(target: TargetRef): Promise<string[]> {
    const known = this.#ofStack.get(target.arn);
    if (known && Date.now() - known.at < STACK_ALARMS_MS) return known.names;
    const names = await this.stacks.namesOf(target, [
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::CompositeAlarm',
    ]);
    this.#ofStack.set(target.arn, { at: Date.now(), names });
    return names;
  }
}
