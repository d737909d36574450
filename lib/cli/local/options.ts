import { didYouMean, Problems, quoted } from '../../errors';
import type { Option, Values } from '../command';
import { SERVER_OPTIONS } from '../server-options';

const DEFAULT_PORT = 8000;
const HIGHEST_PORT = 65_535;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m)$/;
const UNITS_MS: { readonly [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000 };
const TTL = ['now', 'late'];
const POLICIES = ['runtime'];

/** An option that only some ways of running take. */
interface LocalOption extends Option {
  /** Only while the command keeps the embedded engine running. */
  readonly whileRunning?: boolean;
  /** Only for the embedded engine. */
  readonly embedded?: boolean;
}

export const LOCAL_OPTIONS: { readonly [name: string]: LocalOption } = {
  app: { value: 'DIRECTORY', summary: 'the cloud assembly, output of cdk synth (default: cdk.out)' },
  once: { summary: 'create the tables, print them and end' },
  port: { value: 'PORT', summary: 'port of the endpoint (default: 8000; 0 takes a free one)', whileRunning: true },
  listen: { value: 'ADDRESS', summary: 'listen at this address too, for containers (default: 127.0.0.1)', whileRunning: true },
  data: { value: 'DIRECTORY', summary: 'keep the items there (default: in memory)', embedded: true },
  'replication-lag': {
    value: 'TIME',
    summary: 'time until a write is in other regions, such as 2s (default: 0s)',
    whileRunning: true,
  },
  isolate: { value: 'REGIONS', summary: 'regions that are cut off at first, with commas between', whileRunning: true },
  ttl: {
    value: 'WHEN',
    summary: 'expired items go: now, within about a second (default); late, not while it runs',
    whileRunning: true,
  },
  policy: {
    value: 'POLICY',
    summary: 'runtime: refuse what the runtime policy of the server does not allow',
    whileRunning: true,
  },
  watch: { summary: 'add new tables and indexes of the assembly whenever it is written again', whileRunning: true },
  endpoint: { value: 'URL', summary: 'create the tables on the server at this address and end, without the embedded engine' },
  region: { value: 'REGION', summary: 'the region of stacks that name none (default: AWS_REGION)' },
  server: {
    value: 'SERVER',
    summary:
      'connect2id, curity, connect-dynamodb or a schema directory: its tables without an app; with --app, the server of the app',
  },
  ...SERVER_OPTIONS,
  regions: { value: 'REGIONS', summary: 'regions of the tables without an app, the primary one first' },
  preset: { value: 'PRESET', summary: 'what replicates without an app: none, absolute-minimal, minimal, full' },
  prefix: { value: 'PREFIX', summary: 'tablePrefix of the tables (default: none)' },
};

export interface LocalOptions {
  /** Whether the command stays until it is stopped. */
  readonly keepsRunning: boolean;
  readonly endpoint?: string;
  readonly port: number;
  readonly host?: string;
  readonly data?: string;
  readonly lagMs: number;
  readonly isolated: readonly string[];
  readonly expires: boolean;
  readonly enforcesPolicy: boolean;
  readonly watches: boolean;
}

/** @throws IdentityTablesError with every problem of the options */
export function localOptions(values: Values): LocalOptions {
  const problems = new Problems();
  const endpoint = values.text('endpoint');
  const keepsRunning = endpoint === undefined && !values.isOn('once');
  checkCombination(values, keepsRunning, problems);
  const options = {
    keepsRunning,
    endpoint,
    port: keepsRunning ? port(values.text('port'), problems) : 0,
    host: values.text('listen'),
    data: values.text('data'),
    lagMs: duration(values.text('replication-lag'), problems),
    isolated: list(values.text('isolate')),
    expires: choice('ttl', TTL, values, problems) !== 'late',
    enforcesPolicy: choice('policy', POLICIES, values, problems) !== undefined,
    watches: values.isOn('watch'),
  };
  problems.throwIfAny();
  return options;
}

/** @throws IdentityTablesError when one of the regions has no tables */
export function checkIsolated(isolated: readonly string[], regions: readonly string[]): void {
  const problems = new Problems();
  for (const region of isolated.filter((candidate) => !regions.includes(candidate))) {
    problems.add('IDT0703', {
      what: `option '--isolate' names '${region}', which has no tables`,
      given: `'${region}'`,
      allowed: quoted(regions),
      fix: didYouMean(region, regions, 'use a region of the tables'),
    });
  }
  problems.throwIfAny();
}

export function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function checkCombination(values: Values, keepsRunning: boolean, problems: Problems): void {
  const other = values.text('endpoint') === undefined ? '--once' : '--endpoint';
  for (const [name, { whileRunning, embedded }] of Object.entries(LOCAL_OPTIONS)) {
    const isLost = (whileRunning === true && !keepsRunning) || (embedded === true && other === '--endpoint');
    if (isLost && (values.text(name) !== undefined || values.isOn(name))) {
      problems.add('IDT0703', {
        what: `option '--${name}' does not go with '${other}'`,
        given: `--${name} and ${other}`,
        allowed: embedded === true ? `--${name} with the embedded engine` : `--${name} while the command keeps running`,
        fix: `drop --${name} or ${other}`,
      });
    }
  }
}

function port(text: string | undefined, problems: Problems): number {
  const value = text === undefined ? DEFAULT_PORT : Number(text);
  if (!Number.isInteger(value) || value < 0 || value > HIGHEST_PORT) {
    problems.add('IDT0703', {
      what: "option '--port' is not the number of a port",
      given: `'${text}'`,
      allowed: `0 to ${HIGHEST_PORT}; 0 takes a free one`,
    });
  }
  return value;
}

function duration(text: string | undefined, problems: Problems): number {
  if (text === undefined) {
    return 0;
  }
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount === undefined) {
    problems.add('IDT0703', {
      what: "option '--replication-lag' is not a time",
      given: `'${text}'`,
      allowed: 'a number with ms, s or m, such as 2s',
    });
    return 0;
  }
  return Number(amount) * UNITS_MS[unit];
}

function choice(option: string, allowed: readonly string[], values: Values, problems: Problems): string | undefined {
  const given = values.text(option);
  if (given !== undefined && !allowed.includes(given)) {
    problems.add('IDT0703', {
      what: `'${given}' is not a value of option '--${option}'`,
      given: `'${given}'`,
      allowed: quoted(allowed),
      fix: didYouMean(given, allowed, 'use one of the allowed words'),
    });
  }
  return given;
}
