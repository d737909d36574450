import { ProjectionType } from 'aws-cdk-lib/aws-dynamodb';
import { Connect2idMode, IdentityServer, type Connect2idProps } from '../../lib/servers';
import { failures, indexesOf, keyOf, noticesOf, problemsOf, tableOf } from './directories';

// Replication mode has the fewest tables: five.
const CORE = ['clients', 'federation_clients', 'id_access_tokens', 'long_lived_authorizations', 'revocation_journal'];

/** A server in replication mode. */
function connect2id(props: Partial<Connect2idProps>): IdentityServer {
  return IdentityServer.connect2id({ version: '18.0', mode: Connect2idMode.REPLICATION, ...props });
}

describe('stated tables', () => {
  const KEYS = Object.fromEntries(CORE.map((name) => [name, { partitionKey: `${name}_key` }]));
  const INDEXES = { sub: { indexName: 'sub-i' }, act: { indexName: 'act-i' }, cid: { indexName: 'cid-i' } };
  const STATED = { ...KEYS, long_lived_authorizations: { partitionKey: 'k', indexes: INDEXES } };

  test('give names, keys and indexes', () => {
    const server = connect2id({
      statedTables: {
        ...STATED,
        clients: { tableName: 'oauth_clients', partitionKey: 'cid' },
        long_lived_authorizations: {
          partitionKey: 'k',
          indexes: {
            sub: { indexName: 'sub-i', sortKey: 'iat', projection: ProjectionType.KEYS_ONLY },
            act: { indexName: 'act-i', projection: ProjectionType.INCLUDE, nonKeyAttributes: ['scp', 'clm'] },
            cid: { indexName: 'cid-i' },
          },
        },
      },
    });
    expect(tableOf(server, 'clients').schema).toMatchObject({
      tableName: 'oauth_clients',
      partitionKey: { name: 'cid', type: 'S' },
    });
    expect(indexesOf(tableOf(server, 'long_lived_authorizations').schema)).toEqual({
      'sub-i': 'GSI sub S, iat S; KEYS_ONLY',
      'act-i': 'GSI act S; INCLUDE clm scp',
      'cid-i': 'GSI cid S; ALL',
    });
    expect(new Set(server._definition.tables.map(({ evidence }) => evidence))).toEqual(new Set(['stated']));
    expect(noticesOf(server)['assumed-schema']).toBeUndefined();
  });

  test('get the range key', () => {
    const server = connect2id({ statedTables: STATED, applyRangeKey: true });
    expect(keyOf(tableOf(server, 'clients').schema)).toBe('clients_key S, tid S');
  });

  test('leave the bundled index names in doubt where they do not say them', () => {
    const long_lived_authorizations = { partitionKey: 'k', indexes: { sub: { indexName: 'sub-i' } } };
    const server = connect2id({ statedTables: { long_lived_authorizations }, acceptAssumedSchema: true });
    const table = tableOf(server, 'long_lived_authorizations');
    expect(Object.keys(indexesOf(table.schema)).sort()).toEqual(['act-gsi', 'cid-gsi', 'sub-i']);
    expect([table.evidence, ...table.doubts]).toEqual(['assumed', "index 'act-gsi' (assumed)", "index 'cid-gsi' (assumed)"]);
  });

  test('fails for a table that this mode does not have', () => {
    const problems = problemsOf(() =>
      connect2id({ statedTables: { ...STATED, client: { partitionKey: 'a' }, sub_sessions: { partitionKey: 'b' } } }),
    );
    expect(problems).toMatchObject([
      { code: 'IDT0205', given: "'client'", fix: "did you mean 'clients'?" },
      { code: 'IDT0205', given: "'sub_sessions'", allowed: CORE.map((name) => `'${name}'`).join(', ') },
    ]);
  });

  test('fails for an index that is not stated', () => {
    const indexes = { sub: INDEXES.sub, act: INDEXES.act };
    const statedTables = { ...STATED, long_lived_authorizations: { partitionKey: 'k', indexes } };
    expect(problemsOf(() => connect2id({ statedTables }))).toMatchObject([
      {
        code: 'IDT0203',
        what: "statedTables does not say the index of 'long_lived_authorizations' on 'cid'",
        given: "'sub', 'act'",
        fix: "add indexes: { cid: { indexName: '…' } }, or take 'cid' out of indexedAttributes",
      },
    ]);
    expect(failures(() => connect2id({ statedTables, indexedAttributes: ['act', 'sub'] }))).toEqual([]);
  });

  test('fails for indexes on attributes that are not indexed, or of tables that have none', () => {
    const statedTables = {
      ...STATED,
      clients: { partitionKey: 'k', indexes: { name: { indexName: 'name-i' } } },
      long_lived_authorizations: { partitionKey: 'k', indexes: { ...INDEXES, subj: { indexName: 'sub-j' } } },
    };
    expect(problemsOf(() => connect2id({ statedTables }))).toMatchObject([
      { code: 'IDT0207', given: "'name'", allowed: 'none' },
      { code: 'IDT0207', given: "'subj'", allowed: "'sub', 'act', 'cid'", fix: "did you mean 'sub'?" },
    ]);
  });

  test('fails for names that DynamoDB does not allow', () => {
    const statedTables = {
      ...STATED,
      clients: { tableName: 'my clients', partitionKey: '' },
      long_lived_authorizations: { partitionKey: 'k', indexes: { ...INDEXES, act: { indexName: 'sub-i' } } },
    };
    expect(failures(() => connect2id({ statedTables }))).toEqual([
      "IDT0412 statedTables['clients']: TableName is not a name that DynamoDB allows",
      "IDT0412 statedTables['clients']: KeySchema has an attribute name of a length that DynamoDB does not allow",
      expect.stringMatching(/^IDT0410 statedTables\['long_lived_authorizations'\]: /),
    ]);
  });

  test('fails for tid as partition key next to the range key tid', () => {
    const statedTables = { ...STATED, clients: { partitionKey: 'tid' } };
    expect(failures(() => connect2id({ statedTables, applyRangeKey: true }))).toEqual([
      "IDT0409 statedTables['clients']: KeySchema has an attribute twice",
    ]);
  });
});
