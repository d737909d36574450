import { globalTable, type AssemblyStack } from './verify-assembly';
import { VerifySetup } from './verify-setup';
import { refusal } from './verify-stub';

// Tables that stand beside those of the assembly and have names as its own: told, and nothing else.

const EU = 'eu-central-1';
const US = 'us-east-1';

let setup: VerifySetup;
beforeEach(async () => {
  setup = await VerifySetup.start();
});
afterEach(() => setup.stop());

/** A table as the library tags it. */
function tagged(tableName: string, baseName: string, regions: readonly string[]): AssemblyStack['tables'][string] {
  return globalTable(tableName, regions, {}, { Tags: [{ Key: 'identity-tables:table', Value: baseName }] });
}

function live(region: string, tableName: string, baseName: string): void {
  setup.stub.set(region, tableName, { tags: { 'identity-tables:table': baseName } });
}

/** `prod-users` in both regions, which stands as it is wanted. */
function users(): void {
  setup.assembly(
    { name: 'A', region: EU, tables: { Users: tagged('prod-users', 'users', [EU]) } },
    { name: 'B', region: US, tables: { Users: tagged('prod-users', 'users', [US]) } },
  );
  [EU, US].forEach((region) => live(region, 'prod-users', 'users'));
}

const listings = () => setup.stub.callsOf('ListTables').map(({ region, input }) => [region, input]);

test('a table of our prefix that the assembly does not have: a remark, exit 0, one list a region', async () => {
  users();
  [EU, US].forEach((region) => setup.stub.set(region, 'prod-sessions'));
  setup.stub.set(US, 'prod-clients');
  setup.stub.set(EU, 'orders');
  setup.stub.set(EU, 'test-prod-users');
  const { code, changes, extras, unlisted } = await setup.verify();
  expect({ code, changes, unlisted }).toEqual({ code: 0, changes: [], unlisted: [] });
  expect(extras).toEqual([
    { region: EU, tableName: 'prod-sessions' },
    { region: US, tableName: 'prod-clients' },
    { region: US, tableName: 'prod-sessions' },
  ]);
  expect(listings().sort()).toEqual([
    [EU, {}],
    [US, {}],
  ]);
  expect(setup.stub.callsOf('DescribeTable').map(({ input }) => input.TableName)).toEqual(['prod-users', 'prod-users']);
  const { out, err } = await setup.text();
  expect(err).toBe('');
  expect(out).toContain(
    [
      '',
      'not in the assembly, though the names begin as its own; left alone:',
      `  prod-sessions  ${EU}, ${US}`,
      `  prod-clients   ${US}`,
      '',
    ].join('\n'),
  );
  expect(out).toMatch(/2 tables in 2 regions: no difference in/);
});

test('with a difference beside it the exit code is that of the difference, and the table is none', async () => {
  users();
  setup.stub.set(EU, 'prod-sessions');
  setup.stub.set(EU, 'prod-users', { tags: { 'identity-tables:table': 'users' }, table: { DeletionProtectionEnabled: true } });
  const { code, changes, extras } = await setup.verify();
  expect({ code, kinds: changes.map(({ kind }) => kind), extras }).toEqual({
    code: 1,
    kinds: ['deletion-protection'],
    extras: [{ region: EU, tableName: 'prod-sessions' }],
  });
});

test('a name of the assembly in another region is a difference, and no remark beside it', async () => {
  setup.assembly(
    { name: 'A', region: EU, tables: { Users: tagged('prod-users', 'users', [EU]) } },
    { name: 'B', region: US, tables: { Codes: tagged('prod-codes', 'codes', [US]) } },
  );
  live(EU, 'prod-users', 'users');
  live(EU, 'prod-codes', 'codes');
  live(US, 'prod-codes', 'codes');
  const { changes, extras } = await setup.verify();
  expect(changes).toMatchObject([{ region: EU, tableName: 'prod-codes', kind: 'table-extra' }]);
  expect(extras).toEqual([]);
});

test('on the second page of the list too', async () => {
  users();
  for (let i = 0; i < 110; i++) {
    setup.stub.set(EU, `many-${String(i).padStart(3, '0')}`);
  }
  setup.stub.set(EU, 'prod-sessions');
  expect((await setup.verify()).extras).toEqual([{ region: EU, tableName: 'prod-sessions' }]);
  expect(listings().filter(([region]) => region === EU)).toEqual([
    [EU, {}],
    [EU, { ExclusiveStartTableName: 'many-099' }],
  ]);
});

test('one list tells extra tables and what may be the missing one', async () => {
  users();
  setup.stub.remove(EU, 'prod-users');
  setup.stub.set(EU, 'users');
  setup.stub.set(EU, 'prod-sessions', {
    table: {
      KeySchema: [{ AttributeName: 'no', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'no', AttributeType: 'S' }],
    },
  });
  const { code, extras, lookalikes } = await setup.verify();
  expect({ code, extras, names: lookalikes.map(({ tableName }) => tableName) }).toEqual({
    code: 1,
    extras: [{ region: EU, tableName: 'prod-sessions' }],
    names: ['users'],
  });
  expect(
    listings()
      .map(([region]) => region)
      .sort(),
  ).toEqual([EU, US]);
});

test('a denied description of another table leaves the remark', async () => {
  users();
  setup.stub.remove(EU, 'prod-users');
  setup.stub.set(EU, 'prod-sessions');
  setup.stub.before = ({ operation, input }) =>
    operation === 'DescribeTable' && input.TableName === 'prod-sessions'
      ? refusal('AccessDeniedException', 'not you')
      : undefined;
  expect(await setup.verify()).toMatchObject({
    code: 1,
    problems: [],
    lookalikes: [],
    extras: [{ region: EU, tableName: 'prod-sessions' }],
  });
});

test.each<[string, AssemblyStack['tables'][string]]>([
  ['no tag', globalTable('prod-users', [EU])],
  ['a tag of another name', tagged('prod-users', 'clients', [EU])],
  ['an empty tag', tagged('prod-users', '', [EU])],
  ['no prefix', tagged('prod-users', 'prod-users', [EU])],
])('%s: nothing is asked and nothing is told', async (_, table) => {
  setup.assembly({ name: 'A', region: EU, tables: { Users: table } });
  const tags = (table.Properties as { Replicas: { Tags?: { Key: string; Value: string }[] }[] }).Replicas[0].Tags ?? [];
  setup.stub.set(EU, 'prod-users', { tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) });
  setup.stub.set(EU, 'prod-users-2');
  const { code, extras } = await setup.verify();
  expect({ code, extras, listings: listings() }).toEqual({ code: 0, extras: [], listings: [] });
});

test('two sets of tables: those of both prefixes, each once', async () => {
  setup.assembly({
    name: 'A',
    region: EU,
    tables: {
      Users: tagged('prod-users', 'users', [EU]),
      Codes: tagged('prod-eu-codes', 'codes', [EU]),
      Bare: tagged('keys', 'keys', [EU]),
    },
  });
  live(EU, 'prod-users', 'users');
  live(EU, 'prod-eu-codes', 'codes');
  live(EU, 'keys', 'keys');
  ['prod-eu-old', 'prod-old', 'keys-old'].forEach((name) => setup.stub.set(EU, name));
  expect((await setup.verify()).extras).toEqual([
    { region: EU, tableName: 'prod-eu-old' },
    { region: EU, tableName: 'prod-old' },
  ]);
});

test('of many the text names twenty', async () => {
  users();
  for (let i = 0; i < 23; i++) {
    setup.stub.set(EU, `prod-old-${String(i).padStart(2, '0')}`);
  }
  const { out } = await setup.text();
  expect(out).toContain(`  prod-old-19  ${EU}\n  and 3 tables more, see --json\n`);
  expect(out).not.toContain('prod-old-20');
  expect((await setup.verify()).extras).toHaveLength(23);
});

test('a denied list is a problem and no difference, and the other region is told', async () => {
  users();
  setup.stub.set(US, 'prod-sessions');
  setup.stub.before = ({ operation, region }) =>
    operation === 'ListTables' && region === EU ? refusal('AccessDeniedException', 'not you') : undefined;
  const { code, changes, problems, extras } = await setup.verify();
  expect({ code, changes, problems, extras }).toEqual({
    code: 2,
    changes: [],
    problems: [
      {
        code: 'IDT1205',
        what: `the list of all tables in ${EU} could not be read`,
        given: 'AccessDeniedException: not you',
        fix: 'allow the calls that identity-tables policy verify prints, and run the command again',
      },
    ],
    extras: [{ region: US, tableName: 'prod-sessions' }],
  });
});

test('a list that the server does not know is told as not checked', async () => {
  users();
  setup.stub.before = ({ operation }) => (operation === 'ListTables' ? refusal('UnknownOperationException', '') : undefined);
  const { code, out } = await setup.text();
  expect(code).toBe(0);
  expect(out).toMatch(/\nnot checked:\n(.*\n)* +other tables +eu-central-1, us-east-1 +the server does not know the call\n/);
});

test('a region that was not read to the end is not listed', async () => {
  users();
  setup.stub.before = ({ region }) => (region === US ? refusal('UnrecognizedClientException') : undefined);
  expect((await setup.verify()).code).toBe(2);
  expect(listings()).toEqual([[EU, {}]]);
});
