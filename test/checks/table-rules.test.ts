import { App, Fn, Stack, Validations } from 'aws-cdk-lib/core';
import { IdentityTablesChecks } from '../../lib/checks';
import { addResource, failure, goodReplica, goodTable, report, type ResourceJson } from './report';

// Each rule with its faults, each fault alone in a table that is otherwise good. The primary is replica 2, the last one.

type Json = Record<string, unknown>;
type Change = (properties: Json, replicas: Json[], resource: ResourceJson) => void;
/** Rule id -> locations of the findings. */
type Expected = Record<string, string[]>;

const PITR = 'PointInTimeRecoverySpecification';
const TTL = 'TimeToLiveSpecification';
const SSE = 'SSESpecification';
const PLACE = [0, 1, 2].map((index) => `Properties.Replicas.${index}`);

/** A value that only CloudFormation knows. */
const unknown = (then: unknown, otherwise: unknown = Fn.ref('AWS::NoValue')) => ({ 'Fn::If': ['Condition', then, otherwise] });

function app(change: Change, customerManagedKeys: boolean): App {
  const made = new App();
  const stack = new Stack(made, 'Stack', { env: { region: 'eu-central-1' } });
  const resource = goodTable();
  change(resource.Properties, resource.Properties.Replicas as Json[], resource);
  addResource(stack, 'Table', resource);
  Validations.of(made).addPlugins(new IdentityTablesChecks({ customerManagedKeys }));
  return made;
}

function findings(change: Change, customerManagedKeys = false): Expected {
  const { open } = report(app(change, customerManagedKeys));
  return Object.fromEntries(open.map(({ rule, locations }) => [rule, [...locations]]));
}

const descriptions = (change: Change) => report(app(change, false)).open.map(({ description }) => description);

const indexes = (count: number, attributes: number) =>
  Array.from({ length: count }, (_, i) => ({
    IndexName: `index-${i}`,
    Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: Array.from({ length: attributes }, (__, j) => `a${j}`) },
  }));

/** A resource policy whose compact JSON has the given number of bytes. */
function policyOf(bytes: number): Json {
  const empty = { PolicyDocument: { Statement: [{ Sid: '' }] } };
  const padding = bytes - JSON.stringify(empty.PolicyDocument).length;
  return { PolicyDocument: { Statement: [{ Sid: 'x'.repeat(padding) }] } };
}

const protectNowhere: Change = (_, replicas) => replicas.forEach((replica) => (replica.DeletionProtectionEnabled = false));

const withKeys: Change = (properties, replicas) => {
  properties[SSE] = { SSEEnabled: true, SSEType: 'KMS' };
  replicas.forEach((replica) => (replica[SSE] = { KMSMasterKeyId: `arn:aws:kms:${String(replica.Region)}:1:key/2` }));
};

test('a good table has no finding', () => {
  expect(findings(() => undefined)).toEqual({});
});

const FAULTS: [string, Change, Expected][] = [
  [
    'PITR off in the primary only',
    (_, replicas) => (replicas[2][PITR] = { PointInTimeRecoveryEnabled: false }),
    {
      PITR: [`${PLACE[2]}.${PITR}.PointInTimeRecoveryEnabled`],
      'REPLICA-SETTINGS': [`${PLACE[0]}.${PITR}`, `${PLACE[1]}.${PITR}`],
    },
  ],
  [
    'PITR absent in one replica only',
    (_, replicas) => delete replicas[1][PITR],
    { PITR: [`${PLACE[1]}.${PITR}.PointInTimeRecoveryEnabled`], 'REPLICA-SETTINGS': [`${PLACE[1]}.${PITR}`] },
  ],
  [
    'PITR off everywhere, in both ways to write it',
    (_, replicas) => {
      replicas[0][PITR] = { PointInTimeRecoveryEnabled: 'false' };
      replicas[1][PITR] = { PointInTimeRecoveryEnabled: false };
      replicas[2][PITR] = Fn.ref('AWS::NoValue');
    },
    { PITR: PLACE.map((place) => `${place}.${PITR}.PointInTimeRecoveryEnabled`) },
  ],
  [
    'protection off in the primary only',
    (_, replicas) => (replicas[2].DeletionProtectionEnabled = false),
    {
      'DELETION-PROTECTION': [`${PLACE[2]}.DeletionProtectionEnabled`],
      'REPLICA-SETTINGS': [`${PLACE[0]}.DeletionProtectionEnabled`, `${PLACE[1]}.DeletionProtectionEnabled`],
    },
  ],
  [
    'protection absent in one replica only',
    (_, replicas) => delete replicas[0].DeletionProtectionEnabled,
    {
      'DELETION-PROTECTION': [`${PLACE[0]}.DeletionProtectionEnabled`],
      'REPLICA-SETTINGS': [`${PLACE[0]}.DeletionProtectionEnabled`],
    },
  ],
  [
    'neither protected nor retained',
    (properties, replicas, resource) => {
      protectNowhere(properties, replicas, resource);
      resource.DeletionPolicy = 'Delete';
      delete resource.UpdateReplacePolicy;
    },
    {
      'DELETION-PROTECTION': PLACE.map((place) => `${place}.DeletionProtectionEnabled`),
      'REMOVAL-POLICY': ['DeletionPolicy', 'UpdateReplacePolicy'],
    },
  ],
  [
    'not retained, and one replica unprotected',
    (_, replicas, resource) => {
      replicas[1].DeletionProtectionEnabled = false;
      resource.DeletionPolicy = 'Delete';
    },
    {
      'DELETION-PROTECTION': [`${PLACE[1]}.DeletionProtectionEnabled`],
      'REMOVAL-POLICY': ['DeletionPolicy'],
      'REPLICA-SETTINGS': [`${PLACE[1]}.DeletionProtectionEnabled`],
    },
  ],
  [
    'no protection, but retained except after a failed creation',
    (properties, replicas, resource) => {
      protectNowhere(properties, replicas, resource);
      resource.DeletionPolicy = 'RetainExceptOnCreate';
    },
    { 'DELETION-PROTECTION': PLACE.map((place) => `${place}.DeletionProtectionEnabled`) },
  ],
  [
    'no protection, while only CloudFormation knows the policies',
    (properties, replicas, resource) => {
      protectNowhere(properties, replicas, resource);
      resource.DeletionPolicy = Fn.ref('Parameter');
      resource.UpdateReplacePolicy = Fn.ref('Parameter');
    },
    { 'DELETION-PROTECTION': PLACE.map((place) => `${place}.DeletionProtectionEnabled`) },
  ],
  ['no table name', (properties) => delete properties.TableName, { 'TABLE-NAME': ['Properties.TableName'] }],
  ['a name of 2 characters', (properties) => (properties.TableName = 'ab'), { 'TABLE-NAME': ['Properties.TableName'] }],
  [
    'a name of 256 characters',
    (properties) => (properties.TableName = 'a'.repeat(256)),
    { 'TABLE-NAME': ['Properties.TableName'] },
  ],
  ['a name with a blank', (properties) => (properties.TableName = 'bad name'), { 'TABLE-NAME': ['Properties.TableName'] }],
  [
    'TTL on the partition key',
    (properties) => (properties[TTL] = { AttributeName: 'id', Enabled: true }),
    { 'TTL-ATTRIBUTE': [`Properties.${TTL}.AttributeName`] },
  ],
  [
    'TTL on the sort key, a number',
    (properties) => (properties[TTL] = { AttributeName: 'sort', Enabled: true }),
    { 'TTL-ATTRIBUTE': [`Properties.${TTL}.AttributeName`] },
  ],
  [
    'TTL on a text that an index has as its key',
    (properties) => (properties[TTL] = { AttributeName: 'mail', Enabled: true }),
    { 'TTL-ATTRIBUTE': [`Properties.${TTL}.AttributeName`] },
  ],
  [
    'replicas without a stream',
    (properties) => delete properties.StreamSpecification,
    { 'REPLICA-STREAM': ['Properties.StreamSpecification.StreamViewType'] },
  ],
  [
    'replicas with a stream of keys',
    (properties) => (properties.StreamSpecification = { StreamViewType: 'KEYS_ONLY' }),
    { 'REPLICA-STREAM': ['Properties.StreamSpecification.StreamViewType'] },
  ],
  [
    '21 global indexes',
    (properties) => (properties.GlobalSecondaryIndexes = indexes(21, 0)),
    { 'INDEX-LIMITS': ['Properties.GlobalSecondaryIndexes'] },
  ],
  [
    '6 local indexes',
    (properties) => (properties.LocalSecondaryIndexes = indexes(6, 0)),
    { 'INDEX-LIMITS': ['Properties.LocalSecondaryIndexes'] },
  ],
  [
    '101 projected attributes, the same ones in several indexes',
    (properties) => {
      properties.GlobalSecondaryIndexes = indexes(2, 48);
      properties.LocalSecondaryIndexes = indexes(1, 5);
    },
    { 'INDEX-LIMITS': ['Properties.GlobalSecondaryIndexes'] },
  ],
  [
    'a resource policy of 20481 bytes in the primary only',
    (_, replicas) => (replicas[2].ResourcePolicy = policyOf(20_481)),
    { 'RESOURCE-POLICY-SIZE': [`${PLACE[2]}.ResourcePolicy`] },
  ],
  [
    'a stream policy of 20481 bytes in one replica only',
    (_, replicas) => (replicas[0].ReplicaStreamSpecification = { ResourcePolicy: policyOf(20_481) }),
    { 'RESOURCE-POLICY-SIZE': [`${PLACE[0]}.ReplicaStreamSpecification.ResourcePolicy`] },
  ],
  [
    'a resource policy given as text, too large by its white space',
    (_, replicas) => (replicas[1].ResourcePolicy = { PolicyDocument: `{"Statement":[]}${' '.repeat(20_465)}` }),
    { 'RESOURCE-POLICY-SIZE': [`${PLACE[1]}.ResourcePolicy`] },
  ],
  [
    'a resource policy too large by its known parts alone',
    (_, replicas) => {
      const Resource = { 'Fn::Join': ['', ['x'.repeat(20_480), Fn.ref('AWS::Partition')]] };
      replicas[1].ResourcePolicy = { PolicyDocument: { Statement: [{ Resource }] } };
    },
    { 'RESOURCE-POLICY-SIZE': [`${PLACE[1]}.ResourcePolicy`] },
  ],
  [
    'fewer days of recovery in one replica',
    (_, replicas) => (replicas[0][PITR] = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 }),
    { 'REPLICA-SETTINGS': [`${PLACE[0]}.${PITR}`] },
  ],
  [
    'another table class in one replica',
    (_, replicas) => (replicas[1].TableClass = 'STANDARD_INFREQUENT_ACCESS'),
    { 'REPLICA-SETTINGS': [`${PLACE[1]}.TableClass`] },
  ],
  [
    'contributor insights in the primary only',
    (_, replicas) => (replicas[2].ContributorInsightsSpecification = { Enabled: true }),
    {
      'REPLICA-SETTINGS': [`${PLACE[0]}.ContributorInsightsSpecification`, `${PLACE[1]}.ContributorInsightsSpecification`],
    },
  ],
  [
    'another value of a tag in one replica',
    (_, replicas) => (replicas[0].Tags = [{ Key: 'team', Value: 'other' }]),
    { 'REPLICA-SETTINGS': [`${PLACE[0]}.Tags`] },
  ],
  [
    'a tag in the primary only',
    (_, replicas) =>
      (replicas[2].Tags = [
        { Key: 'cost', Value: '1' },
        { Key: 'team', Value: 'identity' },
      ]),
    { 'REPLICA-SETTINGS': [`${PLACE[0]}.Tags`, `${PLACE[1]}.Tags`] },
  ],
  [
    'strong consistency with time to live',
    (properties) => (properties.MultiRegionConsistency = 'STRONG'),
    { 'STRONG-CONSISTENCY': [`Properties.${TTL}`] },
  ],
  [
    'strong consistency with a local index',
    (properties) => {
      delete properties[TTL];
      properties.MultiRegionConsistency = 'STRONG';
      properties.LocalSecondaryIndexes = indexes(1, 0);
    },
    { 'STRONG-CONSISTENCY': ['Properties.LocalSecondaryIndexes'] },
  ],
];

test.each(FAULTS)('fails with %s', (_, change, expected) => {
  expect(findings(change)).toEqual(expected);
  const thrown = failure(app(change, false));
  Object.keys(expected).forEach((rule) => expect(thrown).toContain(`Acknowledge with 'identity-tables::${rule}'`));
});

const SOUND: [string, Change][] = [
  ['not retained, but protected in every replica', (_, __, resource) => (resource.DeletionPolicy = 'Delete')],
  ['a name of 3 characters', (properties) => (properties.TableName = 'a.b')],
  ['a name of 255 characters', (properties) => (properties.TableName = 'a'.repeat(255))],
  ['TTL switched off on a key', (properties) => (properties[TTL] = { AttributeName: 'id', Enabled: false })],
  [
    'TTL on a number that an index has as its key',
    (properties) => {
      (properties.AttributeDefinitions as Json[]).push({ AttributeName: 'expires', AttributeType: 'N' });
    },
  ],
  [
    'no stream with a single replica',
    (properties, replicas) => {
      delete properties.StreamSpecification;
      properties.Replicas = [replicas[2]];
    },
  ],
  [
    'no stream with strong consistency',
    (properties) => {
      delete properties.StreamSpecification;
      delete properties[TTL];
      properties.MultiRegionConsistency = 'STRONG';
    },
  ],
  [
    '20 global and 5 local indexes with 100 projected attributes',
    (properties) => {
      properties.GlobalSecondaryIndexes = indexes(20, 4);
      properties.LocalSecondaryIndexes = indexes(5, 4);
    },
  ],
  ['a resource policy of 20480 bytes', (_, replicas) => (replicas[2].ResourcePolicy = policyOf(20_480))],
  [
    'defaults written out in one replica only',
    (_, replicas) => {
      replicas[0][PITR] = { PointInTimeRecoveryEnabled: true };
      replicas[0].TableClass = 'STANDARD';
      replicas[0].ContributorInsightsSpecification = { Enabled: false };
    },
  ],
  [
    'tags in another order',
    (_, replicas) => {
      const tags = [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ];
      replicas.forEach((replica, i) => (replica.Tags = i === 1 ? [...tags].reverse() : tags));
    },
  ],
];

test.each(SOUND)('nothing is found with %s', (_, change) => {
  expect(findings(change)).toEqual({});
  expect(failure(app(change, false))).toBeUndefined();
});

const OPEN: [string, Change][] = [
  ['PITR', (_, replicas) => (replicas[2][PITR] = { PointInTimeRecoveryEnabled: unknown(true) })],
  ['a whole PITR specification', (_, replicas) => (replicas[1][PITR] = unknown({ PointInTimeRecoveryEnabled: true }))],
  ['protection', (_, replicas) => (replicas[2].DeletionProtectionEnabled = Fn.ref('Parameter'))],
  ['the table name', (properties) => (properties.TableName = { 'Fn::Sub': '${AWS::StackName}-users' })],
  ['the TTL attribute', (properties) => (properties[TTL] = { AttributeName: Fn.ref('Parameter'), Enabled: true })],
  ['whether TTL is on', (properties) => (properties[TTL] = { AttributeName: 'id', Enabled: unknown(true, false) })],
  ['the stream', (properties) => (properties.StreamSpecification = unknown({ StreamViewType: 'NEW_AND_OLD_IMAGES' }))],
  [
    'the consistency',
    (properties) => {
      delete properties.StreamSpecification;
      properties.MultiRegionConsistency = Fn.ref('Parameter');
    },
  ],
  [
    'whether there is a second replica',
    (properties, replicas) => {
      delete properties.StreamSpecification;
      properties.Replicas = [unknown(replicas[0]), replicas[2]];
    },
  ],
  ['an index', (properties) => (properties.GlobalSecondaryIndexes = [...indexes(20, 0), unknown({})])],
  ['a part of the resource policy', (_, replicas) => (replicas[2].ResourcePolicy = unknown(policyOf(30_000)))],
  [
    'every replica',
    (properties, _, resource) => {
      properties.Replicas = unknown([goodReplica('us-east-1')]);
      resource.DeletionPolicy = 'Delete';
    },
  ],
  ['a tag', (_, replicas) => (replicas[0].Tags = [unknown({ Key: 'team', Value: 'identity' })])],
  ['the value of a tag', (_, replicas) => (replicas[0].Tags = [{ Key: 'team', Value: Fn.ref('Parameter') }])],
  ['the table class', (_, replicas) => (replicas[0].TableClass = Fn.ref('Parameter'))],
  ['contributor insights', (_, replicas) => (replicas[0].ContributorInsightsSpecification = unknown({ Enabled: true }))],
];

test.each(OPEN)('nothing is found where only CloudFormation knows %s', (_, change) => {
  expect(findings(change)).toEqual({});
  expect(failure(app(change, false))).toBeUndefined();
});

describe('CUSTOMER-KEY', () => {
  const noKeyInPrimary: Change = (properties, replicas, resource) => {
    withKeys(properties, replicas, resource);
    delete replicas[2][SSE];
  };

  test('is opt-in', () => {
    expect(findings(noKeyInPrimary)).toEqual({});
  });

  test('nothing is found with a key in every replica, known or not', () => {
    expect(findings(withKeys, true)).toEqual({});
    const imported: Change = (properties, replicas, resource) => {
      withKeys(properties, replicas, resource);
      replicas[0][SSE] = { KMSMasterKeyId: { 'Fn::ImportValue': 'key' } };
    };
    expect(findings(imported, true)).toEqual({});
  });

  test('fails with no key in the primary only', () => {
    expect(findings(noKeyInPrimary, true)).toEqual({ 'CUSTOMER-KEY': [`${PLACE[2]}.${SSE}.KMSMasterKeyId`] });
  });

  test('fails with the AWS managed key in one replica only', () => {
    const managed: Change = (properties, replicas, resource) => {
      withKeys(properties, replicas, resource);
      replicas[0][SSE] = { KMSMasterKeyId: 'alias/aws/dynamodb' };
    };
    expect(findings(managed, true)).toEqual({ 'CUSTOMER-KEY': [`${PLACE[0]}.${SSE}.KMSMasterKeyId`] });
  });

  test('fails with keys that the table does not switch on', () => {
    const off: Change = (properties, replicas, resource) => {
      withKeys(properties, replicas, resource);
      delete properties[SSE];
    };
    expect(findings(off, true)).toEqual({ 'CUSTOMER-KEY': ['Properties.SSESpecification.SSEEnabled'] });
  });
});

test('a description names values and regions', () => {
  const change: Change = (_, replicas) => {
    replicas[1].TableClass = 'STANDARD_INFREQUENT_ACCESS';
    delete replicas[1].Tags;
    replicas[0][PITR] = { PointInTimeRecoveryEnabled: false };
    replicas[0].Region = Fn.ref('Parameter');
  };
  expect(descriptions(change)).toEqual([
    'point-in-time recovery is off: in replica 0',
    'settings differ between the replicas: point-in-time recovery is off in replica 0, but on in eu-central-1; ' +
      "table class is 'STANDARD_INFREQUENT_ACCESS' in ap-southeast-2, but 'STANDARD' in eu-central-1; " +
      "tag 'team' is missing in ap-southeast-2, but 'identity' in eu-central-1",
  ]);
});

test('the primary is the replica in the region of the stack, wherever it stands', () => {
  const change: Change = (_, replicas) => {
    replicas.reverse();
    replicas[0].TableClass = 'STANDARD_INFREQUENT_ACCESS';
  };
  expect(findings(change)).toEqual({ 'REPLICA-SETTINGS': [`${PLACE[1]}.TableClass`, `${PLACE[2]}.TableClass`] });
});
