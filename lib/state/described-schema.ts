import type { Problems } from '../errors';
import { schemaFromCreateTable, type TableSchema } from '../schema';

/** The parts of a DescribeTable answer that make up a schema. */
export interface DescribedKeys {
  readonly TableName?: unknown;
  readonly AttributeDefinitions?: unknown;
  readonly KeySchema?: unknown;
  readonly GlobalSecondaryIndexes?: readonly DescribedIndex[];
  readonly LocalSecondaryIndexes?: readonly DescribedIndex[];
}

interface DescribedIndex {
  readonly IndexName?: unknown;
  readonly KeySchema?: unknown;
  readonly Projection?: unknown;
}

/** The schema of a table that stands, from the answer of DescribeTable. What is not that of a table is a problem. */
export function schemaOfDescription(description: DescribedKeys, problems: Problems): TableSchema | undefined {
  const { TableName, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = description;
  const input = {
    TableName,
    AttributeDefinitions,
    KeySchema,
    GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(keysOfIndex),
    LocalSecondaryIndexes: LocalSecondaryIndexes.map(keysOfIndex),
  };
  return schemaFromCreateTable(input, `live table ${String(TableName)}`, problems)?.schema;
}

function keysOfIndex({ IndexName, KeySchema, Projection }: DescribedIndex): DescribedIndex {
  return { IndexName, KeySchema, Projection };
}
