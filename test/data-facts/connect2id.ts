// Typed by hand from the vendor's guides, release notes and the configuration shipped with Connect2id server 18.0.

/** Partition key, how its name is known, and the first version with the table. Every key is a string. */
export const CONNECT2ID_TABLES: Record<string, [partitionKey: string, level: string, since: string]> = {
  auth_sessions: ['sid', 'derived-sql', '6.15'],
  client_jwks: ['client_id', 'derived-sql', '6.15'],
  clients: ['client_id', 'derived-sql', '6.15'],
  consent_sessions: ['sid', 'derived-sql', '6.15'],
  expended_tokens: ['t_key', 'derived-sql', '14.0'],
  federation_clients: ['entity_id', 'derived-sql', '10.0'],
  id_access_tokens: ['id', 'derived-sql', '6.15'],
  jwks: ['ctx', 'derived-sql', '17.0'],
  jwks_history: ['key', 'assumed', '17.0'],
  login_hint_tokens: ['key', 'assumed', '18.0'],
  long_lived_authorizations: ['key', 'assumed', '6.15'],
  pending_codes: ['code', 'derived-sql', '6.15'],
  request_jwts: ['uri', 'derived-sql', '6.15'],
  revocation_journal: ['key', 'assumed', '6.15'],
  sub_index: ['sub', 'derived-sql', '6.15'],
  sub_sessions: ['id', 'derived-sql', '6.15'],
  tenants: ['tid', 'assumed', '11.1'],
};

/** Tables whose name the vendor does not publish for DynamoDB. */
export const CONNECT2ID_UNPUBLISHED_NAMES: Record<string, string> = {
  auth_sessions: 'derived-sql',
  client_jwks: 'derived-sql',
  consent_sessions: 'derived-sql',
  expended_tokens: 'derived-sql',
  request_jwts: 'derived-sql',
  sub_index: 'assumed',
};

export const CONNECT2ID_TTL: Record<string, string> = {
  auth_sessions: 'always ttl',
  consent_sessions: 'always ttl',
  expended_tokens: 'always ttl',
  id_access_tokens: 'always ttl',
  login_hint_tokens: 'always ttl',
  pending_codes: 'always ttl',
  sub_index: 'always ttl',
  sub_sessions: 'option sessionTimeToLive ttl',
};

/** The vendor's guide, six tables, and the two that the shipped configuration flags besides. */
export const CONNECT2ID_PITR = [
  'clients',
  'federation_clients',
  'id_access_tokens',
  'jwks',
  'jwks_history',
  'long_lived_authorizations',
  'revocation_journal',
  'tenants',
];

/** absolute-minimal: the vendor's three tables and three additions; minimal: the vendor's two more. */
export const CONNECT2ID_PRESETS = {
  'absolute-minimal': ['clients', 'federation_clients', 'jwks', 'jwks_history', 'revocation_journal', 'tenants'],
  minimal: ['id_access_tokens', 'long_lived_authorizations'],
};

/** Tables of each preset and of all, per version, mode and edition. */
export const CONNECT2ID_COUNTS: Array<[version: string, mode: string, edition: string, counts: number[]]> = [
  ['14.0', 'stateless', 'regular', [3, 5, 13]],
  ['16.2', 'stateless', 'regular', [3, 5, 13]],
  ['17.2', 'stateless', 'regular', [5, 7, 15]],
  ['18.0', 'stateless', 'regular', [5, 7, 16]],
  ['14.0', 'stateless', 'multi-tenant', [4, 6, 14]],
  ['18.0', 'stateless', 'multi-tenant', [6, 8, 17]],
  ['14.0', 'stateless-redis', 'regular', [3, 5, 5]],
  ['18.0', 'stateless-redis', 'regular', [5, 7, 7]],
  ['14.0', 'replication', 'regular', [3, 5, 5]],
  ['18.0', 'replication', 'regular', [3, 5, 5]],
];
