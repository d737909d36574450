// What the vendors' own files and documents say of their tables, written down by hand: nothing here comes from schemas/ or lib/.
// Curity: create-table files of the DynamoDB data access provider, release 11.0. Connect2id: documents and configuration of
// server 18.0; names marked `derived` or `assumed` are not published. connect-dynamodb: source of 3.0.5.

export const PRESETS = ['none', 'absolute-minimal', 'minimal', 'full'] as const;
export type Preset = (typeof PRESETS)[number];

export interface TableFacts {
  /** Attribute and type of the partition key, then of the sort key. */
  readonly keys: readonly string[];
  /** `name: keys -> projection`, in order of the names. */
  readonly globalIndexes?: readonly string[];
  readonly localIndexes?: readonly string[];
  readonly expiry?: string;
  readonly recovery: boolean;
  /** The smallest preset that replicates the table. */
  readonly preset: Preset;
  readonly dataClass: 'durable' | 'recoverable' | 'transient';
  /** How sure names, keys and indexes are, when they are not documented. */
  readonly evidence?: 'derived' | 'assumed';
}

export type ServerFacts = Readonly<Record<string, TableFacts>>;

const DURABLE = { recovery: true, dataClass: 'durable' } as const;
const RECOVERABLE = { recovery: false, dataClass: 'recoverable' } as const;
const TRANSIENT = { recovery: false, dataClass: 'transient' } as const;

export const CURITY_11: ServerFacts = {
  'curity-accounts': {
    ...DURABLE,
    keys: ['pk S'],
    globalIndexes: [
      'emailInitial-email-index: emailInitial S, email S -> ALL',
      'userNameInitial-userName-index: userNameInitial S, userName S -> ALL',
    ],
    preset: 'absolute-minimal',
  },
  'curity-bucket': { ...DURABLE, keys: ['subject S', 'purpose S'], preset: 'absolute-minimal' },
  'curity-database-clients': {
    ...DURABLE,
    keys: ['profile_id S', 'client_id_key S'],
    globalIndexes: [
      'client_name-client_name-index: client_name_key S, client_name S -> attributes, client_id, created, lastModified, status, tags',
      'client_name-created-index: client_name_key S, created N -> attributes, client_id, client_name, lastModified, status, tags',
      'client_name-lastModified-index: client_name_key S, lastModified N -> attributes, client_id, client_name, created, status, tags',
      'tag-client_name-index: tag_key S, client_name S -> attributes, client_id, created, lastModified, status, tags',
      'tag-created-index: tag_key S, created N -> attributes, client_id, client_name, lastModified, status, tags',
      'tag-lastModified-index: tag_key S, lastModified N -> attributes, client_id, client_name, created, status, tags',
    ],
    localIndexes: [
      'lsi-client_name-index: profile_id S, client_name_key S -> ' +
        'attributes, client_id, client_name, created, lastModified, status, tags',
      'lsi-created-index: profile_id S, created N -> attributes, client_id, client_name, lastModified, status, tags',
      'lsi-lastModified-index: profile_id S, lastModified N -> attributes, client_id, client_name, created, status, tags',
    ],
    preset: 'absolute-minimal',
  },
  'curity-database-service-providers': {
    ...DURABLE,
    keys: ['profile_id S', 'service_provider_id_key S'],
    globalIndexes: [
      'service_provider_name-created-index: service_provider_name_key S, created N -> ' +
        'attributes, enabled, id, lastModified, service_provider_name, tags',
      'service_provider_name-lastModified-index: service_provider_name_key S, lastModified N -> ' +
        'attributes, created, enabled, id, service_provider_name, tags',
      'service_provider_name-service_provider_name-index: service_provider_name_key S, service_provider_name S -> ' +
        'attributes, created, enabled, id, lastModified, tags',
      'tag-created-index: tag_key S, created N -> attributes, enabled, id, lastModified, service_provider_name, tags',
      'tag-lastModified-index: tag_key S, lastModified N -> attributes, created, enabled, id, service_provider_name, tags',
      'tag-service_provider_name-index: tag_key S, service_provider_name S -> attributes, created, enabled, id, lastModified, tags',
    ],
    localIndexes: [
      'lsi-created-index: profile_id S, created N -> attributes, enabled, id, lastModified, service_provider_name, tags',
      'lsi-lastModified-index: profile_id S, lastModified N -> attributes, created, enabled, id, service_provider_name, tags',
      'lsi-service_provider_name-index: profile_id S, service_provider_name_key S -> ' +
        'attributes, created, enabled, id, lastModified, service_provider_name, tags',
    ],
    preset: 'absolute-minimal',
  },
  'curity-delegations': {
    ...DURABLE,
    keys: ['id S'],
    globalIndexes: [
      'authorization-hash-index: authorizationCodeHash S -> ALL',
      'clientId-status-index: clientId S, status S -> ALL',
      'owner-status-index: owner S, status S -> ALL',
    ],
    expiry: 'deletableAt',
    preset: 'minimal',
  },
  'curity-devices': {
    ...DURABLE,
    keys: ['pk S', 'sk S'],
    globalIndexes: ['deviceId-index: deviceId S -> ALL'],
    expiry: 'deletableAt',
    preset: 'absolute-minimal',
  },
  'curity-dynamic-clients': {
    ...DURABLE,
    keys: ['clientId S'],
    globalIndexes: [
      'authenticatedUser-created-index: authenticatedUser S, created N -> ALL',
      'authenticatedUser-updated-index: authenticatedUser S, updated N -> ALL',
      'instanceOfClient-created-index: instanceOfClient S, created N -> ALL',
      'instanceOfClient-updated-index: instanceOfClient S, updated N -> ALL',
    ],
    preset: 'absolute-minimal',
  },
  'curity-links': {
    ...DURABLE,
    keys: ['linkedAccountId_linkedAccountDomainName S'],
    globalIndexes: ['list-links-index: accountId S, linkingAccountManager S -> ALL'],
    preset: 'absolute-minimal',
  },
  'curity-nonces': { ...TRANSIENT, keys: ['nonce S'], expiry: 'deletableAt', preset: 'full' },
  'curity-sessions': { ...RECOVERABLE, keys: ['id S'], expiry: 'deletableAt', preset: 'full' },
  'curity-tokens': { ...RECOVERABLE, keys: ['tokenHash S'], expiry: 'deletableAt', recovery: true, preset: 'minimal' },
};

export const CONNECT2ID_18: ServerFacts = {
  auth_sessions: { ...TRANSIENT, keys: ['sid S'], expiry: 'ttl', preset: 'full', evidence: 'derived' },
  client_jwks: { ...TRANSIENT, keys: ['client_id S'], preset: 'full', evidence: 'derived' },
  clients: { ...DURABLE, keys: ['client_id S'], preset: 'absolute-minimal', evidence: 'derived' },
  consent_sessions: { ...TRANSIENT, keys: ['sid S'], expiry: 'ttl', preset: 'full', evidence: 'derived' },
  expended_tokens: { ...TRANSIENT, keys: ['t_key S'], expiry: 'ttl', preset: 'full', evidence: 'derived' },
  federation_clients: { ...DURABLE, keys: ['entity_id S'], preset: 'absolute-minimal', evidence: 'derived' },
  id_access_tokens: { ...RECOVERABLE, keys: ['id S'], expiry: 'ttl', recovery: true, preset: 'minimal', evidence: 'derived' },
  jwks: { ...DURABLE, keys: ['ctx S'], preset: 'absolute-minimal', evidence: 'derived' },
  jwks_history: { ...DURABLE, keys: ['key S'], preset: 'absolute-minimal', evidence: 'assumed' },
  login_hint_tokens: { ...TRANSIENT, keys: ['key S'], expiry: 'ttl', preset: 'full', evidence: 'assumed' },
  long_lived_authorizations: {
    ...DURABLE,
    keys: ['key S'],
    globalIndexes: ['act-gsi: act S -> ALL', 'cid-gsi: cid S -> ALL', 'sub-gsi: sub S -> ALL'],
    preset: 'minimal',
    evidence: 'assumed',
  },
  pending_codes: { ...TRANSIENT, keys: ['code S'], expiry: 'ttl', preset: 'full', evidence: 'derived' },
  request_jwts: { ...TRANSIENT, keys: ['uri S'], preset: 'full', evidence: 'derived' },
  revocation_journal: { ...DURABLE, keys: ['key S'], preset: 'absolute-minimal', evidence: 'assumed' },
  sub_index: { ...RECOVERABLE, keys: ['sub S'], expiry: 'ttl', preset: 'full', evidence: 'assumed' },
  // Its TTL is an option of the server, off by default: expiry by DynamoDB ends back-channel logout.
  sub_sessions: { ...RECOVERABLE, keys: ['id S'], preset: 'full', evidence: 'derived' },
};

export const CONNECT_DYNAMODB: ServerFacts = {
  sessions: { ...RECOVERABLE, keys: ['id S'], expiry: 'expires', preset: 'full' },
};

/** Whether a deployment with `preset` replicates a table. */
export function replicates(preset: Preset, table: TableFacts): boolean {
  return preset !== 'none' && PRESETS.indexOf(table.preset) <= PRESETS.indexOf(preset);
}
