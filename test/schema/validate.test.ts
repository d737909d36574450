import { Problems } from '../../lib/errors';
import { validateTableSchema } from '../../lib/schema';
import { define, index, key, N, read, schemaOf, table } from './inputs';

describe('limits', () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `idx${String(i + 1).padStart(3, '0')}`);
  const globals = (count: number) => table({ GlobalSecondaryIndexes: names(count).map((name) => index(name, key('id'))) });
  const locals = (count: number) =>
    table({
      AttributeDefinitions: define({ id: 'S', at: 'N', other: 'S' }),
      KeySchema: key('id', 'at'),
      LocalSecondaryIndexes: names(count).map((name) => index(name, key('id', 'other'))),
    });
  const included = (...counts: number[]) => {
    const indexes = counts.map((count, i) =>
      index(`idx${i}`, key('id'), { ProjectionType: 'INCLUDE', NonKeyAttributes: names(count) }),
    );
    return table({ GlobalSecondaryIndexes: [...indexes, index('all', key('id'))] });
  };
  const manyKeys = (hash: number, range: number) => {
    const attributes = names(hash + range);
    const types = Object.fromEntries(attributes.map((name) => [name, 'S']));
    const keySchema = attributes.map((AttributeName, i) => ({ AttributeName, KeyType: i < hash ? 'HASH' : 'RANGE' }));
    return table({
      AttributeDefinitions: define({ id: 'S', ...types }),
      GlobalSecondaryIndexes: [index('wide', keySchema)],
    });
  };
  const named = (TableName: string) => table({ TableName });
  const indexNamed = (name: string) => table({ GlobalSecondaryIndexes: [index(name, key('id'))] });
  const keyed = (name: string) => table({ AttributeDefinitions: define({ [name]: 'S' }), KeySchema: key(name) });

  test.each([
    ['20 global indexes', globals(20)],
    ['5 local indexes', locals(5)],
    ['100 projected attributes', included(60, 40)],
    ['4 + 4 key attributes', manyKeys(4, 4)],
    ['a table name of 3 characters', named('a.-')],
    ['a table name of 255 characters', named('a'.repeat(255))],
    ['an index name of 3 characters', indexNamed('a_Z')],
    ['an index name of 255 characters', indexNamed('9'.repeat(255))],
    ['a key attribute of 255 characters', keyed('k'.repeat(255))],
  ])('allows %s', (_, input) => {
    expect(read(input).problems).toEqual([]);
  });

  const characters = '3 to 255 characters of A-Z a-z 0-9 _ . -';
  test.each([
    [
      '21 global indexes',
      globals(21),
      'IDT0406',
      'GlobalSecondaryIndexes has more indexes than a table may have',
      '21 indexes',
      'at most 20',
    ],
    [
      '6 local indexes',
      locals(6),
      'IDT0406',
      'LocalSecondaryIndexes has more indexes than a table may have',
      '6 indexes',
      'at most 5',
    ],
    [
      '101 projected attributes',
      included(60, 41),
      'IDT0406',
      'GlobalSecondaryIndexes[0].Projection.NonKeyAttributes, GlobalSecondaryIndexes[1].Projection.NonKeyAttributes project too many attributes',
      '101 attributes in 2 indexes',
      'at most 100 in all INCLUDE indexes of a table together',
    ],
    [
      '5 partition keys',
      manyKeys(5, 4),
      'IDT0406',
      'GlobalSecondaryIndexes[0].KeySchema has more HASH attributes than an index may have',
      '5 HASH attributes',
      'at most 4',
    ],
    [
      '5 sort keys',
      manyKeys(4, 5),
      'IDT0406',
      'GlobalSecondaryIndexes[0].KeySchema has more RANGE attributes than an index may have',
      '5 RANGE attributes',
      'at most 4',
    ],
    [
      'a short table name',
      named('ab'),
      'IDT0412',
      'TableName is not a name that DynamoDB allows',
      "'ab' (2 characters)",
      characters,
    ],
    [
      'a long table name',
      named('a'.repeat(256)),
      'IDT0412',
      'TableName is not a name that DynamoDB allows',
      `'${'a'.repeat(256)}' (256 characters)`,
      characters,
    ],
    [
      'characters of a table name',
      named('my sessions/é é'),
      'IDT0412',
      'TableName is not a name that DynamoDB allows',
      "'my sessions/é é' (15 characters, not allowed: ' ', '/', 'é')",
      characters,
    ],
    [
      'a short index name',
      indexNamed('ix'),
      'IDT0412',
      'GlobalSecondaryIndexes[0].IndexName is not a name that DynamoDB allows',
      "'ix' (2 characters)",
      characters,
    ],
    [
      'a key attribute without a name',
      keyed(''),
      'IDT0412',
      'KeySchema has an attribute name of a length that DynamoDB does not allow',
      "'' (0 characters)",
      '1 to 255 characters',
    ],
    [
      'a long projected attribute',
      table({
        GlobalSecondaryIndexes: [index('one', key('id'), { ProjectionType: 'INCLUDE', NonKeyAttributes: ['x'.repeat(256)] })],
      }),
      'IDT0412',
      'GlobalSecondaryIndexes[0].Projection.NonKeyAttributes has an attribute name of a length that DynamoDB does not allow',
      `'${'x'.repeat(256)}' (256 characters)`,
      '1 to 255 characters',
    ],
  ])('fails for %s', (_, input, code, what, given, allowed) => {
    const { file, problems } = read(input);
    expect(file).toBeUndefined();
    expect(problems).toEqual([{ code, what: `t.json: ${what}`, given, allowed, fix: expect.any(String) as string }]);
  });
});

describe('keys, indexes and definitions that do not go together', () => {
  const composite = { AttributeDefinitions: define({ id: 'S', at: 'N', x: 'S' }), KeySchema: key('id', 'at') };
  const projected = (projection: object) => table({ GlobalSecondaryIndexes: [index('one', key('id'), projection)] });

  test.each([
    [
      'no HASH',
      table({ KeySchema: [] }),
      ['IDT0409 KeySchema is not the key of a table', 'IDT0407 AttributeDefinitions[0] defines an attribute that no key uses'],
    ],
    [
      'two HASH',
      table({ AttributeDefinitions: define({ id: 'S', b: 'S' }), KeySchema: [...key('id'), ...key('b')] }),
      ['IDT0409 KeySchema is not the key of a table'],
    ],
    [
      'two RANGE',
      table({ AttributeDefinitions: define({ id: 'S', b: 'S', c: 'S' }), KeySchema: key('id', 'b', 'c') }),
      ['IDT0409 KeySchema is not the key of a table'],
    ],
    ['an attribute twice in a key', table({ KeySchema: key('id', 'id') }), ['IDT0409 KeySchema has an attribute twice']],
    [
      'a global index without HASH',
      table({
        GlobalSecondaryIndexes: [
          index(
            'one',
            key('id').map((part) => ({ ...part, KeyType: 'RANGE' })),
          ),
        ],
      }),
      ['IDT0409 GlobalSecondaryIndexes[0].KeySchema is not the key of a global secondary index'],
    ],
    [
      'a local index on another partition key',
      table({ ...composite, LocalSecondaryIndexes: [index('one', key('x', 'id'))] }),
      ['IDT0409 LocalSecondaryIndexes[0].KeySchema does not have the partition key of the table'],
    ],
    [
      'a local index with the sort key of the table',
      table({
        AttributeDefinitions: define({ id: 'S', at: 'N' }),
        KeySchema: key('id', 'at'),
        LocalSecondaryIndexes: [index('one', key('id', 'at'))],
      }),
      ['IDT0409 LocalSecondaryIndexes[0].KeySchema does not have a sort key of its own'],
    ],
    [
      'a local index without a sort key',
      table({
        AttributeDefinitions: define({ id: 'S', at: 'N' }),
        KeySchema: key('id', 'at'),
        LocalSecondaryIndexes: [index('one', key('id'))],
      }),
      ['IDT0409 LocalSecondaryIndexes[0].KeySchema does not have a sort key of its own'],
    ],
    [
      'a local index with several sort keys',
      table({
        ...composite,
        AttributeDefinitions: define({ id: 'S', at: 'N', x: 'S', y: 'S' }),
        LocalSecondaryIndexes: [index('one', key('id', 'x', 'y'))],
      }),
      ['IDT0409 LocalSecondaryIndexes[0].KeySchema does not have a sort key of its own'],
    ],
    [
      'a local index of a table without a sort key',
      table({ AttributeDefinitions: define({ id: 'S', x: 'S' }), LocalSecondaryIndexes: [index('one', key('id', 'x'))] }),
      ['IDT0409 LocalSecondaryIndexes[0] needs a table with a sort key'],
    ],
    [
      'one name of a global and a local index',
      table({
        ...composite,
        GlobalSecondaryIndexes: [index('one', key('x'))],
        LocalSecondaryIndexes: [index('two', key('id', 'x')), index('one', key('id', 'x'))],
      }),
      ['IDT0410 LocalSecondaryIndexes[1].IndexName repeats the name of another index'],
    ],
    [
      'INCLUDE without attributes',
      projected({ ProjectionType: 'INCLUDE' }),
      ['IDT0411 GlobalSecondaryIndexes[0].Projection.NonKeyAttributes is missing or empty'],
    ],
    [
      'INCLUDE with an empty list',
      projected({ ProjectionType: 'INCLUDE', NonKeyAttributes: [] }),
      ['IDT0411 GlobalSecondaryIndexes[0].Projection.NonKeyAttributes is missing or empty'],
    ],
    [
      'attributes without INCLUDE',
      projected({ ProjectionType: 'KEYS_ONLY', NonKeyAttributes: ['a'] }),
      ['IDT0411 GlobalSecondaryIndexes[0].Projection.NonKeyAttributes does not go with the projection KEYS_ONLY'],
    ],
    [
      'a projected attribute twice',
      projected({ ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', 'b', 'a'] }),
      ['IDT0411 GlobalSecondaryIndexes[0].Projection.NonKeyAttributes has an attribute twice'],
    ],
    [
      'an attribute that is defined twice',
      table({ AttributeDefinitions: [...define({ id: 'S' }), ...define({ id: 'N' })] }),
      ["IDT0407 AttributeDefinitions[1] defines attribute 'id' a second time"],
    ],
    [
      'definitions that nothing uses',
      table({ AttributeDefinitions: define({ id: 'S', client_id: 'S', attributes: 'S' }) }),
      [
        'IDT0407 AttributeDefinitions[1] defines an attribute that no key uses',
        'IDT0407 AttributeDefinitions[2] defines an attribute that no key uses',
      ],
    ],
    [
      'a key that is not defined',
      table({ GlobalSecondaryIndexes: [index('one', key('id', 'other'))] }),
      ['IDT0407 GlobalSecondaryIndexes[0].KeySchema[1].AttributeName is not in AttributeDefinitions'],
    ],
  ])('fails for %s', (_, input, expected) => {
    const { file, problems } = read(input);
    expect(file).toBeUndefined();
    expect(problems.map(({ code, what }) => `${code} ${what.replace(/^t\.json: /, '')}`)).toEqual(expected);
  });

  test('fails for one attribute with two types in a schema that was put together', () => {
    const problems = new Problems();
    const twice = {
      indexName: 'one',
      partitionKeys: [N('id')],
      sortKeys: [],
      projectionType: 'ALL' as const,
      nonKeyAttributes: [],
    };
    validateTableSchema({ ...schemaOf(table()), globalIndexes: [twice] }, "statedTables['sessions']", problems);
    expect(problems.all).toEqual([
      {
        code: 'IDT0407',
        what: "statedTables['sessions']: GlobalSecondaryIndexes[0].KeySchema has another type of attribute 'id' than KeySchema",
        given: "'id' as N and as S",
        allowed: 'one type for each attribute',
        fix: "use one type for 'id'",
      },
    ]);
  });
});
