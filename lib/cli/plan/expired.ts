import { errorText } from '../aws/service-error';
import type { TableState } from '../../state';
import { expiredRange } from '../expire/expiry';
import type { LiveAccess } from '../verify/live-access';
import type { ExpiredItems } from './input';
import { failAtCall } from '../verify/single-call';

/** Read units for one table: 25 MB, a fraction of a cent. */
const BUDGET_ON_DEMAND = 3_200;
/** Of a provisioned table, what it provides in half a minute: DynamoDB saves up to five minutes for bursts. */
const BUDGET_SECONDS = 30;
/** Of a full page of one megabyte, for a server that does not tell. */
const UNITS_OF_A_PAGE = 128;
/** Items of a page, where each read unit counts. */
const SMALL_PAGE = 100;

/** Counts the items that TTL would delete at once, in the tables where the target turns it on. It reads a part of a large table. */
export async function expiredItems(
  access: LiveAccess,
  current: readonly TableState[],
  wanted: readonly TableState[],
): Promise<ExpiredItems[]> {
  const counts: ExpiredItems[] = [];
  const counted = new Set<string>();
  for (const state of current) {
    const attribute = attributeTurnedOn(state, wanted);
    // All replicas have the same items.
    const isCounted = state.replicaRegions.some((region) => counted.has(`${state.tableName}@${region}`));
    if (attribute !== undefined && !isCounted) {
      counted.add(`${state.tableName}@${state.region}`);
      counts.push(await countIn(access, state, attribute));
    }
  }
  return counts;
}

function attributeTurnedOn({ tableName, region, timeToLive }: TableState, wanted: readonly TableState[]): string | undefined {
  const target = wanted.find((state) => state.tableName === tableName && state.region === region)?.timeToLive;
  const isOn = target?.enabled === true && timeToLive.enabled && timeToLive.attribute === target.attribute;
  return target?.enabled === true && !isOn ? target.attribute : undefined;
}

async function countIn(access: LiveAccess, state: TableState, attribute: string): Promise<ExpiredItems> {
  const { tableName, region, billing } = state;
  const { sdk, client, excuse } = access.reader(region);
  const isProvisioned = billing.mode === 'PROVISIONED';
  const budget = isProvisioned ? BUDGET_SECONDS * (billing.table.read?.min ?? 1) : BUDGET_ON_DEMAND;
  const range = expiredRange(Date.now());
  const places = { tableName, regions: state.replicaRegions, attribute };
  let [expired, read, units] = [0, 0, 0];
  let from: Record<string, never> | undefined;
  try {
    do {
      const page = await client.send(
        new sdk.ScanCommand({
          TableName: tableName,
          Select: 'COUNT',
          FilterExpression: '#expiry > :from AND #expiry < :to',
          ExpressionAttributeNames: { '#expiry': attribute },
          ExpressionAttributeValues: { ':from': { N: String(range.from) }, ':to': { N: String(range.to) } },
          ReturnConsumedCapacity: 'TOTAL',
          ExclusiveStartKey: from,
          ...(isProvisioned && { Limit: SMALL_PAGE }),
        }),
      );
      expired += page.Count ?? 0;
      read += page.ScannedCount ?? 0;
      units += page.ConsumedCapacity?.CapacityUnits ?? UNITS_OF_A_PAGE;
      from = page.LastEvaluatedKey as typeof from;
    } while (from !== undefined && units < budget);
  } catch (error) {
    if (excuse(error) === undefined) {
      failAtCall(error, access, `how many items of '${tableName}' in ${region} have expired`);
    }
    return { ...places, expired, read, isWhole: false, reason: errorText(error) };
  }
  return { ...places, expired, read, isWhole: from === undefined };
}
