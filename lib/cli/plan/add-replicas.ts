import { DATA_CLASS_TAG } from '../tags';
import { apiCall } from './api-calls';
import { withoutPolicyAbroad } from './adopt';
import { billingFor, insightsFor } from './index-settings';
import { NO_EXTRAS, replicaExtras } from './extras';
import type { Move } from './lane';
import type { Lanes } from './lanes';
import type { Progress } from './progress';
import type { Loss } from './step';
import {
  homeState,
  placeOf,
  placesOf,
  regionsOf,
  stateIn,
  withDeletionPolicy,
  withExtras,
  withReplica,
  withStates,
  type Table,
} from './table';
import { SERVER_WORDS } from './server-words';
import { API_WORDS, CONFIRM_WORDS } from './words';

/** Adds the replicas that nothing blocks but tables of the region's own, one region after another. */
export function addReplicas(progress: Progress, lanes: Lanes, targets: readonly Table[]): void {
  let isAdded = false;
  for (const region of [...new Set(targets.flatMap(regionsOf))].sort()) {
    const lacking = targets.filter((target) => isAddable(progress, target, region));
    isAdded ||= lacking.length > 0;
    const blocking = lacking.flatMap((target) => progress.standing(target, region) ?? []);
    emptyRegion(progress, region, blocking);
    lanes.forEachStack((target) => (lacking.includes(target) ? replicaMove(progress, target, region) : undefined));
    if (blocking.length > 0) {
      progress.settle(lacking.flatMap((target) => progress.ownedBy(target.owner) ?? []));
      progress.server(SERVER_WORDS.start, [`start the server in ${region}: it finds the replicated tables`], region);
    }
  }
  if (isAdded) {
    // What a replica could not be given while it was made, such as its resource policy.
    lanes.run('early');
  }
}

function isAddable(progress: Progress, target: Table, region: string): boolean {
  const table = progress.ownedBy(target.owner);
  const blocking = progress.standing(target, region);
  return (
    table !== undefined &&
    target.replicas.has(region) &&
    !table.replicas.has(region) &&
    (blocking === undefined || blocking.replicas.size === 1)
  );
}

function replicaMove(progress: Progress, target: Table, region: string): Move {
  const table = progress.ownedBy(target.owner) ?? target;
  const home = homeState(table);
  const wanted = withoutPolicyAbroad(stateIn(target, region), target.home);
  const { schema, stream, timeToLive } = home;
  const state = { ...wanted, schema, stream, timeToLive };
  const grown = withReplica(table, {
    ...state,
    billing: billingFor({ ...state, billing: home.billing }, wanted),
    contributorInsights: insightsFor(state, wanted),
    encryption: home.encryption.key === wanted.encryption.key ? wanted.encryption : home.encryption,
  });
  const extras = table.owner?.extras ?? NO_EXTRAS;
  const own = replicaExtras(target.owner?.extras?.replicas[region]);
  const after = withExtras(grown, { ...extras, replicas: { ...extras.replicas, [region]: own } });
  const text = `replica in ${region} added`;
  return { change: { name: 'replica-added', table: table.name, regions: [region], text }, after };
}

/** Takes tables of a region's own away, so that replicas can come in their place. */
function emptyRegion(progress: Progress, region: string, tables: readonly Table[]): void {
  if (tables.length === 0) {
    return;
  }
  progress.settle(tables);
  progress.server(SERVER_WORDS.stop, [`stop the server in ${region}: it would make a missing table again`], region);
  progress.api(
    tables.map((table) => apiCall('create-backup', table, region)),
    API_WORDS['create-backup'],
  );
  progress.server(SERVER_WORDS.merge, tables.map(mergeInstruction), region);
  dropOwned(progress, tables);
  dropLoose(
    progress,
    tables.filter(({ owner }) => owner === undefined),
  );
}

function dropOwned(progress: Progress, tables: readonly Table[]): void {
  const stacks = new Set(tables.flatMap(({ owner }) => owner?.stack ?? []));
  for (const stack of stacks) {
    const own = tables.filter(({ owner }) => owner?.stack === stack);
    const moves = own.map((table): Move => ({
      change: { name: 'unprotect', table: table.name, text: 'deletion protection off, DeletionPolicy Delete' },
      after: withDeletionPolicy(
        withStates(table, (state) => ({ ...state, deletionProtection: false })),
        'Delete',
      ),
    }));
    const isOpen = (table: Table): boolean => !homeState(table).deletionProtection && table.owner?.deletionPolicy === 'Delete';
    if (!own.every(isOpen)) {
      progress.deploy(stack, moves);
    }
    progress.confirm(own.map(lossOf), CONFIRM_WORDS);
    progress.drop(
      stack,
      moves.map(({ after }) => after),
    );
  }
}

function dropLoose(progress: Progress, tables: readonly Table[]): void {
  if (tables.length === 0) {
    return;
  }
  const isProtected = tables.filter((table) => homeState(table).deletionProtection);
  progress.api(
    isProtected.map((table) => apiCall('protection-off', table, table.home)),
    API_WORDS['protection-off'],
  );
  progress.confirm(tables.map(lossOf), CONFIRM_WORDS);
  progress.api(
    tables.map((table) => apiCall('delete-table', table, table.home)),
    API_WORDS['delete-table'],
  );
  tables.forEach((table) => progress.remove(table));
  progress.wait('gone', tables.flatMap(placesOf));
}

function lossOf(table: Table): Loss {
  const text = `the items of ${table.name} in ${table.home} that were not copied before`;
  return { tableName: table.name, region: table.home, text };
}

function mergeInstruction(table: Table): string {
  const { tags, schema } = homeState(table);
  const dataClass = tags[DATA_CLASS_TAG] ?? 'durable';
  const key = schema.partitionKey.name;
  return dataClass === 'durable'
    ? `${placeOf(table, table.home)} is durable: put each of its items into the primary region on condition attribute_not_exists(${key})`
    : `${placeOf(table, table.home)} is ${dataClass}: its items may go`;
}
