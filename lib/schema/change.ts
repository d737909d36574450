import type { KeyAttribute, TableSchema } from './table-schema';

/** The schema without some of its indexes. Attributes that only they used go with them. */
export function withoutIndexes(schema: TableSchema, indexNames: readonly string[]): TableSchema {
  return {
    ...schema,
    globalIndexes: schema.globalIndexes.filter((index) => !indexNames.includes(index.indexName)),
    localIndexes: schema.localIndexes.filter((index) => !indexNames.includes(index.indexName)),
  };
}

/** The schema with this sort key of the table. The keys of its indexes stay as they are. */
export function withSortKey(schema: TableSchema, attribute: KeyAttribute): TableSchema {
  return { ...schema, sortKey: attribute };
}

/** The schema under another table name. */
export function renamed(schema: TableSchema, tableName: string): TableSchema {
  return { ...schema, tableName };
}
