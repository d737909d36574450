export { IdentityTablesGrants, StartUp, type AdministerGrantOptions, type RuntimeGrantOptions } from './access';
export { IdentityTablesChecks, type IdentityTablesChecksProps } from './checks';
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
  IdentityServerSecrets,
  ServerSettings,
  SettingPlace,
  type IdentityServerSecretsProps,
  type ServerSettingsOptions,
  type SettingValue,
} from './settings';
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
