import { spawnSync } from 'node:child_process';

// The rules of CloudFormation that the end-to-end cloud keeps. A rule that is missing there lets a test pass that AWS would fail.

interface Properties {
  readonly [property: string]: unknown;
}

interface Operation {
  /** Properties before the update that differ from TABLE; a creation when left out. */
  readonly from?: Properties;
  /** Properties afterwards that differ from TABLE. */
  readonly to: Properties;
  /** Regions that were the source of a new replica within 24 hours. */
  readonly locked?: readonly string[];
}

const HOME = 'eu-central-1';
const OTHER = 'us-east-1';

const index = (name: string, projection: Properties = { ProjectionType: 'ALL' }): Properties => ({
  IndexName: name,
  KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
  Projection: projection,
});
const indexes = (...names: string[]): Properties => ({ GlobalSecondaryIndexes: names.map((name) => index(name)) });
const replica = (region: string, settings: Properties = {}): Properties => ({ Region: region, ...settings });
const replicas = (...list: Properties[]): Properties => ({ Replicas: list });
const key = (region: string): Properties => ({
  SSESpecification: { KMSMasterKeyId: `arn:aws:kms:${region}:000000000000:key/1` },
});
const recovery = (days: number): Properties => ({
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: days },
});

const ONE_REGION = replicas(replica(HOME));
const THREE_REGIONS = replicas(replica(OTHER), replica('ap-southeast-2'), replica(HOME));
const PROTECTED = replicas(replica(OTHER, { DeletionProtectionEnabled: true }), replica(HOME));
const ENCRYPTED = { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } };
const POLICY = { ResourcePolicy: { PolicyDocument: { Version: '2012-10-17', Statement: [] } } };
const TAG = { Key: 'a', Value: 'b' };
const MANY = Array.from({ length: 21 }, (_, i) => `index-${i}`);
const WIDE = index('wide', { ProjectionType: 'INCLUDE', NonKeyAttributes: Array.from({ length: 101 }, (_, i) => `a${i}`) });

/** A replicated on-demand table that CloudFormation accepts. */
const TABLE: Properties = {
  TableName: 'sample',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'owner', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  ...indexes('by-owner'),
  StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
  ...replicas(replica(OTHER), replica(HOME)),
};

const ACCEPTED: Readonly<Record<string, Operation>> = {
  'a table in two regions': { to: {} },
  'a table in one region without a stream': { to: { ...ONE_REGION, StreamSpecification: undefined } },
  'a table with twenty indexes': { to: indexes(...MANY.slice(1)) },
  'a key in every region': { to: { ...ENCRYPTED, ...replicas(replica(OTHER, key(OTHER)), replica(HOME, key(HOME))) } },
  'one index more': { from: {}, to: indexes('by-owner', 'second') },
  'one index less': { from: {}, to: indexes() },
  'one replica more': { from: {}, to: THREE_REGIONS },
  'one replica less': { from: {}, to: ONE_REGION },
  'a replica less whose neighbour is locked': { from: {}, to: ONE_REGION, locked: [HOME] },
  'protection off': { from: PROTECTED, to: {} },
  'expiry off': { from: {}, to: { TimeToLiveSpecification: undefined } },
  'a stream while there is one replica': { from: { ...ONE_REGION, StreamSpecification: undefined }, to: ONE_REGION },
};

const REFUSED: Readonly<Record<string, Operation & { readonly reason: RegExp }>> = {
  'an unknown property': { to: { ReplicaRegions: [] }, reason: /extraneous key \[ReplicaRegions\]/ },
  'an unknown property of a replica': { to: replicas(replica(HOME, { TTL: 1 })), reason: /extraneous key \[TTL\]/ },
  'no replica in its own region': { to: replicas(replica(OTHER)), reason: /must include the stack region/ },
  'a region twice': { to: replicas(replica(HOME), replica(HOME)), reason: /region twice/ },
  'a region that cannot exist': { to: replicas(replica(HOME), replica('frankfurt')), reason: /'frankfurt' is not a region/ },
  '21 indexes': { to: indexes(...MANY), reason: /limit of 20/ },
  '101 projected attributes': { to: { GlobalSecondaryIndexes: [WIDE] }, reason: /limit of 100/ },
  'replicas without a stream': { to: { StreamSpecification: undefined }, reason: /StreamSpecification is required/ },
  'an unknown stream view': { to: { StreamSpecification: { StreamViewType: 'NOPE' } }, reason: /StreamViewType must be one of/ },
  'provisioned capacity alone': { to: { BillingMode: 'PROVISIONED' }, reason: /WriteProvisionedThroughputSettings is required/ },
  'a customer key in one region only': {
    to: { ...ENCRYPTED, ...replicas(replica(OTHER), replica(HOME, key(HOME))) },
    reason: /us-east-1 has none/,
  },
  'a customer key of another region': {
    to: { ...ENCRYPTED, ...replicas(replica(OTHER, key(HOME)), replica(HOME, key(HOME))) },
    reason: /key of another region/,
  },
  '36 days of recovery': { to: replicas(replica(HOME, recovery(36))), reason: /between 1 and 35/ },
  'a tag twice': { to: replicas(replica(HOME, { Tags: [TAG, TAG] })), reason: /a key twice/ },
  'a resource policy at a new replica': {
    to: replicas(replica(OTHER, POLICY), replica(HOME)),
    reason: /cannot be set in the operation that creates the replica/,
  },
  'two indexes': { from: {}, to: indexes('by-owner', 'second', 'third'), reason: /more than one GSI/ },
  'another projection of an index': {
    from: {},
    to: { GlobalSecondaryIndexes: [index('by-owner', { ProjectionType: 'KEYS_ONLY' })] },
    reason: /more than one GSI/,
  },
  'two replicas': { from: ONE_REGION, to: THREE_REGIONS, reason: /single replica/ },
  'a replica moved': { from: {}, to: replicas(replica('us-west-2'), replica(HOME)), reason: /single replica/ },
  'a replica and an index': { from: {}, to: { ...ONE_REGION, ...indexes() }, reason: /in the same update/ },
  'the replica of its own region removed': { from: {}, to: replicas(replica(OTHER)), reason: /stack region cannot be removed/ },
  'a protected replica removed': { from: PROTECTED, to: ONE_REGION, reason: /protected against deletion/ },
  'a locked replica removed': { from: {}, to: ONE_REGION, locked: [OTHER], reason: /source region for new replica/ },
  'another key': {
    from: {},
    to: { KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }] },
    reason: /requires replacing \(KeySchema\)/,
  },
  'a local index': {
    from: {},
    to: { LocalSecondaryIndexes: [index('late')] },
    reason: /requires replacing \(LocalSecondaryIndexes\)/,
  },
  'another expiry attribute at once': {
    from: {},
    to: { TimeToLiveSpecification: { AttributeName: 'exp', Enabled: true } },
    reason: /active on a different AttributeName/,
  },
  'another stream of a replicated table': {
    from: {},
    to: { StreamSpecification: { StreamViewType: 'KEYS_ONLY' } },
    reason: /while the table has one replica/,
  },
  'another consistency': { from: {}, to: { MultiRegionConsistency: 'STRONG' }, reason: /cannot be changed/ },
};

const SCRIPT = `
import json, sys
from globaltable_rules import check_create, check_update
answers = {}
for name, old, new, home, locked in json.load(sys.stdin):
    try:
        check_update(old, new, home, set(locked)) if old else check_create(new, home)
        answers[name] = None
    except ValueError as refusal:
        answers[name] = str(refusal)
print(json.dumps(answers))
`;

let answers: Record<string, string | null>;

beforeAll(() => {
  const operations = Object.entries({ ...ACCEPTED, ...REFUSED }).map(([name, { from, to, locked = [] }]) => {
    return [name, from && { ...TABLE, ...from }, { ...TABLE, ...to }, HOME, locked];
  });
  const python = spawnSync('python3', ['-B', '-c', SCRIPT], {
    cwd: __dirname,
    input: JSON.stringify(operations),
    encoding: 'utf8',
  });
  if (python.status !== 0) throw new Error(python.stderr);
  answers = JSON.parse(python.stdout) as typeof answers;
});

test.each(Object.keys(ACCEPTED))('accepts %s', (name) => {
  expect(answers[name]).toBeNull();
});

test.each(Object.entries(REFUSED))('refuses %s', (name, { reason }) => {
  expect(answers[name]).toMatch(reason);
});
