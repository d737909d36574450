import { Problems } from '../errors';
import { validateTableSchema, type TableSchema } from '../schema';
import { bundledCatalogue, tableProfile } from './catalogue';
import type { ServerDefinition } from './definition';

/** An Express app with connect-dynamodb 3.x as session store. */
export interface ConnectDynamoDbProps {
  /**
   * The option `table` of the store, without the prefix of the set. It is the base name of the table.
   * @default 'sessions'
   */
  readonly tableName?: string;
  /**
   * The option `hashKey` of the store: the name of the partition key, a string.
   * @default 'id'
   */
  readonly hashKey?: string;
  /**
   * The option `initialized` of the store: it trusts that the table exists, and needs no DescribeTable.
   * @default true
   */
  readonly initialized?: boolean;
  /**
   * Whether the store reaps expired sessions by scanning (`reapInterval`, or calls of `reap`). Time to live does it without.
   * @default false
   */
  readonly reap?: boolean;
}

/** @throws IdentityTablesError with every problem of the options */
export function connectDynamoDb(props: ConnectDynamoDbProps): ServerDefinition {
  const { file, entries } = bundledCatalogue('connect-dynamodb');
  const baseName = entries[0].schema.tableName;
  const schema: TableSchema = {
    ...entries[0].schema,
    tableName: props.tableName ?? baseName,
    partitionKey: { name: props.hashKey ?? entries[0].schema.partitionKey.name, type: 'S' },
  };
  const problems = new Problems();
  validateTableSchema(schema, 'connectDynamoDb', problems);
  problems.throwIfAny();
  return {
    id: 'connect-dynamodb',
    title: 'connect-dynamodb',
    options: { hashKey: schema.partitionKey.name, initialized: props.initialized ?? true, reap: props.reap ?? false },
    tables: [
      {
        baseName: schema.tableName,
        constructId: 'Sessions',
        schema,
        profile: tableProfile(file, baseName, {}),
        evidence: 'documented',
        doubts: [],
      },
    ],
    together: [],
    exclusions: {},
    consequences: file.consequences,
    defaultPreset: file.defaultPreset ?? 'full',
    notices: [],
  };
}
