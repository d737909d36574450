import { Token } from 'aws-cdk-lib/core';
import { didYouMean, NAME_CHARACTERS, quoted, type Problems } from '../errors';
import { compareVersions } from '../servers';
import { checkSecretReference } from './check-secret-reference';
import { checkValues } from './check-values';
import { hasTable, isConfigurable, type SettingsContext } from './setting-row';
import type { ServerSettingsOptions } from './settings-options';

type Option = keyof ServerSettingsOptions;

/** The servers that an option belongs to; undefined for every server. */
const SERVERS: { readonly [option in Option]-?: readonly string[] | undefined } = {
  localEndpoint: undefined,
  webIdentity: ['connect2id', 'curity'],
  rangeKeyValue: ['connect2id'],
  hmacKeyReference: ['connect2id'],
  encryptionKeyReference: ['connect2id'],
  adoptsItemsWithoutHmac: ['connect2id'],
  purgeMaxReadCapacity: ['connect2id'],
  httpProxyHost: ['connect2id'],
  httpProxyPort: ['connect2id'],
  dataSourceId: ['curity'],
  retainDurations: ['curity'],
  callTimeout: ['curity'],
  attemptTimeout: ['curity'],
};

/** Why an option has no place with these options of the server; undefined when it has one. */
const CONDITIONS: { readonly [option in Option]?: (context: SettingsContext) => string | undefined } = {
  encryptionKeyReference: (context) =>
    hasTable(context, 'jwks') ? undefined : 'the server keeps no keys in DynamoDB in this version and mode',
  purgeMaxReadCapacity: (context) => {
    if (!hasTable(context, 'sub_sessions')) return 'the sessions are not in DynamoDB in this mode';
    if (compareVersions(context.server.version ?? '0', '14.9') < 0) return 'the server knows it from 14.9 on';
    return context.timeToLiveTables.includes('sub_sessions') ? 'with time to live on sessions there is no purge' : undefined;
  },
};

/** Adds every problem of the region, the prefix and the options. */
export function checkSettings(context: SettingsContext, regions: readonly string[] | undefined, problems: Problems): void {
  checkRegion(context, regions, problems);
  checkPrefix(context, problems);
  const given = Object.entries(context.options)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([option]) => option as Option);
  const belonging = given.filter((option) => belongs(option, context, problems));
  checkRangeKey(context, problems);
  checkHmac(context, problems);
  checkSecretReference('hmacKeyReference', context.options.hmacKeyReference, problems);
  checkSecretReference('encryptionKeyReference', context.options.encryptionKeyReference, problems);
  checkValues(context, belonging, problems);
}

function checkRegion({ region, server }: SettingsContext, regions: readonly string[] | undefined, problems: Problems): void {
  if (Token.isUnresolved(region)) {
    return;
  }
  if (server.selectableRegions?.includes(region) === false) {
    problems.add('IDT0302', {
      what: `the data source of ${server.title} cannot be set to '${region}'`,
      given: `'${region}'`,
      allowed: quoted(server.selectableRegions),
      fix: didYouMean(region, server.selectableRegions, 'use a region of the list'),
    });
  }
  if (regions === undefined || regions.includes(region)) {
    return;
  }
  problems.add('IDT1001', {
    what: `the set has no tables in '${region}'`,
    given: `'${region}'`,
    allowed: quoted(regions),
    fix: didYouMean(region, regions, 'use a region of the set, or add this one to replicaRegions'),
  });
}

function checkPrefix({ tablePrefix }: SettingsContext, problems: Problems): void {
  if (!Token.isUnresolved(tablePrefix) && !NAME_CHARACTERS.test(tablePrefix)) {
    problems.add('IDT0101', {
      what: `table prefix '${tablePrefix}' cannot be used in a table name`,
      given: `'${tablePrefix}'`,
      allowed: 'A-Z a-z 0-9 _ . -',
    });
  }
}

function belongs(option: Option, context: SettingsContext, problems: Problems): boolean {
  const { server } = context;
  const servers = SERVERS[option];
  const isOther = servers !== undefined && !(servers.includes(server.id) && isConfigurable(context));
  const reason = isOther ? `it belongs to ${servers.join(' and ')}` : CONDITIONS[option]?.(context);
  if (reason === undefined) {
    return true;
  }
  problems.add('IDT1005', {
    what: `${option} does not go with ${server.title}${server.version === undefined ? '' : ` ${server.version}`}: ${reason}`,
    fix: `drop ${option}`,
  });
  return false;
}

function checkRangeKey({ server, options }: SettingsContext, problems: Problems): void {
  if (server.id !== 'connect2id') {
    return;
  }
  const value = options.rangeKeyValue;
  if (server.options.applyRangeKey === true && (value === undefined || value === '')) {
    problems.add('IDT1002', {
      what: 'the tables have the sort key tid, and settings need its value for this deployment',
      given: value === undefined ? 'no rangeKeyValue' : 'an empty rangeKeyValue',
      allowed: 'a text that no other deployment in the same tables uses',
    });
  }
  if (server.options.applyRangeKey !== true && value !== undefined) {
    const isMultiTenant = server.options.edition === 'multi-tenant';
    problems.add('IDT1003', {
      what: isMultiTenant
        ? 'the multi-tenant edition fills the sort key tid by itself'
        : 'the tables have no sort key tid, since applyRangeKey is not set',
      given: `rangeKeyValue '${value}'`,
      fix: isMultiTenant ? 'drop rangeKeyValue' : 'drop rangeKeyValue, or make new tables with applyRangeKey: true',
    });
  }
}

function checkHmac({ options }: SettingsContext, problems: Problems): void {
  if (options.hmacKeyReference !== undefined && options.adoptsItemsWithoutHmac === true) {
    problems.add('IDT1007', {
      what: 'the tables hold items without HMAC, which a server with an HMAC key cannot read',
      given: 'hmacKeyReference and adoptsItemsWithoutHmac: true',
      allowed: 'an HMAC key with tables that are empty when the server first starts with it',
    });
  }
}
