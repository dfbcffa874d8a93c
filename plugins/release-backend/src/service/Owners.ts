import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Stage } from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { claimantOf, contestOf, stands, TargetRecord } from '../claims';
import { componentOf, ReleaseComponent, targetOn } from '../components';
import { targetOfRecord } from '../engine/targetOfRecord';
import { entityRefOf } from '../entityRef';
import type { Stores } from '../store';
import type { Access } from './Access';

/**
 * Which component a target or a release belongs to: by records first, by
 * annotations after them. An edit of a catalog-info.yaml neither takes a
 * target from the component of record nor gives it to another.
 */
export class Owners {
  readonly #access: Access;
  readonly #stores: Stores;
  readonly #stages: Stage[];
  readonly #components: () => Promise<ReleaseComponent[]>;

  constructor(options: {
    access: Access;
    stores: Stores;
    stages: Stage[];
    /** Every component that names a target, whoever asks. */
    components: () => Promise<ReleaseComponent[]>;
  }) {
    this.#access = options.access;
    this.#stores = options.stores;
    this.#stages = options.stages;
    this.#components = options.components;
  }

  /** Why the component may not act on its target of a stage. */
  async contest(
    component: ReleaseComponent,
    stage: string,
  ): Promise<string | undefined> {
    const { arn } = targetOn(component, stage);
    const [all, record] = await Promise.all([
      this.#components(),
      this.record(arn),
    ]);
    return contestOf(component, stage, all, record);
  }

  /** The same for all targets of a component, by ARN. */
  async contests(component: ReleaseComponent): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const all = await this.#components();
    for (const { arn, stage } of component.targets) {
      const problem = contestOf(
        component,
        stage.name,
        all,
        await this.record(arn),
      );
      if (problem) found.set(arn, problem);
    }
    return found;
  }

  /**
   * The component that a target belongs to, as the caller may see it; one that
   * the catalog has lost is told from its records.
   *
   * @param from - The component whose page was looked at.
   * @throws ConflictError where nobody, or another than `from`, has the target.
   */
  async ofTarget(
    arn: string,
    credentials: BackstageCredentials,
    from?: string,
  ): Promise<{ component: ReleaseComponent; target: TargetRef }> {
    await this.#access.mayRead(credentials);
    const [all, record] = await Promise.all([
      this.#components(),
      this.record(arn),
    ]);
    const claim =
      record && stands(record, arn, all)
        ? { component: all.find(one => one.entityRef === record.entityRef) }
        : claimantOf(arn, all, record);
    const entityRef = claim.component?.entityRef ?? record?.entityRef;
    const asked = from && all.find(one => one.entityRef === entityRefOf(from));
    if (asked && asked.entityRef !== entityRef) {
      const own = asked.targets.find(one => one.arn === arn);
      const problem = own && contestOf(asked, own.stage.name, all, record);
      throw new ConflictError(
        problem ?? `The target ${arn} is not one of ${asked.entityRef}.`,
      );
    }
    if ('contest' in claim && claim.contest && !claim.component) {
      throw new ConflictError(claim.contest);
    }
    if (!entityRef || !(await this.#visible(entityRef, credentials))) {
      throw new NotFoundError('No component that you may see has this target.');
    }
    const live = claim.component?.targets.find(one => one.arn === arn);
    if (claim.component && live) {
      // Its stack may still be somebody else's.
      const problem = contestOf(claim.component, live.stage.name, all, record);
      if (problem) throw new ConflictError(problem);
      return { component: claim.component, target: live };
    }
    // The annotation is gone, or the entity: what was recorded holds.
    return this.#recorded(arn, record as TargetRecord);
  }

  /**
   * The component that the releases of a name belong to: the one in the default
   * namespace, else the only one that is called so.
   */
  async ofReleases(
    nameOrRef: string,
    credentials: BackstageCredentials,
  ): Promise<ReleaseComponent> {
    await this.#access.mayRead(credentials);
    const asked = nameOrRef.includes(':') ? entityRefOf(nameOrRef) : undefined;
    const name = asked ? parseEntityRef(asked).name : nameOrRef;
    const main = entityRefOf(`component:default/${name}`);
    const gone = await this.#access.isGone(main);
    const others = (await this.#components()).filter(
      one => one.name === name && one.entityRef !== main,
    );
    const entityRef = gone && others.length === 1 ? others[0].entityRef : main;
    if (asked && asked !== entityRef) {
      throw new ConflictError(
        `Releases called ${name} belong to ${entityRef}; ${asked} only shares the name.`,
      );
    }
    if (!(await this.#visible(entityRef, credentials))) {
      throw new NotFoundError(`There is no component '${nameOrRef}'.`);
    }
    const known = await this.#stores.releases.list(name);
    if (gone && !others.length && !known) {
      throw new NotFoundError(`There is no component '${nameOrRef}'.`);
    }
    if (gone && entityRef === main) {
      return { entityRef, name, title: name, targets: [] };
    }
    return componentOf(
      await this.#access.readable(entityRef, credentials),
      this.#stages,
    );
  }

  /** What is recorded of a target: its last rollout, else its readings. */
  async record(arn: string): Promise<TargetRecord | undefined> {
    const { rollouts, targets } = this.#stores;
    const [last, holds, facts, readers] = await Promise.all([
      rollouts.lastThatMoved(arn),
      targets.holds([arn]),
      targets.facts([arn]),
      targets.readers([arn]),
    ]);
    const reader = readers.get(arn);
    const entityRef = last?.entityRef ?? reader?.entityRef;
    const stage = last?.stage ?? reader?.stage;
    if (!entityRef || !stage) return undefined;
    const component = last?.component ?? parseEntityRef(entityRef).name;
    const known = facts.get(arn);
    const pending = holds.has(arn) || Boolean(known?.outsideChange);
    return {
      entityRef,
      component,
      stage,
      stackName: last?.stackName ?? known?.stack?.name ?? `svc-${component}`,
      open: pending && !(await this.#access.isGone(entityRef)),
    };
  }

  /** An entity that is gone hides from nobody: its grants decide. */
  async #visible(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<boolean> {
    try {
      await this.#access.readable(entityRef, credentials);
      return true;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      return this.#access.isGone(entityRef);
    }
  }

  #recorded(
    arn: string,
    record: TargetRecord,
  ): { component: ReleaseComponent; target: TargetRef } {
    const target = targetOfRecord(
      {
        id: arn,
        stage: record.stage,
        targetArn: arn,
        component: record.component,
        stackName: record.stackName,
      },
      this.#stages,
    );
    return {
      target,
      component: {
        entityRef: record.entityRef,
        name: record.component,
        title: record.component,
        targets: [target],
      },
    };
  }
}
