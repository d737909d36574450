import { Problems, quoted } from '../errors';
import { withSortKey, type TableSchema } from '../schema';
import { bundledCatalogue, capacityNotices, readCatalogue, schemaEvidence, tableProfile, type Catalogue } from './catalogue';
import {
  checkOptions,
  checkStatedNames,
  compareCapture,
  TITLE,
  withDefaults,
  type Connect2idOptions,
} from './connect2id-options';
import { Connect2idEdition, Connect2idMode, type Connect2idProps } from './connect2id-props';
import { indexedBy, statedSchema } from './connect2id-stated';
import type { Notice, ServerDefinition, ServerTable } from './definition';
import { checkVersion, isSince } from './version';

const TENANT_KEY = { name: 'tid', type: 'S' } as const;

/** @throws IdentityTablesError with every problem of the options */
export function connect2id(props: Connect2idProps): ServerDefinition {
  const problems = new Problems();
  const catalogue = bundledCatalogue('connect2id');
  const options = withDefaults(props);
  const { usable, newer } = checkVersion(TITLE, options.version, catalogue.file.versions ?? [], problems);
  checkOptions(options, problems);
  const wanted = wantedTables(catalogue, { ...options, version: usable });
  const captured =
    options.schemaDirectory === undefined ? undefined : readCatalogue(options.schemaDirectory, 'connect2id', problems);
  const notices: Notice[] = newer ? [newerNotice(options.version, catalogue)] : [];
  if (captured !== undefined) {
    notices.push(...compareCapture(captured, options, problems), ...capacityNotices(captured));
  }
  checkStatedNames(options, wanted, problems);
  const tables = resolveTables(wanted, { catalogue, captured, options }, problems);
  problems.throwIfAny();
  notices.push(...tableNotices(catalogue, tables, options));
  return {
    id: 'connect2id',
    title: TITLE,
    version: options.version,
    options: {
      mode: options.mode,
      edition: options.edition,
      applyRangeKey: options.applyRangeKey === true,
      sessionTimeToLive: options.sessionTimeToLive === true,
      indexedAttributes: options.indexedAttributes,
    },
    tables,
    together: catalogue.file.together ?? [],
    exclusions: catalogue.file.exclusions ?? {},
    consequences: catalogue.file.consequences,
    defaultPreset: catalogue.file.defaultPreset ?? 'minimal',
    singleRegionReason:
      options.mode === Connect2idMode.REPLICATION
        ? 'replication mode keeps short-lived data in the memory of one cluster; only stateless mode is meant for several regions'
        : undefined,
    notices,
  };
}

/** Base names of the tables that a server of this version, mode and edition has, sorted. */
function wantedTables(catalogue: Catalogue, options: Connect2idOptions): string[] {
  return Object.entries(catalogue.file.tables ?? {})
    .filter(([, table]) => isSince(options.version, table.since))
    .filter(([, table]) => table.modes?.includes(options.mode) ?? true)
    .filter(([, table]) => table.editions?.includes(options.edition) ?? true)
    .map(([baseName]) => baseName)
    .sort();
}

function newerNotice(version: string, catalogue: Catalogue): Notice {
  const newest = catalogue.file.versions?.at(-1)?.version ?? '';
  return { warning: 'newer-server-version', message: `${TITLE} ${version} is newer than ${newest}, whose tables are used` };
}

interface Sources {
  readonly catalogue: Catalogue;
  readonly captured?: Catalogue;
  readonly options: Connect2idOptions;
}

function resolveTables(wanted: string[], sources: Sources, problems: Problems): ServerTable[] {
  const { captured, options } = sources;
  const missing: string[] = [];
  const tables: ServerTable[] = [];
  for (const baseName of wanted) {
    const table =
      fromCapture(baseName, sources, problems) ?? fromStated(baseName, sources, problems) ?? fromBundle(baseName, sources);
    if (table === undefined) {
      missing.push(baseName);
    } else {
      tables.push(table);
    }
  }
  if (missing.length > 0) {
    const strays = (captured?.entries ?? [])
      .filter((entry) => !wanted.includes(entry.schema.tableName) && !wanted.includes(entry.baseName))
      .map((entry) => entry.fileName);
    const rename =
      strays.length > 0 ? `; the directory has ${quoted(strays)}: rename such a file to create-table-<base name>.json` : '';
    problems.add('IDT0203', {
      what: `${TITLE} does not publish the names of keys and indexes, and nothing says them for ${missing.length} of ${wanted.length} tables`,
      given: quoted(missing) + rename,
      allowed:
        '(1) schemaDirectory: files captured or pulled from your own server, (2) statedTables: keys, names and indexes that you know, ' +
        '(3) acceptAssumedSchema: true, for evaluation only',
      fix:
        options.schemaDirectory === undefined
          ? 'capture the tables of your server and pass them as schemaDirectory'
          : 'let the server use these tables once while capturing, or add them to statedTables',
    });
  }
  return tables;
}

/** Whether this table has the sort key that separates tenants. */
function hasTenantKey(baseName: string, { catalogue, options }: Sources): boolean {
  const exempt = catalogue.file.tables?.[baseName]?.noTenantKey === true;
  return !exempt && (options.applyRangeKey === true || options.edition === Connect2idEdition.MULTI_TENANT);
}

function fromCapture(baseName: string, sources: Sources, problems: Problems): ServerTable | undefined {
  const { catalogue, captured, options } = sources;
  const entry =
    captured?.entries.find((candidate) => candidate.schema.tableName === baseName) ??
    captured?.entries.find((candidate) => candidate.baseName === baseName);
  if (captured === undefined || entry === undefined) {
    return undefined;
  }
  const wantsKey = hasTenantKey(baseName, sources);
  const hasKey = entry.schema.sortKey?.name === TENANT_KEY.name;
  if (wantsKey !== hasKey) {
    problems.add('IDT0206', {
      what: `${entry.fileName} ${hasKey ? 'has' : 'does not have'} the sort key tid, but the options ${wantsKey ? 'ask' : 'do not ask'} for it`,
      given: `sort key ${entry.schema.sortKey?.name ?? 'none'} in ${captured.directory}`,
    });
  }
  if (baseName === 'long_lived_authorizations' && options.choosesIndexes) {
    const indexed = indexedBy(entry.schema);
    if ([...indexed].sort().join() !== [...options.indexedAttributes].sort().join()) {
      problems.add('IDT0206', {
        what: `${entry.fileName} has indexes on other attributes than indexedAttributes`,
        given: `indexedAttributes ${quoted(options.indexedAttributes)}; captured ${quoted(indexed)}`,
      });
    }
  }
  const profile = profileOf(baseName, catalogue, options);
  const attribute = captured.file.tables?.[baseName]?.timeToLive?.attribute;
  return {
    baseName,
    schema: entry.schema,
    profile: {
      ...profile,
      timeToLiveAttribute: profile.timeToLiveAttribute === undefined ? undefined : (attribute ?? profile.timeToLiveAttribute),
    },
    evidence: captured.file.captured === undefined ? 'stated' : 'captured',
    doubts: [],
  };
}

function fromStated(baseName: string, sources: Sources, problems: Problems): ServerTable | undefined {
  const { catalogue, options } = sources;
  const stated = options.statedTables?.[baseName];
  if (stated === undefined) {
    return undefined;
  }
  const attributes = baseName === 'long_lived_authorizations' ? options.indexedAttributes : [];
  const fallback = options.acceptAssumedSchema === true ? bundledSchema(baseName, sources) : undefined;
  const sortKey = hasTenantKey(baseName, sources) ? TENANT_KEY : undefined;
  const { schema, doubts } = statedSchema({ baseName, stated, sortKey, attributes, fallback }, problems);
  return {
    baseName,
    schema,
    profile: profileOf(baseName, catalogue, options),
    evidence: doubts.length > 0 ? 'assumed' : 'stated',
    doubts,
  };
}

function fromBundle(baseName: string, sources: Sources): ServerTable | undefined {
  const { catalogue, options } = sources;
  if (options.acceptAssumedSchema !== true) {
    return undefined;
  }
  const schema = bundledSchema(baseName, sources);
  return {
    baseName,
    schema,
    profile: profileOf(baseName, catalogue, options),
    ...schemaEvidence(catalogue.file, baseName, schema),
  };
}

function bundledSchema(baseName: string, sources: Sources): TableSchema {
  const { catalogue, options } = sources;
  const entry = catalogue.entries.find((candidate) => candidate.baseName === baseName);
  if (entry === undefined) {
    throw new Error(`schemas/connect2id has no file for ${baseName}`);
  }
  const globalIndexes = entry.schema.globalIndexes.filter((index) =>
    options.indexedAttributes.includes(index.partitionKeys[0].name),
  );
  const schema = { ...entry.schema, globalIndexes };
  return hasTenantKey(baseName, sources) ? withSortKey(schema, TENANT_KEY) : schema;
}

function profileOf(baseName: string, catalogue: Catalogue, options: Connect2idOptions): ServerTable['profile'] {
  return tableProfile(catalogue.file, baseName, { sessionTimeToLive: options.sessionTimeToLive === true });
}

function tableNotices(catalogue: Catalogue, tables: ServerTable[], options: Connect2idOptions): Notice[] {
  const notices: Notice[] = [];
  const doubtful = tables.filter((table) => table.doubts.length > 0);
  if (doubtful.length > 0) {
    const list = doubtful.map((table) => `${table.baseName}: ${table.doubts.join(', ')}`).join('; ');
    notices.push({
      warning: 'assumed-schema',
      message:
        `${doubtful.length} of ${tables.length} tables use names that ${TITLE} does not publish, for evaluation only: ${list}. ` +
        'Capture the schema of your own server before production; until then Protection.development() keeps the tables easy to replace',
    });
  }
  const growing = tables.filter((table) => table.profile.grows).map((table) => table.baseName);
  if (growing.length > 0) {
    notices.push({
      warning: 'growing-table',
      message: `nothing expires the items of ${quoted(growing)}: purge them from time to time`,
    });
  }
  for (const table of catalogue.file.unmanaged ?? []) {
    if (table.modes?.includes(options.mode) ?? true) {
      notices.push({ warning: 'unmanaged-table', message: `left to the server, which makes it: ${table.purpose}` });
    }
  }
  return notices;
}
