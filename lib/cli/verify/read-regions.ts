import { IdentityTablesError } from '../../errors';
import { readLiveTable, type LiveTable } from '../../state';
import { errorText } from '../aws/service-error';
import { inParallel } from '../provision/parallel';
import type { LiveAccess } from './live-access';
import { reachOf, type Reach } from './read-error';

/** What keeps the description of a table from being read, and would keep that of the next one. */
const ENDINGS = ['login', 'region', 'unreachable', 'throttled', 'unavailable'] as const satisfies readonly Reach[];

/** Why a region could not be read to the end. */
export interface Ending {
  readonly kind: (typeof ENDINGS)[number];
  readonly said: string;
}

/** What is known of the asked tables of one region. */
export interface RegionReading {
  readonly region: string;
  readonly tables: readonly LiveTable[];
  /** Names that do not stand there. */
  readonly missing: readonly string[];
  /** Tables of which nothing could be read. */
  readonly failures: readonly { readonly tableName: string; readonly reason: string }[];
  readonly ending?: Ending;
  /** ARNs of the keys behind aliases, as far as they were asked. */
  readonly aliases?: ReadonlyMap<string, string>;
}

/** Tables of one region that are read at the same time. */
const TABLES_AT_ONCE = 4;

/** Reads the tables of these names in each region, all regions at once. What cannot be read is part of the result. */
export async function readRegions(
  access: LiveAccess,
  regions: readonly string[],
  names: readonly string[],
  onRead: () => void = () => undefined,
): Promise<RegionReading[]> {
  const run = new ReadRun(access, onRead);
  return Promise.all(regions.map((region) => run.read(region, names)));
}

class ReadRun {
  /** Set by the first region that learns that nobody is logged in. */
  private login: Ending | undefined;

  public constructor(
    private readonly access: LiveAccess,
    private readonly onRead: () => void,
  ) {}

  public async read(region: string, names: readonly string[]): Promise<RegionReading> {
    const tables: LiveTable[] = [];
    const missing: string[] = [];
    const failures: { tableName: string; reason: string }[] = [];
    let ending: Ending | undefined;
    const one = async (tableName: string): Promise<void> => {
      if (ending !== undefined || this.login !== undefined) {
        return;
      }
      try {
        const table = await readLiveTable(this.access.reader(region), tableName);
        if (table === undefined) {
          missing.push(tableName);
        } else {
          tables.push(table);
        }
      } catch (error) {
        const found = endingOf(error);
        ending ??= found;
        if (found === undefined) {
          failures.push({ tableName, reason: reasonOf(error) });
        } else if (found.kind === 'login') {
          this.login = found;
        }
      }
      this.onRead();
    };
    // The first call alone shows whether the region answers at all.
    await inParallel(names.slice(0, 1), 1, one);
    await inParallel(names.slice(1), TABLES_AT_ONCE, one);
    ending ??= this.login;
    return { region, tables, missing, failures, ...(ending && { ending }) };
  }
}

/** Undefined when the error is about one table. */
function endingOf(error: unknown): Ending | undefined {
  const reach = error instanceof IdentityTablesError ? 'failed' : reachOf(error);
  if (reach === undefined) {
    throw error;
  }
  const kind = ENDINGS.find((each) => each === reach);
  return kind && { kind, said: errorText(error) };
}

function reasonOf(error: unknown): string {
  return error instanceof IdentityTablesError ? error.problems.map(({ what }) => what).join('; ') : errorText(error);
}

/** The readings with newer ones of some of their tables in the place of the older. */
export function updated(
  readings: readonly RegionReading[],
  newer: readonly RegionReading[],
  names: ReadonlySet<string>,
): RegionReading[] {
  return readings.map((old) => {
    const fresh = newer.find(({ region }) => region === old.region);
    if (fresh === undefined) {
      return old;
    }
    return {
      region: old.region,
      tables: [...old.tables.filter(({ state }) => !names.has(state.tableName)), ...fresh.tables],
      missing: [...old.missing.filter((name) => !names.has(name)), ...fresh.missing],
      failures: [...old.failures.filter(({ tableName }) => !names.has(tableName)), ...fresh.failures],
      ...(fresh.ending && { ending: fresh.ending }),
    };
  });
}
