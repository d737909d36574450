import type { IndexSchema, TableSchema } from '../../lib/schema';
import { schemaDifference } from '../../lib/state';

const index = (indexName: string, more: Partial<IndexSchema> = {}): IndexSchema => ({
  indexName,
  partitionKeys: [{ name: 'mail', type: 'S' }],
  sortKeys: [],
  projectionType: 'ALL',
  nonKeyAttributes: [],
  ...more,
});

const schema: TableSchema = {
  tableName: 'users',
  partitionKey: { name: 'id', type: 'S' },
  globalIndexes: [],
  localIndexes: [],
};

test('nothing is told of one that is as wanted, in whatever order its indexes are', () => {
  const indexes = [index('one'), index('two')];
  expect(schemaDifference({ ...schema, globalIndexes: indexes }, { ...schema, globalIndexes: [...indexes].reverse() })).toEqual(
    [],
  );
});

test('key, missing, extra and other indexes are told with both sides', () => {
  const projected = { projectionType: 'INCLUDE', nonKeyAttributes: ['a', 'b'] } as const;
  const live = {
    ...schema,
    globalIndexes: [index('one'), index('extra')],
    localIndexes: [index('by-age', { partitionKeys: [{ name: 'id', type: 'S' }], sortKeys: [{ name: 'age', type: 'N' }] })],
  };
  const wanted = {
    ...schema,
    sortKey: { name: 'at', type: 'N' },
    globalIndexes: [index('one', projected), index('missing')],
    localIndexes: [],
  } as const;
  expect(schemaDifference(live, wanted)).toEqual([
    'key is id (S), not id (S), at (N)',
    "global index 'one' is mail (S) with ALL, not mail (S) with INCLUDE a, b",
    "global index 'missing' is missing",
    "global index 'extra' is extra",
    "local index 'by-age' is extra",
  ]);
  const sorted = (name: string): TableSchema => ({
    ...schema,
    globalIndexes: [index('one', { sortKeys: [{ name, type: 'N' }] })],
  });
  expect(schemaDifference(sorted('at'), sorted('age'))).toEqual([
    "global index 'one' is mail (S); at (N) with ALL, not mail (S); age (N) with ALL",
  ]);
  expect(schemaDifference(wanted, live).at(-1)).toBe("local index 'by-age' is missing");
});
