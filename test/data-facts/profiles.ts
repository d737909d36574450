// Class, restore rule and secrecy of every table, decided by what is lost with it.

/** Data class and restore rule -> tables. */
export const CLASSES: Record<string, Record<string, string[]>> = {
  connect2id: {
    'durable set': ['clients', 'federation_clients', 'jwks', 'jwks_history', 'tenants'],
    'durable never-back': ['long_lived_authorizations', 'revocation_journal'],
    'recoverable never-back': ['id_access_tokens'],
    'recoverable no': ['sub_index', 'sub_sessions'],
    'transient no': ['auth_sessions', 'consent_sessions', 'login_hint_tokens', 'pending_codes'],
    'transient never-back': ['expended_tokens'],
    'transient any': ['client_jwks', 'request_jwts'],
  },
  curity: {
    'durable set': [
      'curity-accounts',
      'curity-bucket',
      'curity-database-clients',
      'curity-database-service-providers',
      'curity-devices',
      'curity-dynamic-clients',
      'curity-links',
    ],
    'durable never-back': ['curity-delegations'],
    'recoverable never-back': ['curity-tokens'],
    'recoverable no': ['curity-sessions'],
    'transient no': ['curity-nonces'],
  },
  'connect-dynamodb': { 'recoverable no': ['sessions'] },
};

/** Tables whose key is a token, a code or a session identifier. */
export const SECRET_KEYS: Record<string, string[]> = {
  connect2id: [
    'auth_sessions',
    'consent_sessions',
    'expended_tokens',
    'id_access_tokens',
    'login_hint_tokens',
    'pending_codes',
    'sub_sessions',
  ],
  curity: ['curity-nonces', 'curity-sessions'],
  'connect-dynamodb': ['sessions'],
};
