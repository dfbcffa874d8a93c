export * from './ports';
export * from './extensions';
export * from './permissions';
