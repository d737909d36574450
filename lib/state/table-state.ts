import type { TableSchema } from '../schema';

/** The stack that makes the table. For a replicated table this is the stack of the primary region. */
export interface StackOwner {
  readonly kind: 'stack';
  readonly stackName: string;
  readonly logicalId: string;
  /** What happens to the table when its stack lets go of it; CloudFormation's default is Delete. */
  readonly deletionPolicy: string;
}

/** The table is a replica of the table of that name in the primary region, whose owner answers for it. */
export interface ReplicaOwner {
  readonly kind: 'replica';
  readonly primaryRegion: string;
}

/** No stack is known that made the table: the server or a person did. */
export interface NoOwner {
  readonly kind: 'nobody';
}

export type TableOwner = StackOwner | ReplicaOwner | NoOwner;

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/** Capacity units: fixed when both bounds are equal, else scaled between them. */
export interface CapacityRange {
  readonly min: number;
  readonly max: number;
  /** Percentage of use that scaling aims at. */
  readonly targetUtilization?: number;
  /** Capacity units to begin with when the billing mode changes; it says nothing of a table that stands. */
  readonly seedCapacity?: number;
}

/** The throughput of a table or of one global secondary index. */
export interface ThroughputState {
  readonly read?: CapacityRange;
  readonly write?: CapacityRange;
  readonly maxReadRequestUnits?: number;
  readonly maxWriteRequestUnits?: number;
}

export interface BillingState {
  readonly mode: 'PAY_PER_REQUEST' | 'PROVISIONED';
  readonly table: ThroughputState;
  /** By index name; indexes without settings of their own are left out. */
  readonly indexes: { readonly [indexName: string]: ThroughputState };
}

/** Disabled with or without a remembered attribute is the same state, so the attribute is kept only while enabled. */
export type TimeToLiveState = { readonly enabled: false } | { readonly enabled: true; readonly attribute: string };

export type PointInTimeRecoveryState = { readonly enabled: false } | { readonly enabled: true; readonly days: number };

export interface EncryptionState {
  readonly key: 'AWS_OWNED' | 'AWS_MANAGED' | 'CUSTOMER_MANAGED';
  /** Id or ARN of a customer managed key. */
  readonly keyId?: string;
}

export interface ContributorInsightsState {
  readonly enabled: boolean;
  /** Of the table; of its indexes when it is on for these alone. */
  readonly mode?: string;
  /** Names of the indexes that have it enabled. */
  readonly indexes: readonly string[];
  /** Modes of the indexes that have another one, by index name. */
  readonly indexModes?: { readonly [indexName: string]: string };
}

/** All that CloudFormation or DynamoDB knows of one table in one region. */
export interface TableState {
  readonly tableName: string;
  readonly account: string;
  readonly region: string;
  readonly owner: TableOwner;
  /** Its tableName is the full name, since a template does not tell where a prefix ends. */
  readonly schema: TableSchema;
  readonly billing: BillingState;
  /** Absent when the table has no stream. */
  readonly stream?: StreamViewType;
  readonly timeToLive: TimeToLiveState;
  readonly pointInTimeRecovery: PointInTimeRecoveryState;
  readonly deletionProtection: boolean;
  readonly tableClass: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS';
  readonly encryption: EncryptionState;
  /** Without those that start with `aws:`, which only AWS can write. */
  readonly tags: { readonly [key: string]: string };
  readonly contributorInsights: ContributorInsightsState;
  /** The policy document. */
  readonly resourcePolicy?: object;
  /** Every region of the global table, its own included, sorted; one region for a regional table. */
  readonly replicaRegions: readonly string[];
  readonly consistency: 'EVENTUAL' | 'STRONG';
}

/** Whether the table is one global table with a replica in other regions. */
export function isReplicated(state: TableState): boolean {
  return state.replicaRegions.length > 1;
}
