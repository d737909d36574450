// What the vendor ships and calls, typed by hand from the create-table files and the source of
// github.com/curityio/dynamodb-data-access-provider at commit 8b616ae8727cdb193e723850180358ea29b5255b (release 11.0).

export const CURITY_KEYS: Record<string, string> = {
  'curity-accounts': 'pk S',
  'curity-bucket': 'subject S, purpose S',
  'curity-database-clients': 'profile_id S, client_id_key S',
  'curity-database-service-providers': 'profile_id S, service_provider_id_key S',
  'curity-delegations': 'id S',
  'curity-devices': 'pk S, sk S',
  'curity-dynamic-clients': 'clientId S',
  'curity-links': 'linkedAccountId_linkedAccountDomainName S',
  'curity-nonces': 'nonce S',
  'curity-sessions': 'id S',
  'curity-tokens': 'tokenHash S',
};

/** Kind, keys, projection and the first schema version of each index. */
export const CURITY_INDEXES: Record<string, Record<string, string>> = {
  'curity-accounts': {
    'userNameInitial-userName-index': 'GSI userNameInitial S, userName S; ALL; 8.0',
    'emailInitial-email-index': 'GSI emailInitial S, email S; ALL; 8.0',
  },
  'curity-delegations': {
    'owner-status-index': 'GSI owner S, status S; ALL; 7.4',
    'clientId-status-index': 'GSI clientId S, status S; ALL; 7.4',
    'authorization-hash-index': 'GSI authorizationCodeHash S; ALL; 7.4',
  },
  'curity-devices': {
    'deviceId-index': 'GSI deviceId S; ALL; 9.3',
  },
  'curity-dynamic-clients': {
    'authenticatedUser-created-index': 'GSI authenticatedUser S, created N; ALL; 7.4',
    'authenticatedUser-updated-index': 'GSI authenticatedUser S, updated N; ALL; 7.4',
    'instanceOfClient-created-index': 'GSI instanceOfClient S, created N; ALL; 7.4',
    'instanceOfClient-updated-index': 'GSI instanceOfClient S, updated N; ALL; 7.4',
  },
  'curity-links': {
    'list-links-index': 'GSI accountId S, linkingAccountManager S; ALL; 7.4',
  },
  'curity-database-clients': {
    'client_name-created-index':
      'GSI client_name_key S, created N; INCLUDE attributes client_id client_name lastModified status tags; 8.7',
    'client_name-lastModified-index':
      'GSI client_name_key S, lastModified N; INCLUDE attributes client_id client_name created status tags; 8.7',
    'client_name-client_name-index':
      'GSI client_name_key S, client_name S; INCLUDE attributes client_id created lastModified status tags; 8.7',
    'tag-created-index': 'GSI tag_key S, created N; INCLUDE attributes client_id client_name lastModified status tags; 8.7',
    'tag-lastModified-index': 'GSI tag_key S, lastModified N; INCLUDE attributes client_id client_name created status tags; 8.7',
    'tag-client_name-index': 'GSI tag_key S, client_name S; INCLUDE attributes client_id created lastModified status tags; 8.7',
    'lsi-created-index': 'LSI profile_id S, created N; INCLUDE attributes client_id client_name lastModified status tags; 8.7',
    'lsi-lastModified-index':
      'LSI profile_id S, lastModified N; INCLUDE attributes client_id client_name created status tags; 8.7',
    'lsi-client_name-index':
      'LSI profile_id S, client_name_key S; INCLUDE attributes client_id client_name created lastModified status tags; 8.7',
  },
  'curity-database-service-providers': {
    'service_provider_name-created-index':
      'GSI service_provider_name_key S, created N; INCLUDE attributes enabled id lastModified service_provider_name tags; 11.0',
    'service_provider_name-lastModified-index':
      'GSI service_provider_name_key S, lastModified N; INCLUDE attributes created enabled id service_provider_name tags; 11.0',
    'service_provider_name-service_provider_name-index':
      'GSI service_provider_name_key S, service_provider_name S; INCLUDE attributes created enabled id lastModified tags; 11.0',
    'tag-created-index': 'GSI tag_key S, created N; INCLUDE attributes enabled id lastModified service_provider_name tags; 11.0',
    'tag-lastModified-index':
      'GSI tag_key S, lastModified N; INCLUDE attributes created enabled id service_provider_name tags; 11.0',
    'tag-service_provider_name-index':
      'GSI tag_key S, service_provider_name S; INCLUDE attributes created enabled id lastModified tags; 11.0',
    'lsi-created-index':
      'LSI profile_id S, created N; INCLUDE attributes enabled id lastModified service_provider_name tags; 11.0',
    'lsi-lastModified-index':
      'LSI profile_id S, lastModified N; INCLUDE attributes created enabled id service_provider_name tags; 11.0',
    'lsi-service_provider_name-index':
      'LSI profile_id S, service_provider_name_key S; INCLUDE attributes created enabled id lastModified service_provider_name tags; 11.0',
  },
};

interface Calls {
  readonly data: string;
  /** Calls that only occur inside TransactWriteItems. */
  readonly transactOnly?: string;
  /** Whether the data source setting for table scans adds Scan. */
  readonly scan?: boolean;
  readonly describe?: string;
}

export const CURITY_CALLS: Record<string, Calls> = {
  'curity-accounts': {
    data: 'DeleteItem GetItem PutItem Query',
    transactOnly: 'DeleteItem PutItem',
    scan: true,
    describe: 'DescribeTable',
  },
  'curity-bucket': { data: 'DeleteItem GetItem UpdateItem' },
  'curity-database-clients': { data: 'DeleteItem GetItem PutItem', transactOnly: 'DeleteItem PutItem' },
  'curity-database-service-providers': { data: 'DeleteItem GetItem PutItem Query', transactOnly: 'DeleteItem PutItem' },
  'curity-delegations': { data: 'GetItem PutItem Query UpdateItem', scan: true },
  'curity-devices': {
    data: 'DeleteItem GetItem PutItem Query UpdateItem',
    transactOnly: 'DeleteItem PutItem UpdateItem',
    scan: true,
  },
  'curity-dynamic-clients': { data: 'DeleteItem GetItem PutItem UpdateItem', scan: true },
  'curity-links': { data: 'DeleteItem GetItem PutItem' },
  'curity-nonces': { data: 'GetItem PutItem UpdateItem' },
  'curity-sessions': { data: 'DeleteItem GetItem PutItem UpdateItem' },
  'curity-tokens': { data: 'GetItem PutItem UpdateItem' },
};

/** In the shipped schema and never queried. */
export const CURITY_UNUSED_INDEXES = [
  'service_provider_name-lastModified-index',
  'service_provider_name-service_provider_name-index',
  'tag-lastModified-index',
];

export const CURITY_TTL: Record<string, string> = {
  'curity-bucket': 'opt-in expires',
  'curity-delegations': 'always deletableAt',
  'curity-devices': 'always deletableAt',
  'curity-nonces': 'always deletableAt',
  'curity-sessions': 'always deletableAt',
  'curity-tokens': 'always deletableAt',
};

/** What the server adds to the expiry of an entity by default: 30 days, 365 days, 2 days, 1 day. */
export const CURITY_RETAIN_SECONDS: Record<string, number> = {
  'curity-delegations': 31536000,
  'curity-devices': 2592000,
  'curity-nonces': 86400,
  'curity-sessions': 86400,
  'curity-tokens': 172800,
};

/** Tables and indexes per version, counted by hand from the history of the schema files. */
export const CURITY_COUNTS: Array<[version: string, tables: number, indexes: number]> = [
  ['7.4', 9, 8],
  ['8.0', 9, 10],
  ['8.7', 10, 19],
  ['9.3', 10, 20],
  ['11.0', 11, 29],
];

/** The regions in the enumeration of the data source, without its five pseudo-regions. */
export const CURITY_REGIONS =
  'af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 cn-north-1 ' +
  'cn-northwest-1 eu-central-1 eu-north-1 eu-south-1 eu-west-1 eu-west-2 eu-west-3 me-south-1 sa-east-1 us-east-1 us-east-2 ' +
  'us-gov-east-1 us-gov-west-1 us-iso-east-1 us-isob-east-1 us-west-1 us-west-2';
