import * as path from 'node:path';
import { Problems } from '../../errors';
import { readSchemaDirectory, type TableSchema } from '../../schema';

const SCHEMAS = path.join(__dirname, '..', '..', '..', 'schemas');
const SERVERS = ['connect2id', 'curity', 'connect-dynamodb'] as const;

/** The tables of the servers that come with this package. */
export interface BundledNames {
  /** Of all servers. */
  readonly names: ReadonlySet<string>;
  /** The server that these tables are of; undefined when none is likely. */
  readonly serverOf: (tables: readonly TableSchema[]) => string | undefined;
}

export function bundledNames(): BundledNames {
  const servers = SERVERS.map((server) => ({ server, keys: keysByName(server) }));
  return {
    names: new Set(servers.flatMap(({ keys }) => [...keys.keys()])),
    serverOf: (tables) => servers.find(({ keys }) => isServer(keys, tables))?.server,
  };
}

/** One name alone, such as `sessions`, is that of many servers; of several, a server may have some that are not published. */
function isServer(keys: ReadonlyMap<string, string>, tables: readonly TableSchema[]): boolean {
  const own = tables.filter(({ tableName }) => keys.has(tableName));
  return own.length > 1
    ? own.length * 2 >= tables.length
    : tables.length === 1 && own.some(({ tableName, partitionKey }) => keys.get(tableName) === partitionKey.name);
}

function keysByName(server: string): Map<string, string> {
  const problems = new Problems();
  const { files } = readSchemaDirectory(path.join(SCHEMAS, server), problems);
  problems.throwIfAny();
  return new Map(files.map(({ schema }) => [schema.tableName, schema.partitionKey.name]));
}
