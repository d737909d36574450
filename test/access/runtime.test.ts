import * as fc from 'fast-check';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Connect2idEdition, Connect2idMode, IdentityServer } from '../../lib';
import {
  policySize,
  runtimeStatements,
  StartUp,
  type RegionalAccess,
  type RuntimeGrantOptions,
  type Statement,
} from '../../lib/access';
import { CURITY_CALLS, CURITY_UNUSED_INDEXES } from '../data-facts/curity';
import { failure, regionalAccess } from './regional-access';

const connect2id = (props: Partial<Parameters<typeof IdentityServer.connect2id>[0]> = {}) =>
  IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true, ...props });
const curity = (props: Partial<Parameters<typeof IdentityServer.curity>[0]> = {}) =>
  IdentityServer.curity({ version: '11.0', ...props });

const TABLE = 'arn:aws:dynamodb:eu-central-1:123456789012:table/';

/** The actions on each table, and the indexes that may be queried, read back from the statements. */
function byTable(statements: readonly Statement[]): { tables: Record<string, string>; indexes: string[] } {
  const tables: Record<string, string> = {};
  const indexes: string[] = [];
  for (const { Action, Resource } of statements) {
    for (const arn of Resource) {
      const name = arn.replace(`${TABLE}prod-`, '');
      const actions = Action.map((action) => action.replace('dynamodb:', '')).join(' ');
      if (name.includes('/index/')) {
        expect(actions).toBe('Query');
        indexes.push(name.replace('/index/', ' '));
      } else {
        expect(tables).not.toHaveProperty([name]);
        tables[name] = actions;
      }
    }
  }
  return { tables, indexes };
}

describe('connect2id', () => {
  // The vendor's list with BatchWriteItem for its BatchPutItem, without what creates or changes tables.
  const ACTIONS = [
    'dynamodb:BatchGetItem',
    'dynamodb:BatchWriteItem',
    'dynamodb:DeleteItem',
    'dynamodb:DescribeContinuousBackups',
    'dynamodb:DescribeTable',
    'dynamodb:DescribeTimeToLive',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:Scan',
    'dynamodb:UpdateItem',
  ];
  const INDEXES = {
    Effect: 'Allow',
    Action: ['dynamodb:Query'],
    Resource: [
      `${TABLE}prod-long_lived_authorizations/index/act-gsi`,
      `${TABLE}prod-long_lived_authorizations/index/cid-gsi`,
      `${TABLE}prod-long_lived_authorizations/index/sub-gsi`,
    ],
  };

  test('14.0 in replication mode: five tables share a statement, the indexes have one', () => {
    const access = regionalAccess(connect2id({ version: '14.0', mode: Connect2idMode.REPLICATION }));
    expect(runtimeStatements(access)).toEqual([
      {
        Effect: 'Allow',
        Action: ACTIONS,
        Resource: [
          `${TABLE}prod-clients`,
          `${TABLE}prod-federation_clients`,
          `${TABLE}prod-id_access_tokens`,
          `${TABLE}prod-long_lived_authorizations`,
          `${TABLE}prod-revocation_journal`,
        ],
      },
      INDEXES,
    ]);
  });

  test('18.0 stateless: 16 tables in one statement', () => {
    const statements = runtimeStatements(regionalAccess(connect2id()));
    expect(statements.map(({ Action, Resource }) => [Action, Resource.length])).toEqual([
      [ACTIONS, 16],
      [['dynamodb:Query'], 3],
    ]);
  });

  test('only the indexes that the table has', () => {
    const statements = runtimeStatements(regionalAccess(connect2id({ indexedAttributes: ['sub'] })));
    expect(statements[1].Resource).toEqual([`${TABLE}prod-long_lived_authorizations/index/sub-gsi`]);
    expect(runtimeStatements(regionalAccess(connect2id({ indexedAttributes: [] })))).toHaveLength(1);
  });

  test('a server that may create: CreateTable and UpdateTimeToLive on the same ARNs; protection only when it manages it', () => {
    const access = regionalAccess(connect2id());
    const [exist] = runtimeStatements(access);
    const [create] = runtimeStatements(access, { startUp: StartUp.MAY_CREATE });
    const [manage] = runtimeStatements(access, { startUp: StartUp.MAY_CREATE, managesProtection: true });
    expect(create.Action).toEqual([...ACTIONS, 'dynamodb:CreateTable', 'dynamodb:UpdateTimeToLive'].sort());
    expect(manage.Action).toEqual([...create.Action, 'dynamodb:UpdateContinuousBackups', 'dynamodb:UpdateTable'].sort());
    expect(create.Resource).toEqual(exist.Resource);
    expect(manage.Resource).toEqual(exist.Resource);
  });

  test('the discovery table of replication mode joins the others', () => {
    const access = regionalAccess(connect2id({ mode: Connect2idMode.REPLICATION }));
    const [statement] = runtimeStatements(access, { discoveryTableName: 'jgroups_ping' });
    expect(statement.Action).toEqual(ACTIONS);
    expect(statement.Resource.slice(-1)).toEqual([`${TABLE}jgroups_ping`]);
    expect(statement.Resource).toHaveLength(6);
  });

  test('fails with a discovery table in another mode or with a wildcard, and with managesProtection alone', () => {
    const stateless = regionalAccess(connect2id());
    const replication = regionalAccess(connect2id({ mode: Connect2idMode.REPLICATION }));
    expect(failure(() => runtimeStatements(stateless, { discoveryTableName: 'ping' }))).toContain(
      "[IDT0803] discoveryTableName is only for a Connect2id server in replication mode\n  given:   discoveryTableName: 'ping' for " +
        'Connect2id server, mode stateless',
    );
    expect(failure(() => runtimeStatements(regionalAccess(curity()), { discoveryTableName: 'ping' }))).toContain('mode none');
    for (const name of ['ping*', '', 'a/b']) {
      const text = failure(() => runtimeStatements(replication, { discoveryTableName: name }));
      expect(text).toContain(`[IDT0803] discoveryTableName '${name}' is not the name of a table`);
    }
    expect(failure(() => runtimeStatements(replication, { managesProtection: true }))).toContain(
      '[IDT0803] managesProtection needs a server that may change its tables',
    );
  });
});

describe('curity', () => {
  test.each([false, true])('per table the calls of the data source, allowTableScans %s', (allowTableScans) => {
    const statements = runtimeStatements(regionalAccess(curity({ allowTableScans })));
    const expected = Object.entries(CURITY_CALLS).map(([name, { data, describe: start, scan }]) => {
      const actions = [...data.split(' '), ...(start === undefined ? [] : [start]), ...(scan && allowTableScans ? ['Scan'] : [])];
      return [name, actions.sort().join(' ')];
    });
    expect(byTable(statements).tables).toEqual(Object.fromEntries(expected));
  });

  test('Scan on four tables, and only when it is allowed', () => {
    const scanned = (allowTableScans: boolean) =>
      Object.entries(byTable(runtimeStatements(regionalAccess(curity({ allowTableScans })))).tables)
        .filter(([, actions]) => actions.includes('Scan'))
        .map(([name]) => name)
        .sort();
    expect(scanned(true)).toEqual(['curity-accounts', 'curity-delegations', 'curity-devices', 'curity-dynamic-clients']);
    expect(scanned(false)).toEqual([]);
  });

  test('26 of the 29 indexes are queried, and the optional one when the table has it', () => {
    const { indexes } = byTable(runtimeStatements(regionalAccess(curity())));
    const names = indexes.map((index) => index.split(' ')[1]);
    const providers = indexes.filter((index) => index.startsWith('curity-database-service-providers'));
    expect(indexes).toHaveLength(26);
    expect(providers).toHaveLength(6);
    expect(providers.some((index) => CURITY_UNUSED_INDEXES.some((unused) => index.endsWith(` ${unused}`)))).toBe(false);
    expect(names).not.toContain('tag-last_modified-index');
    const optional = byTable(runtimeStatements(regionalAccess(curity({ lastModifiedTagIndex: true })))).indexes;
    expect(optional.filter((index) => !indexes.includes(index))).toEqual([
      'curity-database-service-providers tag-last_modified-index',
    ]);
  });

  test.each([
    ['7.4', 8, 9],
    ['8.0', 10, 9],
    ['8.7', 19, 10],
    ['9.3', 20, 10],
  ])('%s: the %i indexes of its %i tables', (version, indexCount, tableCount) => {
    const { indexes, tables } = byTable(runtimeStatements(regionalAccess(curity({ version }))));
    expect(indexes).toHaveLength(indexCount);
    expect(Object.keys(tables)).toHaveLength(tableCount);
  });

  test('bucket, nonces, sessions and tokens have no index', () => {
    const [statement, ...others] = runtimeStatements(regionalAccess(curity({ tables: ['curity-bucket'] })));
    expect(others).toEqual([]);
    expect(statement).toEqual({
      Effect: 'Allow',
      Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
      Resource: [`${TABLE}prod-curity-bucket`],
    });
  });

  test('it never makes tables, so StartUp.MAY_CREATE adds nothing', () => {
    const access = regionalAccess(curity());
    expect(runtimeStatements(access, { startUp: StartUp.MAY_CREATE })).toEqual(runtimeStatements(access));
  });
});

describe('connect-dynamodb', () => {
  const items = ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
  const statement = (...actions: string[]) => [
    { Effect: 'Allow', Action: [...items, ...actions].sort(), Resource: [`${TABLE}prod-sessions`] },
  ];

  test.each([
    [{}, []],
    [{ initialized: true }, []],
    [{ initialized: false }, ['dynamodb:DescribeTable']],
    [{ reap: true }, ['dynamodb:Scan']],
    [{ initialized: false, reap: true }, ['dynamodb:DescribeTable', 'dynamodb:Scan']],
  ])('%p adds %p', (props, added) => {
    expect(runtimeStatements(regionalAccess(IdentityServer.connectDynamoDb(props)))).toEqual(statement(...added));
  });

  test('a store that may create its table', () => {
    const access = regionalAccess(IdentityServer.connectDynamoDb({ initialized: false }));
    expect(runtimeStatements(access, { startUp: StartUp.MAY_CREATE })).toEqual(
      statement('dynamodb:DescribeTable', 'dynamodb:CreateTable'),
    );
  });
});

describe('keys and partitions', () => {
  test('the key of the region, through DynamoDB of the region', () => {
    const keyArn = 'arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const access = regionalAccess(IdentityServer.connectDynamoDb(), { region: 'cn-north-1', keyArn });
    expect(runtimeStatements(access)).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        Resource: ['arn:aws-cn:dynamodb:cn-north-1:123456789012:table/prod-sessions'],
      },
      {
        Effect: 'Allow',
        Action: [
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:Encrypt',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        Resource: [keyArn],
        Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.cn-north-1.amazonaws.com.cn' } },
      },
    ]);
  });
});

describe('a schema directory', () => {
  function server(runtime?: object): IdentityServer {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'access-'));
    const file = {
      TableName: 'tokens',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    };
    fs.writeFileSync(path.join(directory, 'create-table-tokens.json'), JSON.stringify(file));
    if (runtime !== undefined) {
      fs.writeFileSync(path.join(directory, 'server.json'), JSON.stringify({ server: 'mine', runtime }));
    }
    return IdentityServer.fromSchemaDirectory(directory);
  }

  test('without a profile: items and DescribeTable, nothing that changes the table', () => {
    const [statement] = runtimeStatements(regionalAccess(server()), { startUp: StartUp.MAY_CREATE });
    expect(statement.Action).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:DeleteItem',
      'dynamodb:DescribeTable',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:UpdateItem',
    ]);
  });

  test('fails when its profile names an action that is not one of that kind', () => {
    const access = regionalAccess(
      server({ data: ['GetItem', 'TransactWriteItems'], describe: ['DeleteTable'], manage: ['DeleteTable'], indexQueries: [] }),
    );
    const text = failure(() => runtimeStatements(access));
    expect(text).toContain('3 problems');
    expect(text).toContain("[IDT0804] the runtime profile of 'tokens' has actions under data that are not granted there");
    expect(text).toContain("given:   'TransactWriteItems'");
    expect(text).toContain('under describe');
    expect(text).toContain('under manage ');
  });
});

describe('sizes', () => {
  const REGIONS = ['eu-central-1', 'us-east-1', 'ap-southeast-2'];

  // Measured by hand on policies with prefix `prod-`, single values outside of lists.
  test.each([
    ['connect2id', connect2id(), 1801],
    ['curity', curity(), 4662],
  ])('%s in one region has the size of a policy written by hand', (_, server, byHand) => {
    const size = policySize(runtimeStatements(regionalAccess(server)));
    expect(size / byHand).toBeLessThan(1.03);
  });

  test.each([
    ['connect2id', true, connect2id()],
    ['curity', false, curity()],
  ])('%s in three regions: inline in one role %s', (_, fits, server) => {
    const statements = REGIONS.map((region) => runtimeStatements(regionalAccess(server, { region })));
    expect(policySize(statements.flat()) <= 10240).toBe(fits);
    for (const regional of statements) {
      expect(policySize(regional)).toBeLessThanOrEqual(6144);
    }
  });

  test('counts the characters without white space', () => {
    // {"Version":"2012-10-17","Statement":[]} has 39, {"Effect":"Allow","Action":["a"],"Resource":["b"]} has 50.
    expect(policySize([])).toBe(39);
    expect(policySize([{ Effect: 'Allow', Action: ['a'], Resource: ['b'] }])).toBe(89);
  });
});

const servers: fc.Arbitrary<IdentityServer> = fc.oneof(
  fc
    .record({
      version: fc.constantFrom('14.0', '15.1', '17.0', '18.0', '19.0'),
      mode: fc.constantFrom(...Object.values(Connect2idMode)),
      applyRangeKey: fc.boolean(),
      sessionTimeToLive: fc.boolean(),
      indexedAttributes: fc.subarray(['sub', 'act', 'cid']),
    })
    .map((props) => connect2id(props)),
  fc.constantFrom('14.0', '18.0').map((version) => connect2id({ version, edition: Connect2idEdition.MULTI_TENANT })),
  fc
    .record({ version: fc.constantFrom('7.4', '8.0', '8.7', '9.3', '11.0', '12.0'), allowTableScans: fc.boolean() })
    .map((props) => curity(props)),
  fc.record({ initialized: fc.boolean(), reap: fc.boolean() }).map((props) => IdentityServer.connectDynamoDb(props)),
);
const accesses: fc.Arbitrary<RegionalAccess> = fc
  .record({
    server: servers,
    region: fc.constantFrom('eu-central-1', 'us-gov-west-1', 'cn-north-1', 'xx-new-1'),
    prefix: fc.stringMatching(/^[A-Za-z0-9_.-]{0,200}$/),
    keyArn: fc.option(fc.constant('arn:aws:kms:eu-central-1:123456789012:key/1'), { nil: undefined }),
  })
  .map(({ server, ...rest }) => regionalAccess(server, rest));

describe('any server, version, mode and option', () => {
  const VERBS =
    /^(dynamodb:(BatchGet|BatchWrite|Delete|Get|Put|Update)Item|dynamodb:(Query|Scan|Describe[A-Za-z]+)|kms:[A-Za-z]+)$/;

  test('the default grants no wildcard, no management and no transaction action, and nothing but the tables and the key', () => {
    fc.assert(
      fc.property(accesses, (access) => {
        const own = access.tables.map(({ tableName }) => `:123456789012:table/${tableName}`);
        for (const { Effect, Action, Resource } of runtimeStatements(access)) {
          expect(Effect).toBe('Allow');
          expect(Action.filter((action) => !VERBS.test(action))).toEqual([]);
          for (const arn of Resource) {
            expect(arn).not.toMatch(/[*?]/);
            expect(arn === access.keyArn || own.some((end) => arn.replace(/\/index\/[^/]+$/, '').endsWith(end))).toBe(true);
          }
        }
      }),
    );
  });

  test('every table has a statement of its own actions, and no resource is named twice for one action', () => {
    fc.assert(
      fc.property(accesses, (access) => {
        const statements = runtimeStatements(access);
        const pairs = statements.flatMap(({ Action, Resource }) => Action.flatMap((a) => Resource.map((r) => `${a} ${r}`)));
        expect(new Set(pairs).size).toBe(pairs.length);
        for (const { tableName } of access.tables) {
          expect(pairs.some((pair) => pair.startsWith('dynamodb:GetItem ') && pair.endsWith(`:table/${tableName}`))).toBe(true);
        }
      }),
    );
  });

  test('a server that may create still never deletes, and a statement always fits into a managed policy', () => {
    const options: fc.Arbitrary<RuntimeGrantOptions> = fc
      .boolean()
      .map((managesProtection) => ({ startUp: StartUp.MAY_CREATE, managesProtection }));
    fc.assert(
      fc.property(accesses, options, (access, chosen) => {
        for (const statement of runtimeStatements(access, chosen)) {
          expect(statement.Action.join()).not.toMatch(/DeleteTable|Restore|Export|Backup\b|TransactWriteItems|\*/);
          expect(statement.Resource.length).toBeLessThanOrEqual(40);
          expect(policySize([statement])).toBeLessThanOrEqual(6144);
        }
      }),
    );
  });
});
