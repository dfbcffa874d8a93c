export { DatabaseClock } from './Clock';
export type { Clock } from './Clock';
export { Heartbeats } from './Heartbeats';
export { Stores } from './Stores';
export type { Change } from './Stores';
export { openDatabase, migrate, migrateDown, isPostgres } from './migrate';
