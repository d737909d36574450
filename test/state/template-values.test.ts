import { Problems } from '../../lib/errors';
import { tableStatesOfTemplate, type TableState } from '../../lib/state';

// Settings mean the same however a template writes them: as values, as texts, under conditions, as parameters.

type Json = Record<string, unknown>;
type Path = readonly (string | number)[];

const REGION = 'eu-central-1';
const OTHER = 'us-east-1';
const scaled = (Min: number, Max: number): Json => ({
  MinCapacity: Min,
  MaxCapacity: Max,
  SeedCapacity: 6,
  TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
});
const keys = (...names: string[]): Json[] =>
  names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' }));
const REGIONAL = {
  DeletionProtectionEnabled: true,
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 14 },
  ResourcePolicy: { PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'dynamodb:GetItem' }] } },
  TableClass: 'STANDARD_INFREQUENT_ACCESS',
  Tags: [
    { Key: 'team', Value: 'identity' },
    { Key: 'cost', Value: '7' },
  ],
};
const insights = (Mode: string): Json => ({ ContributorInsightsSpecification: { Enabled: true, Mode } });
const TABLE = {
  TableName: 'users',
  AttributeDefinitions: ['id', 'mail', 'time'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: keys('id'),
  TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
  StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
};
const MAIL = {
  IndexName: 'mail-index',
  KeySchema: keys('mail', 'time'),
  Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name'] },
};
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/one';

/** Every property that is read of a global table. */
const GLOBAL: Json = {
  ...TABLE,
  BillingMode: 'PROVISIONED',
  WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: scaled(5, 50) },
  GlobalSecondaryIndexes: [
    {
      ...MAIL,
      WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: scaled(1, 10) },
      WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 300 },
    },
  ],
  WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 400 },
  MultiRegionConsistency: 'STRONG',
  SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
  Replicas: [
    {
      ...REGIONAL,
      ...insights('THROTTLED_KEYS'),
      Region: REGION,
      ReadProvisionedThroughputSettings: { ReadCapacityAutoScalingSettings: scaled(2, 20) },
      ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 100 },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'mail-index',
          ...insights('THROTTLED_KEYS'),
          ReadProvisionedThroughputSettings: { ReadCapacityUnits: 3 },
        },
      ],
      SSESpecification: { KMSMasterKeyId: KEY },
    },
    { Region: OTHER, SSESpecification: { KMSMasterKeyId: KEY } },
  ],
};
/** Every property that is read of a table of one region. */
const SINGLE: Json = {
  ...TABLE,
  ...REGIONAL,
  ...insights('THROTTLED_KEYS'),
  KeySchema: keys('id', 'time'),
  BillingMode: 'PROVISIONED',
  ProvisionedThroughput: { ReadCapacityUnits: 4, WriteCapacityUnits: 5 },
  GlobalSecondaryIndexes: [
    { ...MAIL, ...insights('THROTTLED_KEYS'), OnDemandThroughput: { MaxReadRequestUnits: 100, MaxWriteRequestUnits: 200 } },
  ],
  LocalSecondaryIndexes: [{ IndexName: 'local-index', KeySchema: keys('id', 'mail'), Projection: { ProjectionType: 'ALL' } }],
  SSESpecification: { SSEEnabled: true, KMSMasterKeyId: KEY },
};
const COMMON = {
  tableName: 'users',
  account: '111122223333',
  region: REGION,
  owner: { kind: 'stack', stackName: 'Identity', logicalId: 'Users', deletionPolicy: 'Delete' },
  timeToLive: { enabled: true, attribute: 'expires' },
  stream: 'NEW_IMAGE',
  pointInTimeRecovery: { enabled: true, days: 14 },
  deletionProtection: true,
  tableClass: 'STANDARD_INFREQUENT_ACCESS',
  encryption: { key: 'CUSTOMER_MANAGED', keyId: KEY },
  tags: { team: 'identity', cost: '7' },
  resourcePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'dynamodb:GetItem' }] },
  contributorInsights: { enabled: true, mode: 'THROTTLED_KEYS', indexes: ['mail-index'] },
};
const SCHEMA = {
  tableName: 'users',
  partitionKey: { name: 'id', type: 'S' },
  globalIndexes: [
    {
      indexName: 'mail-index',
      partitionKeys: [{ name: 'mail', type: 'S' }],
      sortKeys: [{ name: 'time', type: 'S' }],
      projectionType: 'INCLUDE',
      nonKeyAttributes: ['name'],
    },
  ],
  localIndexes: [],
};
const GLOBAL_STATE = {
  ...COMMON,
  schema: SCHEMA,
  billing: {
    mode: 'PROVISIONED',
    table: {
      read: { min: 2, max: 20, targetUtilization: 70, seedCapacity: 6 },
      write: { min: 5, max: 50, targetUtilization: 70, seedCapacity: 6 },
      maxReadRequestUnits: 100,
      maxWriteRequestUnits: 400,
    },
    indexes: {
      'mail-index': {
        read: { min: 3, max: 3 },
        write: { min: 1, max: 10, targetUtilization: 70, seedCapacity: 6 },
        maxWriteRequestUnits: 300,
      },
    },
  },
  replicaRegions: [REGION, OTHER],
  consistency: 'STRONG',
};
const SINGLE_STATE = {
  ...COMMON,
  schema: {
    ...SCHEMA,
    sortKey: { name: 'time', type: 'S' },
    localIndexes: [
      {
        indexName: 'local-index',
        partitionKeys: [{ name: 'id', type: 'S' }],
        sortKeys: [{ name: 'mail', type: 'S' }],
        projectionType: 'ALL',
        nonKeyAttributes: [],
      },
    ],
  },
  billing: {
    mode: 'PROVISIONED',
    table: { read: { min: 4, max: 4 }, write: { min: 5, max: 5 } },
    indexes: { 'mail-index': { maxReadRequestUnits: 100, maxWriteRequestUnits: 200 } },
  },
  replicaRegions: [REGION],
  consistency: 'EVENTUAL',
};

const CASES = [
  { type: 'AWS::DynamoDB::GlobalTable', properties: GLOBAL, state: GLOBAL_STATE },
  { type: 'AWS::DynamoDB::Table', properties: SINGLE, state: SINGLE_STATE },
];
const CONDITIONS = { Yes: { 'Fn::Equals': ['a', 'a'] }, Open: { 'Fn::Equals': [{ Ref: 'AWS::StackId' }, 'a'] } };

interface Read {
  readonly states: readonly TableState[];
  readonly problems: readonly { readonly what: string; readonly given?: string }[];
}

function read(type: string, properties: unknown, more: Json = {}, parameters: Json = {}): Read {
  const problems = new Problems();
  const template = { Conditions: CONDITIONS, ...more, Resources: { Users: { Type: type, Properties: properties } } };
  const context = { account: '111122223333', region: REGION, stackName: 'Identity', parameters };
  const states = tableStatesOfTemplate(template, context, problems);
  return { states, problems: problems.all };
}

/** Every value of a part of a template that `fits`, by where it is; policies are read as they are. */
function places(value: unknown, fits: (value: unknown) => boolean, at: Path = []): Path[] {
  const inside = typeof value === 'object' && value !== null && at.at(-1) !== 'PolicyDocument' ? Object.entries(value) : [];
  return [
    ...(fits(value) && at.length > 0 ? [at] : []),
    ...inside.flatMap(([name, item]) => places(item, fits, [...at, Array.isArray(value) ? Number(name) : name])),
  ];
}

function valueAt(value: unknown, at: Path): unknown {
  return at.reduce((part, name) => (part as Json)[name], value);
}

function withValue(value: unknown, [name, ...rest]: Path, change: (value: unknown) => unknown): unknown {
  if (name === undefined) {
    return change(value);
  }
  return Array.isArray(value)
    ? value.map((item: unknown, i) => (i === name ? withValue(item, rest, change) : item))
    : { ...(value as Json), [name]: withValue((value as Json)[name], rest, change) };
}

const textOf = (at: Path): string =>
  at
    .map((name) => (typeof name === 'number' ? `[${name}]` : `.${name}`))
    .join('')
    .slice(1);
const isLeaf = (value: unknown): boolean => typeof value !== 'object';

describe.each(CASES)('$type', ({ type, properties, state }) => {
  const leaves = places(properties, isLeaf);
  const parts = places(properties, () => true);

  test('is read with all that it says', () => {
    const { states, problems } = read(type, properties);
    expect(problems).toEqual([]);
    expect(states[0]).toEqual(state);
    expect(leaves.length).toBeGreaterThan(40);
  });

  test.each<[string, (value: unknown) => unknown]>([
    ['a text', String],
    ['a branch of Fn::If', (value) => ({ 'Fn::If': ['Yes', value, { Ref: 'AWS::NoValue' }] })],
    ['a parameter with a default', () => ({ Ref: 'Value' })],
    ['a parameter that was given', () => ({ Ref: 'Given' })],
    ['a part of a text', () => ({ 'Fn::Sub': '${Value}' })],
    ['a value of a mapping', () => ({ 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'value'] })],
    ['an item of a list', (value) => ({ 'Fn::Select': ['1', ['x', value]] })],
  ])('means the same with any value as %s', (_, written) => {
    for (const at of leaves) {
      const value = valueAt(properties, at);
      const more = {
        Parameters: { Value: { Type: 'String', Default: value }, Given: { Type: 'String', Default: 'another' } },
        Mappings: { Map: { [REGION]: { value } } },
      };
      const { states, problems } = read(type, withValue(properties, at, written), more, { Given: String(value) });
      expect({ at, problems, state: states[0] }).toEqual({ at, problems: [], state });
    }
  });

  test('means the same with any object, list or item of a list under a condition', () => {
    for (const at of parts) {
      const changed = withValue(properties, at, (value) => ({ 'Fn::If': ['Yes', value, { Ref: 'AWS::NoValue' }] }));
      const { states, problems } = read(type, changed);
      expect({ at, problems, state: states[0] }).toEqual({ at, problems: [], state });
    }
  });

  test('has no item of a list whose condition leaves it out', () => {
    const lists = places(properties, Array.isArray).filter((at) => at.at(-1) !== 'NonKeyAttributes');
    for (const at of lists) {
      const left = { 'Fn::If': ['Yes', { Ref: 'AWS::NoValue' }, { Left: 'out' }] };
      const { states, problems } = read(
        type,
        withValue(properties, at, (list) => [left, ...(list as unknown[])]),
      );
      expect({ at, problems, state: states[0] }).toEqual({ at, problems: [], state });
    }
  });

  test('cannot be read where only CloudFormation knows a setting, and is where it knows a text', () => {
    for (const at of parts) {
      const open = { 'Fn::If': ['Open', valueAt(properties, at), { Ref: 'AWS::NoValue' }] };
      const { states, problems } = read(
        type,
        withValue(properties, at, () => open),
      );
      const isText = ['TableName', 'Region', 'Key', 'Value', 'KMSMasterKeyId', 'Mode', 'SSEType'].includes(String(at.at(-1)));
      const what = `stack Identity, table Users: ${textOf(at).replaceAll('.[', '[')} is known to CloudFormation only`;
      const found = problems.map((problem) => problem.what);
      expect({ at, found, isRead: states.length > 0 }).toEqual({ at, found: isText ? [] : [what], isRead: isText });
    }
  });
});

test('what is of the wrong type is told with what is allowed, each setting of a table at once', () => {
  const problems = new Problems();
  const properties = {
    ...GLOBAL,
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: 'sometimes' },
    WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: '-5' },
    KeySchema: { AttributeName: 'id', KeyType: 'HASH' },
    SSESpecification: null,
    Replicas: [{ Region: ['eu-central-1'], Tags: [{ Key: 'a', Value: { b: 'c' } }] }],
  };
  const context = { account: '1', region: REGION, stackName: 'Identity', parameters: {} };
  const template = { Resources: { Users: { Type: 'AWS::DynamoDB::GlobalTable', Properties: properties } } };
  expect(tableStatesOfTemplate(template, context, problems)).toEqual([]);
  expect(problems.all.map(({ code, what, given, fix }) => [code, what.split(': ')[1], given, fix])).toEqual([
    ['IDT0722', 'KeySchema is not a list', '{"AttributeName":"id","KeyType":"HASH"}', 'make it a list'],
    ['IDT0722', 'TimeToLiveSpecification.Enabled is not true or false', 'sometimes', 'make it true or false'],
    ['IDT0722', 'WriteOnDemandThroughputSettings.MaxWriteRequestUnits is not a number', '-5', 'make it a number'],
    ['IDT0722', 'SSESpecification is not an object', 'null', 'make it an object'],
    ['IDT0722', 'Replicas[0].Tags[0].Value is not a text', '{"b":"c"}', 'make it a text'],
    ['IDT0722', 'Replicas[0].Region is not a text', '["eu-central-1"]', 'make it a text'],
  ]);
});

describe('the condition of a table', () => {
  const states = (Condition: string, parameters: Json = {}): Read => {
    const problems = new Problems();
    const table = { Type: 'AWS::DynamoDB::GlobalTable', Condition, Properties: GLOBAL };
    const template = {
      Parameters: { Stage: { Type: 'String', Default: 'dev' } },
      Conditions: { ...CONDITIONS, IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
      Resources: { Users: table },
    };
    const context = { account: '1', region: REGION, stackName: 'Identity', parameters };
    return { states: tableStatesOfTemplate(template, context, problems), problems: problems.all };
  };

  test('decides whether it is made', () => {
    expect(states('Yes').states).toHaveLength(2);
    expect(states('IsProd')).toEqual({ states: [], problems: [] });
    expect(states('IsProd', { Stage: 'prod' }).states).toHaveLength(2);
  });

  test.each(['Open', 'Nowhere'])('is a problem where only CloudFormation knows: %s', (condition) => {
    expect(states(condition)).toEqual({
      states: [],
      problems: [
        {
          code: 'IDT0722',
          what: 'stack Identity, table Users: whether it is made is known to CloudFormation only',
          given: `the condition '${condition}'`,
          allowed: 'a condition that can be decided before the deployment',
          fix: 'write the value itself, or give a default to the parameters that it depends on',
        },
      ],
    });
  });
});

test('tables in a loop of the language extensions are a problem, other resources in one are none', () => {
  const problems = new Problems();
  const loop = (Type: string): unknown[] => ['Name', ['a', 'b'], { 'R${Name}': { Type, Properties: {} } }];
  const template = {
    Resources: {
      'Fn::ForEach::Tables': loop('AWS::DynamoDB::GlobalTable'),
      'Fn::ForEach::Topics': loop('AWS::SNS::Topic'),
      Users: { Type: 'AWS::DynamoDB::Table', Properties: SINGLE },
    } as unknown as Record<string, never>,
  };
  const context = { account: '1', region: REGION, stackName: 'Identity', parameters: {} };
  expect(tableStatesOfTemplate(template, context, problems).map(({ tableName }) => tableName)).toEqual(['users']);
  expect(problems.all.map(({ code, what }) => `${code} ${what}`)).toEqual([
    'IDT0722 stack Identity, Fn::ForEach::Tables: its tables are known to CloudFormation only',
  ]);
});

test.each([
  [{ Ref: 'Policy' }, 'Retain'],
  [{ 'Fn::If': ['Yes', 'RetainExceptOnCreate', 'Delete'] }, 'RetainExceptOnCreate'],
  [{ 'Fn::If': ['Open', 'Retain', 'Delete'] }, 'unresolved:{"Fn::If":["Open","Retain","Delete"]}'],
])('the policy of a table may be a function, with the transform of language extensions: %j', (DeletionPolicy, policy) => {
  const template = {
    Parameters: { Policy: { Type: 'String', Default: 'Retain' } },
    Conditions: CONDITIONS,
    Resources: { Users: { Type: 'AWS::DynamoDB::Table', DeletionPolicy, Properties: SINGLE } },
  };
  const context = { account: '1', region: REGION, stackName: 'Identity', parameters: {} };
  const [state] = tableStatesOfTemplate(template, context, new Problems());
  expect(state.owner).toEqual({ kind: 'stack', stackName: 'Identity', logicalId: 'Users', deletionPolicy: policy });
});
