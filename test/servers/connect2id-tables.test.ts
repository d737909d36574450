import { Connect2idEdition, Connect2idMode, IdentityServer, type Connect2idProps } from '../../lib/servers';
import { CONNECT2ID_PITR, CONNECT2ID_TABLES } from '../data-facts/connect2id';
import { failures, indexesOf, keyOf, noticesOf, problemsOf, tableOf } from './directories';

/** With the bundled names accepted. */
function connect2id(version: string, props: Partial<Connect2idProps> = {}): IdentityServer {
  return IdentityServer.connect2id({ version, acceptAssumedSchema: true, ...props });
}

const { REPLICATION, STATELESS, STATELESS_REDIS } = Connect2idMode;
const { MULTI_TENANT, REGULAR } = Connect2idEdition;

// The vendor's table lists: five tables in every mode, two key stores from 17.0, nine tables of short-lived data, tenants.
const CORE = ['clients', 'federation_clients', 'id_access_tokens', 'long_lived_authorizations', 'revocation_journal'];
const KEY_STORES = ['jwks', 'jwks_history'];
const SHORT_LIVED = [
  'auth_sessions',
  'client_jwks',
  'consent_sessions',
  'expended_tokens',
  'pending_codes',
  'request_jwts',
  'sub_index',
  'sub_sessions',
];
const V14 = [...CORE, ...SHORT_LIVED];
const V17 = [...V14, ...KEY_STORES];
const V18 = [...V17, 'login_hint_tokens'];

describe('tables of a version, mode and edition', () => {
  test.each([
    ['18.0', STATELESS, REGULAR, 16, V18],
    ['18.0', STATELESS, MULTI_TENANT, 17, [...V18, 'tenants']],
    ['18.0', STATELESS_REDIS, REGULAR, 7, [...CORE, ...KEY_STORES]],
    ['18.0', REPLICATION, REGULAR, 5, CORE],
    ['17.4.1', STATELESS, REGULAR, 15, V17],
    ['17.0', STATELESS, REGULAR, 15, V17],
    ['17.0', STATELESS, MULTI_TENANT, 16, [...V17, 'tenants']],
    ['17.0', STATELESS_REDIS, REGULAR, 7, [...CORE, ...KEY_STORES]],
    ['16.2', STATELESS, REGULAR, 13, V14],
    ['15.0', STATELESS, REGULAR, 13, V14],
    ['14.0', STATELESS, REGULAR, 13, V14],
    ['14.0', STATELESS, MULTI_TENANT, 14, [...V14, 'tenants']],
    ['14.0', STATELESS_REDIS, REGULAR, 5, CORE],
    ['14.0', REPLICATION, REGULAR, 5, CORE],
  ])('%s %s %s: %i tables', (version, mode, edition, count, names) => {
    const server = connect2id(version, { mode, edition });
    expect(server.tableNames).toHaveLength(count);
    expect(server.tableNames).toEqual([...names].sort());
  });

  test('keys are strings with the bundled names, and nothing else', () => {
    for (const { baseName, schema } of connect2id('18.0', { edition: MULTI_TENANT })._definition.tables) {
      expect(`${baseName}: ${schema.partitionKey.name} ${schema.partitionKey.type}`).toBe(
        `${baseName}: ${CONNECT2ID_TABLES[baseName][0]} S`,
      );
      expect(schema.tableName).toBe(baseName);
    }
    expect(connect2id('18.0')._definition.tables.filter(({ schema }) => schema.sortKey !== undefined)).toEqual([]);
  });

  test('the range key tid is on every table', () => {
    const { tables } = connect2id('18.0', { applyRangeKey: true })._definition;
    expect(tables.map(({ schema }) => schema.sortKey)).toEqual(Array(16).fill({ name: 'tid', type: 'S' }));
  });

  test('in the multi-tenant edition tid is on every table but tenants, whose partition key it is', () => {
    const { tables } = connect2id('18.0', { edition: MULTI_TENANT })._definition;
    const without = tables.filter(({ schema }) => schema.sortKey?.name !== 'tid');
    expect(without.map(({ schema }) => `${schema.tableName}: ${keyOf(schema)}`)).toEqual(['tenants: tid S']);
  });

  test('point-in-time recovery where the vendor flags it', () => {
    const { tables } = connect2id('18.0', { edition: MULTI_TENANT })._definition;
    const on = tables.filter(({ profile }) => profile.pointInTimeRecovery).map(({ baseName }) => baseName);
    expect(on).toEqual([...CONNECT2ID_PITR].sort());
  });

  test('options as chosen, with their defaults', () => {
    expect(connect2id('18.0')._definition.options).toEqual({
      mode: 'stateless',
      edition: 'regular',
      applyRangeKey: false,
      sessionTimeToLive: false,
      indexedAttributes: ['sub', 'act', 'cid'],
    });
    const chosen = { mode: STATELESS_REDIS, applyRangeKey: true, sessionTimeToLive: true, indexedAttributes: ['cid'] };
    expect(connect2id('18.0', chosen)._definition.options).toEqual({ ...chosen, edition: 'regular' });
  });
});

describe('time to live', () => {
  const expiring = (server: IdentityServer) =>
    server._definition.tables.filter(({ profile }) => profile.timeToLiveAttribute === 'ttl').map(({ baseName }) => baseName);
  const ALWAYS = ['auth_sessions', 'consent_sessions', 'expended_tokens', 'id_access_tokens', 'login_hint_tokens'];
  ALWAYS.push('pending_codes', 'sub_index');

  test('is on for short-lived items, but not for sessions unless asked', () => {
    expect(expiring(connect2id('18.0'))).toEqual(ALWAYS);
    expect(expiring(connect2id('18.0', { sessionTimeToLive: true }))).toEqual([...ALWAYS, 'sub_sessions']);
  });

  test('is on for access tokens alone where other short-lived data is elsewhere', () => {
    expect(expiring(connect2id('18.0', { mode: STATELESS_REDIS, sessionTimeToLive: true }))).toEqual(['id_access_tokens']);
    expect(expiring(connect2id('18.0', { mode: REPLICATION }))).toEqual(['id_access_tokens']);
  });

  test('never uses another attribute', () => {
    const all = connect2id('18.0', { sessionTimeToLive: true })._definition.tables;
    expect(new Set(all.map(({ profile }) => profile.timeToLiveAttribute))).toEqual(new Set([undefined, 'ttl']));
  });
});

describe('indexes', () => {
  const ALL = { 'act-gsi': 'GSI act S; ALL', 'cid-gsi': 'GSI cid S; ALL', 'sub-gsi': 'GSI sub S; ALL' };
  const longLived = (props: Partial<Connect2idProps>) =>
    indexesOf(tableOf(connect2id('18.0', props), 'long_lived_authorizations').schema);

  test.each<[string, Partial<Connect2idProps>, Record<string, string>]>([
    ['default', {}, ALL],
    ['all of them in another order', { indexedAttributes: ['cid', 'act', 'sub'] }, ALL],
    ['without impersonation', { indexedAttributes: ['sub', 'cid'] }, { 'cid-gsi': ALL['cid-gsi'], 'sub-gsi': ALL['sub-gsi'] }],
    ['one', { indexedAttributes: ['act'] }, { 'act-gsi': ALL['act-gsi'] }],
    ['none', { indexedAttributes: [] }, {}],
    ['with the range key, which index keys do not have', { applyRangeKey: true }, ALL],
  ])('of long_lived_authorizations: %s', (_, props, expected) => {
    expect(longLived(props)).toEqual(expected);
  });

  test('no other table has any', () => {
    const indexed = connect2id('18.0')._definition.tables.filter(({ schema }) => Object.keys(indexesOf(schema)).length > 0);
    expect(indexed.map(({ baseName }) => baseName)).toEqual(['long_lived_authorizations']);
  });

  test('fails for an attribute that the server cannot index', () => {
    const [problem, ...others] = problemsOf(() => connect2id('18.0', { indexedAttributes: ['sub', 'aud', 'cic'] }));
    expect(problem).toMatchObject({ code: 'IDT0207', given: "'aud'", allowed: "'sub', 'act', 'cid'" });
    expect(others).toMatchObject([{ code: 'IDT0207', given: "'cic'", fix: "did you mean 'cid'?" }]);
  });
});

describe('evidence of bundled names', () => {
  test('is the least sure one of a table, and the doubts are listed', () => {
    const server = connect2id('18.0', { edition: MULTI_TENANT });
    const evidence = (baseName: string) => [tableOf(server, baseName).evidence, ...tableOf(server, baseName).doubts];
    expect(evidence('clients')).toEqual(['derived', "partition key 'client_id' (derived)"]);
    expect(evidence('auth_sessions')).toEqual([
      'derived',
      "table name 'auth_sessions' (derived)",
      "partition key 'sid' (derived)",
    ]);
    expect(evidence('sub_index')).toEqual(['assumed', "table name 'sub_index' (assumed)", "partition key 'sub' (derived)"]);
    expect(evidence('tenants')).toEqual(['assumed', "partition key 'tid' (assumed)"]);
    expect(evidence('long_lived_authorizations')).toEqual([
      'assumed',
      "partition key 'key' (assumed)",
      "indexes 'act-gsi', 'cid-gsi', 'sub-gsi' (assumed)",
    ]);
  });

  test('one warning names every table, and advises development protection', () => {
    const message = noticesOf(connect2id('18.0'))['assumed-schema'];
    expect(message).toMatch(/^16 of 16 tables use names that Connect2id server does not publish, for evaluation only: /);
    expect(message).toContain("; jwks_history: partition key 'key' (assumed); ");
    expect(message).toContain('Protection.development()');
  });

  test('an index that is not there leaves no doubt', () => {
    const server = connect2id('18.0', { indexedAttributes: [] });
    expect(tableOf(server, 'long_lived_authorizations').doubts).toEqual(["partition key 'key' (assumed)"]);
  });
});

describe('other notices', () => {
  test('caches without expiry grow; they exist in stateless mode only', () => {
    expect(noticesOf(connect2id('18.0'))['growing-table']).toContain("'client_jwks', 'request_jwts'");
    expect(Object.keys(noticesOf(connect2id('18.0', { mode: STATELESS_REDIS })))).toEqual(['assumed-schema']);
  });

  test('replication mode leaves the discovery table to the server and is for one region', () => {
    const server = connect2id('18.0', { mode: REPLICATION });
    expect(noticesOf(server)['unmanaged-table']).toContain('JGroups');
    expect(server._definition.singleRegionReason).toMatch(/only stateless mode is meant for several regions$/);
    expect(connect2id('18.0')._definition.singleRegionReason).toBeUndefined();
    expect(connect2id('18.0', { mode: STATELESS_REDIS })._definition.singleRegionReason).toBeUndefined();
  });

  test('a newer server gets the tables of 18.0 and a warning', () => {
    const server = connect2id('19.8');
    expect(server.tableNames).toEqual([...V18].sort());
    expect(noticesOf(server)['newer-server-version']).toBe('Connect2id server 19.8 is newer than 18.0, whose tables are used');
  });

  test('a patch release is not newer', () => {
    expect(noticesOf(connect2id('18.0.3'))['newer-server-version']).toBeUndefined();
  });
});

describe('wrong options', () => {
  test('fails for a version before 14.0, with the way out', () => {
    const [problem] = problemsOf(() => connect2id('13.9'));
    expect(problem).toMatchObject({
      code: 'IDT0201',
      given: "'13.9'",
      allowed: "'14.0', '17.0', '18.0', or any version from 14.0 on",
    });
    expect(problem.fix).toContain('IdentityServer.fromSchemaDirectory');
  });

  test('fails for a mode and an edition that do not exist', () => {
    const problems = problemsOf(() =>
      connect2id('18.0', { mode: 'stateles' as Connect2idMode, edition: 'multitenant' as Connect2idEdition }),
    );
    expect(problems).toMatchObject([
      { code: 'IDT0202', given: "'stateles'", fix: "did you mean 'stateless'?" },
      { code: 'IDT0202', given: "'multitenant'", allowed: "'regular', 'multi-tenant'", fix: "did you mean 'multi-tenant'?" },
    ]);
  });

  test.each([REPLICATION, STATELESS_REDIS])('fails for multi-tenant in %s mode', (mode) => {
    expect(failures(() => connect2id('18.0', { mode, edition: MULTI_TENANT }))).toEqual([
      `IDT0204 the multi-tenant edition does not run in ${mode} mode on DynamoDB`,
    ]);
  });

  test('fails for the range key together with the multi-tenant edition', () => {
    expect(failures(() => connect2id('18.0', { edition: MULTI_TENANT, applyRangeKey: true }))).toEqual([
      'IDT0204 applyRangeKey does not go with the multi-tenant edition',
    ]);
  });

  test('fails without any source of names, showing the three ways', () => {
    const [problem, ...others] = problemsOf(() => IdentityServer.connect2id({ version: '18.0' }));
    expect(others).toEqual([]);
    expect(problem.code).toBe('IDT0203');
    expect(problem.what).toContain('for 16 of 16 tables');
    expect(problem.given).toContain("'clients', 'consent_sessions'");
    expect(problem.allowed).toMatch(/^\(1\) schemaDirectory: .+, \(2\) statedTables: .+, \(3\) acceptAssumedSchema: true/);
    expect(problem.fix).toBe('capture the tables of your server and pass them as schemaDirectory');
  });

  test('fails in one throw with every problem', () => {
    const call = () =>
      IdentityServer.connect2id({
        version: 'v18',
        edition: MULTI_TENANT,
        applyRangeKey: true,
        indexedAttributes: ['subject'],
        schemaDirectory: '/no/such/directory',
        statedTables: { client: { partitionKey: 'id' } },
      });
    expect(problemsOf(call).map(({ code }) => code)).toEqual(['IDT0201', 'IDT0204', 'IDT0207', 'IDT0401', 'IDT0205', 'IDT0203']);
    expect(call).toThrow(/^6 problems\n1\. \[IDT0201\] 'v18' is not a version of Connect2id server\n {2}given: {3}'v18'\n/);
  });
});
