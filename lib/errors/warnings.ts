/** One row of the warning table: when it is raised and what to do about it. */
export interface WarningRow {
  readonly level: 'warning' | 'info';
  readonly meaning: string;
  readonly fix: string;
}

/**
 * The one table of warnings and informations. Each id is prefixed by `cdk-identity-tables:` and can be acknowledged with
 * `Annotations.of(construct).acknowledgeWarning(id)`. The ids are contracts.
 */
export const WARNINGS = {
  'assumed-schema': {
    level: 'warning',
    meaning: 'names of tables, keys or indexes rest on facts that the vendor does not publish',
    fix: 'capture the schema of your own server and pass it as schemaDirectory; until then use Protection.development()',
  },
  'newer-server-version': {
    level: 'warning',
    meaning: 'the server is newer than the newest version that is bundled; the tables of that one are used',
    fix: 'look in the release notes of the server for new tables or indexes, or pass a schemaDirectory',
  },
  'captured-version': {
    level: 'warning',
    meaning: 'the schema directory was captured from another version of the server',
    fix: 'capture again with the version you run, since a newer one may have more tables',
  },
  'unknown-table-profile': {
    level: 'warning',
    meaning: 'a schema directory has a table that the bundled profiles do not know; it gets the careful defaults',
    fix: 'set what differs in tableOverrides',
  },
  'provisioned-capacity-ignored': {
    level: 'info',
    meaning: 'create-table files carry provisioned capacity, which is not taken over; billing is a prop',
    fix: 'pass billing if on-demand is not wanted',
  },
  'unknown-region': {
    level: 'warning',
    meaning: 'a region is well formed, but this version of CDK does not know it',
    fix: 'check the spelling; acknowledge if the region is new',
  },
  'region-without-tables': {
    level: 'warning',
    meaning: 'no RegionalIdentityTables of this app serves one of the replicaRegions, so its regional tables are missing there',
    fix: 'add a RegionalIdentityTables in a stack of that region; acknowledge if another app has it',
  },
  'split-tables': {
    level: 'warning',
    meaning: 'tables that belong together are split: some are replicated, some are not',
    fix: 'replicate all of them or none',
  },
  'excluded-table': {
    level: 'warning',
    meaning: 'a table is excluded from its preset, which is right only under a condition',
    fix: 'make sure that the condition holds, then acknowledge',
  },
  'lossy-override': {
    level: 'warning',
    meaning: 'an override takes away a protection that the profile of the table asks for',
    fix: 'remove the override, or acknowledge with a reason',
  },
  'replication-consequences': {
    level: 'info',
    meaning: 'what users and clients notice when they move to another region under the chosen preset',
    fix: 'nothing; choose another preset if that is not what you want',
  },
  'nothing-replicated': {
    level: 'info',
    meaning: 'the chosen preset replicates no table of this server',
    fix: 'use Replication.full() if the tables are to be shared between regions',
  },
  'no-regional-tables': {
    level: 'info',
    meaning: 'every table is replicated, so this regional construct holds none of its own',
    fix: 'nothing',
  },
  'unmanaged-table': {
    level: 'info',
    meaning: 'the server makes a table by itself that this library leaves alone',
    fix: 'nothing',
  },
  'growing-table': {
    level: 'info',
    meaning: 'nothing expires the items of a cache table, so it grows',
    fix: 'purge it from time to time',
  },
  'single-writer': {
    level: 'info',
    meaning: 'uniqueness and single use hold per region only; one writing region is advised',
    fix: 'send writes to one region at a time',
  },
} as const satisfies Record<string, WarningRow>;

/** The name of a warning without its namespace. */
export type Warning = keyof typeof WARNINGS;

/** The id with which a warning is raised and acknowledged. */
export function warningId(warning: Warning): string {
  return `cdk-identity-tables:${warning}`;
}
