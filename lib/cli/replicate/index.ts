export type { Isolation } from './isolation';
export { Replicator, type Positions, type ReplicatedTable } from './replicator';
