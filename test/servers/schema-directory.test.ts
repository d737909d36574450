import * as path from 'path';
import * as fc from 'fast-check';
import { App } from 'aws-cdk-lib/core';
import { IdentityTablesError } from '../../lib/errors';
import { IdentityServer } from '../../lib/servers';
import { IdentityTablesStacks } from '../../lib/tables';
import { createTable, directory, failures, indexesOf, noticesOf, problemsOf, tableOf } from './directories';

const FILES = {
  'create-table-grants.json': createTable('grants', 'id', 'by-user: user, created N', 'by-client: client'),
  'create-table-sessions.json': createTable('sessions', 'id'),
};

/** A server.json with every field that code reads. */
const SERVER = {
  server: 'mine',
  title: 'My server',
  versions: [
    { version: '1.0', evidence: { level: 'stated', source: 'me' } },
    { version: '2.0', evidence: { level: 'stated', source: 'me' } },
  ],
  defaultPreset: 'absolute-minimal',
  consequences: { none: 'a', 'absolute-minimal': 'b', minimal: 'c', full: 'd' },
  together: [['grants', 'sessions']],
  exclusions: { grants: { condition: 'nobody asks', evidence: { level: 'stated', source: 'me' } } },
  regions: { selectable: ['eu-central-1', 'us-east-1'], evidence: { level: 'stated', source: 'me' } },
  singleWriter: { advice: 'write in one region', evidence: { level: 'stated', source: 'me' } },
  runtime: { data: ['GetItem'], describe: [], manage: [], indexQueries: ['by-user'] },
  tables: {
    grants: {
      purpose: 'grants',
      since: '1.0',
      preset: 'absolute-minimal',
      dataClass: 'recoverable',
      pointInTimeRecovery: false,
      timeToLive: { attribute: 'expires', use: 'always' },
      restore: 'never-back',
      bearerSecrets: true,
      grows: true,
      belowPreset: 'asked again',
      indexes: { 'by-client': { since: '2.0' } },
    },
    sessions: { since: '2.0', runtime: { data: ['PutItem'], describe: [], manage: [], indexQueries: 'all' } },
  },
  captured: { date: '2025-06-01', serverVersion: '2.0' },
};

const withServerFile = (server: unknown) => directory({ ...FILES, 'server.json': server });

describe('a directory without server.json', () => {
  test('gives every table the careful defaults', () => {
    const folder = directory(FILES);
    const server = IdentityServer.fromSchemaDirectory(folder);
    expect(server.serverName).toBe(path.basename(folder));
    expect(server.version).toBeUndefined();
    expect(server.tableNames).toEqual(['grants', 'sessions']);
    expect(tableOf(server, 'grants')).toMatchObject({ evidence: 'stated', doubts: [] });
    expect(tableOf(server, 'grants').profile).toEqual({
      purpose: 'not described',
      preset: 'full',
      dataClass: 'durable',
      pointInTimeRecovery: true,
      timeToLiveAttribute: undefined,
      restore: 'set',
      bearerSecrets: false,
      grows: false,
      belowPreset: undefined,
      runtime: {
        data: ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'],
        describe: ['DescribeTable'],
        manage: [],
        indexQueries: 'all',
      },
    });
    expect(server._definition).toMatchObject({ defaultPreset: 'full', together: [], exclusions: {}, notices: [] });
  });

  test('takes a name and a version, which selects nothing', () => {
    const server = IdentityServer.fromSchemaDirectory(directory(FILES), { serverName: 'mine', version: '3.1' });
    expect([server.serverName, server.version, server.tableNames]).toEqual(['mine', '3.1', ['grants', 'sessions']]);
  });

  test('says that provisioned capacity is not used', () => {
    const sessions = { ...FILES['create-table-sessions.json'], BillingMode: 'PROVISIONED' };
    const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
    const folder = directory({ ...FILES, 'create-table-sessions.json': { ...sessions, ProvisionedThroughput } });
    expect(noticesOf(IdentityServer.fromSchemaDirectory(folder))).toEqual({
      'provisioned-capacity-ignored': "the provisioned capacity in 'create-table-sessions.json' is not used; billing is a prop",
    });
  });

  test('fails for a version that is none', () => {
    expect(
      problemsOf(() => IdentityServer.fromSchemaDirectory(directory(FILES), { serverName: 'mine', version: 'new' })),
    ).toEqual([
      {
        code: 'IDT0201',
        what: "'new' is not a version of mine",
        given: "'new'",
        allowed: 'numbers and dots',
        fix: "write the version as numbers, such as '2.1'",
      },
    ]);
  });
});

describe('a directory with server.json', () => {
  test('takes its profiles', () => {
    const server = IdentityServer.fromSchemaDirectory(withServerFile(SERVER));
    expect(server.serverName).toBe('mine');
    expect(tableOf(server, 'grants').evidence).toBe('captured');
    expect(tableOf(server, 'grants').profile).toMatchObject({
      purpose: 'grants',
      preset: 'absolute-minimal',
      dataClass: 'recoverable',
      pointInTimeRecovery: false,
      timeToLiveAttribute: 'expires',
      restore: 'never-back',
      bearerSecrets: true,
      grows: true,
      runtime: { data: ['GetItem'] },
    });
    expect(tableOf(server, 'sessions').profile).toMatchObject({ preset: 'full', runtime: { data: ['PutItem'] } });
    expect(server._definition).toMatchObject({
      title: 'My server',
      defaultPreset: 'absolute-minimal',
      together: [['grants', 'sessions']],
      selectableRegions: ['eu-central-1', 'us-east-1'],
      singleWriter: 'write in one region',
    });
  });

  test('leaves away what is newer than the version', () => {
    const folder = withServerFile(SERVER);
    const before = IdentityServer.fromSchemaDirectory(folder, { version: '1.5' });
    expect(before.tableNames).toEqual(['grants']);
    expect(indexesOf(tableOf(before, 'grants').schema)).toEqual({ 'by-user': 'GSI user S, created N; ALL' });
    const after = IdentityServer.fromSchemaDirectory(folder, { version: '2.0' });
    expect(after.tableNames).toEqual(['grants', 'sessions']);
    expect(Object.keys(indexesOf(tableOf(after, 'grants').schema)).sort()).toEqual(['by-client', 'by-user']);
  });

  test('fails for a version older than its versions', () => {
    expect(problemsOf(() => IdentityServer.fromSchemaDirectory(withServerFile(SERVER), { version: '0.9' }))).toMatchObject([
      { code: 'IDT0201', given: "'0.9'", allowed: "'1.0', '2.0', or any version from 1.0 on" },
    ]);
  });

  test('fails for a version that has no table', () => {
    const tables = { grants: { since: '2.0' }, sessions: { since: '2.0' } };
    const folder = withServerFile({ server: 'mine', tables });
    expect(failures(() => IdentityServer.fromSchemaDirectory(folder, { version: '1.0' }))).toEqual([
      `IDT0209 mine 1.0 has none of the tables of '${folder}'`,
    ]);
  });

  test('fails for a profile without a file', () => {
    const folder = withServerFile({ server: 'mine', tables: { session: {}, grants: {} } });
    expect(problemsOf(() => IdentityServer.fromSchemaDirectory(folder))).toEqual([
      {
        code: 'IDT0408',
        what: `${path.join(folder, 'server.json')}: tables.session is the profile of a table without a create-table file`,
        given: "'session'",
        allowed: "a TableName of the directory: 'grants', 'sessions'",
        fix: "did you mean 'sessions'?",
      },
    ]);
  });

  test('fails for every wrong field with file and field', () => {
    const folder = withServerFile({
      server: '',
      title: 5,
      defaultPreset: 'most',
      together: ['grants'],
      versions: [{ version: '1.x' }],
      regions: { selectable: 'eu-central-1' },
      singleWriter: {},
      consequences: { none: 'a', minimal: 'b', full: 'c' },
      exclusions: { grants: {} },
      runtime: { data: 'GetItem', describe: [], manage: [1], indexQueries: 'some' },
      captured: { date: 2025, serverVersion: 'x' },
      tables: {
        grants: {
          preset: 'maximal',
          dataClass: 'solid',
          restore: 'yes',
          pointInTimeRecovery: 'on',
          since: 2,
          timeToLive: { use: 'sometimes' },
          indexes: { 'by-user': { since: '' } },
        },
        sessions: null,
      },
    });
    const file = path.join(folder, 'server.json');
    expect(failures(() => IdentityServer.fromSchemaDirectory(folder))).toEqual(
      [
        'server is not a text',
        'title is not a text',
        "defaultPreset is not 'absolute-minimal', 'minimal', 'full'",
        'together[0] is not a list',
        'consequences.absolute-minimal is not a text',
        'exclusions.grants.condition is not a text',
        'singleWriter.advice is not a text',
        'regions.selectable is not a list',
        'runtime.data is not a list',
        'runtime.manage[0] is not a text',
        'runtime.indexQueries is not a list',
        "versions[0].version is not a version such as '2.1'",
        'captured.date is not a text',
        "captured.serverVersion is not a version such as '2.1'",
        "tables.grants.preset is not 'absolute-minimal', 'minimal', 'full'",
        "tables.grants.dataClass is not 'durable', 'recoverable', 'transient'",
        "tables.grants.restore is not 'set', 'never-back', 'no', 'any'",
        'tables.grants.pointInTimeRecovery is not true or false',
        "tables.grants.since is not a version such as '2.1'",
        "tables.grants.indexes.by-user.since is not a version such as '2.1'",
        'tables.grants.timeToLive.attribute is not a text',
        "tables.grants.timeToLive.use is not 'always', 'option', 'opt-in'",
        'tables.sessions is not an object',
      ].map((what) => `IDT0408 ${file}: ${what}`),
    );
  });

  test.each([
    ['[]', 'the file is not an object'],
    ['null', 'the file is not an object'],
  ])('fails for the content %s', (content, what) => {
    const folder = withServerFile(content);
    expect(failures(() => IdentityServer.fromSchemaDirectory(folder))).toEqual([
      `IDT0408 ${path.join(folder, 'server.json')}: ${what}`,
    ]);
  });

  test('fails for broken JSON with the line, together with a broken table file', () => {
    const folder = directory({
      ...FILES,
      'create-table-grants.json': { TableName: 'grants' },
      'server.json': '{\n  "server": mine\n}',
    });
    const problems = problemsOf(() => IdentityServer.fromSchemaDirectory(folder));
    expect(problems.map(({ code }) => code)).toContain('IDT0404');
    expect(problems.at(-1)).toMatchObject({
      code: 'IDT0403',
      what: `${path.join(folder, 'server.json')} is not valid JSON`,
      given: 'a mistake at line 2, column 13',
    });
  });
});

describe('whatever server.json says', () => {
  const JUNK = [null, 0, -1, true, '', 'x', [], [null], {}, { x: null }, ['x'], '0', 'eu-central-1'];

  function pathsOf(value: unknown, at: string[] = []): string[][] {
    const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return [...(at.length > 0 ? [at] : []), ...inner.flatMap(([name, item]) => pathsOf(item, [...at, name]))];
  }

  function replaced(value: unknown, [name, ...rest]: string[], by: unknown): unknown {
    const copy = structuredClone(value) as Record<string, unknown>;
    copy[name] = rest.length === 0 ? by : replaced(copy[name], rest, by);
    return copy;
  }

  test('the result is a stack or an IdentityTablesError', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...pathsOf(SERVER)),
        fc.constantFrom(...JUNK),
        fc.constantFrom(undefined, '1.0', '2.0'),
        (at, junk, version) => {
          const folder = withServerFile(replaced(SERVER, at, junk));
          try {
            const server = IdentityServer.fromSchemaDirectory(folder, { version });
            const props = { server, primaryRegion: 'eu-central-1', replicaRegions: ['us-east-1'] };
            expect(new IdentityTablesStacks(new App(), 'Set', props).stacks).toHaveLength(2);
          } catch (error) {
            if (!(error instanceof IdentityTablesError)) {
              throw error;
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
