import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { globalTable } from './verify-assembly';
import { VerifySetup } from './verify-setup';
import { bareTable, refusal, xmlError } from './verify-stub';

// What verify says of each region, and that nothing of one region is taken for that of another one.

const EU = 'eu-central-1';
const US = 'us-east-1';
const AP = 'ap-southeast-2';

let setup: VerifySetup;
beforeEach(async () => {
  setup = await VerifySetup.start();
});
afterEach(() => setup.stop());

/** A stack in each of these regions, with its own tables. */
function regional(names: Readonly<Record<string, readonly string[]>>): void {
  const stacks = Object.entries(names).map(([region, tables]) => ({
    name: `Identity-${region}`,
    region,
    tables: Object.fromEntries(tables.map((name) => [`T${name}`, globalTable(name, [region])])),
  }));
  setup.assembly(...stacks);
}

test('counts of each region what is wanted there, what of that stands and what could not be read', async () => {
  regional({ [EU]: ['users', 'codes', 'tokens'], [US]: ['users'], [AP]: ['codes', 'tokens'] });
  setup.stub.set(EU, 'users');
  setup.stub.set(EU, 'codes');
  setup.stub.set(US, 'users');
  setup.stub.set(US, 'codes');
  setup.stub.before = ({ region, operation, input }) =>
    region === AP && operation === 'DescribeTable' && input.TableName === 'codes'
      ? refusal('AccessDeniedException', 'no')
      : undefined;
  const { code, regions, changes } = await setup.verify();
  expect(code).toBe(2);
  expect(regions).toEqual([
    { region: AP, wanted: 2, standing: 0, unknown: 1, isEmpty: true },
    { region: EU, account: '111122223333', wanted: 3, standing: 2, unknown: 0, isEmpty: false },
    { region: US, account: '111122223333', wanted: 1, standing: 1, unknown: 0, isEmpty: false },
  ]);
  expect(changes.map(({ region, tableName, kind }) => `${tableName} ${region} ${kind}`)).toEqual([
    `codes ${US} table-extra`,
    `tokens ${AP} table-missing`,
    `tokens ${EU} table-missing`,
  ]);
});

test('a table under another name is looked for in the region where one is missing, and is compared with those of that region', async () => {
  regional({ [EU]: ['app-users', 'app-codes'], [US]: ['app-users', 'app-tokens'] });
  setup.stub.set(EU, 'app-users');
  setup.stub.set(EU, 'codes');
  setup.stub.set(US, 'app-users');
  setup.stub.set(US, 'tokens');
  const { lookalikes } = await setup.verify();
  expect(lookalikes.map(({ region, missing, tableName }) => `${region} ${missing} ${tableName}`)).toEqual([
    `${EU} app-codes codes`,
    `${US} app-tokens tokens`,
  ]);
});

test('no other table is looked for where none is missing, or where a table could not be read', async () => {
  regional({ [EU]: ['users'], [US]: ['users'] });
  setup.stub.set(EU, 'users');
  setup.stub.before = ({ region, operation }) =>
    region === US && operation === 'DescribeTable' ? refusal('AccessDeniedException', 'no') : undefined;
  await setup.verify();
  expect(setup.stub.callsOf('ListTables')).toEqual([]);
  setup.stub.before = () => undefined;
  await setup.verify();
  expect(setup.stub.callsOf('ListTables').map(({ region }) => region)).toEqual([US]);
});

test('no other service is asked in a region that stops to answer', async () => {
  regional({ [EU]: ['codes', 'users'], [US]: ['codes', 'users'] });
  [EU, US].forEach((region) => ['codes', 'users'].forEach((name) => setup.stub.set(region, name)));
  setup.stub.before = ({ region, input }) =>
    region === US && input.TableName === 'users' ? refusal('UnrecognizedClientException', 'invalid') : undefined;
  const { regions } = await setup.verify();
  expect(regions.map(({ region, ending }) => [region, ending?.kind])).toEqual([
    [EU, undefined],
    [US, 'region'],
  ]);
  expect(setup.stub.callsOf('ListStackResources').map(({ region }) => region)).toEqual([EU]);
});

test('a region that stops since the login has expired in another one says so', async () => {
  const names = Array.from({ length: 30 }, (_, i) => `table-${i}`);
  regional({ [EU]: names, [US]: names });
  names.forEach((name) => setup.stub.set(EU, name));
  setup.stub.before = ({ region }) => (region === US ? refusal('ExpiredTokenException', 'too late') : undefined);
  const { regions, problems, changes } = await setup.verify();
  expect(regions.map(({ region, ending }) => [region, ending?.kind])).toEqual([
    [EU, 'login'],
    [US, 'login'],
  ]);
  expect({ codes: problems.map(({ code }) => code), changes }).toEqual({ codes: ['IDT1201'], changes: [] });
});

test('tells how many of all tables were read', async () => {
  regional({ [EU]: ['users', 'codes'], [US]: ['users'] });
  setup.stub.set(EU, 'users');
  const { progress } = await setup.verify();
  expect(progress).toEqual(['1 of 4 tables', '2 of 4 tables', '3 of 4 tables', '4 of 4 tables']);
});

test('an owner that CloudFormation refuses to tell is a problem of its region, and no difference', async () => {
  regional({ [EU]: ['users'], [US]: ['users'] });
  [EU, US].forEach((region) => setup.stub.set(region, 'users'));
  setup.stub.stacks = { [`${EU}/Identity-${EU}`]: { Tusers: 'users' }, [`${US}/Identity-${US}`]: { Tusers: 'users' } };
  setup.stub.before = ({ region, operation }) =>
    region === US && operation === 'ListStackResources' ? xmlError('AccessDenied', 'not you') : undefined;
  const { code, changes, problems } = await setup.verify();
  expect({ code, changes }).toEqual({ code: 2, changes: [] });
  expect(problems.map(({ what, given }) => [what, given])).toEqual([
    ["owner of 'users' in us-east-1 could not be read", 'AccessDenied: not you'],
  ]);
});

describe('replication that no table tells of', () => {
  const STREAM = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } };

  test('is not known of the tables that are to be replicated, and of no others', async () => {
    const stream = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };
    setup.assembly(
      { name: 'Eu', region: EU, tables: { Codes: globalTable('codes', [EU], stream), Users: globalTable('users', [EU, US]) } },
      { name: 'Us', region: US, tables: { Codes: globalTable('codes', [US], stream) } },
      {
        name: 'Ap',
        region: AP,
        tables: { Codes: globalTable('codes', [AP], stream), Users: globalTable('users', [AP], stream) },
      },
    );
    [EU, US, AP].forEach((region) => ['users', 'codes'].forEach((name) => setup.stub.set(region, name, { table: STREAM })));
    const { code, changes, unchecked } = await setup.verify();
    expect({ code, changes }).toEqual({ code: 0, changes: [] });
    expect(unchecked.filter(({ kind }) => kind === 'placement').map(({ region, tableName }) => `${tableName} ${region}`)).toEqual(
      [`users ${EU}`, `users ${US}`],
    );
  });
});

test('a replica is not missing in a region that was not read, or not asked, where no table tells of replicas', async () => {
  setup.assembly({ name: 'Eu', region: EU, tables: { Users: globalTable('users', [EU, US]) } });
  const stream = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' };
  setup.stub.set(EU, 'users', { table: { StreamSpecification: stream } });
  setup.stub.before = ({ region }) => (region === US ? refusal('AccessDeniedException', 'not you') : undefined);
  const { code, changes, problems } = await setup.verify();
  expect({ code, changes, problems: problems.map(({ what }) => what) }).toEqual({
    code: 2,
    changes: [],
    problems: ["table 'users' in us-east-1 could not be read"],
  });
  expect(await setup.verify('--region', EU)).toMatchObject({ code: 0, changes: [], problems: [] });
});

test('a replica that does not stand is missing also where no table tells of replicas', async () => {
  setup.assembly({ name: 'Eu', region: EU, tables: { Users: globalTable('users', [EU, US]) } });
  const stream = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' };
  setup.stub.set(EU, 'users', { table: { StreamSpecification: stream } });
  const { code, changes } = await setup.verify();
  expect({ code, kinds: changes.map(({ region, kind }) => `${region} ${kind}`) }).toEqual({
    code: 1,
    kinds: [`${US} replica-added`],
  });
});

describe('--against files', () => {
  let files: string;
  beforeEach(() => {
    files = mkdtempSync(path.join(tmpdir(), 'described-'));
  });
  afterEach(() => rmSync(files, { recursive: true }));

  const describeIn = (region: string, name: string, more: object = {}): void =>
    writeFileSync(path.join(files, `${region}-${name}.json`), JSON.stringify({ Table: { ...bareTable(region, name), ...more } }));

  test('a table without a file is not known, one of another name is none of ours, and each is of its region', async () => {
    regional({ [EU]: ['users', 'codes'], [US]: ['users'], 'eu-west-1': ['users'] });
    describeIn(EU, 'users');
    describeIn(US, 'users', { DeletionProtectionEnabled: true });
    describeIn(AP, 'users');
    describeIn(EU, 'orders');
    const { code, regions, changes, lookalikes } = await setup.against(files);
    expect(code).toBe(1);
    expect(regions.map(({ region, wanted, standing, unknown }) => [region, wanted, standing, unknown])).toEqual([
      [AP, 0, 0, 0],
      [EU, 2, 1, 1],
      ['eu-west-1', 1, 0, 1],
      [US, 1, 1, 0],
    ]);
    expect(changes.map(({ region, tableName, kind }) => `${tableName} ${region} ${kind}`)).toEqual([
      `users ${AP} table-extra`,
      `users ${US} deletion-protection`,
    ]);
    expect(lookalikes).toEqual([]);
    expect(setup.stub.calls).toEqual([]);
  });

  test('--region compares the files of that region alone', async () => {
    regional({ [EU]: ['users'], [US]: ['users'] });
    describeIn(EU, 'users', { DeletionProtectionEnabled: true });
    describeIn(US, 'users');
    const { code, regions, changes } = await setup.against(files, '--region', US);
    expect({ code, regions: regions.map(({ region }) => region), changes }).toEqual({ code: 0, regions: [US], changes: [] });
  });

  test.each([
    [[], `'codes@${US}', 'users@${EU}'`],
    [['--region', US], `'codes@${US}'`],
  ])('fails where no file is about a table of the assembly, since nothing would be compared: %j', async (args, allowed) => {
    regional({ [EU]: ['users'], [US]: ['codes'] });
    describeIn(EU, 'orders');
    describeIn(AP, 'bills');
    const { code, problems } = await setup.against(files, ...args);
    expect({ code, problems }).toEqual({
      code: 2,
      problems: [
        {
          code: 'IDT1208',
          what: `no file of '${files}' describes a table of the assembly`,
          given: `'bills@${AP}', 'orders@${EU}'`,
          allowed,
          fix: 'name the directory with the tables of this assembly in --against, or their assembly in --app',
        },
      ],
    });
  });
});
