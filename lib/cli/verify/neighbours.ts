import { IdentityTablesError, type Problem } from '../../errors';
import { listTableNames, type Excuse, type TableState } from '../../state';
import { errorText } from '../aws/service-error';
import { callProblem } from './call-problem';
import type { LiveAccess } from './live-access';
import { lookalikesOf, type Lookalike } from './lookalikes';
import { ourPrefixes } from './our-prefixes';
import { excuseOf, reachOf } from './read-error';
import type { RegionReading } from './read-regions';
import { missingTables } from './verification';

/** What a list of the tables of a region shows. */
export interface Neighbours {
  readonly region: string;
  /** How many tables the region has; undefined when they could not be listed. */
  readonly tables?: number;
  /** Names that begin as ours do, of tables that the assembly does not have. */
  readonly extras: readonly string[];
  readonly lookalikes: readonly Lookalike[];
  /** Why the tables could not be listed. */
  readonly unlisted?: Excuse;
}

export interface Surroundings {
  readonly neighbours: readonly Neighbours[];
  readonly problems: readonly Problem[];
}

/**
 * The other tables of each region, from one list of them: those that begin as ours do, and those that may be a missing one. They are
 * a help: where neither can be told, no list is asked for.
 */
export async function lookAround(
  access: LiveAccess,
  readings: readonly RegionReading[],
  wanted: readonly TableState[],
): Promise<Surroundings> {
  const known = new Set(wanted.map(({ tableName }) => tableName));
  const missing = missingTables(readings, wanted);
  const prefixes = ourPrefixes(wanted);
  const asked = readings
    .filter(({ ending }) => ending === undefined)
    .map(({ region }) => ({ region, missing: missing.filter((state) => state.region === region) }))
    .filter((each) => prefixes.length > 0 || each.missing.length > 0);
  const found = await Promise.all(
    asked.map(({ region, missing: ofRegion }) => lookIn(access, region, ofRegion, known, prefixes)),
  );
  return {
    neighbours: found.flatMap(({ neighbours }) => neighbours),
    problems: found.flatMap(({ problems }) => problems),
  };
}

async function lookIn(
  access: LiveAccess,
  region: string,
  missing: readonly TableState[],
  known: ReadonlySet<string>,
  prefixes: readonly string[],
): Promise<Surroundings> {
  const reader = access.reader(region);
  let names: string[];
  try {
    names = await listTableNames(reader.sdk, reader.client, region);
  } catch (error) {
    if (error instanceof IdentityTablesError) {
      return { neighbours: [], problems: error.problems };
    }
    const unlisted = excuseOf(error) ?? { cause: 'unavailable', reason: errorText(error) };
    const problems = unlisted.cause === 'unsupported' ? [] : [callProblem(error, access, `the list of all tables in ${region}`)];
    return { neighbours: [{ region, extras: [], lookalikes: [], unlisted }], problems };
  }
  const others = names.filter((name) => !known.has(name));
  const extras = others.filter((name) => prefixes.some((prefix) => name.startsWith(prefix))).sort();
  try {
    const lookalikes = missing.length === 0 ? [] : await lookalikesOf(reader, others, missing);
    return { neighbours: [{ region, tables: names.length, extras, lookalikes }], problems: [] };
  } catch (error) {
    return { neighbours: [{ region, tables: names.length, extras, lookalikes: [] }], problems: problemsOf(error) };
  }
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
