import { LOCAL_CREDENTIALS } from './local-credentials';
import { hasTable, numberText, type Setting, type SettingRow, type SettingsContext } from './setting-row';
import { SettingPlace } from './setting-value';

const { ENVIRONMENT, SYSTEM_PROPERTY } = SettingPlace;

const GUIDE = 'https://connect2id.com/products/server/docs/config/infinispan';
const KEYS_GUIDE = 'https://connect2id.com/products/server/docs/config/jwk-set';
const SHIPPED = 'WEB-INF/infinispan-*-dynamodb.xml of Connect2id server 18.0, regular edition';

/** The files that the vendor ships with the regular edition, by mode. */
const CONFIGURATION_FILES: { readonly [mode: string]: string } = {
  stateless: '/WEB-INF/infinispan-stateless-dynamodb.xml',
  'stateless-redis': '/WEB-INF/infinispan-stateless-redis-dynamodb.xml',
  replication: '/WEB-INF/infinispan-replication-dynamodb.xml',
};

const PURGE_MAX_READ_CAPACITY = 20;

const isMultiTenant = ({ server }: SettingsContext) => server.options.edition === 'multi-tenant';
const modeOf = ({ server }: SettingsContext) => String(server.options.mode);
const expiresSessions = ({ timeToLiveTables }: SettingsContext) => timeToLiveTables.includes('sub_sessions');
const keepsSessions = (context: SettingsContext) => hasTable(context, 'sub_sessions');

function ifGiven(value: string | undefined, why: string): Setting | undefined {
  return value === undefined ? undefined : { value, why };
}

/** What a Connect2id server is told when its tables are made by infrastructure code. */
export const CONNECT2ID_PROPERTIES: readonly SettingRow[] = [
  {
    name: 'infinispan.configurationFile',
    place: SYSTEM_PROPERTY,
    source: SHIPPED,
    rule: (context) =>
      isMultiTenant(context)
        ? {
            why: 'the file of the multi-tenant edition has no published name: use the one for DynamoDB that came with the server',
          }
        : {
            value: CONFIGURATION_FILES[modeOf(context)],
            why: `the configuration of ${modeOf(context)} mode on DynamoDB; another one would use other tables`,
          },
  },
  {
    name: 'dynamodb.region',
    place: SYSTEM_PROPERTY,
    source: GUIDE,
    rule: ({ region, options }) =>
      options.webIdentity === true
        ? { why: 'with STS web identity the region has to come from AWS_REGION' }
        : { value: region, why: 'the tables of this region; without it the AWS SDK would look for a region by itself' },
  },
  {
    name: 'dynamodb.endpoint',
    place: SYSTEM_PROPERTY,
    source: SHIPPED,
    rule: ({ options }) => ifGiven(options.localEndpoint, 'the local endpoint instead of DynamoDB; never in production'),
  },
  {
    name: 'dynamodb.httpProxyHost',
    place: SYSTEM_PROPERTY,
    source: SHIPPED,
    rule: ({ options }) => ifGiven(options.httpProxyHost, 'calls of DynamoDB go through this proxy'),
  },
  {
    name: 'dynamodb.httpProxyPort',
    place: SYSTEM_PROPERTY,
    source: SHIPPED,
    rule: ({ options }) =>
      options.httpProxyPort === undefined ? undefined : { value: numberText(options.httpProxyPort), why: 'port of the proxy' },
  },
  {
    name: 'dynamodb.tablePrefix',
    place: SYSTEM_PROPERTY,
    source: GUIDE,
    rule: ({ tablePrefix }) =>
      tablePrefix === ''
        ? { why: 'the table names have no prefix' }
        : { value: tablePrefix, why: 'the server puts it before every table name as it is and adds no separator' },
  },
  {
    name: 'dynamodb.applyRangeKey',
    place: SYSTEM_PROPERTY,
    source: GUIDE,
    rule: ({ server }) =>
      server.options.applyRangeKey === true
        ? { value: 'tid', why: 'the tables have this sort key; it cannot be taken away or added later' }
        : undefined,
  },
  {
    name: 'dynamodb.rangeKeyValue',
    place: SYSTEM_PROPERTY,
    source: GUIDE,
    rule: ({ options }) =>
      ifGiven(options.rangeKeyValue, 'keeps the items of this deployment apart from others in the same tables; never change it'),
  },
  {
    name: 'dynamodb.hmacSHA256Key',
    alsoSpelled: 'dynamoDB.hmacSHA256Key',
    place: SYSTEM_PROPERTY,
    source: `${GUIDE}; lower case in ${SHIPPED}`,
    rule: ({ options }) =>
      options.hmacKeyReference === undefined
        ? { why: 'items get no HMAC; a key can be set only while all tables are empty' }
        : {
            environmentVariable: 'CONNECT2ID_HMAC_KEY',
            secretReference: options.hmacKeyReference,
            why: 'BASE64 of 32 random bytes, the same in every region',
          },
  },
  {
    name: 'keyStore.encJWK',
    place: SYSTEM_PROPERTY,
    since: '17.0',
    source: KEYS_GUIDE,
    rule: (context) => {
      if (!hasTable(context, 'jwks')) {
        return undefined;
      }
      const reference = context.options.encryptionKeyReference;
      return reference === undefined
        ? {
            why: 'needed in every region, with the same key, when the server keeps its own keys in the table jwks; not with static keys',
          }
        : {
            environmentVariable: 'CONNECT2ID_ENC_JWK',
            secretReference: reference,
            why: 'base64url of an AES key as JWK, the same in every region: the private keys in the table jwks are encrypted with it',
          };
    },
  },
  {
    name: 'dynamodb.authzStore.longLivedAuthzMap.indexedAttributes',
    place: SYSTEM_PROPERTY,
    source: SHIPPED,
    rule: ({ server }) => ({
      value: [server.options.indexedAttributes].flat().join(','),
      why: 'the attributes that have an index in long_lived_authorizations; one more fails at the first query',
    }),
  },
  {
    name: 'dynamodb.enableTTL.sessionStore.sessionMap',
    place: SYSTEM_PROPERTY,
    source: GUIDE,
    rule: (context) =>
      keepsSessions(context)
        ? { value: `${expiresSessions(context)}`, why: 'as time to live is switched in the table sub_sessions' }
        : undefined,
  },
  {
    name: 'sessionStore.sessionMap.expirationInterval',
    place: SYSTEM_PROPERTY,
    source: GUIDE,
    rule: (context) =>
      expiresSessions(context)
        ? {
            value: '0',
            why: 'DynamoDB expires sessions: no purge, and no back-channel logout on expiry; sessions from before the switch carry no expiry, so purge them once through the session store API',
          }
        : undefined,
  },
  {
    name: 'dynamodb.purgeMaxReadCapacity',
    alsoSpelled: 'dynamoDB.purgeMaxReadCapacity',
    place: SYSTEM_PROPERTY,
    since: '14.9',
    source: `${GUIDE}; lower case in ${SHIPPED}`,
    rule: (context) =>
      keepsSessions(context) && !expiresSessions(context)
        ? {
            value: numberText(context.options.purgeMaxReadCapacity ?? PURGE_MAX_READ_CAPACITY),
            why: 'read units per second for the purge of sessions, as a number: on-demand tables report no capacity that a percentage could be taken of',
          }
        : undefined,
  },
  {
    name: 'dynamodb.encryptionAtRest',
    place: SYSTEM_PROPERTY,
    source: SHIPPED,
    rule: () => ({ value: 'false', why: 'used only when the server makes a table; encryption is a setting of the stacks' }),
  },
  {
    name: 'dynamodb.enableStream',
    place: SYSTEM_PROPERTY,
    source: SHIPPED,
    rule: () => ({ value: 'false', why: 'used only when the server makes a table; the tables have their streams' }),
  },
  {
    name: 'dynamodb.enableDeletionProtection',
    place: SYSTEM_PROPERTY,
    since: '16.1',
    source: SHIPPED,
    rule: () => ({ value: 'false', why: 'else the server changes tables behind CloudFormation; false lifts no protection' }),
  },
  {
    name: 'dynamodb.enableContBackups',
    place: SYSTEM_PROPERTY,
    source: GUIDE,
    rule: () => ({
      value: 'false',
      why: 'else the server changes tables behind CloudFormation; false leaves point-in-time recovery as it is',
    }),
  },
  {
    name: 'infinispan.defaultExpirationInterval',
    place: SYSTEM_PROPERTY,
    source: SHIPPED,
    rule: () => ({ why: 'not used where DynamoDB expires items by time to live' }),
  },
  {
    name: 'jgroups.tcp.address',
    place: SYSTEM_PROPERTY,
    source: GUIDE,
    rule: (context) =>
      modeOf(context) === 'replication'
        ? {
            environmentVariable: 'JGROUPS_TCP_ADDRESS',
            why: 'address of this node for the other ones, which need TCP 7800 and 7900 to 7905 between them',
          }
        : undefined,
  },
  {
    name: 'AWS_REGION',
    place: ENVIRONMENT,
    source: GUIDE,
    rule: ({ region, options }) =>
      options.webIdentity === true ? { value: region, why: 'region of the tables and of STS with web identity' } : undefined,
  },
  {
    name: 'AWS_STS_REGIONAL_ENDPOINTS',
    place: ENVIRONMENT,
    source: GUIDE,
    rule: ({ options }) =>
      options.webIdentity === true
        ? { value: 'regional', why: 'credentials come from STS in this region, so another region may be lost without harm' }
        : undefined,
  },
  ...LOCAL_CREDENTIALS,
];
