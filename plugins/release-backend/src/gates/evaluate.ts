import type { EntityDelivery } from '@careplane/backstage-plugin-delivery-common';
import { personName } from '@careplane/backstage-plugin-release-common';
import type {
  FreezeWindow,
  GateResult,
  Hold,
  Release,
  Stage,
} from '@careplane/backstage-plugin-release-common';
import { databaseGate } from './databaseCrossing';
import { SoakFacts, soakGate } from './soak';
import { stageTestsGate, TestFacts } from './stageTests';
import { isWaivable } from './waivers';
import type { TargetFacts } from '../poll/facts';

/** Everything that gates look at, collected at the edge. */
export interface GateFacts {
  release: Release;
  /** What runs here, where that is known as a release. */
  running?: Release;
  stage: string;
  /** All of them, in their order: texts name them by their title. */
  stages: readonly Pick<Stage, 'name' | 'title'>[];
  target?: TargetFacts;
  /** Undefined when it cannot be told. */
  settled?: boolean;
  hold?: Hold;
  /** The freeze that is open on the stage. */
  freeze?: FreezeWindow;
  /** What the stage before has to say, where this one asks for a soak. */
  soak?: SoakFacts;
  /** Missing where nothing tests the stage before. */
  tests?: TestFacts;
  /** Or why delivery did not answer. */
  delivery: EntityDelivery | { unavailable: string };
}

type Draft = Pick<GateResult, 'state' | 'summary'> & Partial<GateResult>;
type Gate = { id: string; title: string; evaluate(facts: GateFacts): Draft };

const unknown = (summary: string): Draft => ({ state: 'unknown', summary });
const pass = (summary: string): Draft => ({ state: 'pass', summary });
const fail = (summary: string): Draft => ({ state: 'fail', summary });

const noDelivery = (facts: GateFacts) =>
  'unavailable' in facts.delivery ? facts.delivery.unavailable : undefined;

const sameCommit = (a = '', b: string) =>
  a.length >= 7 && b.length >= 7 && (b.startsWith(a) || a.startsWith(b));

const short = (hash: string) => hash.replace('sha256:', '').slice(0, 12);

const titleIn = ({ stages }: GateFacts, name: string) =>
  stages.find(one => one.name === name)?.title ?? name;

/** The stages before this one, in their order. */
const earlier = ({ stages, stage }: GateFacts) =>
  stages.slice(
    0,
    Math.max(
      0,
      stages.findIndex(one => one.name === stage),
    ),
  );

const build: Gate = {
  id: 'build',
  title: 'Build',
  evaluate(facts) {
    const { release } = facts;
    if (release.found) {
      return unknown(
        `Nobody published it for Careplane: it was found running on ${titleIn(
          facts,
          release.found.stage,
        )}, and what built it is not known.`,
      );
    }
    return release.pipeline?.executionId
      ? {
          ...pass(
            `Published by pipeline execution ${release.pipeline.executionId.slice(
              0,
              8,
            )}, which publishes only what it built and tested.`,
          ),
          asOf: release.builtAt,
        }
      : unknown('The release does not say which pipeline execution built it.');
  },
};

const quality: Gate = {
  id: 'quality',
  title: 'Quality',
  evaluate(facts) {
    const { release, delivery } = facts;
    const recorded = release.quality;
    if (recorded && recorded.status !== 'OK') {
      return {
        ...fail(`The quality gate of this build ended in ${recorded.status}.`),
        asOf: recorded.at,
      };
    }
    if (!('unavailable' in delivery)) {
      const now = delivery.quality.items.find(item =>
        sameCommit(item.revision, release.commit.id),
      );
      // A gate may change after the analysis: the source's word of today counts.
      if (now?.gate === 'failed') {
        return {
          ...fail('SonarQube says that the gate of this commit failed.'),
          url: now.url,
          asOf: now.analysedAt,
        };
      }
      if (now?.gate === 'passed') {
        return {
          ...pass('SonarQube passed this commit.'),
          url: now.url,
          asOf: now.analysedAt,
        };
      }
    }
    if (recorded) {
      return {
        ...pass('The quality gate passed in the build of this release.'),
        asOf: recorded.at,
      };
    }
    return unknown(
      noDelivery(facts) ?? 'There is no quality result for this commit.',
    );
  },
};

const vulnerabilities: Gate = {
  id: 'vulnerabilities',
  title: 'Vulnerabilities',
  evaluate(facts) {
    const { release, delivery } = facts;
    if (release.artifact.type === 'zip') {
      return pass(
        'Not applicable: a zip has no image; its dependencies are audited in the build.',
      );
    }
    if ('unavailable' in delivery) return unknown(delivery.unavailable);
    const { digest } = release.artifact;
    const image = delivery.images.items.find(item => item.digest === digest);
    if (!image) {
      return unknown(
        delivery.images.message ??
          'The image of this release is not among the images that were read.',
      );
    }
    const where = { url: image.url, asOf: image.scannedAt };
    if (image.scan !== 'complete' || !image.severities) {
      return {
        ...unknown(
          `The scan of the image is ${image.scan}: not scanned is not clean.`,
        ),
        ...where,
      };
    }
    const critical = image.severities.critical ?? 0;
    return critical > 0
      ? {
          ...fail(
            `${critical} critical ${
              critical === 1 ? 'finding' : 'findings'
            } in the image.`,
          ),
          ...where,
        }
      : { ...pass('Scanned, and no critical finding.'), ...where };
  },
};

const previousStage: Gate = {
  id: 'previous-stage',
  title: 'Previous stage',
  evaluate(facts) {
    const { runsOn, ranOn } = facts.release;
    const previous = earlier(facts).at(-1);
    if (!previous) return pass('Not applicable: this is the first stage.');
    const { name, title } = previous;
    if (runsOn.includes(name)) return pass(`Runs on ${title} now.`);
    if (ranOn.includes(name)) return pass(`Ran on ${title}.`);
    return fail(`Has not run on ${title}.`);
  },
};

/** A CodeSha256, or a digest; a tag is neither. */
const HASH = /^(sha256:[0-9a-f]{64}|[A-Za-z0-9+/]{43}=)$/;

/**
 * What earlier stages have as this release is this very artifact, by the hash
 * that AWS states there. Nobody may waive it: it would be another release.
 */
const sameArtifact: Gate = {
  id: 'same-artifact',
  title: 'Same artifact',
  evaluate(facts) {
    const { artifact, proof = [], runsOn, ranOn } = facts.release;
    const before = earlier(facts).filter(({ name }) =>
      [...runsOn, ...ranOn].includes(name),
    );
    if (!before.length) {
      return pass(
        'Not applicable: it has run on no earlier stage. Its hash is compared before traffic moves.',
      );
    }
    const [word, hash] =
      artifact.type === 'zip'
        ? ['CodeSha256', artifact.codeSha256]
        : ['Image digest', artifact.digest];
    const titles = (stages: typeof before) =>
      stages.map(one => one.title).join(' and ');
    const proofOn = (name: string) => proof.find(one => one.stage === name);
    const other = before.filter(({ name }) => {
      const found = proofOn(name);
      return found && !found.matches && HASH.test(found.contentHash);
    });
    if (other.length) {
      return fail(
        `${titles(other)} had another artifact as this release: ${word} ${short(
          proofOn(other[0].name)?.contentHash ?? '',
        )}, and the release is ${short(hash)}. Publish it again.`,
      );
    }
    const unproved = before.filter(({ name }) => !proofOn(name)?.matches);
    return unproved.length
      ? unknown(
          `What ${titles(unproved)} had as this release is not known by hash.`,
        )
      : pass(`${word} ${short(hash)}, the same as on ${titles(before)}.`);
  },
};

const stackSettled: Gate = {
  id: 'stack-settled',
  title: 'Stack settled',
  evaluate({ target, settled }) {
    if (target?.observed && !target.observed.exists) {
      return pass('Not applicable: nothing runs here yet.');
    }
    if (settled === undefined) return unknown('The stack could not be read.');
    return settled
      ? pass('The stack agrees with what is live.')
      : fail(
          'The stack is not settled: its live value is not what runs, or it is being updated.',
        );
  },
};

const hold: Gate = {
  id: 'hold',
  title: 'Hold',
  evaluate(facts) {
    return facts.hold
      ? {
          ...fail(
            `Held by ${personName(facts.hold.by)} since ${facts.hold.at
              .slice(0, 16)
              .replace('T', ' ')} UTC. Lift the hold first.`,
          ),
          asOf: facts.hold.at,
        }
      : pass('Not held.');
  },
};

const quarantine: Gate = {
  id: 'quarantine',
  title: 'Quarantine',
  evaluate({ release }) {
    return release.quarantine
      ? {
          ...fail(
            `Quarantined by ${personName(release.quarantine.by)}: ${
              release.quarantine.reason
            }`,
          ),
          asOf: release.quarantine.at,
        }
      : pass('Not quarantined.');
  },
};

const outsideChange: Gate = {
  id: 'outside-change',
  title: 'Outside change',
  evaluate({ target }) {
    if (!target?.observed) return unknown('The target has not been read.');
    return target.outsideChange
      ? fail(
          `Changed outside Careplane${
            target.outsideChange.actor
              ? ` by ${personName(target.outsideChange.actor)}`
              : ''
          }. Adopt it or roll back first.`,
        )
      : pass('Nobody else has changed it.');
  },
};

const freeze: Gate = {
  id: 'freeze',
  title: 'Freeze',
  evaluate(facts) {
    const window = facts.freeze;
    return window
      ? fail(
          `${window.name} until ${window.until
            .slice(0, 16)
            .replace('T', ' ')} UTC${
            window.reason ? `: ${window.reason}` : ''
          }. Nothing goes forward; a rollback does.`,
        )
      : pass('No freeze is open.');
  },
};

const GATES: Gate[] = [
  build,
  quality,
  vulnerabilities,
  previousStage,
  sameArtifact,
  stackSettled,
  hold,
  quarantine,
  outsideChange,
  freeze,
];

/** Evaluates all gates of a promote. Pure; unknown is never pass. */
export function evaluateGates(facts: GateFacts): GateResult[] {
  const results: GateResult[] = GATES.map(({ id, title, evaluate }) => ({
    id,
    title,
    ...evaluate(facts),
  }));
  const before = earlier(facts).at(-1);
  const soak = facts.soak && before && soakGate(facts.soak, before.title);
  const crossing = databaseGate(facts.running, facts.release, 'Moving');
  const tests = stageTestsGate(facts.tests);
  return [...results, tests, soak, crossing].flatMap(gate => {
    if (!gate) return [];
    return isWaivable(gate) ? { ...gate, waivable: true } : gate;
  });
}
