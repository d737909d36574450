import type { ContributorInsightsState } from './table-state';

/** The mode of contributor insights that is not written in a template. */
const DEFAULT_INSIGHTS_MODE = 'ACCESSED_AND_THROTTLED_KEYS';

/** What is said of the table, or of an index of it. */
export interface InsightsSubject {
  /** Undefined for the table. */
  readonly indexName?: string;
  readonly isOn: boolean;
  /** Undefined when the default is meant. */
  readonly mode?: string;
}

export interface InsightsModes {
  /** Undefined when it is off for the table. */
  readonly table?: string;
  readonly indexes: ReadonlyArray<readonly [indexName: string, mode: string]>;
}

/** The state of contributor insights: table and indexes have each a mode of its own, which is mostly the same. */
export function insightsState(subjects: readonly InsightsSubject[]): ContributorInsightsState {
  const on = subjects.filter(({ isOn }) => isOn);
  const table = on.find(({ indexName }) => indexName === undefined);
  const indexes = on.flatMap(({ indexName, mode }) => (indexName === undefined ? [] : [{ indexName, mode }]));
  const mode = table === undefined ? indexes.find((index) => index.mode !== undefined)?.mode : table.mode;
  const others = indexes.filter((index) => orDefault(index.mode) !== orDefault(mode));
  return {
    enabled: table !== undefined,
    ...(mode !== undefined && { mode }),
    indexes: indexes.map(({ indexName }) => indexName),
    ...(others.length > 0 && {
      indexModes: Object.fromEntries(others.map((index) => [index.indexName, orDefault(index.mode)])),
    }),
  };
}

/** What it is on for, and in which mode: the same for all states that mean the same. */
export function insightsModes({ enabled, mode, indexes, indexModes = {} }: ContributorInsightsState): InsightsModes {
  const modeOf = (name: string): string => (Object.hasOwn(indexModes, name) ? indexModes[name] : orDefault(mode));
  return {
    ...(enabled && { table: orDefault(mode) }),
    indexes: [...indexes].sort().map((name) => [name, modeOf(name)] as const),
  };
}

function orDefault(mode: string | undefined): string {
  return mode ?? DEFAULT_INSIGHTS_MODE;
}
