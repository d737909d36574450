import { isReplicated, type LiveTable, type TableState, type Unread } from '../../state';
import type { RegionReading } from './read-regions';

const NO_REPLICAS: Unread = { kind: 'placement', cause: 'unsupported', reason: 'no table of the server tells of replicas' };

/**
 * The tables that were read, made consistent: a region that was asked and has no such table has no replica of it, whatever the
 * other regions say, unless the replica is being made.
 */
export function standingTables(readings: readonly RegionReading[]): LiveTable[] {
  const missing = missingPlaces(readings);
  return readings.flatMap(({ tables }) =>
    tables.map((table) => {
      const { state, inBetween } = table;
      const replicaRegions = state.replicaRegions.filter(
        (region) =>
          !missing.has(`${region} ${state.tableName}`) || inBetween.some(({ subject }) => subject === `replica ${region}`),
      );
      return { ...table, state: { ...state, replicaRegions } };
    }),
  );
}

/**
 * Servers on a developer's machine have a table for each replica and do not know that they belong together. A server that tells of no replica
 * at all is taken for one of them, so that replication is not checked instead of wrong everywhere. Where no table was looked for, a
 * replica may stand.
 */
export function withoutReplication(readings: readonly RegionReading[], wanted: readonly TableState[]): LiveTable[] {
  const tables = standingTables(readings);
  if (tables.some(({ state }) => isReplicated(state))) {
    return tables;
  }
  const missing = missingPlaces(readings);
  return tables.map((table) => {
    const { tableName, region } = table.state;
    const other = wanted.find((each) => each.tableName === tableName && each.region === region);
    if (other === undefined || !isReplicated(other)) {
      return table;
    }
    const replicaRegions = other.replicaRegions.filter((each) => !missing.has(`${each} ${tableName}`));
    return { ...table, state: { ...table.state, replicaRegions }, unread: [...table.unread, NO_REPLICAS] };
  });
}

/** Where tables were looked for and do not stand. */
function missingPlaces(readings: readonly RegionReading[]): ReadonlySet<string> {
  return new Set(readings.flatMap(({ region, missing }) => missing.map((name) => `${region} ${name}`)));
}
