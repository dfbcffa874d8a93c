import { approval } from './approval';
import { cloudFormation } from './cloudFormation';
import { codeBuild } from './codeBuild';
import { codeCommit } from './codeCommit';
import type { ActionDriver } from './driver';

/** What the sandbox's pipelines can do, by `<category>/<provider>`. */
export const DRIVERS: Record<string, ActionDriver | undefined> = {
  'Source/CodeCommit': codeCommit,
  'Build/CodeBuild': codeBuild,
  'Test/CodeBuild': codeBuild,
  'Deploy/CloudFormation': cloudFormation,
  'Approval/Manual': approval,
};
