import { DATA_CLASS_TAG } from '../tags';
import { apiCall } from './api-calls';
import { withoutPolicyAbroad } from './adopt';
import { billingFor, insightsFor } from './index-settings';
import { NO_EXTRAS, replicaExtras } from './extras';
import { dropTables } from './drop';
import type { Move } from './lane';
import type { Lanes } from './lanes';
import type { Progress } from './progress';
import { homeState, placeOf, regionsOf, stateIn, withExtras, withReplica, type Table } from './table';
import { SERVER_WORDS } from './server-words';
import { API_WORDS, DROP_REASONS } from './words';

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
  dropTables(progress, tables, DROP_REASONS.replica);
}

function mergeInstruction(table: Table): string {
  const { tags, schema } = homeState(table);
  const dataClass = tags[DATA_CLASS_TAG] ?? 'durable';
  const key = schema.partitionKey.name;
  return dataClass === 'durable'
    ? `${placeOf(table, table.home)} is durable: put each of its items into the primary region on condition attribute_not_exists(#k), where #k is ${key}`
    : `${placeOf(table, table.home)} is ${dataClass}: its items may go`;
}
