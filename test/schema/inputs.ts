import * as fc from 'fast-check';
import { Problems, type Problem } from '../../lib/errors';
import {
  schemaFromCreateTable,
  type AttributeType,
  type CreateTableFile,
  type IndexSchema,
  type KeyAttribute,
  type TableSchema,
} from '../../lib/schema';

export const S = (name: string): KeyAttribute => ({ name, type: 'S' });
export const N = (name: string): KeyAttribute => ({ name, type: 'N' });

/** Reads one input as the file `t.json`. */
export function read(input: unknown): { file?: CreateTableFile; problems: readonly Problem[] } {
  const problems = new Problems();
  return { file: schemaFromCreateTable(input, 't.json', problems), problems: problems.all };
}

/** The schema of an input without a problem. */
export function schemaOf(input: unknown): TableSchema {
  const { file, problems } = read(input);
  expect(problems).toEqual([]);
  return file!.schema;
}

/** `{ id: 'S', count: 'N' }` as attribute definitions. */
export function define(types: Record<string, string>): object[] {
  return Object.entries(types).map(([name, type]) => ({ AttributeName: name, AttributeType: type }));
}

export function key(hash: string, ...range: string[]): object[] {
  const elements = range.map((name) => ({ AttributeName: name, KeyType: 'RANGE' }));
  return [{ AttributeName: hash, KeyType: 'HASH' }, ...elements];
}

export function index(name: string, keySchema: object[], projection: object = { ProjectionType: 'ALL' }): object {
  return { IndexName: name, KeySchema: keySchema, Projection: projection };
}

/** The smallest create-table input, with changes. */
export function table(changes: object = {}): object {
  return { TableName: 'sessions', AttributeDefinitions: define({ id: 'S' }), KeySchema: key('id'), ...changes };
}

/** The user profiles of a public login service: six indexes, three of them on one attribute, two on numbers. */
export const USER_PROFILE = {
  TableName: 'user-profile',
  AttributeDefinitions: define({
    Email: 'S',
    SubjectID: 'S',
    PublicSubjectID: 'S',
    accountVerified: 'N',
    testUser: 'N',
    PhoneNumber: 'S',
  }),
  KeySchema: key('Email'),
  GlobalSecondaryIndexes: [
    index('SubjectIDIndex', key('SubjectID')),
    index('PublicSubjectIDIndex', key('PublicSubjectID')),
    index('VerifiedAccountIndex', key('SubjectID', 'accountVerified'), { ProjectionType: 'KEYS_ONLY' }),
    index('TestUserIndex', key('SubjectID', 'testUser'), { ProjectionType: 'KEYS_ONLY' }),
    index('PhoneNumberIndex', key('PhoneNumber'), { ProjectionType: 'INCLUDE', NonKeyAttributes: ['PhoneNumberVerified'] }),
    index('CountUserIndex', key('testUser', 'accountVerified'), { ProjectionType: 'KEYS_ONLY' }),
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

/** Turns the order of all lists and fields around, except among the HASH and among the RANGE attributes of one key. */
export function reversed(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value as unknown[];
    const key = [...items.filter((item) => keyType(item) === 'RANGE'), ...items.filter((item) => keyType(item) === 'HASH')];
    return (key.length > 0 ? key : [...items].reverse()).map(reversed);
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).reverse();
    return Object.fromEntries(fields.map(([field, item]) => [field, reversed(item)]));
  }
  return value;
}

function keyType(item: unknown): unknown {
  return typeof item === 'object' && item !== null && 'KeyType' in item ? item.KeyType : undefined;
}

const attributeName = fc.string({ minLength: 1, maxLength: 12 });
const name = fc.string({ minLength: 3, maxLength: 40, unit: fc.constantFrom(...'abcXYZ019_.-') });

/** Schemas up to every limit of DynamoDB: 20 + 5 indexes, 4 + 4 key attributes, 100 projected attributes. */
export const validSchema: fc.Arbitrary<TableSchema> = fc
  .record({
    tableName: name,
    names: fc.uniqueArray(attributeName, { minLength: 8, maxLength: 12 }),
    types: fc.array(fc.constantFrom<AttributeType>('S', 'N', 'B'), { minLength: 12, maxLength: 12 }),
    hasSortKey: fc.boolean(),
    globalIndexes: fc.nat({ max: 20 }),
    localIndexes: fc.nat({ max: 5 }),
    indexNames: fc.uniqueArray(name, { minLength: 25, maxLength: 25 }),
  })
  .chain(({ tableName, names, types, hasSortKey, globalIndexes, localIndexes, indexNames }) => {
    const pool: KeyAttribute[] = names.map((attribute, i) => ({ name: attribute, type: types[i] }));
    return fc.record({
      tableName: fc.constant(tableName),
      partitionKey: fc.constant(pool[0]),
      ...(hasSortKey && { sortKey: fc.constant(pool[1]) }),
      globalIndexes: indexList(indexNames.slice(0, globalIndexes), globalKey(pool)),
      localIndexes: indexList(hasSortKey ? indexNames.slice(20, 20 + localIndexes) : [], localKey(pool)),
    });
  });

type Key = Pick<IndexSchema, 'partitionKeys' | 'sortKeys'>;

function globalKey(pool: KeyAttribute[]): fc.Arbitrary<Key> {
  return fc
    .tuple(fc.shuffledSubarray(pool, { minLength: 8, maxLength: 8 }), fc.integer({ min: 1, max: 4 }), fc.nat({ max: 4 }))
    .map(([attributes, hash, range]) => ({ partitionKeys: attributes.slice(0, hash), sortKeys: attributes.slice(4, 4 + range) }));
}

function localKey(pool: KeyAttribute[]): fc.Arbitrary<Key> {
  return fc.constantFrom(...pool.slice(2)).map((attribute) => ({ partitionKeys: [pool[0]], sortKeys: [attribute] }));
}

function indexList(indexNames: string[], keys: fc.Arbitrary<Key>): fc.Arbitrary<IndexSchema[]> {
  const projection = fc.oneof(
    fc.constantFrom('ALL' as const, 'KEYS_ONLY' as const).map((projectionType) => ({ projectionType, nonKeyAttributes: [] })),
    fc
      .uniqueArray(attributeName, { minLength: 1, maxLength: 4 })
      .map((attributes) => ({ projectionType: 'INCLUDE' as const, nonKeyAttributes: attributes.sort() })),
  );
  const sorted = [...indexNames].sort();
  return fc
    .tuple(...sorted.map((indexName) => fc.record({ indexName: fc.constant(indexName), key: keys, projection })))
    .map((list) => list.map(({ indexName, key: parts, projection: rest }) => ({ indexName, ...parts, ...rest })));
}
