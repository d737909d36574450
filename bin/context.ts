import {
  Connect2idEdition,
  Connect2idMode,
  IdentityServer,
  type IdentityTablesStacksProps,
  Protection,
  Replication,
} from '../lib';
import { didYouMean, Problems, quoted } from '../lib/errors';

const SERVERS = ['connect2id', 'curity', 'connect-dynamodb'];
const PRESETS: { readonly [preset: string]: () => Replication } = {
  none: () => Replication.none(),
  'absolute-minimal': () => Replication.absoluteMinimal(),
  minimal: () => Replication.minimal(),
  full: () => Replication.full(),
};
const PROTECTIONS = ['production', 'development'];

/** The keys of this app, and the servers that have them when not all do. */
const KEYS: { readonly [key: string]: readonly string[] | 'every server' } = {
  id: 'every server',
  account: 'every server',
  server: 'every server',
  version: ['connect2id', 'curity', 'a schema directory'],
  mode: ['connect2id'],
  edition: ['connect2id'],
  schemaDirectory: ['connect2id', 'curity'],
  acceptAssumedSchema: ['connect2id'],
  preset: 'every server',
  primaryRegion: 'every server',
  replicaRegions: 'every server',
  prefix: 'every server',
  protection: 'every server',
};

/** Evaluation is what this app is for, so the newest version and the bundled names are its defaults. */
const DEFAULTS = {
  id: 'Identity',
  server: 'connect2id',
  connect2idVersion: '18.0',
  curityVersion: '11.0',
  acceptAssumedSchema: 'true',
  primaryRegion: 'eu-central-1',
  protection: 'production',
};

type Context = { readonly [key: string]: unknown };

/** @throws IdentityTablesError with every problem of the context */
export function readContext(context: Context): IdentityTablesStacksProps & { readonly id: string } {
  const problems = new Problems();
  const reader = new ContextReader(context, problems);
  const server = reader.text('server') ?? DEFAULTS.server;
  const isDirectory = server.includes('/') || server.startsWith('.');
  if (!isDirectory && !SERVERS.includes(server)) {
    problems.add('IDT0602', {
      what: `'${server}' is not a bundled server`,
      given: `server=${server}`,
      allowed: `${quoted(SERVERS)}, or a schema directory (with a / or starting with .)`,
      fix: didYouMean(server, SERVERS, 'use a bundled server, or write the directory as ./name'),
    });
  }
  reader.checkKeys(isDirectory ? 'a schema directory' : server);
  const mode = reader.choice('mode', Object.values(Connect2idMode));
  const edition = reader.choice('edition', Object.values(Connect2idEdition));
  const acceptAssumedSchema =
    (reader.choice('acceptAssumedSchema', ['true', 'false']) ?? DEFAULTS.acceptAssumedSchema) === 'true';
  const preset = reader.choice('preset', Object.keys(PRESETS));
  const protection = reader.choice('protection', PROTECTIONS) ?? DEFAULTS.protection;
  const version = reader.text('version');
  const schemaDirectory = reader.text('schemaDirectory');
  const settings = {
    id: reader.text('id') ?? DEFAULTS.id,
    account: reader.text('account'),
    primaryRegion: reader.text('primaryRegion') ?? DEFAULTS.primaryRegion,
    replicaRegions: reader.list('replicaRegions'),
    tablePrefix: reader.text('prefix'),
    protection: protection === 'production' ? Protection.production() : Protection.development(),
    replication: preset === undefined ? undefined : PRESETS[preset](),
  };
  problems.throwIfAny();
  return { ...settings, server: identityServer() };

  function identityServer(): IdentityServer {
    if (isDirectory) {
      return IdentityServer.fromSchemaDirectory(server, { version });
    }
    switch (server) {
      case 'connect2id':
        return IdentityServer.connect2id({
          version: version ?? DEFAULTS.connect2idVersion,
          mode,
          edition,
          schemaDirectory,
          acceptAssumedSchema,
        });
      case 'curity':
        return IdentityServer.curity({ version: version ?? DEFAULTS.curityVersion, schemaDirectory });
      default:
        return IdentityServer.connectDynamoDb();
    }
  }
}

class ContextReader {
  public constructor(
    private readonly context: Context,
    private readonly problems: Problems,
  ) {}

  /** A key of CDK has a colon or a slash; every other one must be ours, and of the chosen server. */
  public checkKeys(server: string): void {
    const names = Object.keys(KEYS);
    for (const [key, value] of Object.entries(this.context)) {
      if (/[:/]/.test(key) || value === undefined) {
        continue;
      }
      const servers = KEYS[key];
      if (servers === undefined) {
        this.problems.add('IDT0601', {
          what: `context key '${key}' is unknown`,
          given: `'${key}'`,
          allowed: quoted(names),
          fix: didYouMean(key, names, 'remove the key'),
        });
      } else if (servers !== 'every server' && !servers.includes(server)) {
        this.problems.add('IDT0603', {
          what: `context key '${key}' does not go with server '${server}'`,
          given: `${key}=${JSON.stringify(value)}`,
          allowed: `'${key}' for ${quoted(servers)}`,
        });
      }
    }
  }

  public text(key: string): string | undefined {
    const value = this.context[key];
    if (value === undefined || value === '') {
      return undefined;
    }
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return String(value);
    }
    this.problems.add('IDT0602', { what: `context key '${key}' is not a text`, given: JSON.stringify(value), allowed: 'a text' });
    return undefined;
  }

  public choice<T extends string>(key: string, allowed: readonly T[]): T | undefined {
    const value = this.text(key);
    const chosen = allowed.find((word) => word === value);
    if (value !== undefined && chosen === undefined) {
      this.problems.add('IDT0602', {
        what: `'${value}' is not a value of context key '${key}'`,
        given: `${key}=${value}`,
        allowed: quoted(allowed),
        fix: didYouMean(value, allowed, 'use one of the allowed values'),
      });
    }
    return chosen;
  }

  /** Regions, separated by commas on the command line, or a list in cdk.json. */
  public list(key: string): string[] {
    const value = this.context[key];
    const items = Array.isArray(value) ? value.map(String) : (this.text(key) ?? '').split(',');
    return items.map((item) => item.trim()).filter((item) => item !== '');
  }
}
