import type { Json, JsonObject } from './template';

export interface ResourceRecord {
  logicalId: string;
  type: string;
  physicalId: string;
  /** Properties as CloudFormation last wrote them, intrinsics evaluated. */
  properties: JsonObject;
  /** Tags that came from the stack, for types that carry them. */
  tags: Record<string, string>;
  /** What `Ref` gives, when it is not the physical id. */
  ref?: string;
  attributes: Record<string, Json>;
  status: string;
  statusReason?: string;
  updatedAt: string;
  deletionPolicy: string;
  updateReplacePolicy: string;
}

export interface StackInputs {
  templateBody: string;
  parameters: Record<string, string>;
  tags: Record<string, string>;
  capabilities: string[];
  roleArn?: string;
}

export interface Touched {
  logicalId: string;
  action: 'create' | 'update' | 'replace';
  /** The record before; absent for a resource that was made. */
  before?: ResourceRecord;
  /** Properties that the update wanted, whether or not the write succeeded. */
  attempted: JsonObject;
}

/** A stack operation under way, resumable at any point. */
export interface Operation {
  id: string;
  kind: 'CREATE' | 'UPDATE' | 'DELETE';
  phase: 'forward' | 'rollback' | 'cleanup';
  wanted: StackInputs;
  previous?: StackInputs;
  /** Logical ids still to do in this phase. */
  queue: string[];
  touched: Touched[];
  /** Replaced or dropped resources, deleted when the update has succeeded. */
  cleanup: ResourceRecord[];
  /** Resource whose write has begun, so that a restart knows. */
  begun?: string;
  /** Waiting for the resource to become stable. */
  waiting?: { logicalId: string; since: number };
  failure?: string;
  policy?: string;
  disableRollback: boolean;
  token?: string;
  changeSetId?: string;
  retain: string[];
  /** The caller, for records of what was called. */
  principalArn: string;
  principalAccessKeyId: string;
}

export interface StackEventRecord {
  id: string;
  logicalId: string;
  physicalId: string;
  type: string;
  status: string;
  reason?: string;
  at: string;
  token?: string;
  properties?: string;
}

export interface StackRecord extends StackInputs {
  id: string;
  name: string;
  account: string;
  region: string;
  description?: string;
  status: string;
  statusReason?: string;
  createdAt: string;
  updatedAt?: string;
  deletedAt?: string;
  notificationArns: string[];
  disableRollback: boolean;
  terminationProtection: boolean;
  policy?: string;
  outputs: {
    key: string;
    value: string;
    description?: string;
    exportName?: string;
  }[];
  resources: Record<string, ResourceRecord>;
  changeSetId?: string;
  /** Counts updates; a change set made for another count is stale. */
  generation: number;
  operation?: Operation;
  /** Token of the last operation, for its repetition. */
  lastToken?: string;
}

export interface ChangeDetail {
  attribute: string;
  name?: string;
  requiresRecreation: 'Never' | 'Conditionally' | 'Always';
  evaluation: 'Static' | 'Dynamic';
  source: string;
  causingEntity?: string;
  before?: string;
  after?: string;
}

export interface ResourceChangeRecord {
  action: 'Add' | 'Modify' | 'Remove';
  logicalId: string;
  type: string;
  physicalId?: string;
  replacement?: 'True' | 'False' | 'Conditional';
  policyAction?: string;
  scope: string[];
  details: ChangeDetail[];
  before?: string;
  after?: string;
}

export interface ChangeSetRecord {
  id: string;
  name: string;
  stackId: string;
  stackName: string;
  type: 'CREATE' | 'UPDATE';
  description?: string;
  inputs: StackInputs;
  status: string;
  statusReason?: string;
  executionStatus: string;
  createdAt: string;
  changes: ResourceChangeRecord[];
  generation: number;
  notificationArns: string[];
  includePropertyValues: boolean;
  onStackFailure?: string;
}
