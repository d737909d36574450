import { apiCall } from './api-calls';
import { dropTables } from './drop';
import type { PlanInput } from './input';
import type { Match } from './match';
import type { Progress } from './progress';
import { isAnother } from './refuse';
import { SERVER_WORDS } from './server-words';
import { regionsOf, type Table } from './table';
import { API_WORDS, DROP_REASONS } from './words';

/**
 * Deletes the tables whose items were given up and that have another key in the target, so that they are made anew.
 * @returns the matches that are left, and the regions whose servers are to be started afterwards
 */
export function dropOthers(
  progress: Progress,
  matches: readonly Match[],
): { readonly matches: readonly Match[]; readonly stopped: readonly string[] } {
  const others = matches.filter(isAnother);
  const tables = others.flatMap(({ current }) => current ?? []);
  if (tables.length === 0) {
    return { matches, stopped: [] };
  }
  const stopped = [...new Set(tables.flatMap(regionsOf))].sort();
  progress.settle(tables);
  for (const region of stopped) {
    progress.server(SERVER_WORDS.stop, [`stop the server in ${region}: ${namesIn(tables, region)} are made anew`], region);
  }
  progress.api(
    tables.map((table) => apiCall('create-backup', table, table.home)),
    API_WORDS['create-backup'],
  );
  dropTables(progress, tables, DROP_REASONS.anew);
  return {
    matches: matches.map((match) => (others.includes(match) ? { ...match, current: undefined } : match)),
    stopped,
  };
}

/** When the new tables stand. */
export function startServers(progress: Progress, regions: readonly string[], { stacks }: Pick<PlanInput, 'stacks'>): void {
  progress.settle(stacks.flatMap(({ key }) => progress.tablesOf(key)));
  regions.forEach((region) =>
    progress.server(SERVER_WORDS.start, [`start the server in ${region}: its new tables are empty`], region),
  );
}

function namesIn(tables: readonly Table[], region: string): string {
  return tables
    .filter(({ replicas }) => replicas.has(region))
    .map(({ name }) => name)
    .join(', ');
}
