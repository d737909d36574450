import type { TableState, ThroughputState } from '../../state';

/**
 * The billing of the target for the indexes that a table has. Some of them the target may not have any more: these keep what they
 * have, unless the mode changes.
 */
export function billingFor(state: TableState, target: TableState): TableState['billing'] {
  const { mode, table, indexes } = target.billing;
  const keeps = state.billing.mode === mode;
  const known = namesOf(target);
  const obsolete = (name: string): ThroughputState | undefined =>
    keeps ? state.billing.indexes[name] : mode === 'PROVISIONED' ? table : undefined;
  const entries = [...namesOf(state)]
    .map((name) => [name, known.has(name) ? indexes[name] : obsolete(name)] as const)
    .filter((entry): entry is readonly [string, ThroughputState] => entry[1] !== undefined);
  return { mode, table, indexes: Object.fromEntries(entries) };
}

/** The contributor insights of the target for the indexes that a table has; those that are to go keep what they have. */
export function insightsFor(state: TableState, target: TableState): TableState['contributorInsights'] {
  const [standing, known] = [namesOf(state), namesOf(target)];
  const kept = target.contributorInsights.indexes.filter((name) => standing.has(name));
  const obsolete = state.contributorInsights.indexes.filter((name) => standing.has(name) && !known.has(name));
  return { ...target.contributorInsights, indexes: [...kept, ...obsolete] };
}

function namesOf({ schema }: TableState): Set<string> {
  return new Set(schema.globalIndexes.map(({ indexName }) => indexName));
}
