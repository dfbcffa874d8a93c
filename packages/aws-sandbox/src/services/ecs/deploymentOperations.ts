import * as sdk from '@aws-sdk/client-ecs';
import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { AwsError, type Operations } from '../../core';
import { page } from '../paging';
import type { EcsStore } from './EcsStore';
import type { DeploymentRecord } from './model';
import { storeOf } from './operations';
import { wake } from './runtime';
import { serviceDeploymentView } from './deploymentView';
import { date, revisionView } from './views';

function need(store: EcsStore, arn: string | undefined): DeploymentRecord {
  const deployment = store.deployments.get(arn ?? '');
  if (!deployment)
    throw new AwsError(
      'ServiceDeploymentNotFoundException',
      'The service deployment was not found.',
    );
  return deployment;
}

const brief = (deployment: DeploymentRecord): ServiceDeploymentBrief => ({
  serviceDeploymentArn: deployment.arn,
  serviceArn: deployment.serviceArn,
  clusterArn: deployment.clusterArn,
  startedAt: date(deployment.startedAt),
  createdAt: new Date(deployment.createdAt),
  finishedAt: date(deployment.finishedAt),
  targetServiceRevisionArn: deployment.target,
  status: deployment.status,
  statusReason: deployment.statusReason,
});

export const deploymentOperations: Operations<typeof sdk> = {
  ListServiceDeployments(input, context) {
    const store = storeOf(context);
    const service = store.findService(input.service, input.cluster);
    if (!service)
      throw new AwsError('ServiceNotFoundException', 'Service not found.');
    const { after, before } = input.createdAt ?? {};
    const all = store.deploymentsOf(service.arn).filter(item => {
      const created = new Date(item.createdAt);
      return (
        (!input.status?.length || input.status.includes(item.status)) &&
        (!after || created > after) &&
        (!before || created < before)
      );
    });
    const { items, next } = page(all, input.nextToken, input.maxResults ?? 20);
    return { serviceDeployments: items.map(brief), nextToken: next };
  },

  DescribeServiceDeployments(input, context) {
    const store = storeOf(context);
    const found = input.serviceDeploymentArns!.map(
      arn => [arn, store.deployments.get(arn)] as const,
    );
    return {
      serviceDeployments: found.flatMap(([, item]) =>
        item ? [serviceDeploymentView(store, item)] : [],
      ),
      failures: found.flatMap(([arn, item]) =>
        item ? [] : [{ arn, reason: 'MISSING' }],
      ),
    };
  },

  DescribeServiceRevisions(input, context) {
    const store = storeOf(context);
    const found = input.serviceRevisionArns!.map(
      arn => [arn, store.revisions.get(arn)] as const,
    );
    return {
      serviceRevisions: found.flatMap(([, item]) =>
        item ? [revisionView(item)] : [],
      ),
      failures: found.flatMap(([arn, item]) =>
        item ? [] : [{ arn, reason: 'MISSING' }],
      ),
    };
  },

  StopServiceDeployment(input, context) {
    const store = storeOf(context);
    const deployment = need(store, input.serviceDeploymentArn);
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stop-service-deployment.html
    if (
      ['STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'].includes(
        deployment.status,
      )
    ) {
      return { serviceDeploymentArn: deployment.arn };
    }
    if (
      deployment.status !== 'PENDING' &&
      deployment.status !== 'IN_PROGRESS'
    ) {
      throw new AwsError(
        'ConflictException',
        `The service deployment is in ${deployment.status} and cannot be stopped.`,
      );
    }
    store.deployments.set(deployment.arn, {
      ...deployment,
      status:
        input.stopType === 'ABORT' ? 'STOP_REQUESTED' : 'ROLLBACK_REQUESTED',
      statusReason: 'Rollback requested by user.',
      updatedAt: store.now(),
    });
    wake(context.sandbox, store.account, deployment.serviceArn);
    return { serviceDeploymentArn: deployment.arn };
  },

  ContinueServiceDeployment(input, context) {
    const store = storeOf(context);
    const deployment = need(store, input.serviceDeploymentArn);
    const hook = deployment.hooks.find(item => item.id === input.hookId);
    if (!hook || hook.status !== 'AWAITING_ACTION') {
      throw new AwsError(
        'InvalidParameterException',
        'The lifecycle hook is not waiting for an action.',
      );
    }
    // AWS takes a missing action as CONTINUE.
    hook.status = input.action === 'ROLLBACK' ? 'FAILED' : 'SUCCEEDED';
    store.deployments.set(deployment.arn, {
      ...deployment,
      updatedAt: store.now(),
    });
    wake(context.sandbox, store.account, deployment.serviceArn);
    return { serviceDeploymentArn: deployment.arn };
  },
};
