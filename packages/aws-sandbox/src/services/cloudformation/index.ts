import * as sdk from '@aws-sdk/client-cloudformation';
import { defineService } from '../../core';
import { Engine, STEP, type StepPayload } from './Engine';
import { changeSetOperations } from './operations/changeSets';
import { describeOperations } from './operations/describe';
import { stackOperations } from './operations/stacks';

/**
 * CloudFormation: stacks and change sets that are carried out for real against
 * the sandbox's other services. A type that the sandbox has no service for is
 * a record with the right `Ref` and `GetAtt`; any other type fails by name.
 */
export default defineService({
  id: 'cloudformation',
  sdk,
  operations: {
    ...stackOperations,
    ...describeOperations,
    ...changeSetOperations,
  },
  trail: { parameters: ['usePreviousTemplate'] },
  setup(sandbox) {
    const engine = new Engine(sandbox);
    sandbox.jobs.handle<StepPayload>(STEP, payload => engine.step(payload));
  },
});
