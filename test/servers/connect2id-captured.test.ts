import * as fs from 'fs';
import * as path from 'path';
import { Connect2idEdition, Connect2idMode, IdentityServer, type Connect2idProps } from '../../lib/servers';
import { createTable, directory, failures, indexesOf, keyOf, noticesOf, problemsOf, tableOf } from './directories';

// Replication mode has the fewest tables: five.
const CORE = ['clients', 'federation_clients', 'id_access_tokens', 'long_lived_authorizations', 'revocation_journal'];

/** A server in replication mode. */
function connect2id(props: Partial<Connect2idProps>): IdentityServer {
  return IdentityServer.connect2id({ version: '18.0', mode: Connect2idMode.REPLICATION, ...props });
}

const LONG_LIVED = createTable('long_lived_authorizations', 'k', 'by-sub: sub', 'by-act: act', 'by-cid: cid');

/** Files of all five tables as a capture writes them, with keys that are not the bundled ones. */
function capture(changes: Record<string, unknown> = {}): string {
  const tables = Object.fromEntries(CORE.map((name) => [`create-table-${name}.json`, createTable(name, 'k')]));
  return directory({
    ...tables,
    'create-table-long_lived_authorizations.json': LONG_LIVED,
    'server.json': { server: 'connect2id', captured: record() },
    ...changes,
  });
}

function record(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    date: '2025-06-01',
    serverVersion: '18.0',
    mode: 'replication',
    edition: 'regular',
    rangeKey: null,
    ...changes,
  };
}

describe('captured files', () => {
  test('replace every bundled name, without a doubt', () => {
    const server = connect2id({ schemaDirectory: capture() });
    expect(server._definition.tables.map(({ schema, evidence, doubts }) => [keyOf(schema), evidence, doubts])).toEqual(
      Array(5).fill(['k S', 'captured', []]),
    );
    expect(indexesOf(tableOf(server, 'long_lived_authorizations').schema)).toEqual({
      'by-act': 'GSI act S; ALL',
      'by-cid': 'GSI cid S; ALL',
      'by-sub': 'GSI sub S; ALL',
    });
    expect(Object.keys(noticesOf(server))).toEqual(['unmanaged-table']);
  });

  test('keep the bundled profile', () => {
    const server = connect2id({ schemaDirectory: capture() });
    expect(tableOf(server, 'id_access_tokens').profile).toMatchObject({ preset: 'minimal', timeToLiveAttribute: 'ttl' });
  });

  test('tell the attribute of time to live', () => {
    const tables = {
      id_access_tokens: { timeToLive: { attribute: 'expiry', use: 'always' } },
      clients: { timeToLive: { attribute: 'expiry', use: 'always' } },
    };
    const server = connect2id({
      schemaDirectory: capture({ 'server.json': { server: 'connect2id', captured: record(), tables } }),
    });
    expect(tableOf(server, 'id_access_tokens').profile.timeToLiveAttribute).toBe('expiry');
    expect(tableOf(server, 'clients').profile.timeToLiveAttribute).toBeUndefined();
  });

  test('are stated ones without a record', () => {
    const schemaDirectory = capture();
    fs.rmSync(path.join(schemaDirectory, 'server.json'));
    expect(tableOf(connect2id({ schemaDirectory }), 'clients').evidence).toBe('stated');
  });

  test('are found by table name, or by the base name in the name of the file', () => {
    const base = { mode: Connect2idMode.STATELESS, acceptAssumedSchema: true };
    const byFile = connect2id({
      ...base,
      schemaDirectory: directory({ 'create-table-sub_index.json': createTable('subject_index', 'subject') }),
    });
    expect(tableOf(byFile, 'sub_index').schema).toMatchObject({ tableName: 'subject_index', partitionKey: { name: 'subject' } });
    const byTable = connect2id({
      ...base,
      schemaDirectory: directory({ 'create-table-any.json': createTable('sub_index', 'subject') }),
    });
    expect(tableOf(byTable, 'sub_index').schema.partitionKey.name).toBe('subject');
  });

  test('with provisioned capacity say that it is not used', () => {
    const clients = {
      ...createTable('clients', 'k'),
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    };
    const server = connect2id({ schemaDirectory: capture({ 'create-table-clients.json': clients }) });
    expect(noticesOf(server)['provisioned-capacity-ignored']).toContain("'create-table-clients.json'");
  });

  test('carry the tenant key by themselves', () => {
    const tables = Object.fromEntries(CORE.map((name) => [`create-table-${name}.json`, createTable(name, 'k, tid')]));
    const schemaDirectory = directory(tables);
    const server = connect2id({ schemaDirectory, applyRangeKey: true });
    expect(server._definition.tables.map(({ schema }) => keyOf(schema))).toEqual(Array(5).fill('k S, tid S'));
  });
});

describe('the record of a capture', () => {
  const withRecord = (changes: Record<string, unknown>) =>
    capture({ 'server.json': { server: 'connect2id', captured: record(changes) } });

  test.each([
    ['mode', 'stateless', 'mode replication; captured on 2025-06-01 with mode stateless'],
    ['edition', 'multi-tenant', 'edition regular; captured on 2025-06-01 with edition multi-tenant'],
    ['rangeKey', 'tid', 'range key none; captured on 2025-06-01 with range key tid'],
  ])('fails when its %s is %s', (field, value, given) => {
    const schemaDirectory = withRecord({ [field]: value });
    const problems = problemsOf(() => connect2id({ schemaDirectory }));
    expect(problems).toMatchObject([{ code: 'IDT0206', given: `${given} (${schemaDirectory})` }]);
    expect(problems[0].what).toBe(`the schema directory was captured with another ${field === 'rangeKey' ? 'range key' : field}`);
  });

  test('fails when a range key is asked for that was not captured, for each file too', () => {
    const problems = failures(() => connect2id({ schemaDirectory: capture(), applyRangeKey: true }));
    expect(problems).toEqual([
      'IDT0206 the schema directory was captured with another range key',
      ...CORE.map((name) => `IDT0206 create-table-${name}.json does not have the sort key tid, but the options ask for it`),
    ]);
  });

  test('fails when a file has the range key and the options do not ask for it', () => {
    const schemaDirectory = capture({ 'create-table-clients.json': createTable('clients', 'k, tid') });
    expect(failures(() => connect2id({ schemaDirectory }))).toEqual([
      'IDT0206 create-table-clients.json has the sort key tid, but the options do not ask for it',
    ]);
  });

  test('in the multi-tenant edition the range key option of the capture does not count', () => {
    const schemaDirectory = directory({
      'create-table-tenants.json': createTable('tenants', 'tid'),
      'create-table-clients.json': createTable('clients', 'k, tid'),
      'server.json': { server: 'connect2id', captured: record({ mode: 'stateless', edition: 'multi-tenant', rangeKey: 'tid' }) },
    });
    const server = IdentityServer.connect2id({
      version: '18.0',
      edition: Connect2idEdition.MULTI_TENANT,
      schemaDirectory,
      acceptAssumedSchema: true,
    });
    expect(keyOf(tableOf(server, 'clients').schema)).toBe('k S, tid S');
    expect(keyOf(tableOf(server, 'tenants').schema)).toBe('tid S');
  });

  test('warns when another version was captured', () => {
    const server = connect2id({ schemaDirectory: withRecord({ serverVersion: '17.3' }) });
    expect(noticesOf(server)['captured-version']).toBe('the schema was captured from Connect2id server 17.3, not 18.0');
  });

  test.each(['18.0.2', '18'])('does not warn for the patch release %s of the version', (serverVersion) => {
    expect(noticesOf(connect2id({ schemaDirectory: withRecord({ serverVersion }) }))['captured-version']).toBeUndefined();
  });

  test('may leave everything but the date out', () => {
    const captured = { date: '2025-06-01' };
    const schemaDirectory = capture({ 'server.json': { server: 'connect2id', captured } });
    expect(tableOf(connect2id({ schemaDirectory }), 'clients').evidence).toBe('captured');
  });

  test('fails when indexes were chosen that it does not have', () => {
    const schemaDirectory = capture();
    expect(problemsOf(() => connect2id({ schemaDirectory, indexedAttributes: ['sub', 'cid'] }))).toMatchObject([
      { code: 'IDT0206', given: "indexedAttributes 'sub', 'cid'; captured 'act', 'cid', 'sub'" },
    ]);
    expect(failures(() => connect2id({ schemaDirectory, indexedAttributes: ['cid', 'act', 'sub'] }))).toEqual([]);
  });

  test('fails together with a wrong version: all problems in one throw', () => {
    const schemaDirectory = withRecord({ mode: 'stateless' });
    expect(problemsOf(() => connect2id({ version: '1.0', schemaDirectory })).map(({ code }) => code)).toEqual([
      'IDT0201',
      'IDT0206',
    ]);
  });
});

describe('a partial capture', () => {
  const clients = { 'create-table-clients.json': createTable('clients', 'captured_key') };

  test('is completed by what is stated, then by what is bundled', () => {
    const server = connect2id({
      schemaDirectory: directory(clients),
      statedTables: { clients: { partitionKey: 'stated_key' }, id_access_tokens: { partitionKey: 'stated_key' } },
      acceptAssumedSchema: true,
    });
    const sources = server._definition.tables.map(({ baseName, schema, evidence }) => [
      baseName,
      schema.partitionKey.name,
      evidence,
    ]);
    expect(sources).toEqual([
      ['clients', 'captured_key', 'stated'],
      ['federation_clients', 'entity_id', 'derived'],
      ['id_access_tokens', 'stated_key', 'stated'],
      ['long_lived_authorizations', 'key', 'assumed'],
      ['revocation_journal', 'key', 'assumed'],
    ]);
    expect(noticesOf(server)['assumed-schema']).toMatch(/^3 of 5 tables /);
  });

  test('fails for the tables that nothing says, naming files that match none', () => {
    const schemaDirectory = directory({ ...clients, 'create-table-fed.json': createTable('prod_federation', 'k') });
    const [problem, ...others] = problemsOf(() =>
      connect2id({ schemaDirectory, statedTables: { revocation_journal: { partitionKey: 'k' } } }),
    );
    expect(others).toEqual([]);
    expect(problem.code).toBe('IDT0203');
    expect(problem.what).toContain('for 3 of 5 tables');
    expect(problem.given).toBe(
      "'federation_clients', 'id_access_tokens', 'long_lived_authorizations'; the directory has 'create-table-fed.json': " +
        'rename such a file to create-table-<base name>.json',
    );
    expect(problem.fix).toBe('let the server use these tables once while capturing, or add them to statedTables');
  });

  test('fails for a broken file with its name and place, and for the missing ones', () => {
    const schemaDirectory = capture({ 'create-table-clients.json': '{ "TableName": "clients", }' });
    const problems = problemsOf(() => connect2id({ schemaDirectory }));
    expect(problems).toMatchObject([
      { code: 'IDT0403', what: `${path.join(schemaDirectory, 'create-table-clients.json')} is not valid JSON` },
      { code: 'IDT0203' },
    ]);
    expect(problems[1].given).toBe("'clients'");
  });

  test('fails for a wrong record with file and field', () => {
    const schemaDirectory = capture({ 'server.json': { server: 'connect2id', captured: record({ rangeKey: 7, date: '' }) } });
    const file = path.join(schemaDirectory, 'server.json');
    expect(failures(() => connect2id({ schemaDirectory }))).toEqual([
      `IDT0408 ${file}: captured.date is not a text`,
      `IDT0408 ${file}: captured.rangeKey is not a text`,
    ]);
  });
});
