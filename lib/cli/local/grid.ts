import { isReplicated, type TableState } from '../../state';
import { columns } from '../columns';
import type { Fate, TableOutcome } from '../provision';

export const MARKS: { readonly [fate in Fate]: { readonly mark: string; readonly meaning: string } } = {
  created: { mark: '+', meaning: 'created' },
  kept: { mark: '=', meaning: 'kept' },
  different: { mark: '!', meaning: 'stands with another schema, untouched' },
  failed: { mark: 'x', meaning: 'failed' },
  untried: { mark: '.', meaning: 'not tried' },
};

const STREAMS: { readonly [viewType: string]: string } = {
  KEYS_ONLY: 'keys',
  NEW_IMAGE: 'new',
  OLD_IMAGE: 'old',
  NEW_AND_OLD_IMAGES: 'new+old',
};

/** One line a table; regions are columns, named by letters above. Regions with other settings get a line of their own. */
export function grid(outcomes: readonly TableOutcome[]): string {
  const regions = [...new Set(outcomes.map(({ state }) => state.region))].sort();
  const lines = new Map<string, { cells: string[]; fates: Map<string, Fate> }>();
  for (const outcome of outcomes) {
    const cells = cellsOf(outcome);
    const key = JSON.stringify(cells);
    const line = lines.get(key) ?? { cells, fates: new Map<string, Fate>() };
    lines.set(key, line);
    line.fates.set(outcome.state.region, outcome.fate);
  }
  const letters = regions.map((_, i) => String.fromCharCode('A'.charCodeAt(0) + i));
  const header = ['table', 'key', 'gsi', 'lsi', 'ttl', 'pitr', 'protected', 'stream', 'placement', ...letters];
  const rows = [...lines.values()].map(({ cells, fates }) => [...cells, ...regions.map((region) => markOf(fates.get(region)))]);
  const used = [...new Set(outcomes.map(({ fate }) => fate))].map((fate) => `${MARKS[fate].mark} ${MARKS[fate].meaning}`);
  if (outcomes.some(({ notApplied }) => notApplied.length > 0)) {
    used.push('* not as the assembly asks, see below');
  }
  return [regions.map((region, i) => `${letters[i]} ${region}`).join('   '), columns([header, ...rows]), used.join('   ')].join(
    '\n\n',
  );
}

function markOf(fate: Fate | undefined): string {
  return fate === undefined ? '' : MARKS[fate].mark;
}

function cellsOf({ state, notApplied }: TableOutcome): string[] {
  const { schema, timeToLive, pointInTimeRecovery, deletionProtection, stream } = state;
  const cell = (setting: string, value: string | undefined): string => {
    const star = notApplied.some((gap) => gap.setting === setting) ? '*' : '';
    return value === undefined ? '-' : `${value}${star}`;
  };
  return [
    state.tableName,
    [schema.partitionKey, ...(schema.sortKey ? [schema.sortKey] : [])].map(({ name }) => name).join(', '),
    String(schema.globalIndexes.length),
    String(schema.localIndexes.length),
    cell('ttl', timeToLive.enabled ? timeToLive.attribute : undefined),
    cell('point-in-time recovery', pointInTimeRecovery.enabled ? `${pointInTimeRecovery.days} d` : undefined),
    cell('deletion protection', deletionProtection ? 'yes' : undefined),
    cell('stream', stream === undefined ? undefined : STREAMS[stream]),
    placement(state),
  ];
}

export function placement(state: TableState): string {
  return isReplicated(state) ? 'replicated' : 'regional';
}
