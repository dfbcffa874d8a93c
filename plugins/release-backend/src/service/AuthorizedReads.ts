import { InputError } from '@backstage/errors';
import type {
  AuditPage,
  AuditQuery,
  EntityReleases,
  LastDrill,
  Overview,
  OverviewQuery,
  Rollout,
  RolloutPage,
  RolloutQuery,
  Stage,
  StagePermissions,
  TargetBlock,
} from '@careplane/backstage-plugin-release-common';
import { HIDDEN, ReleaseComponent } from '../components';
import { freezesUntil } from '../gates/freezes';
import type { Poller } from '../poll/Poller';
import type { Clock } from '../store';
import { entityRefOf } from '../entityRef';
import { attentionOf } from './attention';
import type { Caller, Door } from './Door';
import { summaryOf } from './dto';
import type { Views } from './Views';

/** How far ahead Home looks for freezes. */
const WEEK_MS = 7 * 24 * 3_600_000;

/** Moves of each target that the overview is made from. */
const OVERVIEW_MOVES = 20;

/** That they are there, and nothing of them. */
const hiddenBlocks = ({ hidden = [] }: ReleaseComponent): TargetBlock[] =>
  hidden.map(({ arn, stage, kind }) => ({
    state: 'denied',
    message: HIDDEN,
    target: {
      arn,
      stage: stage.name,
      kind,
      health: 'unknown',
      owner: 'unknown',
      contest: HIDDEN,
      history: [],
      rollbackOptions: [],
    },
  }));

/** What people look at. None of it calls AWS, `refresh` excepted. */
export class AuthorizedReads {
  readonly #door: Door;
  readonly #clock: Clock;
  readonly #poller: Poller;
  readonly #views: Views;

  constructor(options: {
    door: Door;
    clock: Clock;
    poller: Poller;
    views: Views;
  }) {
    this.#door = options.door;
    this.#clock = options.clock;
    this.#poller = options.poller;
    this.#views = options.views;
  }

  async stages({ credentials }: Caller): Promise<Stage[]> {
    await this.#door.access.mayRead(credentials);
    return this.#door.config.stages;
  }

  async permissions({ credentials }: Caller): Promise<StagePermissions[]> {
    const { access } = this.#door;
    await access.mayRead(credentials);
    return access.stagePermissions('*', credentials);
  }

  async entityReleases(
    entityRef: string,
    { credentials }: Caller,
  ): Promise<EntityReleases> {
    const { access, config, stores } = this.#door;
    const component = await this.#door.component(entityRef, credentials);
    const [view, permissions, rollouts] = await Promise.all([
      this.#views.component(component),
      access.stagePermissions(component.entityRef, credentials),
      stores.rollouts.list({ entityRef: component.entityRef, limit: 20 }),
    ]);
    const { list } = view;
    return {
      entityRef: component.entityRef,
      stages: config.stages,
      targets: [
        ...(await this.#rehearsed(
          component,
          await this.#contested(component, view.blocks),
        )),
        ...hiddenBlocks(component),
      ],
      releases: view.releases,
      releasesAsOf: list?.asOf,
      releasesState: releasesState(component, list, view.releases),
      releasesMessage: component.problem ?? list?.message,
      permissions,
      rollouts: rollouts.items.map(summaryOf),
    };
  }

  async refresh(
    entityRef: string,
    { credentials }: Caller,
  ): Promise<{ started: number; shared: number }> {
    return this.#poller.refresh(
      await this.#door.component(entityRef, credentials),
    );
  }

  async rollouts(
    query: RolloutQuery,
    { credentials }: Caller,
  ): Promise<RolloutPage> {
    const refs = await this.#door.recorded(credentials);
    const { items, next } = await this.#door.stores.rollouts.list(query, refs);
    return { items: items.map(summaryOf), next };
  }

  async rollout(id: string, { credentials }: Caller): Promise<Rollout> {
    const record = await this.#door.rollout(id, credentials, () =>
      this.#door.access.mayAudit(credentials),
    );
    return this.#door.full(record, credentials);
  }

  /** Of all components that the caller may see, or of one of them. */
  async overview(
    { entityRef: only }: OverviewQuery,
    { credentials }: Caller,
  ): Promise<Overview> {
    const components = (await this.#door.visible(credentials)).filter(
      component => !only || component.entityRef === entityRefOf(only),
    );
    const views = await this.#views.components(components, {
      moves: OVERVIEW_MOVES,
    });
    const items = components.map(
      ({ entityRef, title, system, owner }, index) => ({
        entityRef,
        title,
        system,
        owner,
        targets: [...views[index].blocks, ...hiddenBlocks(components[index])],
      }),
    );
    const waiting = await this.#door.stores.rollouts.waiting(
      components.map(component => component.entityRef),
    );
    const now = await this.#clock.now();
    const freezes = freezesUntil(this.#door.config.freezes, now, now + WEEK_MS);
    return {
      items,
      attention: attentionOf(items, waiting, this.#door.config.stages),
      freezes,
    };
  }

  async audit(query: AuditQuery, { credentials }: Caller): Promise<AuditPage> {
    const { asked, refs } = await this.#asked(query, credentials);
    const { evidence } = this.#door.stores;
    const [page, chain] = await Promise.all([
      evidence.query(asked, refs),
      evidence.verdict(await this.#clock.now()),
    ]);
    return { ...page, chain };
  }

  /**
   * Lines of JSON of all evidence that fits, then how many they are and the
   * verdict on the chain: an export that lacks its last line is not complete.
   */
  async auditLines(
    query: AuditQuery,
    { credentials }: Caller,
  ): Promise<AsyncGenerator<string>> {
    const { asked, refs } = await this.#asked(query, credentials);
    const { evidence } = this.#door.stores;
    const now = () => this.#clock.now();
    async function* lines() {
      let records = 0;
      for await (const page of evidence.pages(asked, refs)) {
        records += page.length;
        yield `${page.map(record => JSON.stringify(record)).join('\n')}\n`;
      }
      const chain = await evidence.verdict(await now());
      yield `${JSON.stringify({ end: { records, chain } })}\n`;
    }
    return lines();
  }

  async #asked(query: AuditQuery, credentials: Caller['credentials']) {
    if (query.stage) this.#door.checkStage(query.stage);
    const asked = {
      ...query,
      from: instantOf('from', query.from),
      to: instantOf('to', query.to),
    };
    return { asked, refs: await this.#door.recorded(credentials) };
  }

  /** When a rollback of each target was last rehearsed, from evidence. */
  async #rehearsed(
    { entityRef }: ReleaseComponent,
    blocks: TargetBlock[],
  ): Promise<TargetBlock[]> {
    const { records } = await this.#door.stores.evidence.query({
      kind: 'rollback-rehearsed',
      entityRef,
      limit: 20,
    });
    return blocks.map(block => {
      const last = records.find(one => one.targetArn === block.target.arn);
      if (!last) return block;
      const { toRevision, outcome, durationMs } = last.facts;
      const lastDrill: LastDrill = {
        at: last.at,
        by: last.actor,
        revisionId: String(toRevision),
        outcome: String(outcome) as LastDrill['outcome'],
        ms: Number(durationMs),
      };
      return { ...block, target: { ...block.target, lastDrill } };
    });
  }

  /** Says of a target that it is another component's, before anybody acts. */
  async #contested(
    component: ReleaseComponent,
    blocks: TargetBlock[],
  ): Promise<TargetBlock[]> {
    const { owners, stores } = this.#door;
    const readers = await stores.targets.readers(
      blocks.map(block => block.target.arn),
    );
    const own = blocks.every(
      ({ target }) =>
        readers.get(target.arn)?.entityRef === component.entityRef,
    );
    if (own) return blocks;
    const contests = await owners.contests(component);
    return blocks.map(block => ({
      ...block,
      target: { ...block.target, contest: contests.get(block.target.arn) },
    }));
  }
}

function releasesState(
  component: ReleaseComponent,
  list: { asOf?: string; message?: string } | undefined,
  releases: unknown[],
): EntityReleases['releasesState'] {
  if (component.problem) return 'error';
  if (!component.targets.length) return 'not-configured';
  if (list?.message) return list.asOf ? 'stale' : 'error';
  return releases.length ? 'ok' : 'empty';
}

/** The same instant in UTC, as records have it: a bad date is no empty answer. */
function instantOf(name: string, value: string | undefined) {
  if (value === undefined) return undefined;
  const instant = new Date(value);
  if (Number.isNaN(instant.getTime())) {
    throw new InputError(
      `'${name}' is no date: send one as 2026-03-03 or 2026-03-03T14:05:00Z.`,
    );
  }
  return instant.toISOString();
}
