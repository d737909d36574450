/** The type of a key attribute: string, number or binary. */
export type AttributeType = 'S' | 'N' | 'B';

/** Which attributes an index holds beside the keys. */
export type ProjectionType = 'ALL' | 'KEYS_ONLY' | 'INCLUDE';

/** An attribute that is part of a key. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: AttributeType;
}

/** A secondary index. A global one may have up to four attributes in each key part. */
export interface IndexSchema {
  readonly indexName: string;
  readonly partitionKeys: readonly KeyAttribute[];
  readonly sortKeys: readonly KeyAttribute[];
  readonly projectionType: ProjectionType;
  /** Only with INCLUDE; sorted, since the order has no meaning. */
  readonly nonKeyAttributes: readonly string[];
}

/** Name, keys and indexes of a table: what a create-table file holds. Everything else about a table is its profile. */
export interface TableSchema {
  /** The name without the prefix of a deployment. */
  readonly tableName: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  readonly globalIndexes: readonly IndexSchema[];
  readonly localIndexes: readonly IndexSchema[];
}

/** Every attribute that a key of the table or of an index uses, each once, sorted by name. */
export function keyAttributes(schema: TableSchema): KeyAttribute[] {
  const indexes = [...schema.globalIndexes, ...schema.localIndexes];
  const all = [
    schema.partitionKey,
    ...(schema.sortKey ? [schema.sortKey] : []),
    ...indexes.flatMap((index) => [...index.partitionKeys, ...index.sortKeys]),
  ];
  const byName = new Map(all.map((attribute) => [attribute.name, attribute]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Indexes and their non-key attributes by name: neither order has a meaning. */
export function sortedIndexes(indexes: readonly IndexSchema[]): IndexSchema[] {
  return indexes
    .map((index) => ({ ...index, nonKeyAttributes: [...index.nonKeyAttributes].sort() }))
    .sort((a, b) => (a.indexName < b.indexName ? -1 : 1));
}
