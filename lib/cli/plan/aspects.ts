import { isDeepStrictEqual } from 'node:util';
import { differenceOf, type Change, type TableState } from '../../state';
import { SETTING_OF, SETTINGS } from './canonical';
import { regionsOf, stateIn, type Table } from './table';

/** A part of a table in one region, such as `index by-owner` or `billing`. */
export interface TableAspect {
  readonly tableName: string;
  readonly region: string;
  readonly aspect: string;
}

/** All of a table that was not there. */
export const WHOLE = 'table';
/** Where a table has replicas. */
export const REGIONS = 'regions';
/** The stack that a table belongs to, which CloudFormation tells. */
export const OWNER = 'owner';
/** Settings that a plan may change and change back: a table is protected, or billed on demand, while it is on its way. */
export const RETURNING: ReadonlySet<string> = new Set(['deletionProtection', 'billing']);

/** Whatever becomes of an index or a setting is about the same part. */
export function aspectOf(change: Change): string {
  return 'indexName' in change ? `index ${change.indexName}` : (SETTING_OF[change.kind] ?? change.kind);
}

/** The whole of a table. */
export function wholeOf(table: Table): TableAspect[] {
  return regionsOf(table).map((region) => ({ tableName: table.name, region, aspect: WHOLE }));
}

/** That tables are not in their stack any more. */
export function ownersOf(tables: readonly Pick<Table, 'name' | 'home'>[]): TableAspect[] {
  return tables.map(({ name: tableName, home: region }) => ({ tableName, region, aspect: OWNER }));
}

/** The parts of a table that an update changes, as far as a live table tells them. */
export function changedAspects(before: Table, after: Table): TableAspect[] {
  const isMoved = regionsOf(before).join() !== regionsOf(after).join();
  return regionsOf(after).flatMap((region) => {
    const aspects = [
      ...(before.replicas.has(region) ? changedIn(stateIn(before, region), stateIn(after, region)) : [WHOLE]),
      ...(isMoved ? [REGIONS] : []),
    ];
    return aspects.map((aspect) => ({ tableName: after.name, region, aspect }));
  });
}

/** In a plan, settings that mean the same are equal; see canonical.ts. */
function changedIn(before: TableState, after: TableState): Iterable<string> {
  const settings = SETTINGS.filter((setting) => !isDeepStrictEqual(before[setting], after[setting]));
  const isSameSchema = before.schema === after.schema || isDeepStrictEqual(before.schema, after.schema);
  return new Set([...settings, ...(isSameSchema ? [] : differenceOf(before, after).map(aspectOf))]);
}
