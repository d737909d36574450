import { DESCRIBE_ACTIONS, ITEM_ACTIONS } from '../../access';
import type { RuntimeProfile } from '../../servers';
import type { RecordedUse } from '../record';

/** Where each action stands in a runtime profile. What is in none of these, no runtime grant has. */
export const PROFILE_PARTS = {
  data: ITEM_ACTIONS,
  describe: DESCRIBE_ACTIONS,
  manage: ['CreateTable', 'TagResource', 'UpdateTable', 'UpdateTimeToLive'],
  manageProtection: ['UpdateContinuousBackups'],
} as const;

const GRANTED: readonly string[] = Object.values(PROFILE_PARTS).flat();

/** The uses that were answered at least once otherwise than by a denial: what the server works with. */
function worked({ count, denied }: RecordedUse): boolean {
  return count > denied;
}

/** The profile of one table from its uses. `protects`: whether the server used UpdateTable for deletion protection alone. */
export function runtimeProfile(uses: readonly RecordedUse[], { protects }: { protects: boolean }): RuntimeProfile {
  const working = uses.filter(worked);
  const onTable = working.filter(({ index }) => index === undefined);
  const of = (actions: readonly string[]): string[] =>
    sorted(onTable.map(({ action }) => action).filter((each) => actions.includes(each)));
  const isProtection = (action: string): boolean =>
    action === 'UpdateTable' ? protects : (PROFILE_PARTS.manageProtection as readonly string[]).includes(action);
  const manageProtection = of([...PROFILE_PARTS.manage, ...PROFILE_PARTS.manageProtection].filter(isProtection));
  const data = of(PROFILE_PARTS.data);
  const transactOnly = data.filter((action) =>
    onTable.filter((use) => use.action === action).every(({ transactional, count }) => transactional === count),
  );
  return {
    data,
    describe: of(PROFILE_PARTS.describe),
    manage: of(PROFILE_PARTS.manage.filter((action) => !isProtection(action))),
    ...(manageProtection.length > 0 && { manageProtection }),
    indexQueries: sorted(working.flatMap(({ action, index }) => (action === 'Query' && index !== undefined ? [index] : []))),
    ...(transactOnly.length > 0 && { transactOnly }),
  };
}

/** How the actions of a table were used, for people. */
export function mannerNotes(uses: readonly RecordedUse[]): string[] {
  const manners = [
    ['conditional', 'with a condition'],
    ['consistent', 'strongly consistent'],
    ['transactional', 'in transactions'],
  ] as const;
  return manners.flatMap(([manner, words]) => {
    const actions = sorted(uses.filter((use) => worked(use) && use[manner] > 0).map(placeOf));
    return actions.length === 0 ? [] : [`${words}: ${actions.join(', ')}`];
  });
}

/** Uses for which no runtime grant has an action: calls that manage tables in other ways, and reads of an index that are no queries. */
export function notGranted(uses: readonly RecordedUse[]): RecordedUse[] {
  return uses.filter(
    ({ action, table, index }) =>
      table !== undefined && (!GRANTED.includes(action) || (index !== undefined && action !== 'Query')),
  );
}

function placeOf({ action, index }: RecordedUse): string {
  return index === undefined ? action : `${action} of index ${index}`;
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
