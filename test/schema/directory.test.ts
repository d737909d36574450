import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as fc from 'fast-check';
import { IdentityTablesError, Problems, type Problem } from '../../lib/errors';
import { createTableInput, readSchemaDirectory, type SchemaDirectory } from '../../lib/schema';
import { parseJson } from '../../lib/schema/json';
import { define, index, key, S, table } from './inputs';

let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'schema-directory-'));
});

afterEach(() => {
  fs.rmSync(root, { recursive: true });
});

/** Writes files, texts as they are, and reads the directory. */
function read(files: Record<string, unknown>, directory = root): { read: SchemaDirectory; problems: readonly Problem[] } {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  const problems = new Problems();
  return { read: readSchemaDirectory(directory, problems), problems: problems.all };
}

describe('reading', () => {
  const capacity = { ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 } };
  const store = (TableName: string, hash: string, indexes: Record<string, string> = {}) => ({
    TableName,
    ...capacity,
    KeySchema: key(hash),
    AttributeDefinitions: define(Object.fromEntries([hash, ...Object.values(indexes)].map((name) => [name, 'S']))),
    GlobalSecondaryIndexes: Object.entries(indexes).map(([name, attribute]) => ({ ...index(name, key(attribute)), ...capacity })),
  });
  const STORE_FILES = {
    'create-table-persisted-grant.json': store('PersistedGrant', 'Key', {
      'Type-Index': 'Type',
      'ClientId-Index': 'ClientId',
      'SubjectId-Index': 'SubjectId',
    }),
    'create-table-identity-resource.json': store('IdentityResource', 'Name', { 'JsonString-Index': 'JsonString' }),
    'create-table-client.json': store('Client', 'ClientId', { 'JsonString-Index': 'JsonString' }),
    'create-table-api-resource.json': store('ApiResource', 'Name', { 'JsonString-Index': 'JsonString' }),
  };

  test('four provisioned tables of one server, sorted by name', () => {
    const { read: directory, problems } = read(STORE_FILES);
    expect(problems).toEqual([]);
    expect(directory.directory).toBe(root);
    expect(directory.serverFile).toBeUndefined();
    expect(
      directory.files.map(({ fileName, baseName, schema, provisionedCapacity }) => [
        fileName,
        baseName,
        schema.tableName,
        schema.partitionKey,
        schema.globalIndexes.map(({ indexName, partitionKeys }) => `${indexName} ${partitionKeys[0].name}`),
        provisionedCapacity,
      ]),
    ).toEqual([
      ['create-table-api-resource.json', 'api-resource', 'ApiResource', S('Name'), ['JsonString-Index JsonString'], true],
      ['create-table-client.json', 'client', 'Client', S('ClientId'), ['JsonString-Index JsonString'], true],
      [
        'create-table-identity-resource.json',
        'identity-resource',
        'IdentityResource',
        S('Name'),
        ['JsonString-Index JsonString'],
        true,
      ],
      [
        'create-table-persisted-grant.json',
        'persisted-grant',
        'PersistedGrant',
        S('Key'),
        ['ClientId-Index ClientId', 'SubjectId-Index SubjectId', 'Type-Index Type'],
        true,
      ],
    ]);
  });

  test('the on-demand variant of a directory has the same schemas', () => {
    const provisioned = read(STORE_FILES).read.files;
    const onDemand = read(
      Object.fromEntries(provisioned.map(({ fileName, schema }) => [`on-demand/${fileName}`, createTableInput(schema)])),
      path.join(root, 'on-demand'),
    ).read.files;
    expect(onDemand).toEqual(provisioned.map((file) => ({ ...file, provisionedCapacity: false })));
  });

  test('only create-table files directly in the directory, and server.json as it is', () => {
    const { read: directory, problems } = read({
      'create-table-a.b.json': table(),
      'create-table-.json': 'not read',
      'create-table-b.json.bak': 'not read',
      'my-create-table-c.json': 'not read',
      'README.md': 'not read',
      'on-demand/create-table-a.b.json': 'not read',
      'server.json': { server: 'mine', anything: [1] },
    });
    expect(problems).toEqual([]);
    expect(directory.files.map(({ baseName }) => baseName)).toEqual(['a.b']);
    expect(directory.serverFile).toEqual({ server: 'mine', anything: [1] });
  });

  test('a relative path starts at the working directory, and a byte order mark does no harm', () => {
    const { read: directory, problems } = read(
      { 'create-table-a.json': `\uFEFF${JSON.stringify(table())}` },
      path.relative(process.cwd(), root),
    );
    expect(problems).toEqual([]);
    expect(directory.files.map(({ baseName }) => baseName)).toEqual(['a']);
  });
});

describe('problems', () => {
  test('fails for a directory that does not exist', () => {
    const directory = path.join(root, 'absent');
    const { read: result, problems } = read({}, directory);
    expect(result).toEqual({ directory, files: [] });
    expect(problems).toEqual([
      {
        code: 'IDT0401',
        what: `schema directory '${directory}' does not exist`,
        given: `'${directory}', which is ${directory}`,
        fix: 'pass a directory that holds create-table-*.json files',
      },
    ]);
  });

  test('fails for a file instead of a directory', () => {
    const { problems } = read({ 'create-table-a.json': table() }, path.join(root, 'create-table-a.json'));
    expect(problems.map(({ code, what }) => `${code} ${what}`)).toEqual([
      `IDT0401 schema directory '${root}/create-table-a.json' is not a directory`,
    ]);
  });

  test('fails for a directory without create-table files, and says what it has', () => {
    const given = (files: Record<string, unknown>) => read(files).problems.map(({ code, given: text }) => [code, text]);
    expect(given({})).toEqual([['IDT0402', 'an empty directory']]);
    expect(given({ 'on-demand/create-table-a.json': table(), 'a.json': table() })).toEqual([
      ['IDT0402', "'a.json', 'on-demand'"],
    ]);
  });

  test('fails for a folder that is named like a file', () => {
    const { problems } = read({ 'create-table-a.json/x': '', 'create-table-b.json': table() });
    expect(problems.map(({ code, what }) => `${code} ${what}`)).toEqual([
      `IDT0401 ${root}/create-table-a.json is a directory, not a file`,
    ]);
  });

  test('fails for every broken file together, in the order of their names, and reads the others', () => {
    const problems = new Problems();
    read({
      'create-table-good.json': table({ TableName: 'good' }),
      'create-table-d-wrong.json': table({ TableName: ['d'] }),
      'create-table-c-json.json': '{\n  "TableName": "c",\n  "KeySchema": [}\n',
      'create-table-b.json': table({ TableName: 'same' }),
      'create-table-a.json': table({ TableName: 'same' }),
      'server.json': '{"server": connect2id}',
    });
    const { files, serverFile } = readSchemaDirectory(root, problems);
    expect(files.map(({ baseName }) => baseName)).toEqual(['a', 'b', 'good']);
    expect(serverFile).toBeUndefined();
    expect(() => problems.throwIfAny()).toThrow(IdentityTablesError);
    expect(() => problems.throwIfAny()).toThrow(
      new Error(`4 problems
1. [IDT0403] ${root}/create-table-c-json.json is not valid JSON
  given:   a mistake at line 3, column 17
  fix:     mend line 3
2. [IDT0404] ${root}/create-table-d-wrong.json: TableName is not a text
  given:   a list
  allowed: a text
  fix:     make TableName a text
3. [IDT0405] 2 files of '${root}' describe the table 'same'
  given:   'create-table-a.json', 'create-table-b.json'
  allowed: one file for each TableName
  fix:     remove one of the files
4. [IDT0403] ${root}/server.json is not valid JSON
  given:   a mistake at line 1, column 12
  fix:     mend line 1`),
    );
  });
});

describe('the position of a mistake in JSON', () => {
  test.each([
    ['', 1, 1],
    ['  \n ', 2, 2],
    ['{', 1, 2],
    ['{"a": 1,}', 1, 9],
    ['{"a" 1}', 1, 6],
    ['{a: 1}', 1, 2],
    ['[1, 2', 1, 6],
    ['[1 2]', 1, 4],
    ['[01]', 1, 3],
    ['[1.]', 1, 3],
    ['[tru]', 1, 2],
    ["['a']", 1, 2],
    ['["a\\x"]', 1, 2],
    ['["a\nb"]', 1, 2],
    ['["\\u12"]', 1, 2],
    ['{\n  "a": [\n    {},\n    // why\n  ]\n}', 4, 5],
    ['{} {}', 1, 4],
    ['\uFEFF[nul]', 1, 2],
  ])('%j', (text, line, column) => {
    expect(parseJson(text)).toEqual({ mistake: { line, column } });
  });

  test('valid JSON has none, and a stray character after it is where it stands', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(parseJson(json)).toEqual({ value: JSON.parse(json) as unknown });
        expect(parseJson(`${json}\n ;`)).toEqual({ mistake: { line: json.split('\n').length + 1, column: 2 } });
      }),
    );
  });
});
