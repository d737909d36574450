export type { IIdentityTables } from './i-identity-tables';
export { IdentityTables, type IdentityTablesProps } from './identity-tables';
export { IdentityTablesKey, type IdentityTablesKeyProps } from './identity-tables-key';
export { IdentityTablesStacks, type IdentityTablesStacksProps } from './identity-tables-stacks';
export type { IdentityTablesAttributes } from './imported-identity-tables';
export { Protection } from './protection';
export { RegionalIdentityTables, type RegionalIdentityTablesProps } from './regional-identity-tables';
export { Replication, type ReplicationPresetProps } from './replication';
export type { TableOverride } from './table-override';
