import { fail, quoted, type Problem } from '../../errors';
import { tablesOfDescriptions, type LiveTable, type TableState } from '../../state';
import { countOf } from '../words';
import { checkRegionsApart } from './check-regions-apart';
import { LiveAccess } from './live-access';
import { lookAround, type Neighbours } from './neighbours';
import { readRegions, type RegionReading } from './read-regions';
import type { LiveSource } from './source';
import { withScaling } from './scaling';
import { withOwners } from './stack-owners';
import { standingTables, withoutReplication } from './standing-tables';
import { withKeys } from './table-keys';
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

/** Tables that a message names before it counts the rest. */
const NAMED_PLACES = 5;

/** Reads the tables of the wanted names in all regions, and around missing ones what stands there instead. */
export async function readLive(access: LiveAccess, options: ReadOptions): Promise<LiveReading> {
  const { wanted, regions, waitMs, progress } = options;
  const names = namesOf(wanted);
  let read = 0;
  const first = await readRegions(access, regions, names, () => progress(`${++read} of ${names.length * regions.length} tables`));
  checkRegionsApart(access, first);
  const settled = await untilSettled(first, {
    access,
    timeoutMs: waitMs,
    onWait: (places) => progress(`waiting for ${places.join(', ')}`),
  });
  const readings = await Promise.all(settled.map((reading) => withNeighbours(access, reading, wanted)));
  const { neighbours, problems } = await lookAround(access, readings, wanted);
  return {
    source: access,
    readings,
    tables: access.isAws ? standingTables(readings) : withoutReplication(readings, wanted),
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

/**
 * The same from files; a table without one is not known, whether it stands or not.
 * @throws IdentityTablesError when no file is about a table of the assembly, so that nothing would be compared
 */
export function readFiles(directory: string, wanted: readonly TableState[], only?: readonly string[]): LiveReading {
  const isAsked = (region: string): boolean => only?.includes(region) ?? true;
  const asked = wanted.filter(({ region }) => isAsked(region));
  const names = namesOf(asked);
  const described = tablesOfDescriptions(directory);
  const tables = described.filter(({ state }) => names.includes(state.tableName) && isAsked(state.region));
  if (tables.length === 0) {
    failNothingDescribed(directory, described, asked);
  }
  const regions = [...new Set([...tables.map(({ state }) => state.region), ...asked.map(({ region }) => region)])].sort();
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

function failNothingDescribed(directory: string, described: readonly LiveTable[], asked: readonly TableState[]): never {
  const placesOf = (states: readonly TableState[]): string =>
    quoted(states.slice(0, NAMED_PLACES).map(({ tableName, region }) => `${tableName}@${region}`)) +
    (states.length > NAMED_PLACES ? ` and ${countOf(states.length - NAMED_PLACES, 'table')} more` : '');
  return fail('IDT1208', {
    what: `no file of '${directory}' describes a table of the assembly`,
    given: placesOf(described.map(({ state }) => state)),
    allowed: placesOf(asked),
  });
}

function namesOf(states: readonly TableState[]): string[] {
  return [...new Set(states.map(({ tableName }) => tableName))].sort();
}
