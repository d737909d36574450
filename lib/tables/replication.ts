import { didYouMean, quoted, type Problems } from '../errors';
import type { ReplicationPreset, ServerDefinition } from '../servers';

/** What a preset leaves out. */
export interface ReplicationPresetProps {
  /**
   * Base names of tables to leave out of the preset. Only where the vendor allows it, each under a condition that a warning tells.
   * @default - none
   */
  readonly excludeTables?: string[];
}

/** The tables that a choice replicates. */
export interface ResolvedReplication {
  /** How the choice is called in messages. */
  readonly label: string;
  readonly preset?: 'none' | ReplicationPreset;
  /** Base names, sorted. */
  readonly tables: readonly string[];
  readonly excluded: readonly string[];
}

const ORDER: readonly ReplicationPreset[] = ['absolute-minimal', 'minimal', 'full'];

/**
 * Which tables are replicated to every region. The others exist once in each region, independent of each other. Changing it later
 * is a migration of the tables that move, not a setting.
 */
export abstract class Replication {
  /** Nothing is replicated: every region has a set of its own, and nothing is known elsewhere, revocations included. */
  public static none(): Replication {
    return new PresetReplication('none', []);
  }

  /** Clients, keys and revocations: users log in again in another region, and clients are authorised again. */
  public static absoluteMinimal(props: ReplicationPresetProps = {}): Replication {
    return new PresetReplication('absolute-minimal', props.excludeTables ?? []);
  }

  /** And consents, long-lived authorisations and access tokens: users log in again in another region. Recommended. */
  public static minimal(props: ReplicationPresetProps = {}): Replication {
    return new PresetReplication('minimal', props.excludeTables ?? []);
  }

  /** Every table: users and clients may move between regions at any time. */
  public static full(): Replication {
    return new PresetReplication('full', []);
  }

  /** Exactly these tables, by base name. */
  public static ofTables(tableNames: string[]): Replication {
    return new ListReplication(tableNames);
  }

  /** @internal */
  public abstract _resolve(server: ServerDefinition, problems: Problems): ResolvedReplication;
}

/** Base names of the tables that a preset replicates, sorted. */
export function tablesOfPreset(server: ServerDefinition, preset: 'none' | ReplicationPreset): string[] {
  const rank = ORDER.indexOf(preset as ReplicationPreset);
  return server.tables.filter((table) => ORDER.indexOf(table.profile.preset) <= rank).map((table) => table.baseName);
}

class PresetReplication extends Replication {
  public constructor(
    private readonly preset: 'none' | ReplicationPreset,
    private readonly excludeTables: readonly string[],
  ) {
    super();
  }

  public _resolve(server: ServerDefinition, problems: Problems): ResolvedReplication {
    const members = tablesOfPreset(server, this.preset);
    for (const name of this.excludeTables) {
      if (!members.includes(name)) {
        problems.add('IDT0309', {
          what: `'${name}' cannot be excluded: it is not part of ${this.preset} of ${server.title}`,
          given: `'${name}'`,
          allowed: quoted(Object.keys(server.exclusions).filter((table) => members.includes(table))),
          fix: didYouMean(name, members, `remove '${name}' from excludeTables`),
        });
      } else if (server.exclusions[name] === undefined) {
        problems.add('IDT0310', {
          what: `'${name}' must not be excluded from ${this.preset} of ${server.title}`,
          given: `'${name}'`,
          allowed: quoted(Object.keys(server.exclusions).filter((table) => members.includes(table))),
          fix: 'use Replication.ofTables to choose the tables yourself, and know what is lost',
        });
      }
    }
    return {
      label: this.preset,
      preset: this.preset,
      tables: members.filter((name) => !this.excludeTables.includes(name)),
      excluded: this.excludeTables,
    };
  }
}

class ListReplication extends Replication {
  public constructor(private readonly tableNames: readonly string[]) {
    super();
  }

  public _resolve(server: ServerDefinition, problems: Problems): ResolvedReplication {
    const known = server.tables.map((table) => table.baseName);
    for (const name of this.tableNames) {
      if (!known.includes(name)) {
        problems.add('IDT0309', {
          what: `Replication.ofTables names '${name}', which ${server.title} does not have`,
          given: `'${name}'`,
          allowed: quoted(known),
          fix: didYouMean(name, known, 'use a base name of this server and version'),
        });
      }
    }
    return { label: 'an explicit list', tables: known.filter((name) => this.tableNames.includes(name)), excluded: [] };
  }
}
