import { betweenStates } from '../../lib/state/described-between';
import type { DescribedInsights, DescribedTable, DescribedTimeToLive } from '../../lib/state/described-shape';

const US = 'us-east-1';

/** `subject STATUS` of each, with `passes` where waiting helps. */
function found(table: DescribedTable, timeToLive?: DescribedTimeToLive, insights: readonly DescribedInsights[] = []): string[] {
  return betweenStates(table, timeToLive, insights).map(
    ({ subject, status, passes }) => `${subject} ${status}${passes ? ' passes' : ''}`,
  );
}

const replica = (ReplicaStatus: string, ReplicaStatusDescription?: string): DescribedTable => ({
  Replicas: [{ RegionName: US, ReplicaStatus, ...(ReplicaStatusDescription !== undefined && { ReplicaStatusDescription }) }],
});

// Every status but ACTIVE that the API reference lists for tables, indexes and replicas, and those of TTL and contributor insights.
const STATUSES: ReadonlyArray<[status: string, passes: boolean, meaning: string]> = [
  ['CREATING', true, 'it is being made'],
  ['UPDATING', true, 'it is being changed'],
  ['DELETING', true, 'it is being deleted'],
  ['ENABLING', true, 'it is being turned on'],
  ['DISABLING', true, 'it is being turned off'],
  ['ARCHIVING', false, 'its key could not be used for long, and it has been archived'],
  ['ARCHIVED', false, 'its key could not be used for long, and it has been archived'],
  ['INACCESSIBLE_ENCRYPTION_CREDENTIALS', false, 'its key cannot be used'],
  ['REPLICATION_NOT_AUTHORIZED', false, 'a policy keeps DynamoDB from replicating it'],
  ['CREATION_FAILED', false, 'it could not be made'],
  ['REGION_DISABLED', false, 'its region is disabled; after 20 hours it is a table of its own for good'],
];

describe.each(STATUSES)('%s', (status, passes, meaning) => {
  test(`of a table, index or replica ${passes ? 'passes' : 'does not pass'}: ${meaning}`, () => {
    expect(betweenStates({ TableStatus: status }, undefined, [])).toEqual([{ subject: 'table', status, meaning, passes }]);
    const indexes = { GlobalSecondaryIndexes: [{ IndexName: 'mail', IndexStatus: status }] };
    expect(betweenStates(indexes, undefined, [])).toEqual([{ subject: "index 'mail'", status, meaning, passes }]);
    expect(betweenStates(replica(status), undefined, [])).toEqual([{ subject: 'replica us-east-1', status, meaning, passes }]);
  });

  test('of a replica has behind it what DynamoDB says of it', () => {
    expect(betweenStates(replica(status, 'see there'), undefined, [])[0].meaning).toBe(`${meaning}: see there`);
  });
});

test('a status that is not known, also one with the name of a method, is not ready and is not waited for', () => {
  for (const status of ['PAUSED', 'toString']) {
    expect(betweenStates({ TableStatus: status }, undefined, [])).toEqual([
      { subject: 'table', status, meaning: 'it is not ready', passes: false },
    ]);
  }
});

test('what is ready, or has no status, is not told', () => {
  const ready: DescribedTable = {
    TableStatus: 'ACTIVE',
    GlobalSecondaryIndexes: [{ IndexName: 'mail', IndexStatus: 'ACTIVE', Backfilling: false }, { IndexName: 'name' }],
    Replicas: [{ RegionName: US, ReplicaStatus: 'ACTIVE', ReplicaStatusDescription: 'all well' }, { RegionName: 'eu-west-1' }],
    SSEDescription: { Status: 'ENABLED' },
  };
  expect(found(ready, { TimeToLiveStatus: 'ENABLED' }, [{ ContributorInsightsStatus: 'DISABLED' }])).toEqual([]);
  expect(found({}, { TimeToLiveStatus: 'DISABLED' }, [{}])).toEqual([]);
});

test('an index that is filled while it serves already is told, and passes', () => {
  const filled = { IndexName: 'mail', Backfilling: true };
  const meaning = 'index building: it is being filled';
  expect(betweenStates({ GlobalSecondaryIndexes: [filled, { ...filled, IndexStatus: 'CREATING' }] }, undefined, [])).toEqual([
    { subject: "index 'mail'", status: 'ACTIVE', meaning, passes: true },
    { subject: "index 'mail'", status: 'CREATING', meaning, passes: true },
  ]);
});

test('everything of a table that is not ready is told, each with its own subject', () => {
  const table: DescribedTable = {
    TableStatus: 'UPDATING',
    GlobalSecondaryIndexes: [
      { IndexName: 'mail', IndexStatus: 'DELETING' },
      { IndexName: 'name', IndexStatus: 'CREATING' },
    ],
    Replicas: [
      { RegionName: US, ReplicaStatus: 'CREATING' },
      { RegionName: 'eu-west-1', ReplicaStatus: 'REGION_DISABLED' },
    ],
    SSEDescription: { Status: 'UPDATING' },
  };
  const insights = [{ ContributorInsightsStatus: 'ENABLING' }, { IndexName: 'mail', ContributorInsightsStatus: 'DISABLING' }];
  expect(found(table, { TimeToLiveStatus: 'ENABLING' }, insights)).toEqual([
    'table UPDATING passes',
    "index 'mail' DELETING passes",
    "index 'name' CREATING passes",
    'replica us-east-1 CREATING passes',
    'replica eu-west-1 REGION_DISABLED',
    'ttl ENABLING passes',
    'encryption UPDATING passes',
    'contributor insights ENABLING passes',
    "contributor insights of 'mail' DISABLING passes",
  ]);
});

test('contributor insights that failed are off, and nothing is waited for', () => {
  expect(found({}, undefined, [{ ContributorInsightsStatus: 'FAILED' }])).toEqual([]);
  expect(found({ TableStatus: 'FAILED' })).toEqual(['table FAILED']);
});
