import { groupBy } from '../group-by';
import type { Table } from './table';

/** A table of the target, and the table that becomes it. */
export interface Match {
  readonly target: Table;
  /** Undefined when it is to be created. */
  readonly current: Table | undefined;
}

/** Which table of today becomes which of the target, and which of today are not in the target. */
export interface Matches {
  readonly matches: readonly Match[];
  /** Tables that become no table of the target; in their region a replica of the target may be wanted. */
  readonly others: readonly Table[];
}

/**
 * Tables are matched by name. The one in the region of the target's stack comes before any other that reaches there. The target is
 * in the order of deployment: of a global table without a stack, the first region keeps the items.
 */
export function matchTables(current: readonly Table[], target: readonly Table[]): Matches {
  const named = groupBy(current, nameKey);
  const taken = new Set<Table>();
  const found = new Map<Table, Table>();
  const take = (wanted: Table, fits: (candidate: Table) => boolean): void => {
    const match = (named.get(nameKey(wanted)) ?? []).find((candidate) => !taken.has(candidate) && fits(candidate));
    if (match !== undefined && !found.has(wanted)) {
      taken.add(match);
      found.set(wanted, match);
    }
  };
  target.forEach((wanted) => take(wanted, ({ owner, home }) => owner !== undefined && home === wanted.home));
  // A table that keeps its replicas comes before one that is cut out of it.
  const widestFirst = [...target].sort((a, b) => b.replicas.size - a.replicas.size);
  widestFirst.forEach((wanted) => take(wanted, ({ replicas }) => replicas.has(wanted.home)));
  return {
    matches: target.map((wanted) => ({ target: wanted, current: found.get(wanted) })),
    others: current.filter((table) => !taken.has(table)),
  };
}

function nameKey({ account, name }: Table): string {
  return `${account}/${name}`;
}

export function isSameOwner(a: Table, b: Table): boolean {
  return a.owner?.stack === b.owner?.stack && a.owner?.logicalId === b.owner?.logicalId && a.owner?.type === b.owner?.type;
}
