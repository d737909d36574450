import { Problems } from '../../lib/errors';
import { schemaFromCreateTable } from '../../lib/schema';
import { define, index, key, read, table } from './inputs';

describe('fields of the wrong form', () => {
  const withIndex = (change: object) => table({ GlobalSecondaryIndexes: [{ ...index('one', key('id')), ...change }] });

  test.each([
    ['no object', ['x'], 'the file is not an object', 'a list', 'make the file an object'],
    ['no table name', { ...table(), TableName: undefined }, 'TableName is missing', 'nothing', 'add TableName'],
    ['a number as table name', table({ TableName: 5 }), 'TableName is not a text', '5', 'make TableName a text'],
    [
      'null as list',
      table({ GlobalSecondaryIndexes: null }),
      'GlobalSecondaryIndexes is not a list',
      'null',
      'make GlobalSecondaryIndexes a list',
    ],
    [
      'an object as list',
      table({ LocalSecondaryIndexes: {} }),
      'LocalSecondaryIndexes is not a list',
      'an object',
      'make LocalSecondaryIndexes a list',
    ],
    [
      'an attribute type that no key can have',
      table({ AttributeDefinitions: define({ id: 'BOOL' }) }),
      "AttributeDefinitions[0].AttributeType is not one of 'S', 'N', 'B'",
      "'BOOL'",
      "use one of 'S', 'N', 'B'",
    ],
    [
      'a misspelt field',
      table({ GlobalSecondaryIndexs: [] }),
      'GlobalSecondaryIndexs is not a field of a create-table file',
      "'GlobalSecondaryIndexs'",
      "did you mean 'GlobalSecondaryIndexes'?",
    ],
    [
      'a field of describe-table',
      table({ TableStatus: 'ACTIVE' }),
      'TableStatus is not a field of a create-table file',
      "'TableStatus'",
      'remove the field',
    ],
    [
      'a misspelt field of an index',
      withIndex({ Projektion: 1 }),
      'GlobalSecondaryIndexes[0].Projektion is not a field of a create-table file',
      "'Projektion'",
      "did you mean 'Projection'?",
    ],
    [
      'no projection',
      withIndex({ Projection: undefined }),
      'GlobalSecondaryIndexes[0].Projection is missing',
      'nothing',
      'add GlobalSecondaryIndexes[0].Projection',
    ],
    [
      'a misspelt key type',
      withIndex({ KeySchema: [{ AttributeName: 'id', KeyType: 'HASHH' }] }),
      "GlobalSecondaryIndexes[0].KeySchema[0].KeyType is not one of 'HASH', 'RANGE'",
      "'HASHH'",
      "did you mean 'HASH'?",
    ],
    [
      'a projected attribute that is no text',
      withIndex({ Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', true] } }),
      'GlobalSecondaryIndexes[0].Projection.NonKeyAttributes[1] is not a text',
      'true',
      'make GlobalSecondaryIndexes[0].Projection.NonKeyAttributes[1] a text',
    ],
    [
      'an unknown billing mode',
      table({ BillingMode: 'ON_DEMAND' }),
      "BillingMode is not one of 'PROVISIONED', 'PAY_PER_REQUEST'",
      "'ON_DEMAND'",
      "use one of 'PROVISIONED', 'PAY_PER_REQUEST'",
    ],
    [
      'a long value',
      table({ BillingMode: 'x'.repeat(81) }),
      "BillingMode is not one of 'PROVISIONED', 'PAY_PER_REQUEST'",
      `'${'x'.repeat(80)}…'`,
      "use one of 'PROVISIONED', 'PAY_PER_REQUEST'",
    ],
  ])('fails for %s', (_, input, what, given, fix) => {
    const { file, problems } = read(input);
    expect(file).toBeUndefined();
    expect(problems).toEqual([{ code: 'IDT0404', what: `t.json: ${what}`, given, allowed: expect.any(String) as string, fix }]);
  });

  test('fails for everything at once: the form of the file first, then the limits of what could be read', () => {
    const problems = new Problems();
    const input = {
      TableName: 'x',
      AttributeDefinitions: define({ id: 'S' }),
      KeySchema: [{ AttributeName: 'idd', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        index('one', key('id'), { ProjectionType: 'SOME' }),
        index('two', key('id'), { ProjectionType: 'INCLUDE' }),
      ],
    };
    expect(schemaFromCreateTable(input, 'dir/create-table-x.json', problems)).toBeUndefined();
    expect(() => problems.throwIfAny()).toThrow(
      new Error(`4 problems
1. [IDT0407] dir/create-table-x.json: KeySchema[0].AttributeName is not in AttributeDefinitions
  given:   'idd'
  allowed: 'id'
  fix:     did you mean 'id'?
2. [IDT0404] dir/create-table-x.json: GlobalSecondaryIndexes[0].Projection.ProjectionType is not one of 'ALL', 'KEYS_ONLY', 'INCLUDE'
  given:   'SOME'
  allowed: one of 'ALL', 'KEYS_ONLY', 'INCLUDE'
  fix:     use one of 'ALL', 'KEYS_ONLY', 'INCLUDE'
3. [IDT0412] dir/create-table-x.json: TableName is not a name that DynamoDB allows
  given:   'x' (1 character)
  allowed: 3 to 255 characters of A-Z a-z 0-9 _ . -
  fix:     use the name that the server uses
4. [IDT0411] dir/create-table-x.json: GlobalSecondaryIndexes[1].Projection.NonKeyAttributes is missing or empty
  given:   projection INCLUDE without attributes
  allowed: at least 1 attribute with INCLUDE
  fix:     list the attributes, or use KEYS_ONLY`),
    );
  });
});
