/** Words of a stage's tests. */
export const tests = {
  tests: {
    waiting: 'Tests about to start',
    running: 'Tests running',
    passed: 'Tests passed',
    failed: 'Tests failed',
    'not-run': 'Tests did not run',
    log: 'Log of the tests',
    run: 'Run the tests of {{stage}}',
    again: 'Run the tests of {{stage}} again',
    refused: 'The tests were not started: {{error}}',
  },
} as const;
