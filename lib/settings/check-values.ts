import { Token, type Duration } from 'aws-cdk-lib/core';
import { didYouMean, quoted, type Problems } from '../errors';
import { RETAIN_DURATIONS } from './curity-data-source';
import { hasTable, type SettingsContext } from './setting-row';
import type { ServerSettingsOptions } from './settings-options';

type Option = keyof ServerSettingsOptions;

const PRINTABLE = /^[\x20-\x7e]*$/;
const HOST = /^[A-Za-z0-9.:-]+$/;
const ID = /^[A-Za-z0-9._-]+$/;
const PORTS = 65_535;

/** Adds the problems of the values of options that belong to the server. */
export function checkValues(context: SettingsContext, options: readonly Option[], problems: Problems): void {
  for (const option of options) {
    const problem = CHECKS[option]?.(context);
    if (problem !== undefined) {
      problems.add('IDT1008', { what: `${option} cannot have this value`, ...problem });
    }
  }
  for (const tableName of Object.keys(options.includes('retainDurations') ? (context.options.retainDurations ?? {}) : {})) {
    checkRetainedTable(tableName, context, problems);
  }
}

interface ValueProblem {
  readonly given: string;
  readonly allowed: string;
}

const CHECKS: { readonly [option in Option]?: (context: SettingsContext) => ValueProblem | undefined } = {
  localEndpoint: ({ options }) =>
    text(options.localEndpoint, isEndpoint, 'an http or https address without credentials, such as http://127.0.0.1:8000'),
  webIdentity: ({ options }) =>
    options.localEndpoint === undefined
      ? undefined
      : { given: 'webIdentity: true with a localEndpoint', allowed: 'one of the two: a local endpoint knows no web identity' },
  rangeKeyValue: ({ options }) => text(options.rangeKeyValue, (value) => PRINTABLE.test(value), 'printable ASCII characters'),
  purgeMaxReadCapacity: ({ options }) => whole(options.purgeMaxReadCapacity, Number.MAX_SAFE_INTEGER, 'a whole number from 1 on'),
  httpProxyHost: ({ options }) => text(options.httpProxyHost, (value) => HOST.test(value), 'a host name or IP address alone'),
  httpProxyPort: ({ options }) =>
    options.httpProxyHost === undefined
      ? { given: 'httpProxyPort without httpProxyHost', allowed: 'both or none' }
      : whole(options.httpProxyPort, PORTS, `1 to ${PORTS}`),
  dataSourceId: ({ options }) => text(options.dataSourceId, (value) => ID.test(value), 'A-Z a-z 0-9 . _ -'),
  callTimeout: ({ options }) => wholeSeconds(options.callTimeout),
  attemptTimeout: ({ options }) => wholeSeconds(options.attemptTimeout),
};

function text(value: string | undefined, isAllowed: (value: string) => boolean, allowed: string): ValueProblem | undefined {
  if (value === undefined || Token.isUnresolved(value) || isAllowed(value)) {
    return undefined;
  }
  return { given: value.includes('@') ? 'a text with @, which may hold a password and is not repeated' : `'${value}'`, allowed };
}

function whole(value: number | undefined, largest: number, allowed: string): ValueProblem | undefined {
  const isAllowed =
    value === undefined || Token.isUnresolved(value) || (Number.isInteger(value) && value >= 1 && value <= largest);
  return isAllowed ? undefined : { given: `${value}`, allowed };
}

function wholeSeconds(value: Duration | undefined): ValueProblem | undefined {
  return value === undefined || value.isUnresolved() || (value.toMilliseconds() > 0 && value.toMilliseconds() % 1000 === 0)
    ? undefined
    : { given: value.toHumanString(), allowed: 'whole seconds, at least one' };
}

function isEndpoint(value: string): boolean {
  return /^https?:\/\/[^\s@]+$/.test(value) && URL.canParse(value);
}

function checkRetainedTable(tableName: string, context: SettingsContext, problems: Problems): void {
  const allowed = Object.keys(RETAIN_DURATIONS).filter((name) => hasTable(context, name));
  if (!allowed.includes(tableName)) {
    problems.add('IDT1008', {
      what: `retainDurations names '${tableName}', whose items Curity gives no time to be deleted at`,
      given: `'${tableName}'`,
      allowed: quoted(allowed),
      fix: didYouMean(tableName, allowed, 'use a base name of the list'),
    });
    return;
  }
  const duration = context.options.retainDurations?.[tableName];
  if (duration !== undefined && !duration.isUnresolved() && duration.toMilliseconds() % 1000 !== 0) {
    problems.add('IDT1008', {
      what: `retainDurations of '${tableName}' is not in whole seconds`,
      given: duration.toHumanString(),
      allowed: 'whole seconds',
    });
  }
}
