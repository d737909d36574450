import { differenceOf, type TableState } from '../../state';
import { differenceText } from './difference-text';
import type { ApiCall, ApiCallName } from './step';
import { placeOf } from './table';

/** Calls on a backup or a scaling target, which are no part of the table. */
const KEPT_ELSEWHERE: ReadonlySet<string> = new Set<ApiCallName>(['create-backup', 'deregister-scaling']);

export function isTold({ name }: ApiCall): boolean {
  return !KEPT_ELSEWHERE.has(name);
}

/** What is missing until a call was made, of the table as it stands. */
export function undoneOf(call: ApiCall, state: TableState | undefined): string[] {
  const place = placeOf({ name: call.tableName }, call.region);
  if (call.name === 'delete-table') {
    return state === undefined ? [] : [`${place} still stands`];
  }
  // What stands no more is not protected either.
  if (state === undefined) {
    return call.name === 'protection-off' ? [] : [`${place} does not stand`];
  }
  return differenceOf(state, afterCall(call, state)).map((change) => differenceText(place, change));
}

/** Whether two calls change the same setting of a table. */
export function isOfSamePart(a: ApiCall, b: ApiCall): boolean {
  return a.setting !== undefined && a.setting === b.setting && a.tableName === b.tableName && a.region === b.region;
}

function afterCall({ name, setting, value }: ApiCall, state: TableState): TableState {
  switch (name) {
    case 'protection-on':
      return { ...state, deletionProtection: true };
    case 'protection-off':
      return { ...state, deletionProtection: false };
    case 'billing-on-demand':
      return { ...state, billing: { ...state.billing, mode: 'PAY_PER_REQUEST' } };
    case 'change-setting': {
      const after = setting === undefined ? state : { ...state, [setting]: value };
      // Tags of others may be beside it.
      return { ...after, tags: { ...state.tags, ...after.tags } };
    }
    default:
      return state;
  }
}
