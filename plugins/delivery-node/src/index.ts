export * from './providers';
export * from './extensions';
