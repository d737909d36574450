/** How sure a fact is, in the fine words of the sources. */
export type FactLevel =
  | 'documented'
  | 'observed'
  | 'derived'
  | 'derived-sql'
  | 'derived-logic'
  | 'assumed'
  | 'unknown'
  | 'decision'
  | 'captured'
  | 'stated';

/** How sure a fact is, and where it comes from: a key of `sources`. */
export interface Evidence {
  readonly level: FactLevel;
  readonly source: string;
  readonly note?: string;
}

/** By consequence of loss: cannot be made again / users or clients notice / nobody notices for long. */
export type DataClass = 'durable' | 'recoverable' | 'transient';

/** The smallest preset that replicates a table. */
export type ReplicationPreset = 'absolute-minimal' | 'minimal' | 'full';

/** set: the whole set to one instant; never-back: an older copy revives what was revoked; no: do not; any: a cache. */
export type RestoreRule = 'set' | 'never-back' | 'no' | 'any';

/** The expiry attribute that the server writes, in epoch seconds. */
export interface TimeToLiveProfile {
  readonly attribute: string;
  /** always: on. option: on when the named option of the server is true. opt-in: only through tableOverrides. */
  readonly use: 'always' | 'option' | 'opt-in';
  readonly option?: string;
  readonly note?: string;
}

/** Actions that depend on how the server is configured. */
export interface ConditionalActions {
  readonly option: string;
  readonly equals: boolean;
  readonly actions: readonly string[];
}

/** What the server calls at run time. Action names without the `dynamodb:` prefix. */
export interface RuntimeProfile {
  /** Item actions on the table itself: Query only when the table is queried without an index. */
  readonly data: readonly string[];
  /** Read-only calls about the table, at start. */
  readonly describe: readonly string[];
  /** Calls that make or change the table; only for a server that may create its tables. */
  readonly manage: readonly string[];
  /** Further calls when such a server is also told to switch point-in-time recovery and deletion protection. */
  readonly manageProtection?: readonly string[];
  /** The indexes that are queried, of those that the table has; `all` when their names are not known beforehand. */
  readonly indexQueries: 'all' | readonly string[];
  readonly conditional?: readonly ConditionalActions[];
  /** Actions of `data` that only occur inside TransactWriteItems. */
  readonly transactOnly?: readonly string[];
}

/** A global secondary index in the form of a create-table file, whose AttributeDefinitions have its keys. */
export interface IndexDefinition {
  readonly IndexName: string;
  readonly KeySchema: ReadonlyArray<{ readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }>;
  readonly Projection: {
    readonly ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
    readonly NonKeyAttributes?: readonly string[];
  };
}

/** Since when an index exists, and the option that asks for it. */
export interface IndexProfile {
  readonly since?: string;
  /** Only made when the named option of the server is true. */
  readonly option?: string;
  /** The index itself, when it is not in the create-table file because only `option` adds it. */
  readonly definition?: IndexDefinition;
  readonly evidence?: Evidence;
}

/** What a server keeps in one table. In a captured or hand-written directory every field may be left out. */
export interface TableProfileFile {
  readonly purpose?: string;
  /** First server version with the table. */
  readonly since?: string;
  /** Modes and editions of the server that have the table; all when left out. */
  readonly modes?: readonly string[];
  readonly editions?: readonly string[];
  readonly preset?: ReplicationPreset;
  readonly dataClass?: DataClass;
  readonly pointInTimeRecovery?: boolean;
  readonly timeToLive?: TimeToLiveProfile;
  readonly restore?: RestoreRule;
  /** Whether a key value alone is enough to act as somebody: tokens, codes, sessions. */
  readonly bearerSecrets?: boolean;
  /** Whether nothing expires the items of this table. */
  readonly grows?: boolean;
  /** Whether the table never gets a sort key from an option of the server. */
  readonly noTenantKey?: boolean;
  /** What happens in another region when the table is not replicated. */
  readonly belowPreset?: string;
  readonly indexes?: { readonly [indexName: string]: IndexProfile };
  readonly runtime?: RuntimeProfile;
  /** One entry per fact: name, partitionKey, sortKey, indexes, timeToLive, pointInTimeRecovery, preset, dataClass, restore, since, runtime. */
  readonly evidence?: { readonly [fact: string]: Evidence };
  readonly notes?: readonly string[];
}

/** A server version that is bundled: from it on, until the next one, the tables are the same. */
export interface BundledVersion {
  readonly version: string;
  readonly evidence: Evidence;
}

/** What a capture recorded of the server that made the tables. */
export interface CaptureRecord {
  /** Day of the capture, YYYY-MM-DD. */
  readonly date: string;
  readonly serverVersion?: string;
  readonly mode?: string;
  readonly edition?: string;
  /** The sort key that an option of the server added to every table; null for none. */
  readonly rangeKey?: string | null;
}

/** What is lost in another region, from `none` upwards. */
export interface Consequences {
  readonly none: string;
  readonly 'absolute-minimal': string;
  readonly minimal: string;
  readonly full: string;
}

/** A table that the vendor allows to be left out of a preset. */
export interface ExclusionProfile {
  readonly condition: string;
  readonly since?: string;
  readonly evidence: Evidence;
}

/** A table that the server makes and that this library leaves to it. */
export interface UnmanagedTable {
  readonly purpose: string;
  readonly modes?: readonly string[];
  readonly evidence: Evidence;
}

/** schemas/<server>/server.json, see schemas/server.schema.json. Only `server` is needed in a directory of one's own. */
export interface ServerFile {
  /** The JSON Schema of the file, for editors. */
  readonly $schema?: string;
  readonly server: string;
  readonly title?: string;
  readonly sources?: { readonly [source: string]: string };
  /** Oldest first. */
  readonly versions?: readonly BundledVersion[];
  readonly modes?: readonly string[];
  readonly editions?: readonly string[];
  /** The preset that is used when several regions are given and none is chosen. */
  readonly defaultPreset?: ReplicationPreset;
  readonly consequences?: Consequences;
  /** Sets of tables that are of use only together. */
  readonly together?: ReadonlyArray<readonly string[]>;
  readonly exclusions?: { readonly [table: string]: ExclusionProfile };
  /** The regions that the server can be configured for; any when left out. */
  readonly regions?: { readonly selectable: readonly string[]; readonly evidence: Evidence };
  /** Advice for several writing regions. */
  readonly singleWriter?: { readonly advice: string; readonly evidence: Evidence };
  readonly unmanaged?: readonly UnmanagedTable[];
  /** What every table does that has no `runtime` of its own. */
  readonly runtime?: RuntimeProfile;
  readonly tables?: { readonly [baseName: string]: TableProfileFile };
  readonly captured?: CaptureRecord;
}
