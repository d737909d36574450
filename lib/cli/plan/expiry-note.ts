import { shellWord } from '../../errors';
import { countOf } from '../words';
import type { ExpiredItems } from './input';
import { homeState, type Table } from './table';

/** What to know of the items that have expired before TTL is turned on. */
export function expiryNote(table: Table, counts: readonly ExpiredItems[]): string {
  const { timeToLive } = homeState(table);
  const attribute = timeToLive.enabled ? timeToLive.attribute : '';
  const found = counts.find(
    (count) => count.tableName === table.name && count.attribute === attribute && count.regions.includes(table.home),
  );
  if (found?.isWhole === true) {
    return `${found.expired} of ${countOf(found.read, 'item')} have expired already and are deleted within days`;
  }
  const reason = found?.reason === undefined ? '' : ` (they could not be counted: ${found.reason})`;
  const known =
    found === undefined || found.read === 0
      ? `items that have expired already are deleted within days${reason}`
      : `${found.expired} of the first ${countOf(found.read, 'item')} have expired already, and such items are deleted within days${reason}`;
  return `${known}; this counts all by reading the whole table: ${countCommand(table, attribute)}`;
}

function countCommand({ name, home }: Table, attribute: string): string {
  const names = shellWord(JSON.stringify({ '#a': attribute }));
  const filter = `--filter-expression '#a < :now' --expression-attribute-names ${names}`;
  const values = `--expression-attribute-values '{":now":{"N":"'$(date +%s)'"}}'`;
  return `aws dynamodb scan --select COUNT --table-name ${shellWord(name)} ${filter} ${values} --region ${home}`;
}
