/**
 * The delivery backend.
 *
 * @packageDocumentation
 */
export { deliveryPlugin as default } from './plugin';
