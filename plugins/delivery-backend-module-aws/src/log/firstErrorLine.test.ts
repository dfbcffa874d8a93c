import { firstErrorOf } from './firstErrorLine';

const C = '[Container] 2026/11/20 12:00:01.123456 ';

const LOGS: Record<string, { log: string; first: string; of?: string }> = {
  jest: {
    log: `${C}Running command npm test
> claims-api@1.4.0 test
PASS src/money.test.ts
FAIL src/claims.test.ts
  claims
    ✓ accepts a claim (3 ms)
    ✕ rejects a claim without member (12 ms)

  ● claims › rejects a claim without member

    expect(received).toBe(expected) // Object.is equality
Tests:       1 failed, 2 passed, 3 total
npm error Lifecycle script \`test\` failed with error:
${C}Command did not execute successfully npm test exit status 1`,
    first: 'expect(received).toBe(expected) // Object.is equality',
    of: 'claims › rejects a claim without member',
  },
  'jest, a thrown error': {
    log: `${C}Running command npx jest --ci
FAIL src/claims.test.ts
  ● Console

    console.error
      Error: the member service is away

  ● claims › throws

    TypeError: Cannot read properties of undefined (reading 'map')

      2 |   it('accepts', () => { expect(1).toBe(1); });
    > 4 |   it('throws', () => { member.map(one => one); });
        |                               ^

      at Object.map (src/claims.test.ts:4:47)`,
    first: "TypeError: Cannot read properties of undefined (reading 'map')",
    of: 'claims › throws',
  },
  'jest, a suite that does not start': {
    log: `FAIL src/claims.test.ts
  ● Test suite failed to run

    Cannot find module './member' from 'src/claims.test.ts'

    > 1 | const member = require('./member');

Test Suites: 1 failed, 1 total`,
    first: "Cannot find module './member' from 'src/claims.test.ts'",
    of: 'Test suite failed to run',
  },
  vitest: {
    log: ` RUN  v3.2.4 /codebuild/output/src1

 ❯ src/claims.test.ts (3 tests | 1 failed) 21ms
   ✓ claims > accepts a claim 2ms
   × claims > rejects a claim without member 8ms
     → expected 1 to be 2 // Object.is equality

⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

 FAIL  src/claims.test.ts > claims > rejects a claim without member
AssertionError: expected 1 to be 2 // Object.is equality`,
    first: 'expected 1 to be 2 // Object.is equality',
    of: 'claims > rejects a claim without member',
  },
  'vitest, a suite that does not start': {
    log: ` FAIL  src/claims.test.ts [ src/claims.test.ts ]
Error: Failed to resolve import "./member" from "src/claims.test.ts". Does the file exist?`,
    first:
      'Error: Failed to resolve import "./member" from "src/claims.test.ts". Does the file exist?',
    of: 'src/claims.test.ts [ src/claims.test.ts ]',
  },
  'node:test': {
    log: `▶ claims
  ✔ accepts a claim (0.710908ms)
  ✖ rejects without member (0.801052ms)
  ✖ throws (0.13392ms)
✖ claims (21.649586ms)
ℹ tests 3
ℹ fail 2

✖ failing tests:

test at src/claims.test.mjs:2:52
✖ rejects without member (0.801052ms)
  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:
  
  1 !== 2
  
      at TestContext.<anonymous> (file:///src/claims.test.mjs:2:96)`,
    first:
      'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:',
    of: 'rejects without member',
  },
  'node:test as TAP': {
    log: `TAP version 13
# Subtest: claims
    # Subtest: accepts a claim
    ok 1 - accepts a claim
      ---
      duration_ms: 0.573814
      ...
    not ok 2 - throws
      ---
      duration_ms: 0.122182
      type: 'test'
      location: '/src/claims.test.mjs:2:113'
      failureType: 'testCodeFailure'
      error: "Cannot read properties of undefined (reading 'map')"
      code: 'ERR_TEST_FAILURE'
not ok 1 - claims`,
    first: "Cannot read properties of undefined (reading 'map')",
    of: 'throws',
  },
  'node:test as TAP, in more lines': {
    log: `not ok 2 - rejects without member
  ---
  duration_ms: 0.71262
  type: 'test'
  location: '/src/claims.test.mjs:2:52'
  failureType: 'testCodeFailure'
  error: |-
    Expected values to be strictly equal:
    
    1 !== 2`,
    first: 'Expected values to be strictly equal:',
    of: 'rejects without member',
  },
  'a test that says no more than its name': {
    log: `  claims
    ✓ accepts a claim
    ✕ rejects a claim without member
Tests:       1 failed, 1 passed, 2 total`,
    first: '✕ rejects a claim without member',
  },
  eslint: {
    log: `${C}Running command npx eslint .

/codebuild/output/src1/src/handler.ts
   3:1   warning  Unexpected console statement                    no-console
  12:3   error    'member' is assigned a value but never used     no-unused-vars

✖ 2 problems (1 error, 1 warning)`,
    first:
      "12:3   error    'member' is assigned a value but never used     no-unused-vars",
    of: '/codebuild/output/src1/src/handler.ts',
  },
  'cfn-lint': {
    log: `W2001 Parameter Stage not used.
template.yaml:4:3

E3012 Property Resources/Table/Properties/BillingMode should be of type String
template.yaml:25:9`,
    first:
      'E3012 Property Resources/Table/Properties/BillingMode should be of type String',
    of: 'template.yaml:25:9',
  },
  'cfn-lint for programs': {
    log: `template.yaml:4:3:4:8:W2001:Parameter Stage not used.
template.yaml:25:9:25:20:E3012:Property BillingMode should be of type String`,
    first:
      'template.yaml:25:9:25:20:E3012:Property BillingMode should be of type String',
  },
  tsc: {
    log: `${C}Running command npm run build
> tsc --noEmit
src/handler.ts(41,7): error TS2322: Type 'string' is not assignable to type 'number'.
Found 1 error in src/handler.ts:41
${C}Phase complete: BUILD State: FAILED`,
    first:
      "src/handler.ts(41,7): error TS2322: Type 'string' is not assignable to type 'number'.",
  },
  'tsc --pretty': {
    log: `src/handler.ts:41:7 - error TS2322: Type 'string' is not assignable.`,
    first: `src/handler.ts:41:7 - error TS2322: Type 'string' is not assignable.`,
  },
  'npm ci': {
    log: `${C}Running command npm ci
npm warn deprecated inflight@1.0.6: This module leaks memory, error prone
npm error code ERESOLVE
npm error ERESOLVE could not resolve
npm error A complete log of this run can be found in: /home/build/.npm/_logs/x.log`,
    first: 'npm error code ERESOLVE',
  },
  docker: {
    log: `#10 [4/6] COPY package*.json ./
#10 DONE 0.1s
#11 [5/6] RUN npm ci --omit=dev
#11 2.417 npm error code EUSAGE
#11 2.418 npm error The \`npm ci\` command can only install with an existing package-lock.json
#11 ERROR: process "/bin/sh -c npm ci --omit=dev" did not complete successfully: exit code: 1
ERROR: failed to solve: process "/bin/sh -c npm ci --omit=dev" did not complete successfully`,
    first: 'npm error code EUSAGE',
  },
  'docker without a telling step': {
    log: `#11 [5/6] RUN make
#11 0.412 make: *** No targets.  Stop.
ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2`,
    first:
      'ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2',
  },
  pytest: {
    log: `============================= test session starts ==============================
collected 12 items
tests/test_triage.py ....F.......                                        [100%]
=================================== FAILURES ===================================
_______________________________ test_urgent_first ______________________________
    def test_urgent_first():
>       assert order([2, 1]) == [1, 2]
E       assert [2, 1] == [1, 2]
tests/test_triage.py:8: AssertionError
=========================== short test summary info ============================
FAILED tests/test_triage.py::test_urgent_first - assert [2, 1] == [1, 2]`,
    first: 'E       assert [2, 1] == [1, 2]',
  },
  'python traceback': {
    log: `Collecting requests
Traceback (most recent call last):
  File "app.py", line 1, in <module>
ModuleNotFoundError: No module named 'boto3'`,
    first: 'Traceback (most recent call last):',
  },
  'gradle compile': {
    log: `> Task :compileJava FAILED
/src/main/java/Claims.java:14: error: cannot find symbol
1 error
FAILURE: Build failed with an exception.
* What went wrong:
Execution failed for task ':compileJava'.`,
    first: '/src/main/java/Claims.java:14: error: cannot find symbol',
  },
  'gradle configuration': {
    log: `FAILURE: Build failed with an exception.

* Where:
Build file '/src/build.gradle' line: 12

* What went wrong:
A problem occurred evaluating root project 'claims'.
> Could not find method implementatio()`,
    first: "A problem occurred evaluating root project 'claims'.",
  },
  'gradle test': {
    log: `> Task :test
ClaimsTest > rejectsWithoutMember() FAILED
    org.opentest4j.AssertionFailedError: expected: <true> but was: <false>
3 tests completed, 1 failed`,
    first: 'ClaimsTest > rejectsWithoutMember() FAILED',
  },
  'aws cli': {
    log: `${C}Running command aws s3 cp code.zip s3://bucket/
upload failed: ./code.zip to s3://bucket/code.zip An error occurred (AccessDenied) when calling the PutObject operation: Access Denied`,
    first:
      'upload failed: ./code.zip to s3://bucket/code.zip An error occurred (AccessDenied) when calling the PutObject operation: Access Denied',
  },
  sonar: {
    log: `INFO: ANALYSIS SUCCESSFUL, you can find the results at: https://sonar/
INFO: 0 errors
ERROR: QUALITY GATE STATUS: FAILED - View details on https://sonar/`,
    first:
      'ERROR: QUALITY GATE STATUS: FAILED - View details on https://sonar/',
  },
  'a missing command': {
    log: `${C}Running command terrafrom init
/codebuild/output/tmp/script.sh: line 4: terrafrom: command not found
${C}Command did not execute successfully terrafrom init exit status 127`,
    first:
      '/codebuild/output/tmp/script.sh: line 4: terrafrom: command not found',
  },
  'only CodeBuild itself': {
    log: `${C}Running command ./check.sh
${C}Command did not execute successfully ./check.sh exit status 3
${C}Phase complete: BUILD State: FAILED`,
    first: 'Command did not execute successfully ./check.sh exit status 3',
  },
};

describe('firstErrorOf', () => {
  it.each(Object.entries(LOGS))('finds the error of %s', (_name, given) => {
    const { log, first, of } = given;
    expect(firstErrorOf(log.split('\n'))).toEqual({ line: first, of });
  });

  it('finds none where all is well', () => {
    expect(
      firstErrorOf([
        `${C}Running command npm test`,
        'PASS src/errors.test.ts',
        '✓ handles a failed claim',
        'Tests: 0 failed, 12 passed',
        'found 0 errors',
      ]),
    ).toBeUndefined();
    expect(firstErrorOf([])).toBeUndefined();
  });
});
