import type { DataClass, RuntimeProfile, ServerDefinition, ServerTable } from '../servers';
import { isReplicated, timeToLiveAttribute, type IdentityTablesBase } from '../tables';

/** What is watched of one table. */
export interface MonitoredTable {
  readonly baseName: string;
  readonly tableName: string;
  readonly dataClass: DataClass;
  readonly isReplicated: boolean;
  readonly hasTimeToLive: boolean;
  /** Every global secondary index: each write to the table may write to it. */
  readonly globalIndexes: readonly string[];
  /** The global secondary indexes that the server reads. */
  readonly queriedIndexes: readonly string[];
  /** The operations of the server, as the dimension of the metric calls them. */
  readonly operations: readonly string[];
}

/** The tables of one region, and the regions to which the replicated ones are sent. */
export interface MonitoredSet {
  readonly tables: readonly MonitoredTable[];
  readonly receivingRegions: readonly string[];
}

/** Data classes, the most valuable first. */
export const DATA_CLASSES: readonly DataClass[] = ['durable', 'recoverable', 'transient'];

export function monitoredSet(tables: IdentityTablesBase, region: string): MonitoredSet {
  const set = tables._set;
  const monitored = set.server.tables.map((table): MonitoredTable => {
    const { profile, schema } = table;
    const globalIndexes = schema.globalIndexes.map((index) => index.indexName);
    const indexes = [...globalIndexes, ...schema.localIndexes.map((index) => index.indexName)];
    return {
      baseName: table.baseName,
      tableName: tables.tableName(table.baseName),
      dataClass: profile.dataClass,
      isReplicated: isReplicated(set, table),
      hasTimeToLive: timeToLiveAttribute(set, table) !== undefined,
      globalIndexes,
      queriedIndexes: globalIndexes.filter((name) => isQueried(profile.runtime, name)),
      operations: operations(table, set.server, indexes),
    };
  });
  return {
    tables: monitored,
    receivingRegions: monitored.some((table) => table.isReplicated) ? tables.regions.filter((other) => other !== region) : [],
  };
}

/** The tables by data class; classes without a table are left out. */
export function byDataClass(tables: readonly MonitoredTable[]): { dataClass: DataClass; tables: MonitoredTable[] }[] {
  return DATA_CLASSES.map((dataClass) => ({ dataClass, tables: tables.filter((table) => table.dataClass === dataClass) })).filter(
    (group) => group.tables.length > 0,
  );
}

function isQueried({ indexQueries }: RuntimeProfile, indexName: string): boolean {
  return indexQueries === 'all' || indexQueries.includes(indexName);
}

/** Operations that a user or client waits for, by the action that IAM knows. */
const IN_THE_FOREGROUND: { readonly [action: string]: string } = {
  ConditionCheckItem: 'TransactWriteItems',
  DeleteItem: 'DeleteItem',
  GetItem: 'GetItem',
  PartiQLDelete: 'ExecuteStatement',
  PartiQLInsert: 'ExecuteStatement',
  PartiQLSelect: 'ExecuteStatement',
  PartiQLUpdate: 'ExecuteStatement',
  PutItem: 'PutItem',
  Query: 'Query',
  UpdateItem: 'UpdateItem',
};

/** Housekeeping of a server. A table is watched by these only when it knows no others. */
const IN_THE_BACKGROUND = ['BatchGetItem', 'BatchWriteItem', 'Scan'];

function operations({ profile: { runtime } }: ServerTable, server: ServerDefinition, indexes: readonly string[]): string[] {
  const conditional = (runtime.conditional ?? []).filter(({ option, equals }) => server.options[option] === equals);
  const queries = indexes.some((name) => isQueried(runtime, name)) ? ['Query'] : [];
  const actions = [...runtime.data, ...queries, ...conditional.flatMap((condition) => condition.actions)];
  const foreground = actions
    .filter((action) => action in IN_THE_FOREGROUND)
    .map((action) => (runtime.transactOnly?.includes(action) ? 'TransactWriteItems' : IN_THE_FOREGROUND[action]));
  const background = actions.filter((action) => IN_THE_BACKGROUND.includes(action));
  return [...new Set(foreground.length > 0 ? foreground : background)].sort();
}
