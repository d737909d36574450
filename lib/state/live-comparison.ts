import type { LiveTable, UnreadCause } from './described';
import { compareStates, type DifferenceOptions } from './difference';
import type { Change, ChangeKind, Undecided } from './difference-change';
import { hasDoubtfulKey } from './difference-encryption';
import type { TableState } from './table-state';

/** A setting that is neither the same nor different, since one of its values is not known. */
export interface Unchecked extends Undecided {
  readonly cause: UnreadCause | 'not known before deployment';
}

export interface LiveComparison {
  /** What a deployment would have to change. */
  readonly changes: readonly Change[];
  readonly unchecked: readonly Unchecked[];
}

/** Live tables against the ones that an assembly wants in the regions that were read. */
export function compareWithLive(
  live: readonly LiveTable[],
  wanted: readonly TableState[],
  options: DifferenceOptions = {},
): LiveComparison {
  const { changes, undecided } = compareStates(
    live.map(({ state }) => state),
    wanted,
    options,
  );
  const unread = live.flatMap((table) => uncheckedOf(table, wanted));
  const isUnread = new Set(unread.map(placeOf));
  const unchecked = [
    ...unread,
    ...undecided
      .filter((each) => !isUnread.has(placeOf(each)))
      .map((each) => ({ ...each, cause: 'not known before deployment' as const })),
  ];
  const isUnchecked = new Set(unchecked.map(placeOf));
  return { changes: changes.filter((change) => !isUnchecked.has(placeOf(change))), unchecked };
}

/** What is not known of a live table only matters where a table is wanted. */
function uncheckedOf({ state, unread }: LiveTable, wanted: readonly TableState[]): Unchecked[] {
  const { region, tableName } = state;
  const other = wanted.find((each) => each.region === region && each.tableName === tableName);
  if (other === undefined) {
    return [];
  }
  return unread
    .filter(({ kind }) => matters(kind, state, other))
    .map(({ kind, cause, reason }) => ({ region, tableName, kind, cause, reason }));
}

/** The owner of a replica is that of its primary region, and another billing mode is a difference of its own. */
function matters(kind: ChangeKind, live: TableState, wanted: TableState): boolean {
  switch (kind) {
    case 'owner':
      return wanted.owner.kind === 'stack';
    case 'capacity':
      return live.billing.mode === wanted.billing.mode;
    case 'encryption':
      return hasDoubtfulKey(live.encryption, wanted.encryption, wanted.region);
    default:
      return true;
  }
}

function placeOf({ region, tableName, kind }: { region: string; tableName: string; kind: ChangeKind }): string {
  return `${region} ${tableName} ${kind}`;
}
