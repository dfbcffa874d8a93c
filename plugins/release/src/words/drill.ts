/** Words of rehearsed rollbacks. */
export const drill = {
  drill: {
    title: 'Rehearsal',
    never: 'A rollback of this stage was never rehearsed.',
    start: 'Rehearse going back to {{version}}',
    by: 'by',
    took: '({{ms}} ms)',
    failed: 'It could not be rehearsed.',
    last: {
      'would-succeed': 'The last rehearsal succeeded:',
      'would-fail': 'The last rehearsal failed:',
      unknown: 'The last rehearsal left questions open:',
    },
    outcome: {
      'would-succeed':
        'It would succeed. {{ms}} ms passed until the write would have been sent; nothing was written.',
      'would-fail': 'It would fail. Nothing was written.',
      unknown: 'Whether it would succeed is not known. Nothing was written.',
    },
    state: { pass: 'Passed', fail: 'Failed', unknown: 'Not known' },
    step: {
      plan: 'May it be started?',
      target: 'The target',
      revision: 'The revision',
      write: 'The write',
      stack: 'The stack',
    },
  },
} as const;
