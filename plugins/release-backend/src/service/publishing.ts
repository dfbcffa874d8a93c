import type {
  PromoteDifferences,
  Release,
  Revision,
  Stage,
  TargetBlock,
} from '@careplane/backstage-plugin-release-common';
import { parseArnOf } from '@careplane/aws-common';
import { functionOf, ReleaseComponent } from '../components';
import type { RolloutRecord } from '../engine/model';
import { publishModeOf, TargetFacts } from '../poll/facts';
import type { Stores } from '../store';
import { differencesOf } from './differences';
import type { Plan } from './Planner';
import { hashOfArtifact } from './Views';

interface Publishing {
  /** Missing where the stack publishes it. */
  publish?: RolloutRecord['publish'];
  differences?: PromoteDifferences;
  blockers: string[];
  warnings: string[];
}

/** Where a release runs or ran on a stage before, the nearest one first. */
function sourceOf(
  release: Release,
  target: Plan['target'],
  blocks: TargetBlock[],
  stages: Stage[],
  same: (arn: string) => boolean,
): { block: TargetBlock; revision: Revision } | undefined {
  const order = stages.map(one => one.name);
  const before = order.slice(0, order.indexOf(target.stage.name)).reverse();
  for (const stage of before) {
    const block = blocks.find(one => one.target.stage === stage);
    if (!block || !same(block.target.arn)) continue;
    const { current, history } = block.target;
    const revision = [
      ...(current ? [current] : []),
      ...history.map(entry => entry.revision),
    ].find(one => one.releaseId === release.id);
    if (revision) return { block, revision };
  }
  return undefined;
}

const isProvisioned = (facts: TargetFacts | undefined, arn: string) =>
  facts?.publish?.provisioned?.includes(
    parseArnOf(arn, 'lambda-alias').alias,
  ) ?? false;

/** How the release comes to the target, and what that changes. Calls no AWS. */
export async function planOfPublishing(options: {
  component: ReleaseComponent;
  plan: Plan;
  release: Release;
  blocks: TargetBlock[];
  stages: Stage[];
  stores: Stores;
}): Promise<Publishing> {
  const { component, plan, release, blocks, stages, stores } = options;
  const { target, status } = plan;
  const facts = await stores.targets.facts(
    component.targets.map(one => one.arn),
  );
  const own = facts.get(target.arn);
  const mode = publishModeOf(target, own);
  const blockers: string[] = [];
  const warnings: string[] = [];
  const { configuration: running, current } = status;
  const common = { running, asOf: plan.asOf };
  if (mode === 'stack') {
    if (release.found) {
      blockers.push(
        `${release.version} was found running and has no template, so the stack of ${target.stage.title} cannot publish it.`,
      );
    }
    const ids = [
      release.id,
      ...(current?.releaseId ? [current.releaseId] : []),
    ];
    const templates = await stores.releases.templates(component.name, ids);
    return {
      blockers,
      warnings,
      differences: plan.firstDeployment
        ? undefined
        : differencesOf({
            ...common,
            mode,
            before: current?.releaseId
              ? templates.get(current.releaseId)
              : undefined,
            after: templates.get(release.id),
          }),
    };
  }
  if (!status.ownership) {
    blockers.push(
      'Who else writes this target is not known yet. Refresh, and look again.',
    );
  }
  const source = sourceOf(release, target, blocks, stages, arn =>
    mode === 'version' ? functionOf(arn) === functionOf(target.arn) : true,
  );
  const titleOf = (name: string) =>
    stages.find(stage => stage.name === name)?.title ?? name;
  const sourceTitle = source && titleOf(source.block.target.stage);
  const needsSource = mode === 'version' || release.found;
  if (needsSource && !source) {
    blockers.push(
      mode === 'version'
        ? `No earlier alias of this function runs or ran ${release.version}, so there is no version of it to move to.`
        : `No earlier stage runs or ran ${release.version}, so there is nothing to copy it from.`,
    );
  }
  if (source && source.revision.contentHash !== hashOfArtifact(release)) {
    blockers.push(
      `What ${titleOf(source.block.target.stage)} has as ${
        release.version
      } has another hash than the release.`,
    );
  }
  const sourceFacts = source && facts.get(source.block.target.arn);
  const live = source?.block.target.current?.id === source?.revision.id;
  const configured = live ? sourceFacts?.configuration : undefined;
  let becomes = running;
  if (mode === 'version') {
    becomes = configured;
    const from = sourceTitle;
    if (from) warnings.push(comesAlong(from, target.stage.title, configured));
    if (
      source &&
      isProvisioned(own, target.arn) &&
      isProvisioned(own, source.block.target.arn) &&
      live
    ) {
      blockers.push(
        `This alias and the one of ${from} both have provisioned concurrency, and AWS keeps it for one alias of a version only (INV-12). Take it off one of them first.`,
      );
    }
  } else {
    if (target.kind === 'lambda-alias') {
      becomes = own?.publish?.becomes;
      blockers.push(
        ...otherArchitecture(
          source?.block.target.stage,
          configured?.architecture,
          becomes?.architecture,
        ),
      );
    }
    warnings.push(...missingHere(sourceTitle, configured, becomes));
  }
  return {
    publish: {
      mode,
      published: !release.found,
      from: source && {
        arn: source.block.target.arn,
        stage: source.block.target.stage,
        revision: source.revision,
      },
    },
    differences: differencesOf({ ...common, mode, becomes }),
    blockers,
    warnings,
  };
}

/** INV-15: a version freezes the environment that it was published with. */
function comesAlong(
  from: string,
  to: string,
  configuration: TargetFacts['configuration'],
): string {
  const names = configuration?.environment;
  const which =
    names === undefined || !names.length
      ? 'Its environment variables, role and other configuration'
      : `Its environment variables (${
          Array.isArray(names) ? names.join(', ') : names
        }), role and other configuration`;
  return `The version was published once for all stages. ${which} come along from ${from}: ${to} gets the values that ${from} has (INV-15).`;
}

/** Code runs on the architecture that it was built for. Unknown is not judged. */
export function otherArchitecture(
  from: string | undefined,
  there: unknown,
  here: unknown,
): string[] {
  return there && here && there !== here
    ? [
        `The code that ${from} runs was built for ${there}, and this function runs on ${here}. Change the architecture of one of them first.`,
      ]
    : [];
}

/** Names that the code has where it runs now, and would not have here. */
function missingHere(
  from: string | undefined,
  there: TargetFacts['configuration'],
  here: TargetFacts['configuration'],
): string[] {
  return (['environment', 'secrets'] as const).flatMap(field => {
    const [has, gets] = [there?.[field], here?.[field]];
    if (!Array.isArray(has) || !Array.isArray(gets)) return [];
    const missing = has.filter(name => !gets.includes(name));
    const what = field === 'secrets' ? 'secrets' : 'environment variables';
    return missing.length
      ? `On ${from} it has ${what} that it would not have here: ${missing.join(
          ', ',
        )}.`
      : [];
  });
}
