import { didYouMean, fail, Problems, quoted } from '../errors';
import { Connect2idEdition, Connect2idMode, IdentityServer } from '../servers';
import type { Option, Values } from './command';

const CONNECT2ID = 'connect2id';
const CURITY = 'curity';
const CONNECT_DYNAMODB = 'connect-dynamodb';
const SERVERS = [CONNECT2ID, CURITY, CONNECT_DYNAMODB];

/** An option that says which tables a server has, and the servers that have it. */
interface ServerOption extends Option {
  readonly servers: readonly string[];
}

/** The options of the servers that settings and policies depend on. */
export const SERVER_OPTIONS: { readonly [option: string]: ServerOption } = {
  version: { value: 'VERSION', summary: 'its version, such as 18.0', servers: [CONNECT2ID, CURITY] },
  'schema-directory': {
    value: 'DIRECTORY',
    summary: 'create-table files of that server (default: the bundled ones)',
    servers: [CONNECT2ID, CURITY],
  },
  mode: { value: 'MODE', summary: 'stateless (default), stateless-redis or replication', servers: [CONNECT2ID] },
  edition: { value: 'EDITION', summary: 'regular (default) or multi-tenant', servers: [CONNECT2ID] },
  'apply-range-key': { summary: 'the tables have the sort key tid', servers: [CONNECT2ID] },
  'session-ttl': { summary: 'DynamoDB expires sessions', servers: [CONNECT2ID] },
  'indexed-attributes': { value: 'LIST', summary: 'of sub,act,cid those with an index (default: all)', servers: [CONNECT2ID] },
  'allow-table-scans': { summary: 'the server may scan', servers: [CURITY] },
  table: { value: 'NAME', summary: 'name without prefix (default: sessions)', servers: [CONNECT_DYNAMODB] },
  'hash-key': { value: 'NAME', summary: 'partition key (default: id)', servers: [CONNECT_DYNAMODB] },
  'describe-table': { summary: 'the store calls DescribeTable at start', servers: [CONNECT_DYNAMODB] },
  reap: { summary: 'the store scans for expired sessions', servers: [CONNECT_DYNAMODB] },
};

/** @throws IdentityTablesError with every problem of the options */
export function serverOf(values: Values): IdentityServer {
  const name = values.text('server') ?? missing('server', `--server ${SERVERS.join(' | ')} | DIRECTORY`);
  const isDirectory = name.includes('/') || name.startsWith('.');
  if (!isDirectory && !SERVERS.includes(name)) {
    fail('IDT0703', {
      what: `'${name}' is not a bundled server`,
      given: `--server ${name}`,
      allowed: `${quoted(SERVERS)}, or a schema directory (with a / or starting with .)`,
      fix: didYouMean(name, SERVERS, 'use one of the servers'),
    });
  }
  checkOptions(isDirectory ? undefined : name, values);
  switch (name) {
    case CONNECT2ID:
      return connect2id(values);
    case CURITY:
      return IdentityServer.curity({
        version: version(values),
        schemaDirectory: values.text('schema-directory'),
        allowTableScans: values.isOn('allow-table-scans'),
      });
    case CONNECT_DYNAMODB:
      return IdentityServer.connectDynamoDb({
        tableName: values.text('table'),
        hashKey: values.text('hash-key'),
        initialized: !values.isOn('describe-table'),
        reap: values.isOn('reap'),
      });
    default:
      return IdentityServer.fromSchemaDirectory(name);
  }
}

/** Names that no file tells are the bundled ones, of which the command warns. */
function connect2id(values: Values): IdentityServer {
  return IdentityServer.connect2id({
    version: version(values),
    mode: values.text('mode') as Connect2idMode | undefined,
    edition: values.text('edition') as Connect2idEdition | undefined,
    applyRangeKey: values.isOn('apply-range-key'),
    sessionTimeToLive: values.isOn('session-ttl'),
    indexedAttributes: values.text('indexed-attributes')?.split(','),
    schemaDirectory: values.text('schema-directory'),
    acceptAssumedSchema: true,
  });
}

function version(values: Values): string {
  return values.text('version') ?? missing('version', '--version VERSION, such as 18.0');
}

function missing(option: string, allowed: string): never {
  return fail('IDT0703', { what: `option '--${option}' is missing`, given: 'nothing', allowed, fix: `add --${option}` });
}

function checkOptions(server: string | undefined, values: Values): void {
  const problems = new Problems();
  for (const [option, { servers }] of Object.entries(SERVER_OPTIONS)) {
    const isGiven = values.text(option) !== undefined || values.isOn(option);
    if (isGiven && (server === undefined || !servers.includes(server))) {
      problems.add('IDT0703', {
        what: `option '--${option}' does not go with ${server ?? 'a schema directory'}`,
        given: `--${option}`,
        allowed: `--${option} with ${servers.join(' or ')}`,
        fix: `drop --${option}`,
      });
    }
  }
  problems.throwIfAny();
}
