import { keyAttributes, sortedIndexes } from './table-schema';
import type { AttributeType, IndexSchema, KeyAttribute, ProjectionType, TableSchema } from './table-schema';

/** One attribute of a key in a create-table file. */
export interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

/** The type of a key attribute in a create-table file. */
export interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: AttributeType;
}

/** A secondary index in a create-table file. */
export interface IndexInput {
  readonly IndexName: string;
  readonly KeySchema: KeySchemaElement[];
  readonly Projection: { readonly ProjectionType: ProjectionType; readonly NonKeyAttributes?: string[] };
}

/** The input of `aws dynamodb create-table` as this library writes it. */
export interface CreateTableInput {
  readonly TableName: string;
  readonly AttributeDefinitions: AttributeDefinition[];
  readonly KeySchema: KeySchemaElement[];
  readonly GlobalSecondaryIndexes?: IndexInput[];
  readonly LocalSecondaryIndexes?: IndexInput[];
  readonly BillingMode: 'PAY_PER_REQUEST';
}

/** The create-table input of a schema, on-demand. What has no order is sorted, so equal schemas give the same bytes. */
export function createTableInput(schema: TableSchema, tableName = schema.tableName): CreateTableInput {
  const { partitionKey, sortKey, globalIndexes, localIndexes } = schema;
  return {
    TableName: tableName,
    AttributeDefinitions: keyAttributes(schema).map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: keySchema([partitionKey], sortKey === undefined ? [] : [sortKey]),
    ...(globalIndexes.length > 0 && { GlobalSecondaryIndexes: indexInputs(globalIndexes) }),
    ...(localIndexes.length > 0 && { LocalSecondaryIndexes: indexInputs(localIndexes) }),
    BillingMode: 'PAY_PER_REQUEST',
  };
}

function indexInputs(indexes: readonly IndexSchema[]): IndexInput[] {
  return sortedIndexes(indexes).map(({ indexName, partitionKeys, sortKeys, projectionType, nonKeyAttributes }) => ({
    IndexName: indexName,
    KeySchema: keySchema(partitionKeys, sortKeys),
    Projection: {
      ProjectionType: projectionType,
      ...(nonKeyAttributes.length > 0 && { NonKeyAttributes: [...nonKeyAttributes] }),
    },
  }));
}

function keySchema(partitionKeys: readonly KeyAttribute[], sortKeys: readonly KeyAttribute[]): KeySchemaElement[] {
  return [
    ...partitionKeys.map(({ name }): KeySchemaElement => ({ AttributeName: name, KeyType: 'HASH' })),
    ...sortKeys.map(({ name }): KeySchemaElement => ({ AttributeName: name, KeyType: 'RANGE' })),
  ];
}
