import { STATE_LABELS } from '@careplane/backstage-plugin-release-common';

/** Words used on more than one screen: states, chips, sources, frames. */
export const common = {
  cancel: 'Cancel',
  refresh: 'Refresh',
  refreshFailed: 'Refresh did not work: {{error}}',
  justNow: 'just now',
  asOf: { at: 'as of {{time}}', never: 'not read yet' },
  hash: {
    copy: 'Copy {{what}} {{short}}',
    copied: 'Copied {{what}} {{short}}',
    contentOf: 'content hash of {{version}}',
    contentOn: 'content hash of {{version}} on {{stage}}',
    commitOf: 'commit of {{version}}',
  },
  who: { unknown: 'unknown' },
  guard: {
    why: 'Why?',
    whyOf: 'Why not: {{act}}',
    title: 'Why not: {{act}}',
    noReason: 'Your roles do not allow this.',
    whoMay: 'These groups may:',
    nobody: 'No group has this grant. It is set in release.grants.',
  },
  error: {
    retry: 'Try again',
    failed: '{{what}} could not be read at {{time}}.',
    failedStill: 'The rest of the portal works. Nothing was changed.',
    lost: '{{what}}: connection lost at {{time}}. Shown is what was last known.',
    lostStill:
      'Whatever runs continues on the server. The page tries again by itself.',
  },
  target: {
    live: 'Live',
    shifting: 'Shifting traffic',
    'not-deployed': 'Not deployed',
    'changed-outside': 'Changed outside',
    unknown: 'Unknown',
    denied: 'Access denied',
  },
  chip: {
    back: {
      'not-ready': 'No way back',
      unknown: 'Way back not verified',
      none: 'No earlier release ran here',
      away: 'No earlier release to go back to',
    },
    held: 'Held',
    outside: 'Changed outside',
    notSettled: 'Stack not settled',
    behind_one: '{{count}} behind',
    behind_other: '{{count}} behind',
    tasks: '{{running}} of {{desired}} tasks',
    quarantined: 'Quarantined',
  },
  state: STATE_LABELS,
  gate: { pass: 'Pass', fail: 'Fail', unknown: 'Unknown', waived: 'Waived' },
  gates: {
    none: 'No gates on this stage.',
    evidence: 'Evidence: {{title}}',
    waited: '{{passed}} of {{needed}} so far; over at {{time}}.',
  },
  step: {
    waiting: 'Waiting',
    running: 'Running',
    done: 'Done',
    failed: 'Failed',
    skipped: 'Skipped',
  },
  outcome: {
    done: 'Done',
    'not-executed': 'Not executed',
    failed: 'Failed',
    'external-change': 'Changed outside',
    open: 'Unresolved',
  },
  source: {
    careplane: 'Watched by Careplane.',
    cloudtrail: 'Ran here according to CloudTrail, not watched by Careplane.',
    ecs: 'Ran here according to ECS, not watched by Careplane.',
    codedeploy: 'Ran here according to CodeDeploy, not watched by Careplane.',
    observed: 'Seen running here; who moved it is not recorded.',
  },
  ready: {
    ready: 'Ready',
    'not-ready': 'Not ready',
    unknown: 'Not verified',
  },
  strategy: {
    'all-at-once': {
      name: 'All at once',
      what: 'All of {{stage}} goes to {{version}} in one move.',
    },
    canary: {
      name: 'Canary',
      what: '{{share}} of {{stage}} for {{minutes}} min, then all of it.',
    },
    linear: {
      name: 'Linear',
      what: '{{share}} more of {{stage}} every {{minutes}} min.',
    },
    custom: {
      name: 'Custom steps',
      what: '{{stage}} goes to {{version}} by the steps below, then all of it.',
    },
    notAllowed: 'Not allowed: {{reason}}',
    codeDeploy:
      'CodeDeploy shifts the traffic and carries on, or goes back, even when Careplane is down.',
    config: 'Deployment configuration',
    ownConfig: 'Numbers of your own',
    share: 'Share in percent',
    minutes: 'Watch for (minutes)',
    calls: 'Calls needed',
    ofStep: 'Step {{number}}: {{what}}',
    addStep: 'Add a step',
    dropStep: 'Remove the last step',
    judged: 'Compare its errors with what runs before each move',
    points: 'Errors more in 100 calls that are allowed',
    pointsHelp:
      'It goes on when this is met with 95 % confidence, goes back when it is surely exceeded, and asks a person in between.',
  },
} as const;
