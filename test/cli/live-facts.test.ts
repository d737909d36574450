import { EU, PlanSetup, PROVISIONED, replicaOf, ttl, US, AP } from './plan-setup';
import { globalTable } from './verify-assembly';
import { bareTable, refusal } from './verify-stub';

// What a plan from live tables finds out before it plans: a fact that is not read is a step that is not written.

type Json = Record<string, unknown>;

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

/** The target, with one stack in the first region. */
const target = (tables: Record<string, Json>): string => setup.app('new', { name: 'Identity', region: EU, tables });
const kinds = (): string[] => setup.steps.map(({ kind }) => kind);
const STREAM: Json = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };

/** The regions where a table was described, in order. */
const asked = (name: string): string[] =>
  setup.stub
    .callsOf('DescribeTable')
    .filter(({ input }) => input.TableName === name)
    .map(({ region }) => region)
    .sort();

describe('regions that the target leaves', () => {
  beforeEach(() => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    setup.stub.set(EU, 'users', { table: replicaOf(US) });
    setup.stub.set(US, 'users', { table: { ...replicaOf(EU), DeletionProtectionEnabled: true } });
  });

  test('are read where a replica stands: its protection is lifted and its loss confirmed', async () => {
    const to = target({ Users: globalTable('users', [EU], STREAM) });
    const { code, err } = await setup.fromLive(to);
    expect({ code, asks: err.includes('--accept-data-loss users@us-east-1') }).toEqual({ code: 2, asks: true });
    expect(asked('users')).toEqual([EU, US]);

    expect(await setup.fromLive(to, '--accept-data-loss', 'users@us-east-1')).toMatchObject({ code: 0, err: '' });
    const told = setup.steps.flatMap(({ kind, changes, losses }) =>
      kind === 'confirm' ? losses.map(({ text }) => text) : changes,
    );
    expect(told).toEqual([
      'users: deletion protection off in us-east-1',
      'the copy of users in us-east-1; its items stay in the other regions',
      'users: replica in us-east-1 removed',
    ]);
  });

  test('are not read for tables that have no replica there', async () => {
    setup.stub.set(EU, 'codes');
    setup.stub.stacks = { [`${EU}/Identity`]: { Codes: 'codes' } };
    await setup.fromLive(target({ Codes: globalTable('codes', [EU], ttl('expires')) }));
    expect(asked('codes')).toEqual([EU]);
  });

  test('fails when one of them cannot be read', async () => {
    setup.stub.before = ({ region, operation }) =>
      region === US && operation === 'DescribeTable' ? refusal('AccessDeniedException', 'not there') : undefined;
    const { code, err } = await setup.fromLive(target({ Users: globalTable('users', [EU], STREAM) }));
    expect({ code, isSaid: err.includes("[IDT1205] table 'users' in us-east-1 could not be read") }).toEqual({
      code: 2,
      isSaid: true,
    });
  });
});

describe('owners', () => {
  test('a table in a stack of another app is let go there before it is imported', async () => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Codes: 'codes' }, [`${EU}/Legacy`]: { Table1: 'users', Table2: 'orders' } };
    ['users', 'codes', 'orders'].forEach((name) => setup.stub.set(EU, name));
    const to = target({ Users: globalTable('users', [EU]), Codes: globalTable('codes', [EU]) });
    expect(await setup.fromLive(to)).toMatchObject({ code: 0, err: '' });
    expect(kinds()).toEqual(['server', 'deploy', 'import', 'wait', 'deploy']);
    expect(setup.steps[0]).toMatchObject({
      title: 'let go of tables in another app',
      places: ['users@eu-central-1'],
      instructions: [
        'in the app of stack Legacy in eu-central-1, set the removal policy of these tables to RETAIN and deploy: users (Table1)',
        'then remove the tables from the app and deploy again; they stand on without a stack',
      ],
    });
  });

  test('another stack is not asked for a replica whose table a stack of the app owns', async () => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    setup.stub.set(EU, 'users', { table: replicaOf(US) });
    setup.stub.set(US, 'users', { table: replicaOf(EU) });
    expect(await setup.fromLive(target({ Users: globalTable('users', [EU, US], ttl('expires')) }))).toMatchObject({ code: 0 });
    expect(setup.stub.callsOf('DescribeStackResources')).toEqual([]);
    expect(setup.steps.map(({ changes }) => changes.map((change) => change.split(';')[0]))).toEqual([
      ["users: TTL on 'expires' on"],
    ]);
  });

  test('a table of the same name in another region has an owner of its own', async () => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' }, [`${US}/Legacy`]: { Table: 'users' } };
    setup.stub.set(EU, 'users');
    setup.stub.set(US, 'users');
    const to = setup.app(
      'new',
      { name: 'Identity', region: EU, tables: { Users: globalTable('users', [EU]) } },
      { name: 'IdentityUs', region: US, tables: { Users: globalTable('users', [US]) } },
    );
    expect(await setup.fromLive(to)).toMatchObject({ code: 0, err: '' });
    expect(setup.steps[0]).toMatchObject({ title: 'let go of tables in another app', places: ['users@us-east-1'] });
    expect(setup.steps.filter(({ kind }) => kind === 'import').map(({ changes }) => changes)).toEqual([
      ['users: imported in us-east-1'],
    ]);
  });

  test('a table that its stack has as AWS::DynamoDB::Table is let go and imported as AWS::DynamoDB::GlobalTable', async () => {
    const member = (id: string, type: string, name: string): string =>
      `<member><LogicalResourceId>${id}</LogicalResourceId><ResourceType>${type}</ResourceType>` +
      `<PhysicalResourceId>${name}</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`;
    const members = [
      member('Users', 'AWS::DynamoDB::Table', 'users'),
      member('Codes', 'AWS::DynamoDB::GlobalTable', 'codes'),
      member('Queue', 'AWS::SQS::Queue', 'orders'),
    ].join('');
    const list = `<ListStackResourcesResult><StackResourceSummaries>${members}</StackResourceSummaries></ListStackResourcesResult>`;
    const body = `<ListStackResourcesResponse>${list}</ListStackResourcesResponse>`;
    setup.stub.stacks = {};
    setup.stub.before = ({ operation }) => (operation === 'ListStackResources' ? { status: 200, body } : undefined);
    ['users', 'codes', 'orders'].forEach((name) => setup.stub.set(EU, name));
    const to = target({ Users: globalTable('users', [EU]), Codes: globalTable('codes', [EU]) });
    expect(await setup.fromLive(to)).toMatchObject({ code: 0, err: '' });
    expect(setup.steps.flatMap(({ changes }) => changes).filter((change) => change.includes(':'))).toEqual([
      'users: DeletionPolicy Retain, deletion protection on',
      'users: leaves the stack and stands on without one',
      'users: imported in eu-central-1',
      expect.stringMatching(/^users: deletion protection/) as string,
    ]);
    expect(asked('orders')).toEqual([]);
  });

  test('a table that its stack has as AWS::DynamoDB::GlobalTable under the same id is not imported', async () => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    setup.stub.set(EU, 'users');
    const { code, out } = await setup.fromLive(target({ Users: globalTable('users', [EU]) }));
    expect({ code, out }).toEqual({
      code: 0,
      out: 'nothing to do: the tables are as the app says; cdk deploy applies the rest',
    });
  });
});

describe('global tables of version 2017.11.29', () => {
  const found = { status: 200, body: { GlobalTableDescription: { GlobalTableName: 'users', GlobalTableStatus: 'ACTIVE' } } };
  beforeEach(() => {
    setup.stub.set(EU, 'users', { table: replicaOf(US) });
    setup.stub.set(US, 'users', { table: replicaOf(EU) });
    setup.stub.before = ({ operation }) => (operation === 'DescribeGlobalTable' ? found : undefined);
  });

  test('fails to import one', async () => {
    const { code, err } = await setup.fromLive(target({ Users: globalTable('users', [EU, US]) }));
    expect(code).toBe(2);
    expect(err).toContain("[IDT1306] table 'users' is a global table of version 2017.11.29, which CloudFormation cannot import");
    expect(setup.stub.callsOf('DescribeGlobalTable')[0].input).toEqual({ GlobalTableName: 'users' });
  });

  test('are looked for among all tables to import: DescribeTable may list no replicas of one', async () => {
    setup.stub.set(EU, 'codes');
    const { code, err } = await setup.fromLive(target({ Codes: globalTable('codes', [EU]) }));
    expect({ code, isSaid: err.includes("[IDT1306] table 'codes' is a global table of version 2017.11.29") }).toEqual({
      code: 2,
      isSaid: true,
    });
  });

  test('are not looked for among tables that a stack owns', async () => {
    setup.stub.set(EU, 'codes');
    setup.stub.stacks = { [`${EU}/Identity`]: { Codes: 'codes' } };
    expect(await setup.fromLive(target({ Codes: globalTable('codes', [EU]) }))).toMatchObject({ code: 0, err: '' });
    expect(setup.stub.callsOf('DescribeGlobalTable')).toEqual([]);
  });

  test('that a stack owns are none to import', async () => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    const to = target({ Users: globalTable('users', [EU, US], ttl('expires')) });
    expect(await setup.fromLive(to)).toMatchObject({ code: 0, err: '' });
    expect(kinds()).toEqual(['deploy']);
  });

  test('a server that does not know the call has none', async () => {
    setup.stub.before = ({ operation }) =>
      operation === 'DescribeGlobalTable' ? refusal('UnknownOperationException', '') : undefined;
    expect(await setup.fromLive(target({ Users: globalTable('users', [EU, US]) }))).toMatchObject({ code: 0, err: '' });
    expect(kinds()).toContain('import');
  });
});

describe('scaling targets', () => {
  const of = (resource: string, unit: string): Json => ({
    ResourceId: resource,
    ScalableDimension: `dynamodb:${resource.includes('/index/') ? 'index' : 'table'}:${unit}CapacityUnits`,
    MinCapacity: 1,
    MaxCapacity: 9,
  });

  test('of a table that is adopted, and of its indexes, are taken away before it is billed by request; others stay', async () => {
    setup.stub.set(EU, 'users', { table: PROVISIONED });
    const targets = [
      of('table/users', 'Read'),
      of('table/users', 'Write'),
      of('table/users/index/mail-index', 'Write'),
      of('table/users-of-another-team', 'Read'),
    ];
    setup.stub.scaling = { [EU]: { targets, policies: [] } };
    expect(await setup.fromLive(target({ Users: globalTable('users', [EU]) }))).toMatchObject({ code: 0, err: '' });
    const deregister = (id: string, dimension: string): string =>
      'aws application-autoscaling deregister-scalable-target --service-namespace dynamodb ' +
      `--resource-id ${id} --scalable-dimension dynamodb:${dimension}CapacityUnits --region eu-central-1`;
    expect(setup.steps.slice(0, 2).map(({ commands }) => commands)).toEqual([
      [
        deregister('table/users', 'table:Read'),
        deregister('table/users', 'table:Write'),
        deregister('table/users/index/mail-index', 'index:Write'),
      ],
      ['aws dynamodb update-table --table-name users --billing-mode PAY_PER_REQUEST --region eu-central-1'],
    ]);
  });

  test('are not asked for where all tables are billed by request', async () => {
    setup.stub.set(EU, 'users');
    await setup.fromLive(target({ Users: globalTable('users', [EU]) }));
    expect(setup.stub.calls.filter(({ operation }) => operation.startsWith('DescribeScal'))).toEqual([]);
  });

  test('of a table that its stack scales are its capacity, and nothing is to do', async () => {
    const scaled = { MinCapacity: 1, MaxCapacity: 9, TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 } };
    const wanted = {
      WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: scaled },
      BillingMode: 'PROVISIONED',
    };
    const reads = { ReadProvisionedThroughputSettings: { ReadCapacityUnits: 2 } };
    const policy = { ...of('table/users', 'Write'), TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 } };
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    setup.stub.set(EU, 'users', { table: PROVISIONED });
    setup.stub.scaling = { [EU]: { targets: [of('table/users', 'Write')], policies: [policy] } };
    const to = target({ Users: globalTable('users', [EU], wanted, reads) });
    expect(await setup.fromLive(to)).toMatchObject({ code: 0, out: expect.stringMatching(/^nothing to do/) as string });
    setup.stub.scaling = { [EU]: { targets: [{ ...of('table/users', 'Write'), MaxCapacity: 5 }], policies: [policy] } };
    expect(await setup.fromLive(to, '--force')).toMatchObject({ code: 0 });
    expect(setup.steps.map(({ changes }) => changes)).toEqual([['users: billing']]);
  });
});

describe('what is in between', () => {
  test('a table that is being changed is waited for in all its regions before its stack is deployed', async () => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    setup.stub.set(EU, 'users', { table: replicaOf(US) });
    setup.stub.set(US, 'users', { table: { ...replicaOf(EU), TableStatus: 'UPDATING' } });
    await setup.fromLive(target({ Users: globalTable('users', [EU, US, AP]) }));
    expect(setup.steps[0]).toMatchObject({ kind: 'wait', wait: 'settled', places: ['users@us-east-1'] });
  });

  test('a TTL that is being turned is waited for an hour before it is turned again, and holds up nothing else', async () => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    setup.stub.set(EU, 'users', { timeToLive: { TimeToLiveStatus: 'DISABLING', AttributeName: 'ttl' } });
    await setup.fromLive(target({ Users: globalTable('users', [EU], ttl('expires')) }));
    expect(setup.steps.map(({ kind, wait }) => wait ?? kind)).toEqual(['ttl-hour', 'deploy']);
    await setup.fromLive(target({ Users: globalTable('users', [EU], {}, { DeletionProtectionEnabled: true }) }), '--force');
    expect(kinds()).toEqual(['deploy']);
  });
});

test('an endpoint that answers alike for every region is not believed', async () => {
  const age = { TableId: 'b4a1c3de', CreationDateTime: 1_700_000_000.123 };
  [EU, US].forEach((region) => setup.stub.set(region, 'users', { table: { ...age, TableArn: bareTable(EU, 'users').TableArn } }));
  const to = setup.app(
    'new',
    { name: 'Identity', region: EU, tables: { Users: globalTable('users', [EU]) } },
    { name: 'IdentityUs', region: US, tables: { Users: globalTable('users', [US]) } },
  );
  const { code, err } = await setup.fromLive(to);
  expect({
    code,
    isSaid: err.includes('[IDT0713]') && err.includes("table 'users' is the same one in eu-central-1, us-east-1"),
  }).toEqual({
    code: 2,
    isSaid: true,
  });
});
