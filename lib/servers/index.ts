export { isOfLaterRelease } from './catalogue';
export * from './connect2id-props';
export type { ConnectDynamoDbProps } from './connect-dynamodb';
export type { CurityProps } from './curity';
export type { Notice, PublicEvidence, ServerDefinition, ServerTable, TableProfile } from './definition';
export { IdentityServer } from './identity-server';
export type { SchemaDirectoryProps } from './schema-directory';
export type * from './server-file';
export { compareVersions } from './version';
