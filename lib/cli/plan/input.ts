import type { KeyResolver, TableState } from '../../state';
import type { ResourceOf } from './table';

/** A stack that the plan may deploy. */
export interface StackInfo {
  /** See stackKey. */
  readonly key: string;
  readonly stackName: string;
  readonly region: string;
  /** What the CDK CLI calls it. */
  readonly selector: string;
  /** Keys of the stacks that are deployed before it. */
  readonly dependsOn: readonly string[];
  /** Whether the assembly of the target has it; else only the older one does. */
  readonly isTarget: boolean;
  /** Whether it is known that everything in it but tables is deployed as in the target. */
  readonly isSettled: boolean;
  /** Whether it is known to be deployed as the step before an import would leave it. */
  readonly isPrepared: () => boolean;
  /** Keys of the stacks whose exports it needs in the target and that do not export them yet. */
  readonly importsFrom: readonly string[];
  /** Whether it exports what the target takes back: other stacks may import that until they are as in the target. */
  readonly hasOldExports: boolean;
}

/** A scaling target of a table or index with provisioned capacity. */
export interface ScalingTarget {
  readonly tableName: string;
  readonly region: string;
  readonly resourceId: string;
  readonly dimension: string;
}

/** Items that TTL would delete at once, as far as they were counted. */
export interface ExpiredItems {
  readonly tableName: string;
  readonly regions: readonly string[];
  readonly attribute: string;
  readonly expired: number;
  /** Items that were looked at. */
  readonly read: number;
  /** Whether these are all items of the table. */
  readonly isWhole: boolean;
  /** Why no more were. */
  readonly reason?: string;
}

/** What a live table has of the properties that the state of a table does not know. */
export interface LiveExtras {
  readonly tableName: string;
  readonly region: string;
  /** Warm throughput of the table and, by name, of its indexes; absent when nothing was to be known of it. */
  readonly warmth?: { readonly table: Warmth; readonly indexes: { readonly [indexName: string]: Warmth } };
  /** The Kinesis streams that it sends its changes to; absent when nothing was to be known of them. */
  readonly streamArns?: readonly string[];
}

/** Units per second. */
export interface Warmth {
  readonly ReadUnitsPerSecond?: number;
  readonly WriteUnitsPerSecond?: number;
}

/** All that a plan is made from. */
export interface PlanInput {
  readonly from: 'live' | 'assembly';
  readonly current: readonly TableState[];
  readonly target: readonly TableState[];
  /** Tables of the target that are AWS::DynamoDB::Table there, which no plan changes. */
  readonly singleRegion: readonly TableState[];
  /** What the deployed templates say of tables, as far as they are known beside live tables. */
  readonly deployed: readonly TableState[];
  /** In the order in which they are deployed. */
  readonly stacks: readonly StackInfo[];
  readonly resourceOf: { readonly current: ResourceOf; readonly target: ResourceOf };
  /** Places whose items may be lost, such as `clients@us-east-1`. */
  readonly accepted: ReadonlySet<string>;
  /** Places whose table, index or replica is still being made or changed. */
  readonly inBetween: readonly string[];
  /** Places whose TTL is being turned on or off. */
  readonly ttlChanging: readonly string[];
  readonly scalingTargets: readonly ScalingTarget[];
  readonly expiredItems: readonly ExpiredItems[];
  /** Names of global tables of version 2017.11.29. */
  readonly legacyGlobalTables: readonly string[];
  /** Names of the target that CloudFormation made up, and that its templates do not say. */
  readonly madeNames?: readonly string[];
  /** Of the tables of which a template says such properties. */
  readonly liveExtras?: readonly LiveExtras[];
  /** Finds the key behind an alias; without it, they are not told apart. */
  readonly resolveKey?: KeyResolver;
}
