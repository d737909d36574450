import { didYouMean, Problems, quoted } from '../errors';
import { keyAttributes, type IndexSchema, type TableSchema } from '../schema';
import {
  bundledCatalogue,
  capacityNotices,
  readCatalogue,
  schemaEvidence,
  schemasOfVersion,
  tableProfile,
  type Catalogue,
} from './catalogue';
import type { Notice, ServerDefinition, ServerTable } from './definition';
import type { IndexProfile } from './server-file';
import { checkVersion } from './version';

const TITLE = 'Curity Identity Server';

/** A Curity Identity Server with its DynamoDB data source. Tables and indexes are the vendor's own. */
export interface CurityProps {
  /** Server version, from 7.4 on, such as `11.0`: tables and indexes of that version only. */
  readonly version: string;
  /**
   * A directory with the vendor's create-table files as installed (`<IDSVR>/etc`); they are used as they are, so `version` then
   * selects no tables or indexes.
   * @default - the bundled schema of `version`
   */
  readonly schemaDirectory?: string;
  /**
   * Base names of the tables to have, for a data source that serves only some purposes.
   * @default - all tables of the version
   */
  readonly tables?: string[];
  /**
   * Whether `curity-database-service-providers` gets the further index `tag-last_modified-index`. The code of release 11.0 asks for
   * it when service providers are listed by tag in order of last modification; the vendor's files do not have it.
   * @default false
   * @see https://github.com/curityio/dynamodb-data-access-provider
   */
  readonly lastModifiedTagIndex?: boolean;
  /**
   * Whether the server may scan tables, which it does for account and device queries that no index serves. Equal to
   * `allow-table-scans` of the data source: the runtime grant and the settings follow this one option.
   * @default false
   */
  readonly allowTableScans?: boolean;
}

/** @throws IdentityTablesError with every problem of the options */
export function curity(props: CurityProps): ServerDefinition {
  const problems = new Problems();
  const bundled = bundledCatalogue('curity');
  const { usable, newer } = checkVersion(TITLE, props.version, bundled.file.versions ?? [], problems);
  const given = props.schemaDirectory === undefined ? undefined : readCatalogue(props.schemaDirectory, 'curity', problems);
  const available = given === undefined ? schemasOfVersion(bundled, usable) : given.entries.map((entry) => entry.schema);
  const names = available.map((schema) => schema.tableName);
  for (const name of props.tables ?? []) {
    if (!names.includes(name)) {
      problems.add('IDT0205', {
        what: `${TITLE} ${props.version} has no table '${name}'`,
        given: `'${name}'`,
        allowed: quoted(names),
        fix: didYouMean(name, names, 'use a table of this version'),
      });
    }
  }
  if (props.tables?.length === 0) {
    problems.add('IDT0209', {
      what: `tables of ${TITLE} is an empty list`,
      given: '[]',
      allowed: quoted(names),
      fix: 'leave tables out for all of them',
    });
  }
  const chosen = available.filter((schema) => props.tables?.includes(schema.tableName) ?? true);
  const schemas =
    props.lastModifiedTagIndex === true ? withOptionalIndex(bundled, chosen, 'lastModifiedTagIndex', problems) : chosen;
  problems.throwIfAny();

  const notices: Notice[] = [];
  if (newer && given === undefined) {
    const newest = bundled.file.versions?.at(-1)?.version ?? '';
    notices.push({
      warning: 'newer-server-version',
      message: `${TITLE} ${props.version} is newer than ${newest}, whose tables are used; pass <IDSVR>/etc as schemaDirectory to be sure`,
    });
  }
  notices.push(...directoryNotices(given, bundled));
  return {
    id: 'curity',
    title: TITLE,
    version: props.version,
    options: { allowTableScans: props.allowTableScans === true },
    tables: schemas.map((schema) => table(bundled, schema)),
    together: bundled.file.together ?? [],
    exclusions: bundled.file.exclusions ?? {},
    consequences: bundled.file.consequences,
    defaultPreset: bundled.file.defaultPreset ?? 'minimal',
    selectableRegions: bundled.file.regions?.selectable,
    singleWriter: bundled.file.singleWriter?.advice,
    notices,
  };
}

/** Adds the indexes that server.json defines for an option of the server. */
function withOptionalIndex(catalogue: Catalogue, schemas: TableSchema[], option: string, problems: Problems): TableSchema[] {
  const owners = Object.entries(catalogue.file.tables ?? {}).filter(([, profile]) =>
    Object.values(profile.indexes ?? {}).some((index) => index.option === option),
  );
  return owners.reduce((result, [baseName, profile]) => {
    if (!result.some((schema) => schema.tableName === baseName)) {
      problems.add('IDT0204', {
        what: `${option} needs the table '${baseName}', which is not among the tables`,
        given: quoted(result.map((schema) => schema.tableName)),
        fix: `drop ${option}, or choose a version and tables with '${baseName}'`,
      });
    }
    const added = Object.entries(profile.indexes ?? {}).filter(([, index]) => index.option === option);
    return result.map((schema) =>
      schema.tableName === baseName
        ? withIndexes(
            schema,
            added.map(([name, index]) => defined(schema, name, index)),
          )
        : schema,
    );
  }, schemas);
}

/** A vendor's newer file may have the index by itself. */
function withIndexes(schema: TableSchema, indexes: IndexSchema[]): TableSchema {
  const existing = schema.globalIndexes.map((index) => index.indexName);
  const missing = indexes.filter((index) => !existing.includes(index.indexName));
  return { ...schema, globalIndexes: [...schema.globalIndexes, ...missing] };
}

function defined(schema: TableSchema, indexName: string, index: IndexProfile): IndexSchema {
  if (index.definition === undefined) {
    throw new Error(`server.json does not define ${indexName}`);
  }
  const { KeySchema, Projection } = index.definition;
  const attributes = new Map(keyAttributes(schema).map((attribute) => [attribute.name, attribute]));
  const keys = (type: string) =>
    KeySchema.filter((key) => key.KeyType === type).map(
      (key) => attributes.get(key.AttributeName) ?? { name: key.AttributeName, type: 'S' as const },
    );
  return {
    indexName,
    partitionKeys: keys('HASH'),
    sortKeys: keys('RANGE'),
    projectionType: Projection.ProjectionType,
    nonKeyAttributes: [...(Projection.NonKeyAttributes ?? [])].sort(),
  };
}

function table(bundled: Catalogue, schema: TableSchema): ServerTable {
  return {
    baseName: schema.tableName,
    schema,
    profile: tableProfile(bundled.file, schema.tableName, {}),
    ...schemaEvidence(bundled.file, schema.tableName, schema),
  };
}

function directoryNotices(given: Catalogue | undefined, bundled: Catalogue): Notice[] {
  if (given === undefined) {
    return [];
  }
  return [...capacityNotices(given), ...unknownTableNotices(given, bundled)];
}

function unknownTableNotices(given: Catalogue, bundled: Catalogue): Notice[] {
  return given.entries
    .map((entry) => entry.schema.tableName)
    .filter((name) => bundled.file.tables?.[name] === undefined)
    .map((name) => ({
      warning: 'unknown-table-profile' as const,
      message: `'${name}' of ${given.directory} has no bundled profile: it is durable, replicated by full only, without time to live`,
    }));
}
