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

/** The owner in a sentence, for people. */
const FOUND: Record<OwnerSigns['writers'][number]['tool'], string> = {
  careplane: 'Careplane',
  cloudformation: 'CloudFormation',
  terraform: 'Terraform',
  codedeploy: 'CodeDeploy',
  other: 'Somebody by hand, or a tool that is not known,',
};

const TERRAFORM_KEYS = ['terraform', 'managed-by', 'managedby', 'managed_by'];

/** Told apart from its signs; what decides first, comes first. */
export function ownershipOf(target: TargetRef, signs: OwnerSigns): Ownership {
  const found: string[] = [];
  const { stack, tags, writers } = signs;
  if (stack) found.push(`Stack ${stack.name} holds it.`);
  const last = writers.find(writer => !writer.wrote);
  if (last) found.push(`${FOUND[last.tool]} moved it last (CloudTrail).`);
  const tool = toolOf(target, signs, found);
  const rule = RULES[tool];
  return {
    tool,
    stack: stack?.name ?? tags['aws:cloudformation:stack-name'],
    signs: found,
    unread: signs.unread,
    ...rule,
    ...(signs.controller === 'external' && { writes: EXTERNAL }),
    agreement: agreementFor(tool, target),
  };
}

function toolOf(
  target: TargetRef,
  { stack, tags, writers, controller, unread }: OwnerSigns,
  found: string[],
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
  return 'none';
}
