export { renamed, withoutIndexes, withSortKey } from './change';
export { schemaFromCreateTable, type CreateTableFile } from './create-table-reader';
export { createTableInput, type CreateTableInput } from './create-table-writer';
export { readSchemaDirectory, type SchemaDirectory, type SchemaFile } from './directory';
export {
  keyAttributes,
  type AttributeType,
  type IndexSchema,
  type KeyAttribute,
  type ProjectionType,
  type TableSchema,
} from './table-schema';
export { validateTableSchema } from './validate';
