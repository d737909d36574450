import { IdentityTablesError, type Problem } from '../../errors';
import { tablesOfDescriptions, type LiveTable, type TableState } from '../../state';
import { LiveAccess } from './live-access';
import { neighboursOf, type Neighbours } from './lookalikes';
import { reachOf } from './read-error';
import { readRegions, type RegionReading } from './read-regions';
import type { LiveSource } from './source';
import { withScaling } from './scaling';
import { withOwners } from './stack-owners';
import { standingTables, withoutReplication } from './standing-tables';
import { withKeys } from './table-keys';
import { missingTables } from './verification';
import { untilSettled } from './wait';

/** All that was read, from a server or from files. */
export interface LiveReading {
  readonly source: LiveSource;
  readonly readings: readonly RegionReading[];
  readonly tables: readonly LiveTable[];
  readonly neighbours: readonly Neighbours[];
  readonly problems: readonly Problem[];
}

export interface ReadOptions {
  readonly wanted: readonly TableState[];
  readonly regions: readonly string[];
  readonly waitMs: number;
  readonly progress: (text: string) => void;
}

/** Reads the tables of the wanted names in all regions, and around missing ones what stands there instead. */
export async function readLive(access: LiveAccess, options: ReadOptions): Promise<LiveReading> {
  const { wanted, regions, waitMs, progress } = options;
  const names = namesOf(wanted);
  let read = 0;
  const first = await readRegions(access, regions, names, () => progress(`${++read} of ${names.length * regions.length} tables`));
  const settled = await untilSettled(first, {
    access,
    timeoutMs: waitMs,
    onWait: (places) => progress(`waiting for ${places.join(', ')}`),
  });
  const readings = await Promise.all(settled.map((reading) => withNeighbours(access, reading, wanted)));
  const standing = standingTables(readings);
  const { neighbours, problems } = await lookAround(access, readings, wanted);
  return {
    source: access,
    readings,
    tables: access.isAws ? standing : withoutReplication(standing, wanted),
    neighbours,
    problems,
  };
}

/** What other services know of the tables: who owns them, how their capacity scales, and whose keys they have. */
async function withNeighbours(access: LiveAccess, reading: RegionReading, wanted: readonly TableState[]): Promise<RegionReading> {
  if (reading.ending !== undefined) {
    return reading;
  }
  const services = access.neighbours(reading.region);
  const scaled = await withScaling(services, await withOwners(services, reading.tables, wanted));
  return { ...reading, ...(await withKeys(services, scaled, wanted)) };
}

/** The same from files; a table without one is not known, whether it stands or not. */
export function readFiles(directory: string, wanted: readonly TableState[]): LiveReading {
  const names = new Set(namesOf(wanted));
  const tables = tablesOfDescriptions(directory).filter(({ state }) => names.has(state.tableName));
  const regions = [...new Set([...tables.map(({ state }) => state.region), ...wanted.map(({ region }) => region)])].sort();
  const readings = regions.map((region) => ({
    region,
    tables: tables.filter(({ state }) => state.region === region),
    missing: [],
    failures: [],
  }));
  return {
    source: { place: directory, credentialSource: 'none', isAws: false },
    readings,
    tables,
    neighbours: [],
    problems: [],
  };
}

function namesOf(states: readonly TableState[]): string[] {
  return [...new Set(states.map(({ tableName }) => tableName))].sort();
}

/** The other tables of regions where one is missing. They are a help: that they cannot be listed is no problem. */
async function lookAround(
  access: LiveAccess,
  readings: readonly RegionReading[],
  wanted: readonly TableState[],
): Promise<{ neighbours: Neighbours[]; problems: Problem[] }> {
  const known = new Set(namesOf(wanted));
  const missing = missingTables(readings, wanted);
  const regions = [...new Set(missing.map(({ region }) => region))];
  const found = await Promise.all(
    regions.map(async (region) => {
      try {
        const ofRegion = missing.filter((state) => state.region === region);
        return { neighbours: [await neighboursOf(access.reader(region), ofRegion, known)], problems: [] };
      } catch (error) {
        return { neighbours: [], problems: problemsOf(error) };
      }
    }),
  );
  return { neighbours: found.flatMap((each) => each.neighbours), problems: found.flatMap((each) => each.problems) };
}

function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof IdentityTablesError) {
    return error.problems;
  }
  if (reachOf(error) === undefined) {
    throw error;
  }
  return [];
}
