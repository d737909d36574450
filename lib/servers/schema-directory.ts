import * as path from 'path';
import { didYouMean, fail, Problems, quoted } from '../errors';
import { capacityNotices, readCatalogue, schemasOfVersion, tableProfile, type Catalogue } from './catalogue';
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
    checkVersion(id, version, file.versions ?? [], problems);
  }
  checkProfiles(catalogue, problems);
  problems.throwIfAny();
  const schemas = schemasOfVersion(catalogue, version);
  if (schemas.length === 0) {
    fail('IDT0209', {
      what: `${id} ${version} has none of the tables of '${directory}'`,
      given: `version '${version}'`,
      fix: 'use a newer version, or leave version out for every table',
    });
  }
  return {
    id,
    title: file.title ?? id,
    version,
    options: {},
    tables: schemas.map((schema) => ({
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

/** A profile that no file goes with is a misspelt one: its table would get the careful defaults in silence. */
function checkProfiles({ directory, file, entries }: Catalogue, problems: Problems): void {
  const names = entries.map((entry) => entry.schema.tableName);
  for (const name of Object.keys(file.tables ?? {})) {
    if (!names.includes(name)) {
      problems.add('IDT0408', {
        what: `${path.join(directory, 'server.json')}: tables.${name} is the profile of a table without a create-table file`,
        given: `'${name}'`,
        allowed: `a TableName of the directory: ${quoted(names)}`,
        fix: didYouMean(name, names, 'use the TableName of a file, or remove the profile'),
      });
    }
  }
}
