/**
 * Extension points of the delivery plugin, for modules that add a source.
 *
 * @packageDocumentation
 */
export * from './providers';
export * from './extensions';
export * from './errors';
