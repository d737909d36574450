import * as fc from 'fast-check';
import { createTableInput, keyAttributes, renamed, withoutIndexes, withSortKey, type TableSchema } from '../../lib/schema';
import { define, index, key, N, read, reversed, S, schemaOf, table, USER_PROFILE, validSchema } from './inputs';

describe('reading', () => {
  const USER_PROFILE_SCHEMA: TableSchema = {
    tableName: 'user-profile',
    partitionKey: S('Email'),
    globalIndexes: [
      {
        indexName: 'CountUserIndex',
        partitionKeys: [N('testUser')],
        sortKeys: [N('accountVerified')],
        projectionType: 'KEYS_ONLY',
        nonKeyAttributes: [],
      },
      {
        indexName: 'PhoneNumberIndex',
        partitionKeys: [S('PhoneNumber')],
        sortKeys: [],
        projectionType: 'INCLUDE',
        nonKeyAttributes: ['PhoneNumberVerified'],
      },
      {
        indexName: 'PublicSubjectIDIndex',
        partitionKeys: [S('PublicSubjectID')],
        sortKeys: [],
        projectionType: 'ALL',
        nonKeyAttributes: [],
      },
      { indexName: 'SubjectIDIndex', partitionKeys: [S('SubjectID')], sortKeys: [], projectionType: 'ALL', nonKeyAttributes: [] },
      {
        indexName: 'TestUserIndex',
        partitionKeys: [S('SubjectID')],
        sortKeys: [N('testUser')],
        projectionType: 'KEYS_ONLY',
        nonKeyAttributes: [],
      },
      {
        indexName: 'VerifiedAccountIndex',
        partitionKeys: [S('SubjectID')],
        sortKeys: [N('accountVerified')],
        projectionType: 'KEYS_ONLY',
        nonKeyAttributes: [],
      },
    ],
    localIndexes: [],
  };

  test('six indexes with number keys, in the order of the file or in another', () => {
    expect(schemaOf(USER_PROFILE)).toStrictEqual(USER_PROFILE_SCHEMA);
    expect(JSON.stringify(reversed(USER_PROFILE))).not.toBe(JSON.stringify(USER_PROFILE));
    expect(schemaOf(reversed(USER_PROFILE))).toStrictEqual(USER_PROFILE_SCHEMA);
  });

  test('a sort key, a local index and a binary key', () => {
    const input = table({
      AttributeDefinitions: define({ at: 'N', id: 'S', blob: 'B' }),
      KeySchema: key('id', 'at'),
      LocalSecondaryIndexes: [
        index('blob-index', key('id', 'blob'), { ProjectionType: 'INCLUDE', NonKeyAttributes: ['z', 'a'] }),
      ],
    });
    expect(schemaOf(input)).toStrictEqual({
      tableName: 'sessions',
      partitionKey: S('id'),
      sortKey: N('at'),
      globalIndexes: [],
      localIndexes: [
        {
          indexName: 'blob-index',
          partitionKeys: [S('id')],
          sortKeys: [{ name: 'blob', type: 'B' }],
          projectionType: 'INCLUDE',
          nonKeyAttributes: ['a', 'z'],
        },
      ],
    });
  });

  test('a global index with four attributes in each part of the key, in their order', () => {
    const input = table({
      AttributeDefinitions: define({ id: 'S', d: 'S', c: 'N', b: 'S', a: 'S', h: 'S', g: 'S', f: 'N', e: 'S' }),
      GlobalSecondaryIndexes: [
        index('many', [...key('d'), ...key('c'), ...key('b'), ...key('a', 'h', 'g', 'f', 'e')], { ProjectionType: 'ALL' }),
      ],
    });
    const [many] = schemaOf(input).globalIndexes;
    expect(many.partitionKeys).toEqual([S('d'), N('c'), S('b'), S('a')]);
    expect(many.sortKeys).toEqual([S('h'), S('g'), N('f'), S('e')]);
    expect(schemaOf(reversed(input)).globalIndexes).toEqual([many]);
  });

  const capacity = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
  test.each([
    ['no billing at all', {}, false],
    ['on-demand', { BillingMode: 'PAY_PER_REQUEST' }, false],
    ['capacity of the table', { ProvisionedThroughput: capacity }, true],
    ['the word alone', { BillingMode: 'PROVISIONED' }, true],
  ])('provisioned capacity is not taken over but told: %s', (_, billing, provisionedCapacity) => {
    expect(read({ ...table(), ...billing }).file).toStrictEqual({ schema: schemaOf(table()), provisionedCapacity });
  });

  test('capacity that only an index carries is told too', () => {
    const onDemand = index('id-index', key('id'));
    const provisioned = { ...onDemand, ProvisionedThroughput: capacity };
    const [first, second] = [onDemand, provisioned].map((item) => read(table({ GlobalSecondaryIndexes: [item] })).file!);
    expect(first.provisionedCapacity).toBe(false);
    expect(second).toStrictEqual({ schema: first.schema, provisionedCapacity: true });
  });

  test('settings that are not part of a schema are left alone', () => {
    const settings = { Tags: [{ Key: 'a', Value: 'b' }], StreamSpecification: { StreamEnabled: false }, TableClass: 'STANDARD' };
    expect(schemaOf(table(settings))).toStrictEqual(schemaOf(table()));
  });
});

describe('writing', () => {
  test('sorts whatever has no order and is on-demand', () => {
    const input = createTableInput(schemaOf(USER_PROFILE), 'prod-user-profile');
    expect(Object.keys(input)).toEqual([
      'TableName',
      'AttributeDefinitions',
      'KeySchema',
      'GlobalSecondaryIndexes',
      'BillingMode',
    ]);
    expect(input.TableName).toBe('prod-user-profile');
    expect(input.BillingMode).toBe('PAY_PER_REQUEST');
    expect(input.AttributeDefinitions.map((item) => `${item.AttributeName} ${item.AttributeType}`)).toEqual([
      'Email S',
      'PhoneNumber S',
      'PublicSubjectID S',
      'SubjectID S',
      'accountVerified N',
      'testUser N',
    ]);
    expect(input.GlobalSecondaryIndexes?.[0]).toEqual({
      IndexName: 'CountUserIndex',
      KeySchema: [
        { AttributeName: 'testUser', KeyType: 'HASH' },
        { AttributeName: 'accountVerified', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    });
    expect(input.GlobalSecondaryIndexes?.[1].Projection).toEqual({
      ProjectionType: 'INCLUDE',
      NonKeyAttributes: ['PhoneNumberVerified'],
    });
  });

  test('sorts a schema that was put together in another order', () => {
    const schema = schemaOf(USER_PROFILE);
    const other = { ...schema, globalIndexes: [...schema.globalIndexes].reverse() };
    expect(JSON.stringify(createTableInput(other))).toBe(JSON.stringify(createTableInput(schema)));
  });
});

describe('changing', () => {
  const schema = schemaOf(
    table({
      AttributeDefinitions: define({ id: 'S', at: 'N', user: 'S' }),
      KeySchema: key('id', 'at'),
      GlobalSecondaryIndexes: [index('user-index', key('user')), index('at-index', key('at'))],
      LocalSecondaryIndexes: [index('local-user', key('id', 'user'))],
    }),
  );

  test('an attribute goes with the last index that uses it', () => {
    expect(keyAttributes(withoutIndexes(schema, ['user-index'])).map(({ name }) => name)).toEqual(['at', 'id', 'user']);
    const rest = withoutIndexes(schema, ['user-index', 'local-user']);
    expect(rest.globalIndexes.map(({ indexName }) => indexName)).toEqual(['at-index']);
    expect(rest.localIndexes).toEqual([]);
    expect(keyAttributes(rest)).toEqual([N('at'), S('id')]);
  });

  test('a sort key is added to the table only', () => {
    const plain = schemaOf(table({ GlobalSecondaryIndexes: [index('again', key('id'))] }));
    expect(withSortKey(plain, S('tid'))).toEqual({ ...plain, sortKey: S('tid') });
    expect(createTableInput(withSortKey(plain, S('tid'))).KeySchema).toEqual(key('id', 'tid'));
  });

  test('two tables of one shape differ in the name only', () => {
    const [mine, theirs] = ['app-sessions', 'sessions'].map((TableName) => schemaOf(table({ TableName })));
    expect(mine).not.toEqual(theirs);
    expect(renamed(theirs, 'app-sessions')).toStrictEqual(mine);
  });
});

describe('any input', () => {
  test('a valid schema is the same after writing, reordering and reading', () => {
    fc.assert(
      fc.property(validSchema, (schema) => {
        const input: unknown = JSON.parse(JSON.stringify(createTableInput(schema)));
        expect(read(reversed(input))).toEqual({ file: { schema, provisionedCapacity: false }, problems: [] });
        expect(JSON.stringify(createTableInput(schemaOf(input)))).toBe(JSON.stringify(input));
      }),
    );
  });

  test('a changed node gives a schema that can be written and read again, or problems of the file, never both', () => {
    const change = fc.record({
      node: fc.nat(),
      value: fc.oneof({ weight: 3, arbitrary: fc.jsonValue() }, fc.constant(undefined)),
    });
    fc.assert(
      fc.property(validSchema, change, (schema, { node, value }) => {
        const input = changed(JSON.parse(JSON.stringify(createTableInput(schema))), node, value);
        const { file, problems } = read(input);
        if (file === undefined) {
          expect(problems.length).toBeGreaterThan(0);
          expect(problems.filter(({ what }) => !what.startsWith('t.json: '))).toEqual([]);
        } else {
          expect(problems).toEqual([]);
          expect(schemaOf(createTableInput(file.schema))).toStrictEqual(file.schema);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** The JSON with its n-th node replaced, or removed when there is no value. */
function changed(json: unknown, n: number, value: unknown): unknown {
  const nodes: Array<{ parent: Record<string, unknown>; field: string }> = [];
  const walk = (parent: object) => {
    for (const [field, item] of Object.entries(parent) as Array<[string, unknown]>) {
      nodes.push({ parent: parent as Record<string, unknown>, field });
      if (typeof item === 'object' && item !== null) {
        walk(item);
      }
    }
  };
  const root = { json };
  walk(root);
  const { parent, field } = nodes[n % nodes.length];
  parent[field] = value;
  return (JSON.parse(JSON.stringify(root)) as { json?: unknown }).json;
}
