import type { DescribedInsights, DescribedTable, DescribedTimeToLive } from './described-shape';
import type { InBetween } from './described';

interface StatusMeaning {
  readonly meaning: string;
  readonly passes: boolean;
}

const NO_KEY = 'its key cannot be used';
const ARCHIVED = 'its key could not be used for long, and it has been archived';

/**
 * What the statuses of tables, indexes, replicas and settings mean that are not ready.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ReplicaDescription.html
 */
const STATUSES: { readonly [status: string]: StatusMeaning } = {
  CREATING: { meaning: 'it is being made', passes: true },
  UPDATING: { meaning: 'it is being changed', passes: true },
  DELETING: { meaning: 'it is being deleted', passes: true },
  ENABLING: { meaning: 'it is being turned on', passes: true },
  DISABLING: { meaning: 'it is being turned off', passes: true },
  ARCHIVING: { meaning: ARCHIVED, passes: false },
  ARCHIVED: { meaning: ARCHIVED, passes: false },
  INACCESSIBLE_ENCRYPTION_CREDENTIALS: { meaning: NO_KEY, passes: false },
  REPLICATION_NOT_AUTHORIZED: { meaning: 'a policy keeps DynamoDB from replicating it', passes: false },
  CREATION_FAILED: { meaning: 'it could not be made', passes: false },
  REGION_DISABLED: { meaning: 'its region is disabled; after 20 hours it is a table of its own for good', passes: false },
};
const BUILDING: StatusMeaning = { meaning: 'index building: it is being filled', passes: true };
const READY: ReadonlySet<string> = new Set(['ACTIVE', 'ENABLED', 'DISABLED']);

/** All of a table that is not ready. */
export function betweenStates(
  table: DescribedTable,
  timeToLive: DescribedTimeToLive | undefined,
  insights: readonly DescribedInsights[],
): InBetween[] {
  const { GlobalSecondaryIndexes: indexes = [], Replicas: replicas = [], SSEDescription: encryption } = table;
  return [
    ...unless('table', table.TableStatus),
    ...indexes.flatMap(({ IndexName: name = '', IndexStatus: status, Backfilling: isFilled }) =>
      isFilled === true
        ? [{ subject: `index '${name}'`, status: status ?? 'ACTIVE', ...BUILDING }]
        : unless(`index '${name}'`, status),
    ),
    ...replicas.flatMap(({ RegionName: region = '', ReplicaStatus: status, ReplicaStatusDescription: said }) =>
      unless(`replica ${region}`, status, said),
    ),
    ...unless('ttl', timeToLive?.TimeToLiveStatus),
    ...unless('encryption', encryption?.Status),
    ...insights.flatMap(({ IndexName: index, ContributorInsightsStatus: status }) =>
      // FAILED is off, which is a setting like any other.
      status === 'FAILED'
        ? []
        : unless(index === undefined ? 'contributor insights' : `contributor insights of '${index}'`, status),
    ),
  ];
}

function unless(subject: string, status = 'ACTIVE', said?: string): InBetween[] {
  if (READY.has(status)) {
    return [];
  }
  const { meaning, passes } = Object.hasOwn(STATUSES, status) ? STATUSES[status] : { meaning: 'it is not ready', passes: false };
  return [{ subject, status, meaning: said === undefined ? meaning : `${meaning}: ${said}`, passes }];
}
