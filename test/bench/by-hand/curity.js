// Curity 11.0, every table in five regions, in plain TableV2.
const { RemovalPolicy, Stack, Tags } = require('aws-cdk-lib/core');
const { AttributeType, ProjectionType, StreamViewType, TableV2 } = require('aws-cdk-lib/aws-dynamodb');

const string = (name) => ({ name, type: AttributeType.STRING });
const number = (name) => ({ name, type: AttributeType.NUMBER });

const all = (indexName, partitionKey, sortKey) => ({ indexName, partitionKey, sortKey, projectionType: ProjectionType.ALL });
const global = (indexName, partitionKey, sortKey, nonKeyAttributes) => ({
  indexName,
  partitionKey,
  sortKey,
  projectionType: ProjectionType.INCLUDE,
  nonKeyAttributes,
});
const local = (indexName, sortKey, nonKeyAttributes) => ({
  indexName,
  sortKey,
  projectionType: ProjectionType.INCLUDE,
  nonKeyAttributes,
});

const TABLES = [
  {
    id: 'CurityAccounts',
    name: 'curity-accounts',
    key: 'pk',
    globalIndexes: [
      all('emailInitial-email-index', string('emailInitial'), string('email')),
      all('userNameInitial-userName-index', string('userNameInitial'), string('userName')),
    ],
    dataClass: 'durable',
    recovery: true,
  },
  { id: 'CurityBucket', name: 'curity-bucket', key: 'subject', sortKey: 'purpose', dataClass: 'durable', recovery: true },
  {
    id: 'CurityDatabaseClients',
    name: 'curity-database-clients',
    key: 'profile_id',
    sortKey: 'client_id_key',
    globalIndexes: [
      global('client_name-client_name-index', string('client_name_key'), string('client_name'), [
        'attributes',
        'client_id',
        'created',
        'lastModified',
        'status',
        'tags',
      ]),
      global('client_name-created-index', string('client_name_key'), number('created'), [
        'attributes',
        'client_id',
        'client_name',
        'lastModified',
        'status',
        'tags',
      ]),
      global('client_name-lastModified-index', string('client_name_key'), number('lastModified'), [
        'attributes',
        'client_id',
        'client_name',
        'created',
        'status',
        'tags',
      ]),
      global('tag-client_name-index', string('tag_key'), string('client_name'), [
        'attributes',
        'client_id',
        'created',
        'lastModified',
        'status',
        'tags',
      ]),
      global('tag-created-index', string('tag_key'), number('created'), [
        'attributes',
        'client_id',
        'client_name',
        'lastModified',
        'status',
        'tags',
      ]),
      global('tag-lastModified-index', string('tag_key'), number('lastModified'), [
        'attributes',
        'client_id',
        'client_name',
        'created',
        'status',
        'tags',
      ]),
    ],
    localIndexes: [
      local('lsi-client_name-index', string('client_name_key'), [
        'attributes',
        'client_id',
        'client_name',
        'created',
        'lastModified',
        'status',
        'tags',
      ]),
      local('lsi-created-index', number('created'), ['attributes', 'client_id', 'client_name', 'lastModified', 'status', 'tags']),
      local('lsi-lastModified-index', number('lastModified'), [
        'attributes',
        'client_id',
        'client_name',
        'created',
        'status',
        'tags',
      ]),
    ],
    dataClass: 'durable',
    recovery: true,
  },
  {
    id: 'CurityDatabaseServiceProviders',
    name: 'curity-database-service-providers',
    key: 'profile_id',
    sortKey: 'service_provider_id_key',
    globalIndexes: [
      global('service_provider_name-created-index', string('service_provider_name_key'), number('created'), [
        'attributes',
        'enabled',
        'id',
        'lastModified',
        'service_provider_name',
        'tags',
      ]),
      global('service_provider_name-lastModified-index', string('service_provider_name_key'), number('lastModified'), [
        'attributes',
        'created',
        'enabled',
        'id',
        'service_provider_name',
        'tags',
      ]),
      global(
        'service_provider_name-service_provider_name-index',
        string('service_provider_name_key'),
        string('service_provider_name'),
        ['attributes', 'created', 'enabled', 'id', 'lastModified', 'tags'],
      ),
      global('tag-created-index', string('tag_key'), number('created'), [
        'attributes',
        'enabled',
        'id',
        'lastModified',
        'service_provider_name',
        'tags',
      ]),
      global('tag-lastModified-index', string('tag_key'), number('lastModified'), [
        'attributes',
        'created',
        'enabled',
        'id',
        'service_provider_name',
        'tags',
      ]),
      global('tag-service_provider_name-index', string('tag_key'), string('service_provider_name'), [
        'attributes',
        'created',
        'enabled',
        'id',
        'lastModified',
        'tags',
      ]),
    ],
    localIndexes: [
      local('lsi-created-index', number('created'), [
        'attributes',
        'enabled',
        'id',
        'lastModified',
        'service_provider_name',
        'tags',
      ]),
      local('lsi-lastModified-index', number('lastModified'), [
        'attributes',
        'created',
        'enabled',
        'id',
        'service_provider_name',
        'tags',
      ]),
      local('lsi-service_provider_name-index', string('service_provider_name_key'), [
        'attributes',
        'created',
        'enabled',
        'id',
        'lastModified',
        'service_provider_name',
        'tags',
      ]),
    ],
    dataClass: 'durable',
    recovery: true,
  },
  {
    id: 'CurityDelegations',
    name: 'curity-delegations',
    key: 'id',
    globalIndexes: [
      all('authorization-hash-index', string('authorizationCodeHash')),
      all('clientId-status-index', string('clientId'), string('status')),
      all('owner-status-index', string('owner'), string('status')),
    ],
    dataClass: 'durable',
    recovery: true,
    ttl: true,
  },
  {
    id: 'CurityDevices',
    name: 'curity-devices',
    key: 'pk',
    sortKey: 'sk',
    globalIndexes: [all('deviceId-index', string('deviceId'))],
    dataClass: 'durable',
    recovery: true,
    ttl: true,
  },
  {
    id: 'CurityDynamicClients',
    name: 'curity-dynamic-clients',
    key: 'clientId',
    globalIndexes: [
      all('authenticatedUser-created-index', string('authenticatedUser'), number('created')),
      all('authenticatedUser-updated-index', string('authenticatedUser'), number('updated')),
      all('instanceOfClient-created-index', string('instanceOfClient'), number('created')),
      all('instanceOfClient-updated-index', string('instanceOfClient'), number('updated')),
    ],
    dataClass: 'durable',
    recovery: true,
  },
  {
    id: 'CurityLinks',
    name: 'curity-links',
    key: 'linkedAccountId_linkedAccountDomainName',
    globalIndexes: [all('list-links-index', string('accountId'), string('linkingAccountManager'))],
    dataClass: 'durable',
    recovery: true,
  },
  { id: 'CurityNonces', name: 'curity-nonces', key: 'nonce', dataClass: 'transient', ttl: true },
  { id: 'CuritySessions', name: 'curity-sessions', key: 'id', dataClass: 'recoverable', ttl: true },
  { id: 'CurityTokens', name: 'curity-tokens', key: 'tokenHash', dataClass: 'recoverable', recovery: true, ttl: true },
];

module.exports = (app) => {
  const stack = new Stack(app, 'Identity', { env: { region: 'eu-central-1' } });
  for (const { id, name, key, sortKey, globalIndexes, localIndexes, dataClass, recovery = false, ttl = false } of TABLES) {
    const table = new TableV2(stack, id, {
      tableName: `prod-${name}`,
      partitionKey: string(key),
      sortKey: sortKey && string(sortKey),
      globalSecondaryIndexes: globalIndexes,
      localSecondaryIndexes: localIndexes,
      timeToLiveAttribute: ttl ? 'deletableAt' : undefined,
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: recovery
        ? { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 35 }
        : { pointInTimeRecoveryEnabled: false },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      replicas: ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-southeast-2'].map((region) => ({ region })),
    });
    Tags.of(table).add('identity-tables:server', 'curity');
    Tags.of(table).add('identity-tables:table', name);
    Tags.of(table).add('identity-tables:data-class', dataClass);
    Tags.of(table).add('identity-tables:placement', 'replicated');
  }
};
