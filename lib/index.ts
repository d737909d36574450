export {
  Connect2idEdition,
  Connect2idMode,
  IdentityServer,
  type Connect2idProps,
  type ConnectDynamoDbProps,
  type CurityProps,
  type SchemaDirectoryProps,
  type StatedIndex,
  type StatedTable,
} from './servers';
export { IdentityTablesMonitoring, type IdentityTablesMonitoringProps } from './monitoring';
export {
  IdentityTables,
  IdentityTablesKey,
  IdentityTablesStacks,
  Protection,
  RegionalIdentityTables,
  Replication,
  type IdentityTablesAttributes,
  type IdentityTablesKeyProps,
  type IdentityTablesProps,
  type IdentityTablesStacksProps,
  type IIdentityTables,
  type RegionalIdentityTablesProps,
  type ReplicationPresetProps,
  type TableOverride,
} from './tables';
