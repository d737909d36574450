import type { LiveTable, UnreadCause } from './described';
import { compareStates, type DifferenceOptions } from './difference';
import type { Change, ChangeKind, Undecided } from './difference-change';
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
  const unchecked = [
    ...live.flatMap((table) => uncheckedOf(table, wanted, options)),
    ...undecided.map((each) => ({ ...each, cause: 'not known before deployment' as const })),
  ];
  const isUnchecked = new Set(unchecked.map(placeOf));
  return { changes: changes.filter((change) => !isUnchecked.has(placeOf(change))), unchecked };
}

/** What is not known of a live table only matters where a table is wanted. */
function uncheckedOf({ state, unread }: LiveTable, wanted: readonly TableState[], options: DifferenceOptions): Unchecked[] {
  const { region, tableName } = state;
  const other = wanted.find((each) => each.region === region && each.tableName === tableName);
  if (other === undefined) {
    return [];
  }
  const known = unread
    .filter(({ kind }) => matters(kind, state, other))
    .map(({ kind, cause, reason }) => ({ region, tableName, kind, cause, reason }));
  return hasDoubtfulKey(state, other, options)
    ? [...known, { region, tableName, kind: 'encryption', cause: 'not in source', reason: 'whose key it is, is kept by AWS KMS' }]
    : known;
}

/** The owner of a replica is that of its primary region, and another billing mode is a difference of its own. */
function matters(kind: ChangeKind, live: TableState, wanted: TableState): boolean {
  switch (kind) {
    case 'owner':
      return wanted.owner.kind === 'stack';
    case 'capacity':
      return live.billing.mode === wanted.billing.mode;
    default:
      return true;
  }
}

/** The ARN of a key does not tell whether AWS manages it. */
function hasDoubtfulKey(live: TableState, wanted: TableState, { resolveKey }: DifferenceOptions): boolean {
  return wanted.encryption.key === 'AWS_MANAGED' && live.encryption.key === 'CUSTOMER_MANAGED' && resolveKey === undefined;
}

function placeOf({ region, tableName, kind }: { region: string; tableName: string; kind: ChangeKind }): string {
  return `${region} ${tableName} ${kind}`;
}
