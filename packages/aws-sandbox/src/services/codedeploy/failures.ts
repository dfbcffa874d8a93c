import { AwsError, type CallContext } from '../../core';
import {
  CodeDeployState,
  type ApplicationRecord,
  type DeploymentRecord,
  type GroupRecord,
} from './model';

export const stateOf = ({ sandbox, account }: CallContext) =>
  new CodeDeployState(sandbox, account);

export function requireApplication(
  state: CodeDeployState,
  name: string,
): ApplicationRecord {
  const found = state.applications.get(name);
  if (!found) {
    throw new AwsError(
      'ApplicationDoesNotExistException',
      `No application found for name: ${name}`,
    );
  }
  return found;
}

export function requireGroup(
  state: CodeDeployState,
  application: string,
  name: string,
): GroupRecord {
  requireApplication(state, application);
  const found = state.group(application, name);
  if (!found) {
    throw new AwsError(
      'DeploymentGroupDoesNotExistException',
      `No Deployment Group found for name: ${name}`,
    );
  }
  return found;
}

export function requireDeployment(
  state: CodeDeployState,
  id: string | undefined,
): DeploymentRecord {
  if (!id) {
    throw new AwsError(
      'DeploymentIdRequiredException',
      'The deployment ID must be specified',
    );
  }
  const found = state.deployments.get(id);
  if (!found) {
    throw new AwsError(
      'DeploymentDoesNotExistException',
      `The deployment ${id} could not be found`,
    );
  }
  return found;
}
