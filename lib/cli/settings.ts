import { Duration } from 'aws-cdk-lib/core';
import { fail } from '../errors';
import { serverSettings, type ServerSettingsOptions } from '../settings';
import type { Command, Context, ExitCode, Values } from './command';
import { SERVER_OPTIONS, serverOf } from './server-options';

const LOCAL_ENDPOINT = 'http://127.0.0.1:8000';
const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

export const settings: Command = {
  name: 'settings',
  summary: 'print what a server has to be told about its tables in a region',
  description:
    'Prints the configuration of an identity server for its tables in one region. Secrets are never printed: a setting that\n' +
    'holds one is read from an environment variable, and the text says where its value is kept.',
  options: {
    server: { value: 'SERVER', summary: 'connect2id, curity, connect-dynamodb, or a schema directory' },
    ...SERVER_OPTIONS,
    prefix: { value: 'PREFIX', summary: 'tablePrefix of the tables (default: none)' },
    region: { value: 'REGION', summary: 'the region of the server (default: AWS_REGION)' },
    format: {
      value: 'FORMAT',
      summary: 'java-options, properties, environment; xml, cli; typescript; json (default: the first of the server)',
    },
    local: { summary: 'for a server on a laptop: a local endpoint, and credentials made up for it' },
    endpoint: { value: 'URL', summary: `address of the local endpoint (default: ${LOCAL_ENDPOINT})` },
    'web-identity': { summary: 'credentials come by STS web identity (Connect2id, Curity)' },
    'range-key-value': { value: 'VALUE', summary: 'value of tid of this deployment (Connect2id)' },
    'hmac-key-reference': { value: 'NAME', summary: 'where the HMAC key is kept, never the key (Connect2id)' },
    'encryption-key-reference': { value: 'NAME', summary: 'where keyStore.encJWK is kept, never the key (Connect2id)' },
    'adopts-items-without-hmac': { summary: 'the tables have items without HMAC (Connect2id)' },
    'purge-max-read-capacity': { value: 'UNITS', summary: 'read units per second for the purge of sessions (Connect2id)' },
    'http-proxy-host': { value: 'HOST', summary: 'proxy before DynamoDB (Connect2id)' },
    'http-proxy-port': { value: 'PORT', summary: 'its port (Connect2id)' },
    'data-source-id': { value: 'ID', summary: 'id of the data source (Curity)' },
    retain: { value: 'LIST', summary: 'time after expiry, such as curity-tokens=3600,curity-nonces=60 in seconds (Curity)' },
    'call-timeout': { value: 'SECONDS', summary: 'time for a call with its retries (Curity)' },
    'attempt-timeout': { value: 'SECONDS', summary: 'time for one attempt of a call (Curity)' },
  },
  example:
    'npx identity-tables settings --server connect2id --version 18.0 --prefix prod- --region eu-central-1 --format properties',
  run: (context) => Promise.resolve(run(context)),
};

function run(context: Context): ExitCode {
  const { values, report } = context;
  const definition = serverOf(values)._definition;
  const region = regionOf(context);
  const tablePrefix = values.text('prefix') ?? '';
  const settings = serverSettings({ server: definition, tablePrefix, region, options: optionsOf(values) });
  const format = values.text('format') ?? settings.formats[0];
  report({
    text: settings.render(format).trimEnd(),
    json: { server: definition.id, version: definition.version, region, tablePrefix, settings: settings.values },
  });
  return 0;
}

function optionsOf(values: Values): ServerSettingsOptions {
  return {
    localEndpoint: localEndpoint(values),
    webIdentity: values.isOn('web-identity'),
    rangeKeyValue: values.text('range-key-value'),
    hmacKeyReference: values.text('hmac-key-reference'),
    encryptionKeyReference: values.text('encryption-key-reference'),
    adoptsItemsWithoutHmac: values.isOn('adopts-items-without-hmac'),
    purgeMaxReadCapacity: number('purge-max-read-capacity', values),
    httpProxyHost: values.text('http-proxy-host'),
    httpProxyPort: number('http-proxy-port', values),
    dataSourceId: values.text('data-source-id'),
    retainDurations: retainDurations(values.text('retain')),
    callTimeout: seconds('call-timeout', values),
    attemptTimeout: seconds('attempt-timeout', values),
  };
}

function localEndpoint(values: Values): string | undefined {
  const endpoint = values.text('endpoint');
  if (endpoint !== undefined && !values.isOn('local')) {
    fail('IDT0703', {
      what: "option '--endpoint' is for '--local'",
      given: '--endpoint without --local',
      allowed: '--local --endpoint URL',
      fix: 'add --local',
    });
  }
  return values.isOn('local') ? (endpoint ?? LOCAL_ENDPOINT) : undefined;
}

function retainDurations(list: string | undefined): { [tableName: string]: Duration } | undefined {
  const pairs = list?.split(',').map((pair): [string, Duration] => {
    const [tableName, value] = pair.split('=');
    return [tableName, Duration.seconds(wholeNumber('retain', value ?? pair))];
  });
  return pairs && Object.fromEntries(pairs);
}

function seconds(option: string, values: Values): Duration | undefined {
  const value = number(option, values);
  return value === undefined ? undefined : Duration.seconds(value);
}

function number(option: string, values: Values): number | undefined {
  const value = values.text(option);
  return value === undefined ? undefined : wholeNumber(option, value);
}

function wholeNumber(option: string, value: string): number {
  return /^\d{1,15}$/.test(value)
    ? Number(value)
    : fail('IDT0703', { what: `option '--${option}' needs a whole number`, given: `'${value}'`, allowed: '0, 1, 2, …' });
}

function regionOf({ values, env }: Context): string {
  const region = values.text('region') ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  return region !== undefined && REGION.test(region)
    ? region
    : fail('IDT0703', {
        what: region === undefined ? "option '--region' is missing" : "option '--region' is not a region",
        given: region === undefined ? 'no --region and no AWS_REGION' : `'${region}'`,
        allowed: 'the code of a region, such as eu-central-1',
      });
}
