import type { Warning } from '../errors';
import type { TableSchema } from '../schema';
import type {
  Consequences,
  DataClass,
  ExclusionProfile,
  FactLevel,
  ReplicationPreset,
  RestoreRule,
  RuntimeProfile,
} from './server-file';

/** How sure a fact is, in the words that users see. */
export type PublicEvidence = 'documented' | 'derived' | 'assumed' | 'captured' | 'stated';

/** What the server keeps in a table, every default filled in. */
export interface TableProfile {
  readonly purpose: string;
  readonly preset: ReplicationPreset;
  readonly dataClass: DataClass;
  readonly pointInTimeRecovery: boolean;
  /** The attribute on which time to live is switched on; undefined for none. */
  readonly timeToLiveAttribute?: string;
  readonly restore: RestoreRule;
  readonly bearerSecrets: boolean;
  readonly grows: boolean;
  readonly belowPreset?: string;
  readonly runtime: RuntimeProfile;
}

/** One table of a server with chosen options. */
export interface ServerTable {
  /** The name by which users and files call the table. It never changes with the options. */
  readonly baseName: string;
  /** The construct id, when it does not follow from the base name. */
  readonly constructId?: string;
  /** Keys and indexes; `tableName` is the name on the wire without the prefix. */
  readonly schema: TableSchema;
  readonly profile: TableProfile;
  /** How sure name, keys and indexes are. */
  readonly evidence: PublicEvidence;
  /** The facts below `evidence: documented`, each ready for a message. */
  readonly doubts: readonly string[];
}

/** Something to tell at synthesis. */
export interface Notice {
  readonly warning: Warning;
  readonly message: string;
}

/** A server with chosen options: what lib/tables builds from. */
export interface ServerDefinition {
  readonly id: string;
  readonly title: string;
  readonly version?: string;
  /** The options as chosen, defaults filled in: for the server's settings and for actions that depend on them. */
  readonly options: { readonly [option: string]: boolean | string | readonly string[] };
  /** Sorted by base name. */
  readonly tables: readonly ServerTable[];
  readonly together: ReadonlyArray<readonly string[]>;
  readonly exclusions: { readonly [table: string]: ExclusionProfile };
  readonly consequences?: Consequences;
  readonly defaultPreset: ReplicationPreset;
  /** The regions that the server can be configured for; undefined for any. */
  readonly selectableRegions?: readonly string[];
  /** Why the server runs in one region only; undefined when it does not. */
  readonly singleRegionReason?: string;
  /** Advice for several writing regions. */
  readonly singleWriter?: string;
  readonly notices: readonly Notice[];
}

const PUBLIC_LEVELS: { readonly [level in FactLevel]: PublicEvidence } = {
  documented: 'documented',
  observed: 'documented',
  decision: 'documented',
  derived: 'derived',
  'derived-sql': 'derived',
  'derived-logic': 'derived',
  assumed: 'assumed',
  unknown: 'assumed',
  captured: 'captured',
  stated: 'stated',
};

export function publicEvidence(level: FactLevel): PublicEvidence {
  return PUBLIC_LEVELS[level];
}
