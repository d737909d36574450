import { globalTable } from './verify-assembly';
import { VerifySetup } from './verify-setup';
import { bareTable, refusal, type Call, type Reply } from './verify-stub';

// What `verify --wait` reads again, and when it stops.

const EU = 'eu-central-1';
const US = 'us-east-1';

let setup: VerifySetup;
beforeEach(async () => {
  setup = await VerifySetup.start();
});
afterEach(() => setup.stop());

const describes = ({ operation, region, input }: Call, where: string, name: string): boolean =>
  operation === 'DescribeTable' && region === where && input.TableName === name;

/** Answers the first calls that describe a table in another way. */
function first(count: number, region: string, name: string, reply: Reply): (call: Call) => Reply | undefined {
  let asked = 0;
  return (call) => (describes(call, region, name) && ++asked <= count ? reply : undefined);
}

const withStatus = (region: string, name: string, TableStatus: string): Reply => ({
  status: 200,
  body: { Table: { ...bareTable(region, name), TableStatus } },
});

const described = (region: string, name: string): number =>
  setup.stub.calls.filter((call) => describes(call, region, name)).length;

/** Each region has tables of these names. */
function regional(...names: string[]): void {
  const tables = (region: string): Record<string, Record<string, unknown>> =>
    Object.fromEntries(names.map((name) => [name, globalTable(name, [region])]));
  setup.assembly({ name: 'Eu', region: EU, tables: tables(EU) }, { name: 'Us', region: US, tables: tables(US) });
  [EU, US].forEach((region) => names.forEach((name) => setup.stub.set(region, name)));
}

test('a table of the second region is read again until it is made', async () => {
  regional('users');
  setup.stub.before = first(2, US, 'users', withStatus(US, 'users', 'CREATING'));
  const { code, inBetween, progress } = await setup.verify('--wait', '--timeout', '20s');
  expect({ code, inBetween }).toEqual({ code: 0, inBetween: [] });
  expect(progress.filter((text) => text.startsWith('waiting'))).toEqual([
    'waiting for users@us-east-1 table CREATING',
    'waiting for users@us-east-1 table CREATING',
  ]);
});

test('only the tables that are in between are read again, in every region', async () => {
  regional('codes', 'users');
  setup.stub.before = first(1, US, 'users', withStatus(US, 'users', 'UPDATING'));
  expect(await setup.verify('--wait', '--timeout', '20s')).toMatchObject({ code: 0, changes: [] });
  expect([described(EU, 'users'), described(US, 'users')]).toEqual([2, 2]);
  expect([described(EU, 'codes'), described(US, 'codes')]).toEqual([1, 1]);
});

test('a table that could not be read at first, and is read while another region is waited for, has not failed', async () => {
  regional('codes', 'users');
  const [failing, making] = [
    first(1, EU, 'users', refusal('AccessDeniedException', 'not yet')),
    first(1, US, 'users', withStatus(US, 'users', 'CREATING')),
  ];
  setup.stub.before = (call) => failing(call) ?? making(call);
  const { code, failures, problems, regions } = await setup.verify('--wait', '--timeout', '20s');
  expect({ code, failures, problems }).toEqual({ code: 0, failures: [], problems: [] });
  expect(regions.map(({ region, standing, unknown }) => [region, standing, unknown])).toEqual([
    [EU, 2, 0],
    [US, 2, 0],
  ]);
});

test('the failure of a table that is not waited for stays', async () => {
  regional('codes', 'users');
  const [failing, making] = [
    first(1, EU, 'codes', refusal('AccessDeniedException', 'no')),
    first(1, US, 'users', withStatus(US, 'users', 'CREATING')),
  ];
  setup.stub.before = (call) => failing(call) ?? making(call);
  const { code, failures } = await setup.verify('--wait', '--timeout', '20s');
  expect({ code, failures }).toEqual({
    code: 2,
    failures: [{ region: EU, tableName: 'codes', reason: 'AccessDeniedException: no' }],
  });
});

test('a replica that appears in its region while the first one tells of it is missing no more', async () => {
  const stream = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } };
  const replica = (RegionName: string, ReplicaStatus = 'ACTIVE'): Record<string, unknown> => ({
    ...stream,
    Replicas: [{ RegionName, ReplicaStatus }],
  });
  const tables = { Users: globalTable('users', [EU, US]), Clients: globalTable('clients', [EU, US]) };
  setup.assembly({ name: 'Eu', region: EU, tables });
  ['users', 'clients'].forEach((name) => {
    setup.stub.set(EU, name, { table: replica(US) });
    setup.stub.set(US, name, { table: replica(EU) });
  });
  const [making, missing] = [
    first(1, EU, 'users', { status: 200, body: { Table: { ...bareTable(EU, 'users'), ...replica(US, 'CREATING') } } }),
    first(1, US, 'users', refusal('ResourceNotFoundException')),
  ];
  setup.stub.before = (call) => making(call) ?? missing(call);
  const { code, changes, inBetween, progress, regions } = await setup.verify('--wait', '--timeout', '20s');
  expect({ code, changes, inBetween }).toEqual({ code: 0, changes: [], inBetween: [] });
  expect(regions.map(({ standing, unknown }) => [standing, unknown])).toEqual([
    [2, 0],
    [2, 0],
  ]);
  expect(progress).toContain('waiting for users@eu-central-1 replica us-east-1 CREATING');
});

test('a table that is deleted while it is waited for is missing, once', async () => {
  regional('users');
  setup.stub.remove(US, 'users');
  setup.stub.before = first(1, US, 'users', withStatus(US, 'users', 'DELETING'));
  const { code, changes, inBetween } = await setup.verify('--wait', '--timeout', '20s');
  expect({ code, inBetween }).toEqual({ code: 1, inBetween: [] });
  expect(changes.map(({ region, tableName, kind }) => `${tableName} ${region} ${kind}`)).toEqual([`users ${US} table-missing`]);
});

test('a table that is not waited for stays as it was found: missing', async () => {
  regional('codes', 'users');
  setup.stub.remove(EU, 'codes');
  setup.stub.before = first(1, US, 'users', withStatus(US, 'users', 'CREATING'));
  const { code, changes } = await setup.verify('--wait', '--timeout', '20s');
  expect({ code, kinds: changes.map(({ region, tableName, kind }) => `${tableName} ${region} ${kind}`) }).toEqual({
    code: 1,
    kinds: [`codes ${EU} table-missing`],
  });
});

test('a table that cannot be read any more when it is read again has failed', async () => {
  regional('users');
  let asked = 0;
  setup.stub.before = (call) => {
    const isOfUsers = describes(call, US, 'users');
    asked += Number(isOfUsers);
    const reply = asked > 1 ? refusal('AccessDeniedException', 'no') : withStatus(US, 'users', 'CREATING');
    return isOfUsers ? reply : undefined;
  };
  const { code, failures, inBetween, changes } = await setup.verify('--wait', '--timeout', '20s');
  expect({ code, inBetween, changes }).toEqual({ code: 2, inBetween: [], changes: [] });
  expect(failures).toEqual([{ region: US, tableName: 'users', reason: 'AccessDeniedException: no' }]);
});

test('between the readings it pauses, longer each time', async () => {
  regional('users');
  setup.stub.set(US, 'users', { table: { TableStatus: 'CREATING' } });
  const { code, progress } = await setup.verify('--wait', '--timeout', '2s');
  expect(code).toBe(1);
  // After 0.25, 0.75, 1.75 and 2 seconds.
  expect(described(US, 'users')).toBeLessThanOrEqual(5);
  expect(described(US, 'users')).toBeGreaterThan(1);
  expect(progress.filter((text) => text.startsWith('waiting'))).toHaveLength(described(US, 'users') - 1);
});

test('nothing is waited for when a region cannot be read to its end', async () => {
  regional('users');
  const making = first(1, EU, 'users', withStatus(EU, 'users', 'CREATING'));
  setup.stub.before = (call) => (call.region === US ? refusal('UnrecognizedClientException', 'invalid') : making(call));
  const { code, inBetween, problems } = await setup.verify('--wait', '--timeout', '20s');
  expect({ code, inBetween: inBetween.map(({ status }) => status) }).toEqual({ code: 2, inBetween: ['CREATING'] });
  expect(problems.map((problem) => problem.code)).toEqual(['IDT1202']);
  expect(described(EU, 'users')).toBe(1);
});

test('a login that expires while something is waited for ends the waiting', async () => {
  regional('users');
  const making = first(1, US, 'users', withStatus(US, 'users', 'CREATING'));
  setup.stub.before = (call) => {
    const isAgain = call.operation === 'DescribeTable' && described(US, 'users') > 1;
    return isAgain ? refusal('ExpiredTokenException', 'too late') : making(call);
  };
  const { code, problems, changes } = await setup.verify('--wait', '--timeout', '20s');
  expect({ code, codes: problems.map((problem) => problem.code), changes }).toEqual({ code: 2, codes: ['IDT1201'], changes: [] });
  expect(described(US, 'users')).toBe(2);
});
