import { atOnce } from './configuration';
import {
  deploymentStatus,
  digestsOf,
  revisionOf,
  unhealthyIn,
  whyNotRun,
} from './observe';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const ARN = 'arn:aws:ecs:us-east-1:222222222222:task-definition/web:7';

describe('what is seen of an ECS service', () => {
  it('SC-X13: an early success is not over while tasks of the revision before still run', () => {
    const status = (running: number) =>
      deploymentStatus({
        status: 'SUCCESSFUL',
        targetServiceRevision: { arn: 'new' },
        sourceServiceRevisions: [
          { arn: 'old', runningTaskCount: running },
          { arn: 'new', runningTaskCount: 2 },
        ],
      });
    expect(status(1)).toBe('in-progress');
    expect(status(0)).toBe('successful');
  });

  it.each([
    ['PENDING', 'in-progress'],
    ['IN_PROGRESS', 'in-progress'],
    ['STOP_REQUESTED', 'in-progress'],
    ['STOPPED', 'stopped'],
    ['ROLLBACK_REQUESTED', 'rolling-back'],
    ['ROLLBACK_IN_PROGRESS', 'rolling-back'],
    ['ROLLBACK_SUCCESSFUL', 'rolled-back'],
    ['ROLLBACK_FAILED', 'failed'],
  ] as const)('takes %s for %s', (status, expected) => {
    expect(deploymentStatus({ status, sourceServiceRevisions: [] })).toBe(
      expected,
    );
  });

  it('identifies a revision by digest, and never takes a tag for one', () => {
    const definition = (image: string) => ({
      containerDefinitions: [{ name: 'app', image }],
    });
    expect(revisionOf(ARN, definition(`repo@${DIGEST}`)).contentHash).toBe(
      DIGEST,
    );
    expect(revisionOf(ARN, definition('repo:1.2')).contentHash).toBe(
      'tag:repo:1.2',
    );
    expect(
      revisionOf(ARN, definition('repo:1.2'), {
        containerImages: [
          { containerName: 'sidecar', imageDigest: 'sha256:no' },
          { containerName: 'app', imageDigest: DIGEST },
        ],
      }).contentHash,
    ).toBe(DIGEST);
    expect(revisionOf(ARN, undefined).contentHash).toBe('unknown');
  });

  it('takes the main container of every running task for its proof, and no sidecar', () => {
    const definition = {
      containerDefinitions: [
        { name: 'proxy', image: 'proxy:1', essential: false },
        { name: 'app', image: 'app:1' },
      ],
    };
    const proxy = { name: 'proxy', imageDigest: 'sha256:other' };
    const task = {
      containers: [proxy, { name: 'app', imageDigest: DIGEST }],
    };
    const silent = { containers: [proxy, { name: 'app', image: 'app:1' }] };
    expect(digestsOf([task, task, silent], definition)).toEqual({
      digests: [DIGEST],
      unproven: 1,
    });
  });

  it('counts tasks that fail their health check, and none that has none', () => {
    const tasks = ['HEALTHY', 'UNHEALTHY', 'UNKNOWN', undefined] as const;
    expect(unhealthyIn(tasks.map(healthStatus => ({ healthStatus })))).toBe(1);
  });

  it('says why tasks stopped', () => {
    expect(
      whyNotRun([
        { stoppedAt: new Date(1), stoppedReason: 'old' },
        { stoppedAt: new Date(2), stoppedReason: 'not run: no python' },
      ]),
    ).toBe('not run: no python');
    expect(whyNotRun([])).toBeUndefined();
  });
});

describe('atOnce', () => {
  it('takes away what delays or halts, and leaves alarms and circuit breaker', () => {
    const alarms = { alarmNames: ['a'], enable: true, rollback: true };
    const deploymentCircuitBreaker = { enable: true, rollback: true };
    expect(
      atOnce({
        strategy: 'CANARY',
        bakeTimeInMinutes: 30,
        canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 },
        lifecycleHooks: [
          { hookTargetArn: 'arn', roleArn: 'r', lifecycleStages: [] },
        ],
        alarms,
        deploymentCircuitBreaker,
        maximumPercent: 200,
      }),
    ).toEqual({
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 0,
      lifecycleHooks: [],
      alarms,
      deploymentCircuitBreaker,
      maximumPercent: 200,
    });
  });

  it('adds nothing to a service that only rolls', () => {
    expect(atOnce({ maximumPercent: 200 })).toEqual({ maximumPercent: 200 });
    expect(atOnce(undefined)).toEqual({});
  });
});
