import type { Duration } from 'aws-cdk-lib/core';
import { LOCAL_CREDENTIALS } from './local-credentials';
import { hasTable, numberText, secondsText, type Setting, type SettingRow } from './setting-row';
import { SettingPlace } from './setting-value';

const { DATA_SOURCE, ENVIRONMENT } = SettingPlace;

const PROVIDER = 'https://github.com/curityio/dynamodb-data-access-provider, DynamoDBDataAccessProviderConfiguration.kt';
const SDK_REGION = 'https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html';

/** The defaults of the data source, in seconds, by base name of the table. */
export const RETAIN_DURATIONS: { readonly [tableName: string]: number } = {
  'curity-sessions': 86_400,
  'curity-nonces': 86_400,
  'curity-delegations': 31_536_000,
  'curity-tokens': 172_800,
  'curity-devices': 2_592_000,
};

function retainRow(tableName: string): SettingRow {
  return {
    name: `${tableName.replace(/^curity-/, '')}-ttl-retain-duration`,
    place: DATA_SOURCE,
    source: PROVIDER,
    rule: (context) => {
      if (!hasTable(context, tableName)) {
        return undefined;
      }
      const given = context.options.retainDurations?.[tableName];
      return {
        value: given === undefined ? numberText(RETAIN_DURATIONS[tableName]) : secondsText(given),
        why: context.timeToLiveTables.includes(tableName)
          ? `seconds after expiry at which DynamoDB may delete an item of ${tableName}, and with it what it says to an audit`
          : `seconds after expiry; without effect, since time to live is off in ${tableName}`,
      };
    },
  };
}

/**
 * The DynamoDB data source of a Curity Identity Server. The names of the leaves follow from the getters of the vendor's source by
 * the convention of its plug-ins; a space in a name stands between a container and its leaf.
 */
export const CURITY_DATA_SOURCE: readonly SettingRow[] = [
  {
    name: 'aws-region',
    place: DATA_SOURCE,
    source: PROVIDER,
    rule: ({ region }) => ({ value: region, why: 'the tables of this region; calls are signed for it' }),
  },
  {
    name: 'endpoint-override',
    place: DATA_SOURCE,
    source: PROVIDER,
    rule: ({ options }) =>
      options.localEndpoint === undefined
        ? undefined
        : { value: options.localEndpoint, why: 'the local endpoint instead of DynamoDB; never in production' },
  },
  {
    name: 'dynamodb-access-method default-credentials-provider reuse-last-provider',
    place: DATA_SOURCE,
    source: PROVIDER,
    rule: () => ({
      value: 'true',
      why: 'the AWS SDK finds and renews the credentials of instance, container or web identity; an aws-role-arn would be taken once and end after an hour',
    }),
  },
  {
    name: 'table-name-prefix',
    place: DATA_SOURCE,
    source: PROVIDER,
    rule: ({ tablePrefix }) =>
      tablePrefix === ''
        ? { why: 'the table names have no prefix' }
        : { value: tablePrefix, why: 'the server puts it before every table name as it is and adds no separator' },
  },
  {
    name: 'allow-table-scans',
    place: DATA_SOURCE,
    source: PROVIDER,
    rule: ({ server }) => ({
      value: `${server.options.allowTableScans === true}`,
      why: 'allowTableScans of IdentityServer.curity, which decides whether the role of the server may scan',
    }),
  },
  ...Object.keys(RETAIN_DURATIONS).map(retainRow),
  {
    name: 'api-call-timeout',
    place: DATA_SOURCE,
    source: PROVIDER,
    rule: ({ options }) => timeout(options.callTimeout, 'time for a call with its retries'),
  },
  {
    name: 'api-call-attempt-timeout',
    place: DATA_SOURCE,
    source: PROVIDER,
    rule: ({ options }) => timeout(options.attemptTimeout, 'time for one attempt of a call'),
  },
  {
    name: 'AWS_REGION',
    place: ENVIRONMENT,
    source: SDK_REGION,
    rule: ({ region, options }) =>
      options.webIdentity === true
        ? { value: region, why: 'credentials come from STS in this region, so another region may be lost without harm' }
        : undefined,
  },
  ...LOCAL_CREDENTIALS,
];

function timeout(given: Duration | undefined, why: string): Setting | undefined {
  return given === undefined ? undefined : { value: secondsText(given), why: `${why}, in seconds` };
}
