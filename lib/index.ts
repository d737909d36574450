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
export * from './tables';
