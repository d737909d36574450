// Connect2id 18.0, every table in three regions, in plain TableV2.
const { RemovalPolicy, Stack, Tags } = require('aws-cdk-lib/core');
const { AttributeType, StreamViewType, TableV2 } = require('aws-cdk-lib/aws-dynamodb');

const INDEXES = ['act', 'cid', 'sub'];

const TABLES = [
  { id: 'AuthSessions', name: 'auth_sessions', key: 'sid', dataClass: 'transient', ttl: true, evidence: 'derived' },
  { id: 'ClientJwks', name: 'client_jwks', key: 'client_id', dataClass: 'transient', evidence: 'derived' },
  { id: 'Clients', name: 'clients', key: 'client_id', dataClass: 'durable', recovery: true, evidence: 'derived' },
  { id: 'ConsentSessions', name: 'consent_sessions', key: 'sid', dataClass: 'transient', ttl: true, evidence: 'derived' },
  { id: 'ExpendedTokens', name: 'expended_tokens', key: 't_key', dataClass: 'transient', ttl: true, evidence: 'derived' },
  {
    id: 'FederationClients',
    name: 'federation_clients',
    key: 'entity_id',
    dataClass: 'durable',
    recovery: true,
    evidence: 'derived',
  },
  {
    id: 'IdAccessTokens',
    name: 'id_access_tokens',
    key: 'id',
    dataClass: 'recoverable',
    recovery: true,
    ttl: true,
    evidence: 'derived',
  },
  { id: 'Jwks', name: 'jwks', key: 'ctx', dataClass: 'durable', recovery: true, evidence: 'derived' },
  { id: 'JwksHistory', name: 'jwks_history', key: 'key', dataClass: 'durable', recovery: true, evidence: 'assumed' },
  { id: 'LoginHintTokens', name: 'login_hint_tokens', key: 'key', dataClass: 'transient', ttl: true, evidence: 'assumed' },
  {
    id: 'LongLivedAuthorizations',
    name: 'long_lived_authorizations',
    key: 'key',
    indexes: INDEXES,
    dataClass: 'durable',
    recovery: true,
    evidence: 'assumed',
  },
  { id: 'PendingCodes', name: 'pending_codes', key: 'code', dataClass: 'transient', ttl: true, evidence: 'derived' },
  { id: 'RequestJwts', name: 'request_jwts', key: 'uri', dataClass: 'transient', evidence: 'derived' },
  { id: 'RevocationJournal', name: 'revocation_journal', key: 'key', dataClass: 'durable', recovery: true, evidence: 'assumed' },
  { id: 'SubIndex', name: 'sub_index', key: 'sub', dataClass: 'recoverable', ttl: true, evidence: 'assumed' },
  { id: 'SubSessions', name: 'sub_sessions', key: 'id', dataClass: 'recoverable', evidence: 'derived' },
];

const string = (name) => ({ name, type: AttributeType.STRING });

module.exports = (app) => {
  const stack = new Stack(app, 'Identity', { env: { region: 'eu-central-1' } });
  for (const { id, name, key, indexes = [], dataClass, recovery = false, ttl = false, evidence } of TABLES) {
    const table = new TableV2(stack, id, {
      tableName: `prod-${name}`,
      partitionKey: string(key),
      globalSecondaryIndexes: indexes.map((attribute) => ({ indexName: `${attribute}-gsi`, partitionKey: string(attribute) })),
      timeToLiveAttribute: ttl ? 'ttl' : undefined,
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: recovery
        ? { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 35 }
        : { pointInTimeRecoveryEnabled: false },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      replicas: [{ region: 'us-east-1' }, { region: 'ap-southeast-2' }],
    });
    Tags.of(table).add('identity-tables:server', 'connect2id');
    Tags.of(table).add('identity-tables:table', name);
    Tags.of(table).add('identity-tables:data-class', dataClass);
    Tags.of(table).add('identity-tables:placement', 'replicated');
    Tags.of(table).add('identity-tables:schema-evidence', evidence);
  }
};
