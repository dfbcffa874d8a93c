import { AwsError } from '../../../core';
import { containerResources } from './containers';
import { deliveryResources } from './delivery';
import { deployResources } from './deploy';
import type { ResourceHandler } from './handler';
import { identityResources } from './identity';
import { lambdaResources } from './lambda';
import { lambdaTrafficResources } from './lambdaTraffic';
import { observeResources } from './observe';
import { recordResources } from './record';
import { storageResources } from './storage';

const HANDLERS: Record<string, ResourceHandler> = {
  ...recordResources,
  ...containerResources,
  ...deliveryResources,
  ...deployResources,
  ...identityResources,
  ...lambdaResources,
  ...lambdaTrafficResources,
  ...observeResources,
  ...storageResources,
};

/** Resource types that the sandbox does not know, sorted. */
export const unknownTypes = (types: readonly string[]): string[] =>
  [...new Set(types)].filter(type => !(type in HANDLERS)).sort();

export function handlerOf(type: string): ResourceHandler {
  const handler = HANDLERS[type];
  if (!handler) {
    throw new AwsError(
      'ValidationError',
      `Template format error: Unrecognized resource types: [${type}]`,
    );
  }
  return handler;
}
