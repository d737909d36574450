import { insightsState, type InsightsSubject, type TableState, type ThroughputState } from '../../state';

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
  const { enabled, mode, indexes } = target.contributorInsights;
  const kept = subjectsOf(target).filter(({ indexName }) => standing.has(indexName));
  const obsolete = subjectsOf(state).filter(({ indexName }) => standing.has(indexName) && !known.has(indexName));
  return kept.length === indexes.length && obsolete.length === 0
    ? target.contributorInsights
    : insightsState([{ isOn: enabled, mode }, ...kept, ...obsolete]);
}

function subjectsOf({ contributorInsights }: TableState): Array<InsightsSubject & { readonly indexName: string }> {
  const { mode, indexes, indexModes = {} } = contributorInsights;
  return indexes.map((indexName) => ({ indexName, isOn: true, mode: indexModes[indexName] ?? mode }));
}

function namesOf({ schema }: TableState): Set<string> {
  return new Set(schema.globalIndexes.map(({ indexName }) => indexName));
}
