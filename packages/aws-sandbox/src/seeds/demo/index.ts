import { withTriggersPaused } from '../../services/codecommit/references';
import type { SeedParts } from '..';
import { DEMO_ESTATE } from './estate';
import { createPlatform } from './platform';
import { ServiceHistory } from './ServiceHistory';
import { timeline, type SeedEvent } from './timeline';
import { wireWakeUps } from './wakeUps';
import { Workshop } from './Workshop';

const MINUTE = 60_000;

/**
 * Lets the demo estate's history happen: the clock goes back, and every event
 * is carried out by the calls that people and pipelines would make. The last
 * commits, which fail, are pushed at the end, and their pipelines run for real.
 */
export async function seedDemo({
  sandbox,
  sonar,
  say,
}: SeedParts): Promise<void> {
  const { clock } = sandbox;
  const present = clock.now();
  const events = timeline(DEMO_ESTATE, present);
  const histories = new Map<string, ServiceHistory>();
  const workshops = new Map(
    DEMO_ESTATE.map(service => {
      const opened = Workshop.open(service, sandbox.url);
      opened.catch(() => {}); // Whoever awaits it is told.
      return [service, opened];
    }),
  );
  clock.beginAt(new Date(events[0].at.getTime() - 60 * MINUTE));
  say('Filling the demo estate');
  await withTriggersPaused(sandbox, async () => {
    await createPlatform(sandbox, sonar.token);
    for (const event of events.filter(
      ({ type }) => type !== 'failing-commit',
    )) {
      await clock.advance(
        Math.max(0, event.at.getTime() - clock.now().getTime()),
      );
      await carryOut(event);
      prepareNext(event);
    }
  });
  await clock.advance(Math.max(0, -clock.offset));
  await wireWakeUps(sandbox);
  for (const history of histories.values()) await history.failingCommit();
  for (const history of histories.values()) await history.end();

  /** Packages a service's next release while other events happen. */
  function prepareNext({ type, service, at }: SeedEvent): void {
    if (type !== 'create' && type !== 'release') return;
    const next = events.find(
      event =>
        event.type === 'release' && event.service === service && event.at > at,
    );
    if (next?.type === 'release')
      histories.get(service.name)?.prepare(next.release, next.at);
  }

  async function carryOut(event: SeedEvent): Promise<void> {
    const { service } = event;
    if (event.type === 'create') {
      histories.set(
        service.name,
        await ServiceHistory.begin(
          service,
          sandbox,
          sonar,
          workshops.get(service) ?? Workshop.open(service, sandbox.url),
        ),
      );
      return;
    }
    const history = histories.get(service.name);
    if (!history) throw new Error(`${service.name} does not exist yet`);
    switch (event.type) {
      case 'release':
        await history.release(event.release, event.at);
        break;
      case 'move':
        await history.move(event.move);
        break;
      case 'outside-move':
        if (service.outsideMove) {
          await history.moveOutside(
            service.outsideMove.version,
            service.outsideMove.by,
          );
        }
        break;
      default:
    }
  }
}
