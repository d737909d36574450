import { apiCall } from './api-calls';
import { creationOf } from './adopt';
import type { Move } from './lane';
import type { Lanes } from './lanes';
import type { Progress } from './progress';
import type { Loss } from './step';
import { homeState, placeOf, regionsOf, stateIn, withoutReplica, withStates, type Table } from './table';
import { SERVER_WORDS } from './server-words';
import { API_WORDS, CONFIRM_WORDS } from './words';

/** Removes the replicas that the target does not have, one region after another; tables of the region's own follow at once. */
export function removeReplicas(progress: Progress, lanes: Lanes, targets: readonly Table[]): void {
  const standing = targets.flatMap((target) => progress.ownedBy(target.owner) ?? []);
  for (const region of [...new Set(standing.flatMap(regionsOf))].sort()) {
    const gone = targets.filter((target) => isGone(progress, target, region));
    if (gone.length > 0) {
      removeIn(progress, lanes, region, gone);
      createIn(progress, lanes, region, targets);
    }
  }
}

function isGone(progress: Progress, target: Table, region: string): boolean {
  return progress.ownedBy(target.owner)?.replicas.has(region) === true && !target.replicas.has(region);
}

function removeIn(progress: Progress, lanes: Lanes, region: string, targets: readonly Table[]): void {
  const tables = targets.flatMap((target) => progress.ownedBy(target.owner) ?? []);
  progress.settle(tables);
  progress.wait(
    'replica-lock',
    tables.map((table) => placeOf(table, region)),
  );
  progress.server(
    SERVER_WORDS.stop,
    [`stop the server in ${region}, and wait until its last writes are in another region`],
    region,
  );
  progress.api(
    tables.map((table) => apiCall('create-backup', table, region)),
    API_WORDS['create-backup'],
  );
  lanes.forEachStack((target) => (targets.includes(target) ? unprotectMove(progress, target, region) : undefined));
  // What is confirmed goes with the next deployment, which is one of each stack.
  for (const stack of new Set(tables.flatMap(({ owner }) => owner?.stack ?? []))) {
    progress.confirm(
      tables.filter(({ owner }) => owner?.stack === stack).map((table) => lossOf(table, region)),
      CONFIRM_WORDS,
    );
    const isOwn = (target: Table): boolean => target.owner?.stack === stack && targets.includes(target);
    lanes.forEachStack((target) => (isOwn(target) ? removalMove(progress, target, region) : undefined));
  }
}

function lossOf({ name }: Table, region: string): Loss {
  return { tableName: name, region, text: `the copy of ${name} in ${region}; its items stay in the other regions` };
}

function unprotectMove(progress: Progress, target: Table, region: string): Move | undefined {
  const table = progress.ownedBy(target.owner);
  if (table === undefined || !stateIn(table, region).deletionProtection) {
    return undefined;
  }
  const after = withStates(table, (state) => (state.region === region ? { ...state, deletionProtection: false } : state));
  const text = `deletion protection off in ${region}`;
  return { change: { name: 'unprotect', table: table.name, regions: [region], text }, after };
}

function removalMove(progress: Progress, target: Table, region: string): Move | undefined {
  const table = progress.ownedBy(target.owner);
  const text = `replica in ${region} removed`;
  return (
    table && {
      change: { name: 'replica-removed', table: table.name, regions: [region], text },
      after: withoutReplica(table, region),
    }
  );
}

/** The region gets its own tables in place of the replicas, empty. */
function createIn(progress: Progress, lanes: Lanes, region: string, targets: readonly Table[]): void {
  const isDue = (target: Table): boolean => target.home === region && progress.standing(target, region) === undefined;
  const due = new Set(targets.filter(isDue));
  if (due.size === 0) {
    return;
  }
  lanes.forEachStack((target) => (due.has(target) ? creationMove(progress, target) : undefined));
  progress.server(SERVER_WORDS.start, [`start the server in ${region}: its own tables are empty`], region);
}

function creationMove(progress: Progress, target: Table): Move {
  const after = creationOf(target, (region) => progress.standing(target, region) === undefined);
  const text = `created in ${regionsOf(after).join(', ')} with ${homeState(after).schema.globalIndexes.length} indexes`;
  const note = 'to begin with the items of the backup, restore it under this name before this step, and plan again';
  return { change: { name: 'create', table: target.name, text, note }, after };
}
