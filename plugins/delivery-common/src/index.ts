/**
 * Wire types, permissions and client of the delivery plugin.
 *
 * @packageDocumentation
 */
export * from './types';
export * from './permissions';
export * from './DeliveryClient';
export * from './facts';
export * from './identifiers';
