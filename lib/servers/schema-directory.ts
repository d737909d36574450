import * as path from 'path';
import { Problems } from '../errors';
import { capacityNotices, readCatalogue, schemasOfVersion, tableProfile } from './catalogue';
import type { ServerDefinition } from './definition';
import { checkVersion } from './version';

/** How a directory of create-table files is read. */
export interface SchemaDirectoryProps {
  /**
   * The name of the server, for tags and messages.
   * @default - `server` of the directory's server.json, else the name of the directory
   */
  readonly serverName?: string;
  /**
   * The version of the server, when server.json says since when tables and indexes exist.
   * @default - every table and index of the directory
   */
  readonly version?: string;
}

/** @throws IdentityTablesError with every problem of the directory */
export function schemaDirectory(directory: string, props: SchemaDirectoryProps): ServerDefinition {
  const problems = new Problems();
  const catalogue = readCatalogue(directory, path.basename(path.resolve(directory)), problems);
  const { file } = catalogue;
  const { version } = props;
  const id = props.serverName ?? file.server;
  if (version !== undefined) {
    checkVersion(id, version, file.versions ?? [{ version: '0', evidence: { level: 'stated', source: directory } }], problems);
  }
  problems.throwIfAny();
  return {
    id,
    title: file.title ?? id,
    version,
    options: {},
    tables: schemasOfVersion(catalogue, version).map((schema) => ({
      baseName: schema.tableName,
      schema,
      profile: tableProfile(file, schema.tableName, {}),
      evidence: file.captured === undefined ? 'stated' : 'captured',
      doubts: [],
    })),
    together: file.together ?? [],
    exclusions: file.exclusions ?? {},
    consequences: file.consequences,
    defaultPreset: file.defaultPreset ?? 'full',
    selectableRegions: file.regions?.selectable,
    singleWriter: file.singleWriter?.advice,
    notices: capacityNotices(catalogue),
  };
}
