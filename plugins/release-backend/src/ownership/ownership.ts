import type {
  Ownership,
  OwnerTool,
} from '@careplane/backstage-plugin-release-common';
import type {
  OwnerSigns,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { agreementFor } from './agreement';

interface Rule {
  mayPromote: boolean;
  mayRollBack: boolean;
  writes: string;
  undoneBy?: string;
}

const EXTERNAL =
  'Careplane only reads this service: an external controller deploys it, by task sets that it alone makes.';

const ROLLBACK_ONLY =
  'Careplane may roll back, which moves traffic only. Promoting needs the owner to take the live value first.';

const RULES: Record<OwnerTool, Rule> = {
  careplane: {
    mayPromote: true,
    mayRollBack: true,
    writes:
      'Careplane moves traffic, and tells the stack what is live after each move.',
  },
  cloudformation: {
    mayPromote: false,
    mayRollBack: true,
    writes: ROLLBACK_ONLY,
    undoneBy:
      'The next update of the stack that touches the target, or its UPDATE_ROLLBACK, writes the value of its template.',
  },
  sam: {
    mayPromote: false,
    mayRollBack: true,
    writes: ROLLBACK_ONLY,
    undoneBy:
      'The next sam deploy publishes a version and moves the alias to it.',
  },
  serverless: {
    mayPromote: false,
    mayRollBack: true,
    writes: ROLLBACK_ONLY,
    undoneBy:
      'The next serverless deploy updates the stack, which writes the value of its template.',
  },
  terraform: {
    mayPromote: false,
    mayRollBack: true,
    writes: ROLLBACK_ONLY,
    undoneBy:
      'The next terraform apply sees a difference and writes the value of its code.',
  },
  codedeploy: {
    mayPromote: false,
    mayRollBack: true,
    writes:
      'While a deployment of CodeDeploy runs, only CodeDeploy writes the target: rolling back stops it with its rollback. Otherwise Careplane may roll back.',
    undoneBy:
      'The next deployment of CodeDeploy moves the target forward again.',
  },
  none: {
    mayPromote: true,
    mayRollBack: true,
    writes: 'Careplane moves traffic; nobody else was found who does.',
  },
  unknown: {
    mayPromote: false,
    mayRollBack: false,
    writes:
      'Careplane only reads this target, because who else writes it is not known.',
  },
};

const minuteOf = (at: string) => `${at.slice(0, 16).replace('T', ' ')} UTC`;

/** The owner in a sentence, for people. */
const FOUND: Record<OwnerSigns['writers'][number]['tool'], string> = {
  careplane: 'Careplane',
  cloudformation: 'CloudFormation',
  terraform: 'Terraform',
  codedeploy: 'CodeDeploy',
  other: 'Somebody by hand, or a tool that is not known,',
};

const TERRAFORM_KEYS = ['terraform', 'managed-by', 'managedby', 'managed_by'];

/** AWS's clock and ours, and CloudTrail's delay, may differ by this much. */
const SLACK_MS = 30 * 60_000;

/** What was told of all 90 days, by a reading that another one meets. */
const isMetBy = (known: Ownership | undefined, readBackTo: string): boolean =>
  known?.tool === 'none' &&
  !known.unread.length &&
  Date.parse(known.checkedAt ?? '') - SLACK_MS >= Date.parse(readBackTo);

/** Not known for want of an answer: another try may tell. */
export const isUnanswered = ({
  tool,
  unread,
  readBackTo,
}: Ownership): boolean =>
  tool === 'unknown' && (unread.length > 0 || readBackTo !== undefined);

/**
 * Told apart from its signs; what decides first, comes first. That nobody
 * writes a target rests on all events of 90 days: where they were not read to
 * the end, on those since `known` was told as well, and otherwise on nothing.
 */
export function ownershipOf(
  target: TargetRef,
  signs: OwnerSigns,
  known?: Ownership,
): Ownership {
  const found: string[] = [];
  const { stack, tags, writers } = signs;
  if (stack) found.push(`Stack ${stack.name} holds it.`);
  const last = writers.find(writer => !writer.wrote);
  if (last) found.push(`${FOUND[last.tool]} moved it last (CloudTrail).`);
  const tool = toolOf(target, signs, found, known);
  const rule = RULES[tool];
  return {
    tool,
    stack: stack?.name ?? tags['aws:cloudformation:stack-name'],
    signs: found,
    unread: signs.unread,
    ...(tool !== 'none' && { readBackTo: signs.readBackTo }),
    ...rule,
    ...(signs.controller === 'external' && { writes: EXTERNAL }),
    agreement: agreementFor(tool, target),
  };
}

function toolOf(
  target: TargetRef,
  { stack, tags, writers, controller, unread, readBackTo }: OwnerSigns,
  found: string[],
  known: Ownership | undefined,
): OwnerTool {
  if (controller === 'external') {
    found.push('Its deployment controller is EXTERNAL.');
    return 'unknown';
  }
  if (controller === 'codedeploy') {
    found.push('Its deployment controller is CODE_DEPLOY.');
  }
  if (stack?.name === target.stackName && stack.takesLiveValue) {
    return 'careplane';
  }
  if (controller === 'codedeploy') return 'codedeploy';
  if (stack?.serverless) {
    found.push('The stack has the outputs of the Serverless Framework.');
    return 'serverless';
  }
  if (
    stack?.transforms.some(one => one.startsWith('AWS::Serverless-')) ||
    tags['lambda:createdby'] === 'sam'
  ) {
    found.push('It was made from a SAM template.');
    return 'sam';
  }
  const moved = writers.flatMap(({ tool, wrote }) => (wrote ? [] : tool));
  if (!stack && moved[0] === 'codedeploy') return 'codedeploy';
  if (stack) return 'cloudformation';
  if (tags['aws:cloudformation:stack-name']) {
    found.push('Its tags name a stack.');
    return 'cloudformation';
  }
  if (TERRAFORM_KEYS.some(key => /terraform|tofu|true/.test(tags[key] ?? ''))) {
    found.push('Its tags say Terraform.');
    return 'terraform';
  }
  if (moved.includes('terraform')) {
    found.push('Terraform moved it in the last 90 days (CloudTrail).');
    return 'terraform';
  }
  if (writers.some(({ tool, wrote }) => wrote && tool === 'terraform')) {
    found.push('Terraform wrote its code in the last 90 days (CloudTrail).');
    return 'terraform';
  }
  if (moved.includes('codedeploy')) return 'codedeploy';
  if (unread.length) {
    found.push(`Not known without ${unread.join(', ')}.`);
    return 'unknown';
  }
  if (readBackTo && !isMetBy(known, readBackTo)) {
    found.push(
      `CloudTrail was read back to ${minuteOf(
        readBackTo,
      )} so far; who wrote it before is not known yet.`,
    );
    return 'unknown';
  }
  return 'none';
}
