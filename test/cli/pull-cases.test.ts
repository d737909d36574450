import { EU, PullSetup } from './pull-setup';
import { filesIn, jsonIn, mistakesIn } from './schema-directory';
import { runCommand } from './support';
import { refusal, type StubDynamo } from './verify-stub';

// Cases from users, through the command: what went wrong for each is told above its test.

const US = 'us-east-1';

let setup: PullSetup;
let stub: StubDynamo;
let output: string;
beforeEach(async () => {
  setup = await PullSetup.start();
  ({ stub, output } = setup);
});
afterEach(() => setup.stop());

/** Keys and indexes of a table; the attributes are text. */
function shape(key: string, indexes: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  return {
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    AttributeDefinitions: [...new Set([key, ...Object.values(indexes)])].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, AttributeName]) => ({
      IndexName,
      IndexStatus: 'ACTIVE',
      KeySchema: [{ AttributeName, KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    })),
  };
}

// terraform-aws-modules/terraform-aws-dynamodb-table issue 85: the call for the replica had the ARN of the first region.
test('the ARNs of a call are those of the region that signs it, whichever replica is read', async () => {
  const replicas = { Replicas: [EU, US].map((RegionName) => ({ RegionName, ReplicaStatus: 'ACTIVE' })) };
  // Even a server that tells the ARN of the first region everywhere.
  const TableArn = `arn:aws:dynamodb:${US}:111122223333:table/prod-users`;
  [EU, US].forEach((region) => stub.set(region, 'prod-users', { table: { ...replicas, TableArn } }));
  for (const region of [EU, US]) {
    const args = ['--region', region, '--prefix', 'prod-', '--endpoint', stub.endpoint, '--output', output, '--force'];
    expect(await runCommand(['pull', ...args])).toMatchObject({ code: 0, err: '' });
  }
  const arns = stub.calls.flatMap(({ region, input }) => (input.ResourceArn === undefined ? [] : [[region, input.ResourceArn]]));
  expect(arns).toEqual([EU, EU, US, US].map((region) => [region, `arn:aws:dynamodb:${region}:111122223333:table/prod-users`]));
  expect(new Set(stub.calls.map(({ region }) => region))).toEqual(new Set([EU, US]));
});

// spudmashmedia/IdentityServer4.Contrib.AwsDynamoDB, tools/DynamoDB/Python/InitializeDynamoDB.py at 90e2b603: the whole document is
// the key of an index, and the separator of the prefix is a character of it.
test('the tables of IdentityServer4: four by name, without capacity, with time to live on one and a remark for each document', async () => {
  const capacity = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
  const provisioned = { BillingModeSummary: undefined, ProvisionedThroughput: capacity };
  const document = { 'JsonString-Index': 'JsonString' };
  stub.set(EU, 'ids-PersistedGrant', {
    table: {
      ...shape('Key', { 'Type-Index': 'Type', 'SubjectId-Index': 'SubjectId', 'ClientId-Index': 'ClientId' }),
      ...provisioned,
    },
    timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: 'Expiration' },
  });
  stub.set(EU, 'ids-IdentityResource', { table: { ...shape('Name', document), ...provisioned } });
  stub.set(EU, 'ids-ApiResource', { table: { ...shape('Name', document), ...provisioned } });
  stub.set(EU, 'ids-Client', { table: { ...shape('ClientId', document), ...provisioned } });
  const ran = await setup.pull('--prefix', 'ids-', '--server', 'identityserver4');
  expect({ code: ran.code, err: ran.err, mistakes: mistakesIn(output) }).toEqual({ code: 0, err: '', mistakes: [] });
  const names = ['ApiResource', 'Client', 'IdentityResource', 'PersistedGrant'];
  expect(setup.written()).toEqual([...names.map((name) => `create-table-${name}.json`), 'server.json']);
  expect(jsonIn(output, 'create-table-PersistedGrant.json')).toEqual({
    TableName: 'PersistedGrant',
    AttributeDefinitions: ['ClientId', 'Key', 'SubjectId', 'Type'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: [{ AttributeName: 'Key', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: ['ClientId', 'SubjectId', 'Type'].map((AttributeName) => ({
      IndexName: `${AttributeName}-Index`,
      KeySchema: [{ AttributeName, KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    })),
    BillingMode: 'PAY_PER_REQUEST',
  });
  const { tables } = jsonIn(output, 'server.json') as { tables: Record<string, { timeToLive?: object }> };
  expect(Object.entries(tables).map(([name, { timeToLive }]) => [name, timeToLive])).toEqual([
    ['ApiResource', undefined],
    ['Client', undefined],
    ['IdentityResource', undefined],
    ['PersistedGrant', { attribute: 'Expiration', use: 'always' }],
  ]);
  expect(ran.out).toContain("prefix 'ids-' is taken off: pass it to the construct as tablePrefix");
  expect(ran.out.split('\n').filter((line) => line.startsWith('index '))).toEqual(
    ['ApiResource', 'Client', 'IdentityResource'].map(
      (name) =>
        `index JsonString-Index of ${name} has the key JsonString: if that holds a document, items with more than 2,048 bytes in it are refused`,
    ),
  );
});

// govuk-one-login/authentication-api, ci/terraform/shared/dynamodb.tf at 0122fdadd089: indexes that are sorted by a number.
test('the order in which a server tells indexes and attributes is not that of the files', async () => {
  const index = (IndexName: string, keys: string[], Projection: object): object => ({
    IndexName,
    IndexStatus: 'ACTIVE',
    KeySchema: keys.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
    Projection,
  });
  const GlobalSecondaryIndexes = [
    index('TestUserIndex', ['SubjectID', 'testUser'], { ProjectionType: 'KEYS_ONLY' }),
    index('PhoneNumberIndex', ['PhoneNumber'], { ProjectionType: 'INCLUDE', NonKeyAttributes: ['PhoneNumberVerified'] }),
    index('CountUserIndex', ['testUser', 'accountVerified'], { ProjectionType: 'KEYS_ONLY' }),
  ];
  const types = { Email: 'S', SubjectID: 'S', PhoneNumber: 'S', testUser: 'N', accountVerified: 'N' };
  const AttributeDefinitions = Object.entries(types).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
  const table = { KeySchema: [{ AttributeName: 'Email', KeyType: 'HASH' }], AttributeDefinitions, GlobalSecondaryIndexes };
  stub.set(EU, 'user-profile', { table });
  await setup.pull('--tables', 'user-profile');
  const first = filesIn(output);
  const [file] = Object.keys(first);
  const written = jsonIn(output, file) as { AttributeDefinitions: object[]; GlobalSecondaryIndexes: { IndexName: string }[] };
  expect(written.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName)).toEqual([
    'CountUserIndex',
    'PhoneNumberIndex',
    'TestUserIndex',
  ]);
  expect(written.AttributeDefinitions).toEqual([
    { AttributeName: 'Email', AttributeType: 'S' },
    { AttributeName: 'PhoneNumber', AttributeType: 'S' },
    { AttributeName: 'SubjectID', AttributeType: 'S' },
    { AttributeName: 'accountVerified', AttributeType: 'N' },
    { AttributeName: 'testUser', AttributeType: 'N' },
  ]);
  stub.set(EU, 'user-profile', {
    table: {
      ...table,
      AttributeDefinitions: [...AttributeDefinitions].reverse(),
      GlobalSecondaryIndexes: [...GlobalSecondaryIndexes].reverse(),
    },
  });
  await setup.pull('--tables', 'user-profile', '--force');
  expect(filesIn(output)).toEqual(first);
});

// The same set, whose tables expire by attributes of three names, and are named by what must not be read: tokens and passwords.
test('time to live is told by table, whatever its name, and no item is read', async () => {
  const keys = {
    'access-token-store': 'AccessToken',
    'account-modifiers': 'InternalCommonSubjectIdentifier',
    'auth-code-store': 'AuthCode',
    'auth-session': 'SessionId',
    'authentication-attempt': 'InternalSubjectId',
    'bulk-email-users': 'SubjectID',
    'client-registry': 'ClientID',
    'common-passwords': 'Password',
    'email-check-result': 'Email',
    'id-reverification-state': 'AuthenticationState',
    'international-sms-send-count': 'PhoneNumber',
    'user-credentials': 'Email',
    'user-profile': 'Email',
  };
  const expiry: Readonly<Record<string, string>> = {
    'access-token-store': 'TimeToExist',
    'auth-code-store': 'TimeToExist',
    'auth-session': 'ttl',
    'authentication-attempt': 'TimeToLive',
    'email-check-result': 'TimeToExist',
    'id-reverification-state': 'TimeToExist',
  };
  for (const [name, key] of Object.entries(keys)) {
    stub.set(EU, `build-${name}`, {
      table: shape(key),
      recovery: { PointInTimeRecoveryStatus: 'ENABLED' },
      ...(name in expiry && { timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: expiry[name] } }),
    });
  }
  expect(await setup.pull('--prefix', 'build-')).toMatchObject({ code: 0, err: '' });
  const { tables } = jsonIn(output, 'server.json') as { tables: Record<string, { timeToLive?: { attribute: string } }> };
  expect(Object.keys(tables)).toEqual(Object.keys(keys));
  const told = Object.entries(tables).flatMap(([name, { timeToLive }]) => (timeToLive ? [[name, timeToLive.attribute]] : []));
  expect(told).toEqual(Object.entries(expiry));
  const items = stub.calls.filter(({ operation }) => !/^(Describe|List|GetResourcePolicy)/.test(operation));
  expect(items).toEqual([]);
});

// awslabs/amazon-dynamodb-tools issue 73 and aws/aws-sdk-java issue 2238: a region or a login that is the wrong one.
test('fails in a region that is not enabled with one sentence, which names the region, and not with missing tables', async () => {
  stub.set(EU, 'sessions');
  stub.before = () => refusal('UnrecognizedClientException', 'The security token included in the request is invalid');
  const { code, out, err } = await setup.pull();
  expect({ code, out, problems: err.match(/\[IDT\d+\]/g) }).toEqual({ code: 2, out: '', problems: ['[IDT1201]'] });
  expect(err).toContain(`in ${EU}\n`);
  expect(err).toContain('a region that is enabled for the account');
  expect(stub.calls).toHaveLength(1);
});
