export { tableStatesOfAssembly, type AssemblyDefaults } from './assembly';
export { schemaOfDescription, type DescribedKeys } from './described-schema';
export { isUnresolved } from './intrinsics';
export { partitionOf, type Partition } from './partitions';
export { keyText, schemaDifference } from './schema-difference';
export { isReplicated } from './table-state';
export type * from './table-state';
