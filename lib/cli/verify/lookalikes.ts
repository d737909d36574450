import { editDistance } from '../../errors';
import { readLiveSchema, readLiveTable, type LiveReader, type TableState } from '../../state';
import { inParallel } from '../provision/parallel';

/** A table under another name that may be the missing one. */
export interface Lookalike {
  readonly region: string;
  readonly missing: string;
  readonly tableName: string;
  /** Whether its TTL is that of the missing table too, not only its keys and indexes. */
  readonly isSameShape: boolean;
}

/** Tables that are looked at, those with the nearest names first. */
const MOST_CANDIDATES = 50;
const AT_ONCE = 4;

/** Those of the names in a region whose tables have the shape of missing ones. */
export async function lookalikesOf(
  reader: LiveReader,
  names: readonly string[],
  missing: readonly TableState[],
): Promise<Lookalike[]> {
  const { region } = reader;
  const candidates = [...names].sort((a, b) => distance(a, missing) - distance(b, missing)).slice(0, MOST_CANDIDATES);
  const lookalikes: Lookalike[] = [];
  await inParallel(candidates, AT_ONCE, async (name) => {
    const schema = await readLiveSchema(reader, name);
    const same = missing.filter((wanted) => schema !== undefined && shapeOf(schema) === shapeOf(wanted.schema));
    const live = same.length === 0 ? undefined : await readLiveTable(reader, name);
    lookalikes.push(
      ...same.map((wanted) => ({
        region,
        missing: wanted.tableName,
        tableName: name,
        isSameShape: JSON.stringify(live?.state.timeToLive) === JSON.stringify(wanted.timeToLive),
      })),
    );
  });
  return lookalikes.sort(byLikeness);
}

/** A name that holds the other one, such as the one without a prefix, is nearest. */
function distance(name: string, missing: readonly TableState[]): number {
  return Math.min(
    ...missing.map(({ tableName }) => (tableName.includes(name) || name.includes(tableName) ? 0 : editDistance(name, tableName))),
  );
}

/** Keys of the table and of its indexes, whatever the names of the indexes. */
function shapeOf({ partitionKey, sortKey, globalIndexes, localIndexes }: TableState['schema']): string {
  const indexes = [globalIndexes, localIndexes].map((each) =>
    each.map(({ partitionKeys, sortKeys }) => JSON.stringify([partitionKeys, sortKeys])).sort(),
  );
  return JSON.stringify([partitionKey, sortKey, ...indexes]);
}

function byLikeness(a: Lookalike, b: Lookalike): number {
  return Number(b.isSameShape) - Number(a.isSameShape) || (a.tableName < b.tableName ? -1 : 1);
}
