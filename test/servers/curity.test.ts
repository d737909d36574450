import * as fs from 'fs';
import * as path from 'path';
import { keyAttributes } from '../../lib/schema';
import { IdentityServer } from '../../lib/servers';
import { CURITY_INDEXES, CURITY_KEYS } from '../data-facts/curity';
import { createTable, directory, failures, indexesOf, keyOf, noticesOf, problemsOf, tableOf } from './directories';

const V74 = [
  'curity-accounts',
  'curity-bucket',
  'curity-delegations',
  'curity-devices',
  'curity-dynamic-clients',
  'curity-links',
  'curity-nonces',
  'curity-sessions',
  'curity-tokens',
];
const V87 = [...V74, 'curity-database-clients'].sort();
const V110 = [...V87, 'curity-database-service-providers'].sort();

const curity = (version: string) => IdentityServer.curity({ version });
const indexNames = (server: IdentityServer, table: string) => Object.keys(indexesOf(tableOf(server, table).schema)).sort();
const attributesOf = (server: IdentityServer, table: string) =>
  keyAttributes(tableOf(server, table).schema).map(({ name }) => name);

describe('tables and indexes of a version', () => {
  // 7.4 has 3 + 4 + 1 indexes; 8.0 adds 2, 8.7 adds 9, 9.3 adds 1, 11.0 adds 9.
  test.each([
    ['7.4', V74, 8],
    ['7.6.2', V74, 8],
    ['8.0', V74, 10],
    ['8.6', V74, 10],
    ['8.7', V87, 19],
    ['9.1', V87, 19],
    ['9.3', V87, 20],
    ['10.6', V87, 20],
    ['11.0', V110, 29],
    ['12.0', V110, 29],
  ])('%s', (version, names, count) => {
    const server = curity(version);
    expect(server.tableNames).toEqual(names);
    expect(names.flatMap((name) => indexNames(server, name))).toHaveLength(count);
  });

  test('11.0 has the keys and indexes of the vendor', () => {
    for (const { baseName, schema } of curity('11.0')._definition.tables) {
      const facts = Object.entries(CURITY_INDEXES[baseName] ?? {}).map(([name, line]): [string, string] => [
        name,
        line.replace(/; [\d.]+$/, ''),
      ]);
      expect({ table: baseName, key: keyOf(schema), indexes: indexesOf(schema) }).toEqual({
        table: baseName,
        key: CURITY_KEYS[baseName],
        indexes: Object.fromEntries(facts),
      });
    }
  });

  test('7.4 has no index to list accounts, and not the attributes of it', () => {
    expect(indexNames(curity('7.4'), 'curity-accounts')).toEqual([]);
    expect(attributesOf(curity('7.4'), 'curity-accounts')).toEqual(['pk']);
    expect(indexNames(curity('7.4'), 'curity-dynamic-clients')).toHaveLength(4);
  });

  test('8.0 adds two indexes to accounts', () => {
    expect(indexesOf(tableOf(curity('8.0'), 'curity-accounts').schema)).toEqual({
      'emailInitial-email-index': 'GSI emailInitial S, email S; ALL',
      'userNameInitial-userName-index': 'GSI userNameInitial S, userName S; ALL',
    });
  });

  test('9.3 adds the index of devices by their id; before, its attribute is gone', () => {
    expect(indexNames(curity('9.3'), 'curity-devices')).toEqual(['deviceId-index']);
    expect(attributesOf(curity('9.3'), 'curity-devices')).toEqual(['deviceId', 'pk', 'sk']);
    expect(indexNames(curity('9.2'), 'curity-devices')).toEqual([]);
    expect(attributesOf(curity('9.2'), 'curity-devices')).toEqual(['pk', 'sk']);
  });

  test('8.7 adds database clients with six global and three local indexes', () => {
    const { schema } = tableOf(curity('8.7'), 'curity-database-clients');
    expect([schema.globalIndexes.length, schema.localIndexes.length]).toEqual([6, 3]);
  });

  test('a newer server gets the tables of 11.0 and a warning; a patch release does not', () => {
    expect(noticesOf(curity('12.0'))).toEqual({
      'newer-server-version':
        'Curity Identity Server 12.0 is newer than 11.0, whose tables are used; pass <IDSVR>/etc as schemaDirectory to be sure',
    });
    expect(noticesOf(curity('11.0.4'))).toEqual({});
    expect(noticesOf(curity('10.0'))).toEqual({});
  });

  test.each(['7.3', '6', '0.1'])('fails for %s, below the first known version', (version) => {
    expect(problemsOf(() => curity(version))).toMatchObject([
      {
        code: 'IDT0201',
        given: `'${version}'`,
        allowed: "'7.4', '8.0', '8.7', '9.3', '11.0', or any version from 7.4 on",
      },
    ]);
  });

  test.each(['11.x', '', 'latest', '11.', '-1'])('fails for %p, which is no version', (version) => {
    expect(problemsOf(() => curity(version))).toMatchObject([{ code: 'IDT0201', given: `'${version}'` }]);
  });

  test('every fact is documented, so nothing is tagged or warned', () => {
    const { tables } = curity('11.0')._definition;
    expect(tables.filter(({ evidence, doubts }) => evidence !== 'documented' || doubts.length > 0)).toEqual([]);
  });
});

describe('time to live', () => {
  test('uses deletableAt on the five tables that have it', () => {
    const entries = curity('11.0')._definition.tables.flatMap(({ baseName, profile }) =>
      profile.timeToLiveAttribute === undefined ? [] : [[baseName, profile.timeToLiveAttribute]],
    );
    expect(Object.fromEntries(entries)).toEqual({
      'curity-delegations': 'deletableAt',
      'curity-devices': 'deletableAt',
      'curity-nonces': 'deletableAt',
      'curity-sessions': 'deletableAt',
      'curity-tokens': 'deletableAt',
    });
  });
});

describe('a subset of the tables', () => {
  test('is made in the order of the names', () => {
    const server = IdentityServer.curity({ version: '11.0', tables: ['curity-tokens', 'curity-delegations'] });
    expect(server.tableNames).toEqual(['curity-delegations', 'curity-tokens']);
  });

  test('fails for tables that this version does not have', () => {
    const tables = ['curity-acounts', 'curity-database-clients', 'curity-links'];
    expect(problemsOf(() => IdentityServer.curity({ version: '8.0', tables }))).toMatchObject([
      { code: 'IDT0205', given: "'curity-acounts'", fix: "did you mean 'curity-accounts'?" },
      {
        code: 'IDT0205',
        what: "Curity Identity Server 8.0 has no table 'curity-database-clients'",
        allowed: V74.map((name) => `'${name}'`).join(', '),
      },
    ]);
  });

  test('fails for an empty list', () => {
    expect(failures(() => IdentityServer.curity({ version: '11.0', tables: [] }))).toEqual([
      'IDT0209 tables of Curity Identity Server is an empty list',
    ]);
  });

  test('fails together with a wrong version, without blaming the right names', () => {
    const call = (version: string) => () => IdentityServer.curity({ version, tables: ['curity-links', 'curity-link'] });
    for (const version of ['7.0', 'new']) {
      expect(problemsOf(call(version))).toMatchObject([
        { code: 'IDT0201', given: `'${version}'` },
        { code: 'IDT0205', given: "'curity-link'", fix: "did you mean 'curity-links'?" },
      ]);
    }
  });
});

describe('lastModifiedTagIndex', () => {
  const TABLE = 'curity-database-service-providers';
  const LINE = 'GSI tag_key S, lastModified N; INCLUDE attributes created enabled id service_provider_name tags';

  test('adds an index like tag-lastModified-index under the other name, and renames nothing', () => {
    const indexes = indexesOf(tableOf(IdentityServer.curity({ version: '11.0', lastModifiedTagIndex: true }), TABLE).schema);
    expect(Object.keys(indexes)).toHaveLength(10);
    expect(indexes['tag-last_modified-index']).toBe(LINE);
    expect(indexes['tag-lastModified-index']).toBe(LINE);
  });

  test('is off by default', () => {
    expect(indexNames(curity('11.0'), TABLE)).not.toContain('tag-last_modified-index');
  });

  test.each([
    ['a version without the table', { version: '10.6' }],
    ['a subset without the table', { version: '11.0', tables: ['curity-links'] }],
  ])('fails with %s', (_, props) => {
    expect(failures(() => IdentityServer.curity({ ...props, lastModifiedTagIndex: true }))).toEqual([
      `IDT0204 lastModifiedTagIndex needs the table '${TABLE}', which is not among the tables`,
    ]);
  });

  test('adds nothing to a file that has the index by itself', () => {
    const file = createTable(TABLE, 'profile_id, service_provider_id_key', 'tag-last_modified-index: tag_key, lastModified N');
    const schemaDirectory = directory({ 'create-table.json': '{}', [`create-table-${TABLE}.json`]: file });
    const server = IdentityServer.curity({ version: '11.0', schemaDirectory, lastModifiedTagIndex: true });
    expect(indexesOf(tableOf(server, TABLE).schema)).toEqual({
      'tag-last_modified-index': 'GSI tag_key S, lastModified N; ALL',
    });
  });
});

describe('the installed files', () => {
  const CAPACITY = { ReadCapacityUnits: 10, WriteCapacityUnits: 5 };

  /** In the form in which they are installed: other order, provisioned, no billing mode. */
  const LINKS = {
    AttributeDefinitions: [
      { AttributeName: 'linkingAccountManager', AttributeType: 'S' },
      { AttributeName: 'linkedAccountId_linkedAccountDomainName', AttributeType: 'S' },
      { AttributeName: 'accountId', AttributeType: 'S' },
    ],
    ProvisionedThroughput: CAPACITY,
    TableName: 'curity-links',
    KeySchema: [{ KeyType: 'HASH', AttributeName: 'linkedAccountId_linkedAccountDomainName' }],
    GlobalSecondaryIndexes: [
      {
        Projection: { ProjectionType: 'ALL' },
        ProvisionedThroughput: CAPACITY,
        KeySchema: [
          { AttributeName: 'linkingAccountManager', KeyType: 'RANGE' },
          { AttributeName: 'accountId', KeyType: 'HASH' },
        ],
        IndexName: 'list-links-index',
      },
    ],
  };

  test('are used as they are, whatever the version, and their capacity is told not to be', () => {
    const schemaDirectory = directory({
      'create-table-curity-links.json': LINKS,
      'create-table-curity-devices.json': createTable('curity-devices', 'pk, sk', 'deviceId-index: deviceId'),
      'log4j2.xml': '<Configuration/>',
    });
    const server = IdentityServer.curity({ version: '8.0', schemaDirectory });
    expect(server.tableNames).toEqual(['curity-devices', 'curity-links']);
    expect(keyOf(tableOf(server, 'curity-links').schema)).toBe('linkedAccountId_linkedAccountDomainName S');
    expect(indexesOf(tableOf(server, 'curity-links').schema)).toEqual({
      'list-links-index': 'GSI accountId S, linkingAccountManager S; ALL',
    });
    expect(indexNames(server, 'curity-devices')).toEqual(['deviceId-index']);
    expect(tableOf(server, 'curity-links').profile).toMatchObject({ preset: 'absolute-minimal', dataClass: 'durable' });
    expect(noticesOf(server)).toEqual({
      'provisioned-capacity-ignored':
        "the provisioned capacity in 'create-table-curity-links.json' is not used; billing is a prop",
    });
  });

  test('of a version above the last known one need no warning', () => {
    const schemaDirectory = directory({ 'create-table-curity-devices.json': createTable('curity-devices', 'pk, sk') });
    expect(noticesOf(IdentityServer.curity({ version: '13.0', schemaDirectory }))).toEqual({});
  });

  test('may have an unknown table, which gets the careful defaults and a warning', () => {
    const schemaDirectory = directory({ 'create-table-curity-news.json': createTable('curity-news', 'id') });
    const server = IdentityServer.curity({ version: '12.0', schemaDirectory });
    expect(tableOf(server, 'curity-news').profile).toMatchObject({
      preset: 'full',
      dataClass: 'durable',
      pointInTimeRecovery: true,
      timeToLiveAttribute: undefined,
      restore: 'set',
    });
    expect(noticesOf(server)['unknown-table-profile']).toMatch(/^'curity-news' of .+ has no bundled profile: /);
  });

  test('can be chosen from', () => {
    const schemaDirectory = directory({
      'create-table-curity-links.json': LINKS,
      'create-table-curity-nonces.json': createTable('curity-nonces', 'nonce'),
    });
    const props = { version: '11.0', schemaDirectory };
    expect(IdentityServer.curity({ ...props, tables: ['curity-nonces'] }).tableNames).toEqual(['curity-nonces']);
    expect(problemsOf(() => IdentityServer.curity({ ...props, tables: ['curity-tokens'] }))).toMatchObject([
      { code: 'IDT0205', allowed: "'curity-links', 'curity-nonces'" },
    ]);
  });

  test('fails for every broken file and for the version in one throw', () => {
    const schemaDirectory = directory({
      'create-table-curity-links.json': { ...LINKS, TableName: 7 },
      'create-table-curity-nonces.json': '{',
    });
    expect(failures(() => IdentityServer.curity({ version: '7.3', schemaDirectory }))).toEqual([
      'IDT0201 version 7.3 of Curity Identity Server is older than the oldest bundled one',
      expect.stringContaining(`${path.join(schemaDirectory, 'create-table-curity-links.json')}: TableName `),
      `IDT0403 ${path.join(schemaDirectory, 'create-table-curity-nonces.json')} is not valid JSON`,
    ]);
  });

  test('fails when there are none', () => {
    const empty = directory({});
    expect(failures(() => IdentityServer.curity({ version: '11.0', schemaDirectory: empty }))).toEqual([
      `IDT0402 schema directory '${empty}' has no create-table file`,
    ]);
    fs.rmdirSync(empty);
    expect(failures(() => IdentityServer.curity({ version: '11.0', schemaDirectory: empty }))).toEqual([
      `IDT0401 schema directory '${empty}' does not exist`,
    ]);
    fs.mkdirSync(empty);
  });
});
