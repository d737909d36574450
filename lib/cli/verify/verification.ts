import {
  compareWithLive,
  type Change,
  type Excuse,
  type InBetween,
  type KeyResolver,
  type LiveTable,
  type TableState,
  type Unchecked,
} from '../../state';
import type { Lookalike } from './lookalikes';
import type { Neighbours } from './neighbours';
import type { Ending, RegionReading } from './read-regions';

/** How a region answered. */
export interface RegionVerdict {
  readonly region: string;
  /** Undefined when no table there told it. */
  readonly account?: string;
  /** Tables that the assembly wants there, and how many of them stand. */
  readonly wanted: number;
  readonly standing: number;
  /** Wanted tables that could not be read, or of which the source has nothing. */
  readonly unknown: number;
  readonly ending?: Ending;
  /** Whether the region has no table at all, though it should have some. */
  readonly isEmpty: boolean;
}

export interface LiveInBetween extends InBetween {
  readonly region: string;
  readonly tableName: string;
}

/** All that verify found. */
export interface Verification {
  readonly regions: readonly RegionVerdict[];
  readonly changes: readonly Change[];
  readonly inBetween: readonly LiveInBetween[];
  readonly unchecked: readonly Unchecked[];
  readonly failures: readonly { readonly region: string; readonly tableName: string; readonly reason: string }[];
  readonly lookalikes: readonly Lookalike[];
  /** Tables whose names begin as ours do and that the assembly does not have: a remark, and no difference. */
  readonly extras: readonly { readonly region: string; readonly tableName: string }[];
  /** Regions whose tables could not be listed, so that extras and lookalikes there are not known. */
  readonly unlisted: ReadonlyArray<{ readonly region: string } & Excuse>;
}

/** The result of comparing what was read with what is wanted. Where nothing was read, nothing is compared. */
export function verificationOf(
  readings: readonly RegionReading[],
  live: readonly LiveTable[],
  wanted: readonly TableState[],
  neighbours: readonly Neighbours[],
): Verification {
  const comparable = wanted.filter((state) => wasRead(state, readings));
  const resolveKey: KeyResolver = (alias, region) => readings.find((reading) => reading.region === region)?.aliases?.get(alias);
  return {
    regions: readings.map((reading) => regionVerdict(reading, wanted, neighbours)),
    ...compareWithLive(live, comparable, { resolveKey }),
    inBetween: live.flatMap(({ state: { region, tableName }, inBetween }) =>
      inBetween.map((each) => ({ region, tableName, ...each })),
    ),
    failures: readings.flatMap(({ region, failures }) => failures.map((failure) => ({ region, ...failure }))),
    lookalikes: neighbours.flatMap(({ lookalikes }) => lookalikes),
    extras: neighbours.flatMap(({ region, extras }) => extras.map((tableName) => ({ region, tableName }))),
    unlisted: neighbours.flatMap(({ region, unlisted }) => (unlisted === undefined ? [] : [{ region, ...unlisted }])),
  };
}

/** The wanted tables that are known not to stand. */
export function missingTables(readings: readonly RegionReading[], wanted: readonly TableState[]): TableState[] {
  return wanted.filter(({ region, tableName }) =>
    readings.some((reading) => reading.region === region && reading.missing.includes(tableName)),
  );
}

function wasRead({ region, tableName }: TableState, readings: readonly RegionReading[]): boolean {
  const reading = readings.find((each) => each.region === region);
  return (
    reading !== undefined &&
    (reading.missing.includes(tableName) || reading.tables.some(({ state }) => state.tableName === tableName))
  );
}

function regionVerdict(reading: RegionReading, wanted: readonly TableState[], neighbours: readonly Neighbours[]): RegionVerdict {
  const { region, tables, ending } = reading;
  const names = new Set(wanted.filter((state) => state.region === region).map(({ tableName }) => tableName));
  const standing = tables.filter(({ state }) => names.has(state.tableName)).length;
  const account = tables.map(({ state }) => state.account).find((each) => each !== '');
  return {
    region,
    ...(account !== undefined && { account }),
    wanted: names.size,
    standing,
    unknown: names.size - standing - reading.missing.filter((name) => names.has(name)).length,
    ...(ending && { ending }),
    isEmpty: names.size > 0 && neighbours.some((each) => each.region === region && each.tables === 0),
  };
}
