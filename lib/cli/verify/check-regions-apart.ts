import { fail } from '../../errors';
import { isReplicated } from '../../state';
import type { RegionReading } from './read-regions';
import type { LiveSource } from './source';

/**
 * Some servers answer alike for all regions. What stands in one region would then be believed to stand in every other one, so that
 * nothing that was read there counts. AWS is none of them.
 * @throws IdentityTablesError when one table is the same in several regions
 */
export function checkRegionsApart({ place, isAws }: LiveSource, readings: readonly RegionReading[]): void {
  const shared = isAws ? undefined : sharedTable(readings);
  if (shared !== undefined) {
    fail('IDT0713', {
      what: `${place} does not keep regions apart`,
      given: `table '${shared.tableName}' is the same one in ${shared.regions.join(', ')}`,
      allowed: 'a server that holds other tables for each region of the signature',
    });
  }
}

/** The table that is seen in most regions. A replica may be told with the identity of its table, but its server knows regions. */
function sharedTable(readings: readonly RegionReading[]): { readonly tableName: string; readonly regions: string[] } | undefined {
  const seen = new Map<string, { readonly tableName: string; readonly regions: string[] }>();
  for (const { region, tables } of readings) {
    for (const { state, identity } of tables) {
      if (identity !== undefined && !isReplicated(state)) {
        const one = seen.get(identity) ?? { tableName: state.tableName, regions: [] };
        one.regions.push(region);
        seen.set(identity, one);
      }
    }
  }
  const [widest] = [...seen.values()].sort((a, b) => b.regions.length - a.regions.length || (a.tableName < b.tableName ? -1 : 1));
  return widest !== undefined && widest.regions.length > 1 ? widest : undefined;
}
