import type { IndexSchema } from '../../schema';
import { isDeepStrictEqual } from 'node:util';
import { comparisonOf, isUnresolved, resolve, type ChangeKind, type KeyResolver, type TableState } from '../../state';
import { extrasInWordsOf, type Extras } from './extras';
import { billingFor, insightsFor } from './index-settings';
import { isSameOwner } from './match';
import { homeState, isPolicyUnknown, withDeletionPolicy, withExtras, withStates, type Table } from './table';

type Setting = keyof TableState;

/** Which field of a state each kind of change is about; indexes are compared one by one. */
export const SETTING_OF: { readonly [kind in ChangeKind]?: Setting } = {
  billing: 'billing',
  capacity: 'billing',
  stream: 'stream',
  'time-to-live': 'timeToLive',
  'point-in-time-recovery': 'pointInTimeRecovery',
  'deletion-protection': 'deletionProtection',
  'table-class': 'tableClass',
  encryption: 'encryption',
  'contributor-insights': 'contributorInsights',
  'resource-policy': 'resourcePolicy',
  tags: 'tags',
};
export const SETTINGS = [...new Set(Object.values(SETTING_OF))];

export interface Comparing {
  readonly isExact: boolean;
  readonly resolveKey: KeyResolver | undefined;
}

/**
 * The table with everything that means the same as in the target written as in the target, so that from here on what differs
 * is what is unequal. What only CloudFormation knows means the same when `isExact` and written in the same way; else it is not told
 * apart, and neither are tags that only a live table has.
 */
export function inWordsOf(current: Table, target: Table, how: Comparing): Table {
  // Of a table that changes its owner, the policy decides whether it survives: unknown, it is not taken for a safe one.
  const isOpen = isSameOwner(current, target) && isPolicyUnknown(current);
  const told = isOpen ? withDeletionPolicy(current, target.owner?.deletionPolicy ?? 'Retain') : current;
  const table = withExtras(told, extrasOf(told, target));
  const home = target.replicas.get(table.home);
  // Keys and indexes are the same in every replica, also in one that is not in the target.
  const shared = home && stateInWordsOf(homeState(table), home, how).schema;
  return withStates(table, (state) => {
    const wanted = target.replicas.get(state.region);
    return wanted === undefined ? { ...state, schema: shared ?? state.schema } : stateInWordsOf(state, wanted, how);
  });
}

/** Of an owner whose template is not known, the rest is taken for that of the target. */
function extrasOf({ owner }: Table, target: Table): Extras | undefined {
  const wanted = target.owner?.extras;
  if (owner?.extras === undefined || wanted === undefined) {
    return wanted;
  }
  const [account, region, stackName] = owner.stack.split('/');
  const context = { account, region, stackName, parameters: {} };
  return extrasInWordsOf(owner.extras, wanted, (value) => resolve(value, context));
}

function stateInWordsOf(live: TableState, wanted: TableState, { isExact, resolveKey }: Comparing): TableState {
  const state = isExact ? live : { ...live, tags: tagsOfBoth(live.tags, wanted.tags) };
  const { changes, undecided } = comparisonOf(state, wanted, { resolveKey });
  const kinds = new Set(changes.map(({ kind }) => kind));
  const open = isExact ? undecided.filter((kind) => !isWrittenAlike(kind, state, wanted)) : [];
  const changing = new Set([...kinds, ...open].map((kind) => SETTING_OF[kind]));
  const same = SETTINGS.filter((setting) => !changing.has(setting));
  const settings = same.map((setting) => [setting, settingInWordsOf(setting, state, wanted)] as const);
  return { ...state, ...Object.fromEntries(settings), schema: schemaInWordsOf(state, wanted, kinds) };
}

/** A tag that no template gave is another one's affair, and what only CloudFormation knows is not told apart. */
function tagsOfBoth(live: TableState['tags'], wanted: TableState['tags']): TableState['tags'] {
  const shared = Object.entries(live).filter(([key]) => Object.hasOwn(wanted, key));
  return Object.fromEntries(shared.map(([key, value]) => [key, isUnresolved(wanted[key]) ? wanted[key] : value]));
}

function isWrittenAlike(kind: ChangeKind, a: TableState, b: TableState): boolean {
  const setting = SETTING_OF[kind];
  return setting !== undefined && isDeepStrictEqual(a[setting], b[setting]);
}

function settingInWordsOf(setting: Setting | undefined, state: TableState, wanted: TableState): unknown {
  switch (setting) {
    case undefined:
      return undefined;
    case 'billing':
      return billingFor(state, wanted);
    case 'contributorInsights':
      return insightsFor(state, wanted);
    default:
      return wanted[setting];
  }
}

function schemaInWordsOf(state: TableState, wanted: TableState, kinds: ReadonlySet<ChangeKind>): TableState['schema'] {
  const isIndexSame = !kinds.has('index-added') && !kinds.has('index-removed') && !kinds.has('index-changed');
  if (kinds.has('key-schema') || kinds.has('local-index') || kinds.has('index-changed')) {
    return state.schema;
  }
  const named = new Map(wanted.schema.globalIndexes.map((index) => [index.indexName, index]));
  const globalIndexes = state.schema.globalIndexes.map((index): IndexSchema => named.get(index.indexName) ?? index);
  return isIndexSame ? wanted.schema : { ...wanted.schema, globalIndexes };
}
