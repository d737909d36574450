export { tableStatesOfAssembly, type AssemblyDefaults } from './assembly';
export { isUnresolved } from './intrinsics';
export { partitionOf, type Partition } from './partitions';
export { isReplicated } from './table-state';
export type * from './table-state';
