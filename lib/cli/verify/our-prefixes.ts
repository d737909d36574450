import type { TableState } from '../../state';
import { TABLE_TAG } from '../tags';

/**
 * What stands before the base names of the wanted tables, as their tags tell them. Without a prefix, any table of the account could
 * be one of ours, so that an empty one is none.
 */
export function ourPrefixes(wanted: readonly TableState[]): string[] {
  const prefixes = wanted.flatMap(({ tableName, tags }) => {
    const baseName = tags[TABLE_TAG] ?? '';
    const isPrefixed = baseName !== '' && tableName !== baseName && tableName.endsWith(baseName);
    return isPrefixed ? [tableName.slice(0, -baseName.length)] : [];
  });
  return [...new Set(prefixes)].sort();
}
