import { LOCAL_CREDENTIALS } from './local-credentials';
import type { SettingRow } from './setting-row';
import { SettingPlace } from './setting-value';

const { STORE_OPTION } = SettingPlace;

const PACKAGE = 'https://github.com/ca98am79/connect-dynamodb, lib/connect-dynamodb.js of 3.0.5';

/** The options of the session store of connect-dynamodb 3.x; `client.` is an option of the DynamoDB client that it is given. */
export const CONNECT_DYNAMODB_OPTIONS: readonly SettingRow[] = [
  {
    name: 'client.region',
    place: STORE_OPTION,
    source: PACKAGE,
    rule: ({ region }) => ({
      value: region,
      why: 'the tables of this region; 2.x has AWSRegion instead, and takes us-east-1 without it',
    }),
  },
  {
    name: 'client.endpoint',
    place: STORE_OPTION,
    source: PACKAGE,
    rule: ({ options }) =>
      options.localEndpoint === undefined
        ? undefined
        : { value: options.localEndpoint, why: 'the local endpoint instead of DynamoDB; never in production' },
  },
  {
    name: 'table',
    place: STORE_OPTION,
    source: PACKAGE,
    rule: ({ tablePrefix, server }) => ({
      value: `${tablePrefix}${server.tables[0].schema.tableName}`,
      why: 'the whole name, prefix included',
    }),
  },
  {
    name: 'hashKey',
    place: STORE_OPTION,
    source: PACKAGE,
    rule: ({ server }) => ({ value: String(server.options.hashKey), why: 'the partition key of the table' }),
  },
  {
    name: 'initialized',
    place: STORE_OPTION,
    source: `${PACKAGE}; since 3.0.3`,
    rule: ({ server }) =>
      server.options.initialized === true
        ? { value: 'true', why: 'the table exists, so no DescribeTable at start; since 3.0.3' }
        : { value: 'false', why: 'the store calls DescribeTable at start, and the process ends when that is denied' },
  },
  {
    name: 'prefix',
    place: STORE_OPTION,
    source: PACKAGE,
    rule: () => ({ why: "prefix of the session ids, not of the table; its default is 'sess:'" }),
  },
  {
    name: 'reapInterval',
    place: STORE_OPTION,
    source: PACKAGE,
    rule: ({ server }) =>
      server.options.reap === true
        ? { why: 'the role of this app may scan: set it to milliseconds, or call reap() yourself' }
        : { why: 'time to live removes expired sessions; the role of this app may not scan' },
  },
  {
    name: 'readCapacityUnits',
    place: STORE_OPTION,
    source: PACKAGE,
    rule: () => ({ why: 'used only when the store makes the table, as is writeCapacityUnits' }),
  },
  {
    name: 'AWSConfigPath',
    place: STORE_OPTION,
    source: `${PACKAGE}; History.md`,
    rule: () => ({ why: '2.x only, as are AWSConfigJSON and AWSRegion; 3.x ignores them without an error' }),
  },
  ...LOCAL_CREDENTIALS,
];
