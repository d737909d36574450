import type { LiveTable, TableState } from '../../state';
import { SETTING_OF } from './canonical';

/**
 * The state of a live table, with what could not be read taken for what its template or the target says: it is no reason for a step.
 * A table that no stack owns is imported with the key that it tells, whoever manages that.
 */
export function inWordsOfUnread({ state, unread }: LiveTable, told: readonly TableState[]): TableState {
  const same = told.find(({ tableName, region }) => tableName === state.tableName && region === state.region);
  if (same === undefined) {
    return state;
  }
  // Capacity stands in one field with the billing mode, which is always known.
  const known = [
    ...(state.billing.mode === same.billing.mode ? [] : ['capacity']),
    ...(state.owner.kind === 'nobody' ? ['encryption'] : []),
  ];
  const settings = unread.flatMap(({ kind }) => (known.includes(kind) ? [] : (SETTING_OF[kind] ?? [])));
  return { ...state, ...Object.fromEntries(settings.map((setting) => [setting, same[setting]])) };
}
