import type { IndexSchema, TableSchema } from '../schema';
import { insightsModes } from './contributor-insights';
import type { ChangeKind, Detail } from './difference-change';
import { compareEncryption, type KeyResolver } from './difference-encryption';
import { comparePolicies } from './difference-policy';
import { compareJson, sameJson, type Verdict } from './difference-verdict';
import { isUnresolved } from './intrinsics';
import { isReplicated, type BillingState, type CapacityRange, type TableState, type ThroughputState } from './table-state';

/** A setting that is compared as a whole. */
interface Setting {
  readonly kind: ChangeKind;
  readonly compare: (before: TableState, after: TableState, resolveKey: KeyResolver) => Verdict;
  readonly change: (before: TableState, after: TableState) => Detail;
}

const SETTINGS: readonly Setting[] = [
  {
    kind: 'key-schema',
    compare: (a, b) => compareJson(keyOf(a.schema), keyOf(b.schema)),
    change: (a, b) => ({ kind: 'key-schema', before: keyOf(a.schema), after: keyOf(b.schema) }),
  },
  {
    kind: 'consistency',
    compare: (a, b) => compareJson(a.consistency, b.consistency),
    change: (a, b) => ({ kind: 'consistency', before: a.consistency, after: b.consistency }),
  },
  {
    kind: 'billing',
    compare: (a, b) => compareJson(a.billing.mode, b.billing.mode),
    change: (a, b) => ({ kind: 'billing', before: a.billing.mode, after: b.billing.mode }),
  },
  {
    kind: 'capacity',
    compare: (a, b) => compareCapacity(a, b),
    change: (a, b) => ({ kind: 'capacity', before: capacityOf(a.billing), after: capacityOf(b.billing) }),
  },
  {
    kind: 'stream',
    compare: (a, b) => compareJson(a.stream, b.stream),
    change: (a, b) => ({ kind: 'stream', before: a.stream, after: b.stream, isReplicated: isReplicated(a) }),
  },
  {
    kind: 'time-to-live',
    compare: (a, b) => compareJson(a.timeToLive, b.timeToLive),
    change: (a, b) => ({ kind: 'time-to-live', before: a.timeToLive, after: b.timeToLive }),
  },
  {
    kind: 'point-in-time-recovery',
    compare: (a, b) => compareJson(a.pointInTimeRecovery, b.pointInTimeRecovery),
    change: (a, b) => ({ kind: 'point-in-time-recovery', before: a.pointInTimeRecovery, after: b.pointInTimeRecovery }),
  },
  {
    kind: 'deletion-protection',
    compare: (a, b) => compareJson(a.deletionProtection, b.deletionProtection),
    change: (a, b) => ({ kind: 'deletion-protection', before: a.deletionProtection, after: b.deletionProtection }),
  },
  {
    kind: 'table-class',
    compare: (a, b) => compareJson(a.tableClass, b.tableClass),
    change: (a, b) => ({ kind: 'table-class', before: a.tableClass, after: b.tableClass }),
  },
  {
    kind: 'encryption',
    compare: (a, b, resolveKey) => compareEncryption(a.encryption, b.encryption, b.region, resolveKey),
    change: (a, b) => ({ kind: 'encryption', before: a.encryption, after: b.encryption }),
  },
  {
    kind: 'contributor-insights',
    compare: (a, b) => compareJson(insightsModes(a.contributorInsights), insightsModes(b.contributorInsights)),
    change: (a, b) => ({ kind: 'contributor-insights', before: a.contributorInsights, after: b.contributorInsights }),
  },
  {
    kind: 'resource-policy',
    compare: (a, b) => comparePolicies(a.resourcePolicy, b.resourcePolicy),
    change: (a, b) => ({ kind: 'resource-policy', before: a.resourcePolicy, after: b.resourcePolicy }),
  },
  {
    kind: 'tags',
    compare: (a, b) => compareTags(a.tags, b.tags),
    change: (a, b) => ({ kind: 'tags', before: a.tags, after: b.tags }),
  },
];

export interface SettingChanges {
  readonly details: readonly Detail[];
  readonly undecided: readonly ChangeKind[];
}

/** What differs between the settings, keys and indexes of a table, and what cannot be compared. */
export function changesOfSettings(before: TableState, after: TableState, resolveKey: KeyResolver): SettingChanges {
  const verdicts = SETTINGS.map((setting) => ({ setting, verdict: setting.compare(before, after, resolveKey) }));
  return {
    details: [
      ...verdicts.filter(({ verdict }) => verdict === 'different').map(({ setting }) => setting.change(before, after)),
      ...localIndexChanges(before.schema, after.schema),
      ...globalIndexChanges(before.schema, after.schema),
    ],
    undecided: verdicts.filter(({ verdict }) => verdict === 'undecided').map(({ setting }) => setting.kind),
  };
}

function keyOf({ partitionKey, sortKey }: TableSchema): Pick<TableSchema, 'partitionKey' | 'sortKey'> {
  return { partitionKey, ...(sortKey && { sortKey }) };
}

function localIndexChanges(a: TableSchema, b: TableSchema): Detail[] {
  return pairs(a.localIndexes, b.localIndexes).map(([indexName, before, after]) => ({
    kind: 'local-index',
    indexName,
    ...(before && { before }),
    ...(after && { after }),
  }));
}

function globalIndexChanges(a: TableSchema, b: TableSchema): Detail[] {
  return pairs(a.globalIndexes, b.globalIndexes).map(([indexName, before, after]): Detail => {
    if (after === undefined) {
      return { kind: 'index-removed', indexName, before: before as IndexSchema };
    }
    return before === undefined ? { kind: 'index-added', indexName, after } : { kind: 'index-changed', indexName, before, after };
  });
}

/** The indexes of a name that are not the same before and after. */
function pairs(
  before: readonly IndexSchema[],
  after: readonly IndexSchema[],
): [string, IndexSchema | undefined, IndexSchema | undefined][] {
  const names = [...new Set([...before, ...after].map(({ indexName }) => indexName))].sort();
  const named = (indexes: readonly IndexSchema[], name: string): IndexSchema | undefined =>
    indexes.find(({ indexName }) => indexName === name);
  return names
    .map((name): [string, IndexSchema | undefined, IndexSchema | undefined] => [name, named(before, name), named(after, name)])
    .filter(([, a, b]) => !sameJson(a && withSortedAttributes(a), b && withSortedAttributes(b)));
}

function withSortedAttributes(index: IndexSchema): IndexSchema {
  return { ...index, nonKeyAttributes: [...index.nonKeyAttributes].sort() };
}

/**
 * A change of the billing mode replaces all capacity settings, so they are compared only when it stays; and then no capacity is seeded.
 */
function compareCapacity(a: TableState, b: TableState): Verdict {
  if (a.billing.mode !== b.billing.mode) {
    return 'same';
  }
  const names = a.schema.globalIndexes.map(({ indexName }) => indexName).filter((name) => hasIndex(b.schema, name));
  const throughputs = (state: TableState): ThroughputState[] =>
    [state.billing.table, ...names.map((name) => throughputOfIndex(state.billing, name))].map(withoutSeed);
  return compareJson(throughputs(a), throughputs(b));
}

function withoutSeed({ read, write, ...limits }: ThroughputState): ThroughputState {
  const plain = (range: CapacityRange): CapacityRange => ({ ...range, seedCapacity: undefined });
  return { ...limits, ...(read && { read: plain(read) }), ...(write && { write: plain(write) }) };
}

function hasIndex({ globalIndexes }: TableSchema, name: string): boolean {
  return globalIndexes.some(({ indexName }) => indexName === name);
}

/** An index without provisioned capacity of its own has that of its table. */
function throughputOfIndex({ mode, table, indexes }: BillingState, name: string): ThroughputState {
  const own = Object.hasOwn(indexes, name) ? indexes[name] : {};
  return mode === 'PROVISIONED' ? { ...table, ...own } : own;
}

function capacityOf({ table, indexes }: BillingState): Pick<BillingState, 'table' | 'indexes'> {
  return { table, indexes };
}

/** Tags with a value that only CloudFormation knows can be told apart by their names only. */
function compareTags(a: TableState['tags'], b: TableState['tags']): Verdict {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const verdicts = keys.map((key): Verdict => {
    const values = [a, b].map((tags) => (Object.hasOwn(tags, key) ? tags[key] : undefined));
    if (values[0] === values[1]) {
      return 'same';
    }
    return values.includes(undefined) || !values.some((value) => isUnresolved(value ?? '')) ? 'different' : 'undecided';
  });
  return verdicts.find((verdict) => verdict === 'different') ?? verdicts.find((verdict) => verdict === 'undecided') ?? 'same';
}
