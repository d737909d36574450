import type { IndexSchema, KeyAttribute } from '../schema';
import type {
  ContributorInsightsState,
  EncryptionState,
  StreamViewType,
  TableOwner,
  TableState,
  ThroughputState,
  TimeToLiveState,
  PointInTimeRecoveryState,
} from './table-state';

/** What a change means for the table and its items, from the mildest to the worst. */
export const SEVERITIES = ['none', 'cosmetic', 'in place', 'staged', 'migration', 'replacement', 'data loss'] as const;

/**
 * `none`: nothing happens. `cosmetic`: the table works as before. `in place`: one update. `staged`: several updates, one after the
 * other. `migration`: the items stay, but have to be moved. `replacement`: another table, the items have to be moved.
 * `data loss`: items are deleted.
 */
export type Severity = (typeof SEVERITIES)[number];

export interface KeyState {
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

/** Where a table stands: for itself or as part of a global table, and who answers for it. */
export interface PlacementState {
  readonly owner: TableOwner;
  readonly replicaRegions: readonly string[];
}

/** Throughput of a table and of its indexes; absent where nothing is set. */
export interface CapacityState {
  readonly table: ThroughputState;
  readonly indexes: { readonly [indexName: string]: ThroughputState };
}

interface Changed<V> {
  readonly before: V;
  readonly after: V;
}

/** The kinds of changes, and what each says of the state before and after. */
export interface ChangeDetails {
  /** The table does not stand in the region, and is to. */
  'table-missing': { readonly after: TableState };
  /** The table stands in the region, and is not wanted there. */
  'table-extra': { readonly before: TableState };
  /** A table of its own becomes a replica of another region's table, or the reverse. */
  placement: Changed<PlacementState>;
  /** The region is to get a replica of a table that stands elsewhere. Before and after are the regions of the global table. */
  'replica-added': Changed<readonly string[]>;
  /** The region has a replica that is not wanted. Before and after are the regions of the global table. */
  'replica-removed': Changed<readonly string[]>;
  owner: Changed<TableOwner>;
  'key-schema': Changed<KeyState>;
  'local-index': { readonly indexName: string; readonly before?: IndexSchema; readonly after?: IndexSchema };
  'index-added': { readonly indexName: string; readonly after: IndexSchema };
  'index-removed': { readonly indexName: string; readonly before: IndexSchema };
  'index-changed': Changed<IndexSchema> & { readonly indexName: string };
  consistency: Changed<TableState['consistency']>;
  billing: Changed<TableState['billing']['mode']>;
  capacity: Changed<CapacityState>;
  stream: Changed<StreamViewType | undefined> & { readonly isReplicated: boolean };
  'time-to-live': Changed<TimeToLiveState>;
  'point-in-time-recovery': Changed<PointInTimeRecoveryState>;
  'deletion-protection': Changed<boolean>;
  'table-class': Changed<TableState['tableClass']>;
  encryption: Changed<EncryptionState>;
  'contributor-insights': Changed<ContributorInsightsState>;
  'resource-policy': Changed<object | undefined>;
  tags: Changed<TableState['tags']>;
}

export type ChangeKind = keyof ChangeDetails;

/** A change of some kind, without the region and table, and before it is known how severe it is. */
export type DetailOf<K extends ChangeKind> = { readonly [P in K]: { readonly kind: P } & ChangeDetails[P] }[K];
export type Detail = DetailOf<ChangeKind>;

/** What one table of one region has to go through to get from one state to another. */
export type ChangeOf<K extends ChangeKind> = {
  readonly [P in K]: DetailOf<P> & { readonly region: string; readonly tableName: string; readonly severity: Severity };
}[K];
export type Change = ChangeOf<ChangeKind>;

/** A setting whose two values cannot be compared, so that it is not known whether it changes. */
export interface Undecided {
  readonly region: string;
  readonly tableName: string;
  readonly kind: ChangeKind;
  readonly reason: string;
}

/** The worst of the changes; none when nothing changes. */
export function worstSeverity(changes: readonly { readonly severity: Severity }[]): Severity {
  return SEVERITIES[Math.max(0, ...changes.map(({ severity }) => SEVERITIES.indexOf(severity)))];
}
