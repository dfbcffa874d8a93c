import { consoleUrl } from '@careplane/aws-common';
import type {
  HistoryEntry,
  Hold,
  Release,
  ReleaseProof,
  Revision,
  Stage,
  StageTestRun,
  TargetBlock,
  TargetStatus,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import type { ReleaseComponent } from '../components';
import type { RolloutRecord } from '../engine/model';
import { isSettled, publishModeOf, TargetFacts } from '../poll/facts';
import type { Clock, Stores } from '../store';
import type {
  PublishedRelease,
  Quarantine,
  ReleaseList,
} from '../store/ReleaseStore';
import type { StageTestRecord } from '../store/StageTestStore';
import { foundReleases, Seen } from './foundReleases';
import { observedNow } from './observedNow';
import { optionsOf } from './rollbackOptions';

/** What is known of a component, joined from the stores. No AWS call. */
export interface ComponentView {
  blocks: TargetBlock[];
  releases: Release[];
  list?: ReleaseList;
}

/** What was read of all that is asked for; by ARN where it is of a target. */
interface Known {
  facts: Map<string, TargetFacts>;
  topics: Map<string, string>;
  holds: Map<string, Hold>;
  active: Map<string, RolloutRecord>;
  histories: Map<string, HistoryEntry[]>;
  made: Map<string, Revision[]>;
  tests: Map<string, StageTestRecord[]>;
  list?: ReleaseList;
  quarantined: Map<string, Quarantine>;
  now: number;
}

/** Builds what pages show from what is stored. */
export class Views {
  readonly #stores: Stores;
  readonly #clock: Clock;
  readonly #stages: Stage[];
  readonly #staleMs: number;

  constructor(options: {
    stores: Stores;
    clock: Clock;
    stages: Stage[];
    pollMs: number;
  }) {
    this.#stores = options.stores;
    this.#clock = options.clock;
    this.#stages = options.stages;
    this.#staleMs = Math.max(options.pollMs * 4, 60_000);
  }

  async component(component: ReleaseComponent): Promise<ComponentView> {
    return (await this.components([component]))[0];
  }

  /**
   * Many at once, with as many queries as for one. `moves` are the last ones
   * of each target that are looked at.
   */
  async components(
    components: ReleaseComponent[],
    { moves }: { moves?: number } = {},
  ): Promise<ComponentView[]> {
    const arns = components.flatMap(({ targets }) =>
      targets.map(target => target.arn),
    );
    const names = [...new Set(components.map(({ name }) => name))];
    const { targets, rollouts, releases, stageTests } = this.#stores;
    const [facts, topics, holds, active, histories, made, tests] =
      await Promise.all([
        targets.facts(arns),
        targets.topics(arns),
        targets.holds(arns),
        rollouts.active(arns),
        targets.histories(arns, moves),
        rollouts.revisionsMade(arns, moves),
        stageTests.newest(arns),
      ]);
    await this.#nameCurrent(facts, made);
    const [lists, quarantines, now] = await Promise.all([
      releases.lists(names),
      releases.quarantines(names),
      this.#clock.now(),
    ]);
    const known = {
      facts,
      topics,
      holds,
      active,
      histories,
      made,
      tests,
      now,
    };
    return components.map(component =>
      this.#view(component, {
        ...known,
        list: lists.get(component.name),
        quarantined: quarantines.get(component.name) ?? new Map(),
      }),
    );
  }

  /** What runs may have been made before the moves that were looked at. */
  async #nameCurrent(
    facts: Map<string, TargetFacts>,
    made: Map<string, Revision[]>,
  ): Promise<void> {
    const nameless = [...facts].flatMap(([arn, { observed }]) => {
      const stable = observed?.stable;
      if (!stable || stable.releaseId) return [];
      return made.get(arn)?.some(one => one.id === stable.id) ? [] : [arn];
    });
    const older = await this.#stores.rollouts.revisionsMade(nameless);
    for (const [arn, revisions] of older) made.set(arn, revisions);
  }

  #view(component: ReleaseComponent, known: Known): ComponentView {
    const { facts, topics, holds, active, list, quarantined, now } = known;
    const records = component.targets.map(target => ({
      target,
      history: known.histories.get(target.arn) ?? [],
      made: known.made.get(target.arn) ?? [],
    }));
    const published = withFound(
      component.name,
      list?.releases ?? [],
      records,
      facts,
    );
    const blocks: TargetBlock[] = [];
    const runs = new Map<string, { now: Set<string>; before: Set<string> }>();
    const proofs = new Map<string, ReleaseProof[]>();
    for (const { target, history, made } of records) {
      const name = namer(published, made);
      const named = history.map(entry => ({
        ...entry,
        revision: name(entry.revision),
      }));
      const block = this.#block(target, facts.get(target.arn), named, {
        topic: topics.get(target.arn),
        hold: holds.get(target.arn),
        active: active.get(target.arn),
        tests: known.tests.get(target.arn),
        now,
        name,
      });
      const { current } = block.target;
      if (current?.releaseId) {
        block.target.behind = behind(published, current.releaseId);
      }
      blocks.push(block);
      // What runs now proves before what ran, and the newest before the others.
      for (const entry of [
        ...(current ? [{ revision: current }] : []),
        ...[...named].reverse(),
      ]) {
        const id = entry.revision.releaseId;
        if (!id) continue;
        const where = runs.get(id) ?? { now: new Set(), before: new Set() };
        const proof = proofs.get(id) ?? [];
        const release = published.find(one => one.id === id);
        if (release && !proof.some(one => one.stage === target.stage.name)) {
          proofs.set(id, [...proof, proofOf(release, target, entry.revision)]);
        }
        const live = entry.revision.id === current?.id;
        (live ? where.now : where.before).add(target.stage.name);
        runs.set(id, where);
      }
    }
    const order = (names?: Set<string>) =>
      this.#stages.map(one => one.name).filter(one => names?.has(one));
    return {
      blocks,
      list,
      releases: published.map(release => ({
        ...release,
        quarantine: quarantined.get(release.id),
        proof: proofs.get(release.id),
        runsOn: order(runs.get(release.id)?.now),
        ranOn: order(runs.get(release.id)?.before),
      })),
    };
  }

  #block(
    target: TargetRef,
    facts: TargetFacts | undefined,
    history: HistoryEntry[],
    more: {
      topic?: string;
      hold?: Hold;
      active?: RolloutRecord;
      tests?: StageTestRecord[];
      now: number;
      name: (revision: Revision) => Revision;
    },
  ): TargetBlock {
    const { hold, active, now, name } = more;
    const observed = observedNow(facts, history);
    const current = observed?.stable && name(observed.stable);
    const running = history.find(
      entry => !entry.to && entry.revision.id === current?.id,
    );
    // What was read of the stack before the last move says nothing after it.
    const settled =
      observed === facts?.observed &&
      isSettled(facts, {
        pipelineDeploys: this.#stages[0]?.name === target.stage.name,
        held: Boolean(hold),
      });
    const status: TargetStatus = {
      arn: target.arn,
      topic: more.topic,
      stage: target.stage.name,
      kind: target.kind,
      health: healthOf(facts, active),
      current,
      configuration: facts?.configuration,
      since: running?.from,
      candidate: observed?.candidate && {
        revision: name(observed.candidate.revision),
        weight: observed.candidate.weight,
      },
      owner: facts?.stack?.owner ?? 'unknown',
      deploymentGroup: facts?.deploymentGroup
        ? facts.deploymentGroup.arn
        : target.deploymentGroup,
      ownership: facts?.ownership,
      stack: facts?.stack && {
        name: target.stackName,
        settled: settled ?? false,
        status: facts.stack.status,
        holdsTarget: facts.stack.exists ? facts.stack.holdsTarget : undefined,
      },
      tasks: observed?.tasks && {
        desired: observed.tasks.desired,
        running: observed.tasks.running,
        notRun: observed.tasks.notRun,
      },
      hold,
      canaryGuard: facts?.canaryGuard,
      outsideChange: facts?.outsideChange && {
        ...facts.outsideChange,
        from: facts.outsideChange.from && name(facts.outsideChange.from),
        to: name(facts.outsideChange.to),
      },
      activeRolloutId: active?.id,
      history: [...history].reverse(),
      historyProblem: facts?.historyProblem,
      rollbackOptions: optionsOf(history, facts, current?.id),
      tested: Boolean(target.tests),
      tests: testsOf(more.tests, current?.releaseId),
      consoleUrl: consoleUrl(target.arn),
    };
    return { ...this.#stateOf(facts, now), target: status };
  }

  #stateOf(
    facts: TargetFacts | undefined,
    now: number,
  ): Omit<TargetBlock, 'target'> {
    if (!facts) {
      return {
        state: 'empty',
        message: 'Not read yet; the next reading is under way.',
      };
    }
    const { asOf, failure } = facts;
    if (failure) {
      const { message } = failure;
      if (failure.kind === 'denied') return { state: 'denied', asOf, message };
      return { state: asOf ? 'stale' : 'error', asOf, message };
    }
    if (asOf && now - Date.parse(asOf) > this.#staleMs) {
      return {
        state: 'stale',
        asOf,
        message: 'The last reading is older than it should be.',
      };
    }
    return { state: 'ok', asOf };
  }
}

/** The newest run against what runs now, without what only the engine needs. */
function testsOf(
  runs: StageTestRecord[] = [],
  releaseId?: string,
): StageTestRun | undefined {
  const run = runs.find(one => one.releaseId === releaseId);
  if (!run) return undefined;
  const { rowVersion, entityRef, component, where, commit, ...rest } = run;
  const { liveSince, buildId, ...told } = rest;
  return told;
}

function healthOf(
  facts: TargetFacts | undefined,
  active?: RolloutRecord,
): TargetStatus['health'] {
  if (!facts?.observed) return 'unknown';
  if (!facts.observed.exists || !facts.observed.stable) return 'not-deployed';
  if (facts.outsideChange || active?.state === 'EXTERNAL_CHANGE') {
    return 'changed-outside';
  }
  if (facts.observed.candidate) return 'shifting';
  return 'live';
}

/** Published releases and, of services without a stack, what was found running. */
function withFound(
  component: string,
  published: PublishedRelease[],
  records: { target: TargetRef; history: HistoryEntry[]; made: Revision[] }[],
  facts: Map<string, TargetFacts>,
): PublishedRelease[] {
  const some = records.some(
    ({ target }) => publishModeOf(target, facts.get(target.arn)) !== 'stack',
  );
  if (!some) return published;
  const seen = records.flatMap(({ target, history, made }): Seen[] => {
    const stable = facts.get(target.arn)?.observed?.stable;
    const own = { stage: target.stage.name, kind: target.kind };
    const named = namer(published, made);
    return [
      ...(stable ? [{ ...own, revision: named(stable) }] : []),
      ...[...history].reverse().map(({ revision, from }) => ({
        ...own,
        revision: named(revision),
        from,
      })),
    ];
  });
  const found = foundReleases(component, published, seen);
  return [...published, ...found].sort(
    (a, b) => Date.parse(b.builtAt) - Date.parse(a.builtAt),
  );
}

/** What identifies the content of a release. */
export const hashOfArtifact = (release: Pick<Release, 'artifact'>): string =>
  release.artifact.type === 'zip'
    ? release.artifact.codeSha256
    : release.artifact.digest;

function proofOf(
  release: PublishedRelease,
  target: TargetRef,
  { id, contentHash, configHash }: Revision,
): ReleaseProof {
  return {
    stage: target.stage.name,
    revisionId: id,
    contentHash,
    configHash,
    matches: contentHash === hashOfArtifact(release),
  };
}

/** Names revisions by the release that they came from, where that is known. */
export function namer(
  releases: ReleaseList['releases'],
  made: Revision[],
): (revision: Revision) => Revision {
  const byRevision = new Map(made.map(revision => [revision.id, revision]));
  return revision => {
    const own = byRevision.get(revision.id);
    if (own?.releaseId) {
      return { ...revision, releaseId: own.releaseId, version: own.version };
    }
    if (revision.releaseId) {
      const known = releases.find(one => one.id === revision.releaseId);
      return { ...revision, version: revision.version ?? known?.version };
    }
    const found = releases.find(
      release => hashOfArtifact(release) === revision.contentHash,
    );
    return found
      ? { ...revision, releaseId: found.id, version: found.version }
      : revision;
  };
}

function behind(releases: ReleaseList['releases'], releaseId: string) {
  const index = releases.findIndex(release => release.id === releaseId);
  return index < 0 ? undefined : index;
}
