export * from './ports';
export * from './extensions';
