/**
 * ARNs, annotation keys, what an entity's annotations name, and console links.
 * Isomorphic: no Node API, no AWS SDK.
 *
 * @packageDocumentation
 */
export * from './annotations';
export * from './arn';
export * from './console';
export * from './entity';
export * from './resourceArn';
