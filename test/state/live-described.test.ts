import { Problems } from '../../lib/errors';
import { compareWithLive, type LiveTable, type TableState } from '../../lib/state';
import { liveTable, type Described } from '../../lib/state/described-table';
import type { DescribedTable } from '../../lib/state/described-shape';
import { bareTable } from './bare-table';

const EU = 'eu-central-1';
const US = 'us-east-1';

const KEYS: DescribedTable = {
  TableName: 'users',
  TableArn: `arn:aws:dynamodb:${EU}:111122223333:table/users`,
  TableStatus: 'ACTIVE',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
};

function live(table: DescribedTable = {}, answers: Partial<Described> = {}): LiveTable {
  const problems = new Problems();
  const described = {
    region: EU,
    table: { ...KEYS, ...table },
    timeToLive: { value: {} },
    recovery: { value: {} },
    tags: { value: [] },
    policy: { value: undefined },
    insights: { value: [] },
    ...answers,
  };
  const found = liveTable(described, problems);
  problems.throwIfAny();
  return found as LiveTable;
}

function state(table: DescribedTable = {}, answers: Partial<Described> = {}): TableState {
  return live(table, answers).state;
}

test('a bare table has the defaults of DynamoDB', () => {
  expect(live()).toEqual({
    state: bareTable({ region: EU, owner: { kind: 'nobody' } }),
    unread: [{ kind: 'owner', cause: 'not in source', reason: 'no tag tells the stack' }],
    inBetween: [],
  });
});

test('every setting of a table that has them all', () => {
  const index = {
    IndexName: 'email-index',
    KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  };
  const found = state(
    {
      AttributeDefinitions: ['id', 'email'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [
        { ...index, IndexStatus: 'ACTIVE', OnDemandThroughput: { MaxReadRequestUnits: 40, MaxWriteRequestUnits: -1 } },
      ],
      OnDemandThroughput: { MaxReadRequestUnits: -1, MaxWriteRequestUnits: 100 },
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: `arn:aws:kms:${EU}:111122223333:key/1-2` },
      DeletionProtectionEnabled: true,
      TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
      Replicas: [{ RegionName: US, ReplicaStatus: 'ACTIVE' }],
      MultiRegionConsistency: 'STRONG',
    },
    {
      timeToLive: { value: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' } },
      recovery: { value: { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 7 } },
      tags: { value: [{ Key: 'team', Value: 'login' }] },
      policy: { value: { Statement: [] } },
      insights: {
        value: [
          { ContributorInsightsStatus: 'ENABLED', ContributorInsightsMode: 'THROTTLED_KEYS' },
          { IndexName: 'email-index', ContributorInsightsStatus: 'ENABLED', ContributorInsightsMode: 'THROTTLED_KEYS' },
        ],
      },
    },
  );
  expect(found).toMatchObject({
    billing: {
      mode: 'PAY_PER_REQUEST',
      table: { maxWriteRequestUnits: 100 },
      indexes: { 'email-index': { maxReadRequestUnits: 40 } },
    },
    stream: 'NEW_AND_OLD_IMAGES',
    encryption: { key: 'CUSTOMER_MANAGED', keyId: `arn:aws:kms:${EU}:111122223333:key/1-2` },
    deletionProtection: true,
    tableClass: 'STANDARD_INFREQUENT_ACCESS',
    replicaRegions: [EU, US],
    consistency: 'STRONG',
    timeToLive: { enabled: true, attribute: 'ttl' },
    pointInTimeRecovery: { enabled: true, days: 7 },
    tags: { team: 'login' },
    resourcePolicy: { Statement: [] },
    contributorInsights: { enabled: true, mode: 'THROTTLED_KEYS', indexes: ['email-index'] },
  });
});

test('an index and a replica that are being deleted are no longer part of the table', () => {
  const found = live({
    AttributeDefinitions: ['id', 'email'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'email-index',
        KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
        IndexStatus: 'DELETING',
      },
    ],
    Replicas: [
      { RegionName: US, ReplicaStatus: 'DELETING' },
      { RegionName: 'us-west-2', ReplicaStatus: 'CREATION_FAILED', ReplicaStatusDescription: 'a table of that name exists' },
    ],
  });
  expect(found.state.schema.globalIndexes).toEqual([]);
  expect(found.state.replicaRegions).toEqual([EU]);
  expect(found.inBetween).toEqual([
    { subject: "index 'email-index'", status: 'DELETING', meaning: 'it is being deleted', passes: true },
    { subject: `replica ${US}`, status: 'DELETING', meaning: 'it is being deleted', passes: true },
    {
      subject: 'replica us-west-2',
      status: 'CREATION_FAILED',
      meaning: 'it could not be made: a table of that name exists',
      passes: false,
    },
  ]);
});

test('provisioned capacity of the table and its indexes; the billing mode may be left out', () => {
  const units = (ReadCapacityUnits: number, WriteCapacityUnits: number) => ({ ReadCapacityUnits, WriteCapacityUnits });
  const { billing } = state({ BillingModeSummary: undefined, ProvisionedThroughput: units(5, 6) });
  expect(billing).toEqual({ mode: 'PROVISIONED', table: { read: { min: 5, max: 5 }, write: { min: 6, max: 6 } }, indexes: {} });
  expect(state({ BillingModeSummary: undefined, ProvisionedThroughput: units(0, 0) }).billing.mode).toBe('PAY_PER_REQUEST');
});

test('insights that failed are off; those that are being turned on are on and in between', () => {
  const failed = live({}, { insights: { value: [{ ContributorInsightsStatus: 'FAILED' }] } });
  expect([failed.state.contributorInsights.enabled, failed.inBetween]).toEqual([false, []]);
  const enabling = live({}, { insights: { value: [{ ContributorInsightsStatus: 'ENABLING' }] } });
  expect(enabling.state.contributorInsights.enabled).toBe(true);
  expect(enabling.inBetween).toMatchObject([{ subject: 'contributor insights', status: 'ENABLING', passes: true }]);
});

// Tags that start with aws: are reserved for AWS, see the tagging restrictions of DynamoDB.
test('tags of CloudFormation tell the owner, and are none of the table', () => {
  const tags = {
    'aws:cloudformation:stack-name': 'Identity',
    'aws:cloudformation:stack-id': `arn:aws:cloudformation:${EU}:111122223333:stack/Identity/1-2`,
    'aws:cloudformation:logical-id': 'Users',
    'awsome:team': 'login',
  };
  const found = live({}, { tags: { value: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } });
  expect(found.state.tags).toEqual({ 'awsome:team': 'login' });
  expect(found.state.owner).toMatchObject({ kind: 'stack', stackName: 'Identity', logicalId: 'Users' });
  expect(found.unread).toEqual([]);
});

// The mode is one of a table or of an index, see UpdateContributorInsights.
test('insights of an index alone, and of one with another mode than its table', () => {
  const on = (ContributorInsightsMode: string, IndexName?: string) => ({
    ...(IndexName !== undefined && { IndexName }),
    ContributorInsightsStatus: 'ENABLED',
    ContributorInsightsMode,
  });
  const off = { ContributorInsightsStatus: 'DISABLED', ContributorInsightsMode: 'ACCESSED_AND_THROTTLED_KEYS' };
  const insights = (...value: object[]) => state({}, { insights: { value } }).contributorInsights;
  expect(insights(off, on('THROTTLED_KEYS', 'a-index'))).toEqual({
    enabled: false,
    mode: 'THROTTLED_KEYS',
    indexes: ['a-index'],
  });
  expect(insights(on('ACCESSED_AND_THROTTLED_KEYS'), on('THROTTLED_KEYS', 'a-index'))).toEqual({
    enabled: true,
    mode: 'ACCESSED_AND_THROTTLED_KEYS',
    indexes: ['a-index'],
    indexModes: { 'a-index': 'THROTTLED_KEYS' },
  });
});

test('a status that nobody knew when this was written is not taken for ready', () => {
  expect(live({ TableStatus: 'MOVING' }).inBetween).toEqual([
    { subject: 'table', status: 'MOVING', meaning: 'it is not ready', passes: false },
  ]);
});

describe('against what is wanted', () => {
  const wanted = (changes: Partial<TableState> = {}): TableState => ({
    ...state(),
    owner: { kind: 'stack', stackName: 'Identity', logicalId: 'Users', deletionPolicy: 'Retain' },
    ...changes,
  });

  test('what was not read is neither the same nor different, the rest is compared', () => {
    const denied = { cause: 'refused', reason: 'no' } as const;
    const { changes, unchecked } = compareWithLive(
      [live({}, { timeToLive: denied })],
      [wanted({ timeToLive: { enabled: true, attribute: 'ttl' }, deletionProtection: true })],
    );
    expect(changes.map(({ kind }) => kind)).toEqual(['deletion-protection']);
    expect(unchecked).toEqual([
      { region: EU, tableName: 'users', kind: 'time-to-live', ...denied },
      { region: EU, tableName: 'users', kind: 'owner', cause: 'not in source', reason: 'no tag tells the stack' },
    ]);
  });

  test('whether a key is the one that AWS manages is only known to KMS', () => {
    const keyed = live({ SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: `arn:aws:kms:${EU}:1:key/1-2` } });
    const compared = (encryption: TableState['encryption']) => compareWithLive([keyed], [wanted({ encryption })]);
    for (const managed of [{ key: 'AWS_MANAGED' }, { key: 'CUSTOMER_MANAGED', keyId: 'alias/aws/dynamodb' }] as const) {
      const { changes, unchecked } = compared(managed);
      expect(changes).toEqual([]);
      expect(unchecked.map(({ kind }) => kind)).toEqual(['owner', 'encryption']);
    }
    const told = { ...keyed, unread: [] };
    const { changes: differences } = compareWithLive([told], [wanted({ encryption: { key: 'AWS_MANAGED' } })]);
    expect(differences.map(({ kind }) => kind)).toEqual(['owner', 'encryption']);
    const named = compared({ key: 'CUSTOMER_MANAGED', keyId: '9-9' });
    expect(named.changes.map(({ kind }) => kind)).toEqual(['encryption']);
    expect(named.unchecked.map(({ kind }) => kind)).toEqual(['owner']);
  });

  test('the owner of a replica is not asked', () => {
    const replica = wanted({ owner: { kind: 'replica', primaryRegion: US }, replicaRegions: [EU, US] });
    const { changes, unchecked } = compareWithLive(
      [live({ Replicas: [{ RegionName: US, ReplicaStatus: 'ACTIVE' }] })],
      [replica],
    );
    expect([changes, unchecked]).toEqual([[], []]);
  });
});

// The user-profile table of govuk-one-login: six indexes, four of them with the same partition key, with N sort keys.
test('the order of indexes and attributes of a live table is no difference', () => {
  const index = (IndexName: string, pk: string, sk: string | undefined, Projection: object) => ({
    IndexName,
    KeySchema: [{ AttributeName: pk, KeyType: 'HASH' }, ...(sk === undefined ? [] : [{ AttributeName: sk, KeyType: 'RANGE' }])],
    Projection,
  });
  const all = { ProjectionType: 'ALL' };
  const keys = { ProjectionType: 'KEYS_ONLY' };
  const indexes = [
    index('SubjectIDIndex', 'SubjectID', undefined, all),
    index('PublicSubjectIDIndex', 'PublicSubjectID', undefined, all),
    index('VerifiedAccountIndex', 'SubjectID', 'accountVerified', keys),
    index('TestUserIndex', 'SubjectID', 'testUser', keys),
    index('PhoneNumberIndex', 'PhoneNumber', undefined, {
      ProjectionType: 'INCLUDE',
      NonKeyAttributes: ['PhoneNumberVerified', 'Salt'],
    }),
    index('CountUserIndex', 'testUser', 'accountVerified', keys),
  ];
  const attribute = (type: string) => (AttributeName: string) => ({ AttributeName, AttributeType: type });
  const definitions = [
    ...['Email', 'SubjectID', 'PublicSubjectID', 'PhoneNumber'].map(attribute('S')),
    ...['accountVerified', 'testUser'].map(attribute('N')),
  ];
  const profile = { TableName: 'user-profile', KeySchema: [{ AttributeName: 'Email', KeyType: 'HASH' }] };
  const one = live({ ...profile, AttributeDefinitions: definitions, GlobalSecondaryIndexes: indexes });
  const shuffled = indexes
    .map((each) => ({
      ...each,
      ...('NonKeyAttributes' in each.Projection && {
        Projection: { ...each.Projection, NonKeyAttributes: ['Salt', 'PhoneNumberVerified'] },
      }),
    }))
    .reverse();
  const other = live({ ...profile, AttributeDefinitions: [...definitions].reverse(), GlobalSecondaryIndexes: shuffled });
  expect(one.state.schema.globalIndexes).toHaveLength(6);
  expect(compareWithLive([one], [other.state]).changes).toEqual([]);
  const wrongType = live({
    ...profile,
    AttributeDefinitions: definitions.map((each) => (each.AttributeName === 'testUser' ? { ...each, AttributeType: 'S' } : each)),
    GlobalSecondaryIndexes: indexes,
  });
  expect(
    compareWithLive([one], [wrongType.state]).changes.map((change) => ('indexName' in change ? change.indexName : change.kind)),
  ).toEqual(['CountUserIndex', 'TestUserIndex']);
});
