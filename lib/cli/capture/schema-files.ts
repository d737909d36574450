import { Problems } from '../../errors';
import { createTableInput, schemaFromCreateTable } from '../../schema';
import type { CaptureRecord, Evidence, ServerFile, TableProfileFile } from '../../servers';
import type { CapturedTable } from './captured-table';
import type { OutputFile } from './output-directory';

/** What is known of a server as a whole. */
export interface CapturedServer {
  readonly id: string;
  readonly captured: CaptureRecord;
  /** Where the facts come from, in words. */
  readonly source: string;
}

/** The key of the one source of such a directory. */
const SOURCE = 'own-server';
/** The server whose profiles go by base name; those of any other one go by the name of the table. */
const BY_BASE_NAME = 'connect2id';

/**
 * A schema directory: one create-table file for each table, and server.json. Equal tables give equal bytes.
 * @throws IdentityTablesError when a file could not be read again, such as one whose name is too short without its prefix
 */
export function schemaFiles(server: CapturedServer, tables: readonly CapturedTable[]): OutputFile[] {
  const sorted = [...tables].sort((a, b) => (a.baseName < b.baseName ? -1 : 1));
  const problems = new Problems();
  sorted.forEach(({ baseName, schema }) => schemaFromCreateTable(createTableInput(schema), `table '${baseName}'`, problems));
  problems.throwIfAny();
  const file: ServerFile = {
    server: server.id,
    sources: { [SOURCE]: server.source },
    captured: server.captured,
    tables: Object.fromEntries(
      sorted.map((table) => [server.id === BY_BASE_NAME ? table.baseName : table.schema.tableName, profileOf(table)]),
    ),
  };
  return [
    ...sorted.map(({ baseName, schema }) => jsonFile(`create-table-${baseName}.json`, createTableInput(schema))),
    jsonFile('server.json', file),
  ];
}

function profileOf({ timeToLiveAttribute, pointInTimeRecovery, runtime, notes, schema }: CapturedTable): TableProfileFile {
  const captured: Evidence = { level: 'captured', source: SOURCE };
  const hasIndexes = schema.globalIndexes.length + schema.localIndexes.length > 0;
  return {
    ...(pointInTimeRecovery !== undefined && { pointInTimeRecovery }),
    ...(timeToLiveAttribute !== undefined && { timeToLive: { attribute: timeToLiveAttribute, use: 'always' } }),
    ...(runtime && { runtime }),
    evidence: {
      name: captured,
      partitionKey: captured,
      ...(schema.sortKey && { sortKey: captured }),
      ...(hasIndexes && { indexes: captured }),
      ...(timeToLiveAttribute !== undefined && { timeToLive: captured }),
      ...(pointInTimeRecovery !== undefined && { pointInTimeRecovery: captured }),
      ...(runtime && { runtime: captured }),
    },
    ...(notes.length > 0 && { notes }),
  };
}

function jsonFile(name: string, value: object): OutputFile {
  return { name, content: `${JSON.stringify(value, undefined, 2)}\n` };
}
