import { globalTable } from './verify-assembly';
import { VerifySetup } from './verify-setup';
import { xmlError } from './verify-stub';

// Which stacks verify asks for the owners of tables, and whom it takes for one.

const EU = 'eu-central-1';
const US = 'us-east-1';
const STREAM = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } };

let setup: VerifySetup;
beforeEach(async () => {
  setup = await VerifySetup.start();
});
afterEach(() => setup.stop());

/** Calls to CloudFormation with the stack or the table that was asked for. */
const asked = (): string[] =>
  setup.stub.calls
    .filter(({ operation }) => operation.endsWith('StackResources'))
    .map(({ region, input }) => `${region} ${String(input.StackName ?? input.PhysicalResourceId)}`)
    .sort();
const owners = async (): Promise<unknown[]> =>
  (await setup.verify()).changes
    .filter(({ kind }) => kind === 'owner')
    .map(({ region, tableName, before }) => {
      const { stackName, logicalId } = before as { stackName?: string; logicalId?: string };
      return [region, tableName, stackName, logicalId];
    });

/** Tables of one region, with its stack. */
function oneStack(...names: string[]): void {
  const tables = Object.fromEntries(names.map((name) => [name.toUpperCase(), globalTable(name, [EU])]));
  setup.assembly({ name: 'Identity', region: EU, tables });
  names.forEach((name) => setup.stub.set(EU, name));
}

test('each region is asked for its own stack, where tables of one name are in both', async () => {
  const tables = (region: string): Record<string, Record<string, unknown>> => ({ USERS: globalTable('users', [region]) });
  setup.assembly({ name: 'Eu', region: EU, tables: tables(EU) }, { name: 'Us', region: US, tables: tables(US) });
  [EU, US].forEach((region) => setup.stub.set(region, 'users'));
  setup.stub.stacks = { [`${EU}/Eu`]: { USERS: 'users' }, [`${US}/Us`]: { USERS: 'users' } };
  expect(await owners()).toEqual([]);
  expect(asked()).toEqual([`${EU} Eu`, `${US} Us`]);
});

test('a replica is owned where its table is, and no stack of its region is asked', async () => {
  setup.assembly({ name: 'Eu', region: EU, tables: { USERS: globalTable('users', [EU, US]) } });
  const beside = (RegionName: string): object => ({ table: { ...STREAM, Replicas: [{ RegionName, ReplicaStatus: 'ACTIVE' }] } });
  setup.stub.set(EU, 'users', beside(US));
  setup.stub.set(US, 'users', beside(EU));
  setup.stub.stacks = { [`${EU}/Eu`]: { USERS: 'users' } };
  const { changes, regions } = await setup.verify();
  expect({ changes, standing: regions.map(({ standing }) => standing) }).toEqual({ changes: [], standing: [1, 1] });
  expect(asked()).toEqual([`${EU} Eu`]);
});

test('a stack that has one of the tables is known for the others', async () => {
  oneStack('codes', 'tokens', 'users');
  setup.stub.stacks = { [`${EU}/Legacy`]: { A: 'codes', B: 'tokens' }, [`${EU}/Identity`]: { USERS: 'users' } };
  expect(await owners()).toEqual([
    [EU, 'codes', 'Legacy', 'A'],
    [EU, 'tokens', 'Legacy', 'B'],
  ]);
  expect(asked()).toEqual([`${EU} Identity`, `${EU} codes`]);
});

test('something else of the same name is no table', async () => {
  oneStack('users');
  const member = (id: string, type: string): string =>
    `<member><LogicalResourceId>${id}</LogicalResourceId><ResourceType>${type}</ResourceType>` +
    '<PhysicalResourceId>users</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>';
  const members = [member('Bucket', 'AWS::S3::Bucket'), member('USERS', 'AWS::DynamoDB::GlobalTable')].join('');
  const list = `<ListStackResourcesResult><StackResourceSummaries>${members}</StackResourceSummaries></ListStackResourcesResult>`;
  setup.stub.before = ({ operation }) =>
    operation === 'ListStackResources'
      ? { status: 200, body: `<ListStackResourcesResponse>${list}</ListStackResourcesResponse>` }
      : undefined;
  const { code, changes } = await setup.verify();
  expect({ code, changes }).toEqual({ code: 0, changes: [] });
});

test('a nested stack is the wanted one with what CloudFormation puts behind its name, and nothing else is', async () => {
  oneStack('users');
  const inStack = async (name: string): Promise<unknown[]> => {
    setup.stub.stacks = { [`${EU}/${name}`]: { USERS: 'users' } };
    return owners();
  };
  expect(await inStack('Identity-1B2C3D4E5F6G')).toEqual([]);
  expect(await inStack('Identity-1B2C3D4E5F6G7')).toEqual([]);
  for (const name of ['Identity-1B2C3D4E5F6', 'Identity-1b2c3d4e5f6g', 'Identify-1B2C3D4E5F6G', 'IdentityX-1B2C3D4E5F6G']) {
    expect(await inStack(name)).toEqual([[EU, 'users', name, 'USERS']]);
  }
});

test('tags tell the owner where CloudFormation does not; of a table without them it is not known', async () => {
  oneStack('codes', 'users');
  const tags = { 'aws:cloudformation:stack-name': 'Identity', 'aws:cloudformation:logical-id': 'USERS' };
  setup.stub.set(EU, 'users', { tags });
  setup.stub.before = ({ operation }) => (operation === 'ListStackResources' ? xmlError('AccessDenied', 'not you') : undefined);
  const { code, changes, unchecked } = await setup.verify();
  expect({ code, changes }).toEqual({ code: 2, changes: [] });
  expect(unchecked.filter(({ kind }) => kind === 'owner').map(({ tableName, cause }) => [tableName, cause])).toEqual([
    ['codes', 'refused'],
  ]);
});

test('a table that its stack has let go of is in none, whatever its tags say', async () => {
  oneStack('users');
  const tags = { 'aws:cloudformation:stack-name': 'Identity', 'aws:cloudformation:logical-id': 'USERS' };
  setup.stub.set(EU, 'users', { tags });
  setup.stub.stacks = { [`${EU}/Identity`]: {} };
  expect(await owners()).toEqual([[EU, 'users', undefined, undefined]]);
});
