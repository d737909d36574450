import * as path from 'path';
import { Problems, quoted } from '../errors';
import { readSchemaDirectory, withoutIndexes, type SchemaDirectory, type TableSchema } from '../schema';
import { publicEvidence, type Notice, type PublicEvidence, type ServerTable, type TableProfile } from './definition';
import type { RuntimeProfile, ServerFile, TableProfileFile } from './server-file';
import { parseServerFile } from './server-file-reader';
import { isSince } from './version';

/** A directory of create-table files with the profiles of its server.json. */
export interface Catalogue {
  readonly directory: string;
  readonly file: ServerFile;
  readonly entries: SchemaDirectory['files'];
}

const bundled = new Map<string, Catalogue>();

const BUNDLED = ['connect2id', 'curity', 'connect-dynamodb'] as const;

/** A server that ships with this library. Read once a process. */
export function bundledCatalogue(server: (typeof BUNDLED)[number]): Catalogue {
  let catalogue = bundled.get(server);
  if (catalogue === undefined) {
    const problems = new Problems();
    catalogue = readCatalogue(path.join(__dirname, '..', '..', 'schemas', server), server, problems);
    problems.throwIfAny();
    bundled.set(server, catalogue);
  }
  return catalogue;
}

/** A directory of the user's. Without a server.json every table gets the careful defaults. */
export function readCatalogue(directory: string, server: string, problems: Problems): Catalogue {
  const read = readSchemaDirectory(directory, problems);
  const file =
    read.serverFile === undefined ? { server } : parseServerFile(read.serverFile, path.join(directory, 'server.json'), problems);
  return { directory, file, entries: read.files };
}

/** What a table does at run time when nothing is known: items only, nothing that changes the table. */
const UNKNOWN_RUNTIME: RuntimeProfile = {
  data: ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'],
  describe: ['DescribeTable'],
  manage: [],
  indexQueries: 'all',
};

/** The profile of a table with the careful defaults: replicated by full only, durable, recoverable to any second. */
export function tableProfile(file: ServerFile, baseName: string, options: { readonly [option: string]: boolean }): TableProfile {
  const profile: TableProfileFile = file.tables?.[baseName] ?? {};
  const { timeToLive } = profile;
  const isOn = timeToLive?.use === 'always' || (timeToLive?.use === 'option' && options[timeToLive.option ?? ''] === true);
  return {
    purpose: profile.purpose ?? 'not described',
    preset: profile.preset ?? 'full',
    dataClass: profile.dataClass ?? 'durable',
    pointInTimeRecovery: profile.pointInTimeRecovery ?? true,
    timeToLiveAttribute: isOn ? timeToLive?.attribute : undefined,
    restore: profile.restore ?? 'set',
    bearerSecrets: profile.bearerSecrets ?? false,
    grows: profile.grows ?? false,
    belowPreset: profile.belowPreset,
    runtime: profile.runtime ?? file.runtime ?? UNKNOWN_RUNTIME,
  };
}

const SCHEMA_FACTS = ['name', 'partitionKey', 'indexes'] as const;
const ORDER: readonly PublicEvidence[] = ['documented', 'captured', 'stated', 'derived', 'assumed'];

/** How sure the bundled schema of a table is: the least sure of its facts, and those that are not documented. */
export function schemaEvidence(
  file: ServerFile,
  baseName: string,
  schema: TableSchema,
): Pick<ServerTable, 'evidence' | 'doubts'> {
  const facts = file.tables?.[baseName]?.evidence ?? {};
  const described = {
    name: `table name '${schema.tableName}'`,
    partitionKey: `partition key '${schema.partitionKey.name}'`,
    indexes: `indexes ${schema.globalIndexes.map((index) => `'${index.indexName}'`).join(', ')}`,
  };
  let evidence: PublicEvidence = 'documented';
  const doubts: string[] = [];
  for (const fact of SCHEMA_FACTS) {
    const level = publicEvidence(facts[fact]?.level ?? 'documented');
    const exists = fact !== 'indexes' || schema.globalIndexes.length > 0;
    if (level !== 'documented' && exists) {
      doubts.push(`${described[fact]} (${level})`);
      evidence = ORDER.indexOf(level) > ORDER.indexOf(evidence) ? level : evidence;
    }
  }
  return { evidence, doubts };
}

/** The files hold the newest form: tables and indexes that are newer than the version are taken away. */
export function schemasOfVersion(catalogue: Catalogue, version: string | undefined): TableSchema[] {
  const tables = catalogue.file.tables ?? {};
  const isThere = (since: string | undefined) => version === undefined || isSince(version, since);
  return catalogue.entries
    .map((entry) => entry.schema)
    .filter((schema) => isThere(tables[schema.tableName]?.since))
    .map((schema) => {
      const indexes = Object.entries(tables[schema.tableName]?.indexes ?? {});
      return withoutIndexes(
        schema,
        indexes.filter(([, index]) => !isThere(index.since)).map(([name]) => name),
      );
    });
}

/** Whether a table came with a later release of its server than the first that is known; false where no release is known. */
export function isOfLaterRelease(server: string, baseName: string): boolean {
  const bundledServer = BUNDLED.find((name) => name === server);
  const tables = bundledServer === undefined ? {} : (bundledCatalogue(bundledServer).file.tables ?? {});
  const since = tables[baseName]?.since;
  return since !== undefined && Object.values(tables).some((table) => table.since !== undefined && !isSince(table.since, since));
}

export function capacityNotices(catalogue: Catalogue): Notice[] {
  const files = catalogue.entries.filter((entry) => entry.provisionedCapacity).map((entry) => entry.fileName);
  return files.length === 0
    ? []
    : [
        {
          warning: 'provisioned-capacity-ignored',
          message: `the provisioned capacity in ${quoted(files)} is not used; billing is a prop`,
        },
      ];
}
