import { didYouMean, quoted, type Problems } from '../errors';
import { FieldReader, join } from './field-reader';
import { sortedIndexes, type AttributeType, type IndexSchema, type KeyAttribute, type TableSchema } from './table-schema';
import { validateTableSchema, type TableDraft } from './validate';

/** What a create-table file says. */
export interface CreateTableFile {
  readonly schema: TableSchema;
  /** Whether it asks for provisioned capacity, which is no part of a schema and not taken over. */
  readonly provisionedCapacity: boolean;
}

/**
 * The parameters of CreateTable.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 */
const TABLE_FIELDS = [
  'TableName',
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'BillingMode',
  'ProvisionedThroughput',
  'OnDemandThroughput',
  'WarmThroughput',
  'StreamSpecification',
  'SSESpecification',
  'TableClass',
  'DeletionProtectionEnabled',
  'ResourcePolicy',
  'Tags',
  'GlobalTableSourceArn',
  'GlobalTableSettingsReplicationMode',
] as const;
const INDEX_FIELDS = [
  'IndexName',
  'KeySchema',
  'Projection',
  'ProvisionedThroughput',
  'OnDemandThroughput',
  'WarmThroughput',
] as const;
const ATTRIBUTE_TYPES = ['S', 'N', 'B'] as const;
const KEY_TYPES = ['HASH', 'RANGE'] as const;
const PROJECTION_TYPES = ['ALL', 'KEYS_ONLY', 'INCLUDE'] as const;
const BILLING_MODES = ['PROVISIONED', 'PAY_PER_REQUEST'] as const;

/**
 * Reads the input of `aws dynamodb create-table`: keys and indexes, in any order. Every problem is reported with the source,
 * such as the name of the file, and the path of the field; then the result is undefined.
 */
export function schemaFromCreateTable(input: unknown, source: string, problems: Problems): CreateTableFile | undefined {
  const before = problems.all.length;
  const { draft, provisionedCapacity } = new CreateTableReader(source, problems).read(input);
  validateTableSchema(draft, source, problems);
  const { tableName, partitionKey, sortKey } = draft;
  if (problems.all.length > before || tableName === undefined || partitionKey === undefined) {
    return undefined;
  }
  const [globalIndexes, localIndexes] = [draft.globalIndexes, draft.localIndexes].map((indexes) =>
    sortedIndexes(indexes.filter((index) => index !== undefined)),
  );
  return {
    schema: { tableName, partitionKey, ...(sortKey && { sortKey }), globalIndexes, localIndexes },
    provisionedCapacity,
  };
}

type Types = ReadonlyMap<string, { readonly at: string; readonly type?: AttributeType }>;
type Projection = Pick<IndexSchema, 'projectionType' | 'nonKeyAttributes'>;
type Key = Pick<IndexSchema, 'partitionKeys' | 'sortKeys'>;

interface KeyElement extends KeyAttribute {
  readonly keyType: 'HASH' | 'RANGE';
}

/** Reads one file. What cannot be read is reported and left out, so that the rest can still be checked. */
class CreateTableReader {
  private readonly fields: FieldReader;
  /** The attributes that keys use, as far as they can be read. */
  private readonly used = new Set<string>();
  private provisionedCapacity = false;

  public constructor(
    private readonly source: string,
    private readonly problems: Problems,
  ) {
    this.fields = new FieldReader(source, problems);
  }

  public read(input: unknown): { draft: TableDraft; provisionedCapacity: boolean } {
    const table = this.fields.object(input, '', TABLE_FIELDS);
    if (table === undefined) {
      return { draft: { globalIndexes: [], localIndexes: [] }, provisionedCapacity: false };
    }
    const tableName = this.fields.text(table.TableName, 'TableName');
    const types = this.definitions(table.AttributeDefinitions);
    const key = this.tableKey(table.KeySchema, types);
    const globalIndexes = this.indexes(table.GlobalSecondaryIndexes, 'GlobalSecondaryIndexes', types);
    const localIndexes = this.indexes(table.LocalSecondaryIndexes, 'LocalSecondaryIndexes', types);
    this.unusedDefinitions(types);
    if (table.BillingMode !== undefined) {
      const billingMode = this.fields.word(table.BillingMode, 'BillingMode', BILLING_MODES);
      this.provisionedCapacity ||= billingMode === 'PROVISIONED';
    }
    this.provisionedCapacity ||= table.ProvisionedThroughput !== undefined;
    const draft = { tableName, partitionKey: key?.partitionKeys[0], sortKey: key?.sortKeys[0], globalIndexes, localIndexes };
    return { draft, provisionedCapacity: this.provisionedCapacity };
  }

  /** The defined attributes; a type that cannot be read is undefined. */
  private definitions(value: unknown): Types | undefined {
    const list = this.fields.list(value, 'AttributeDefinitions');
    const types = new Map<string, { at: string; type?: AttributeType }>();
    list?.forEach((item, i) => {
      const at = `AttributeDefinitions[${i}]`;
      const definition = this.fields.object(item, at, ['AttributeName', 'AttributeType']);
      if (definition === undefined) {
        return;
      }
      const name = this.fields.text(definition.AttributeName, join(at, 'AttributeName'));
      const type = this.fields.word(definition.AttributeType, join(at, 'AttributeType'), ATTRIBUTE_TYPES);
      const first = name === undefined ? undefined : types.get(name);
      if (first !== undefined) {
        this.problems.add('IDT0407', {
          what: `${this.source}: ${at} defines attribute '${name}' a second time`,
          given: `type ${type ?? 'unknown'}; ${first.at} has type ${first.type ?? 'unknown'}`,
          allowed: 'one definition of each attribute',
          fix: `remove one of the definitions of '${name}'`,
        });
      } else if (name !== undefined) {
        types.set(name, { at, type });
      }
    });
    return list && types;
  }

  private tableKey(value: unknown, types: Types | undefined): Key | undefined {
    const key = this.key(value, 'KeySchema', types);
    const hash = key?.partitionKeys.length ?? 1;
    const range = key?.sortKeys.length ?? 0;
    if (hash === 1 && range <= 1) {
      return key;
    }
    this.problems.add('IDT0409', {
      what: `${this.source}: KeySchema is not the key of a table`,
      given: `${hash} HASH and ${range} RANGE attributes`,
      allowed: '1 HASH attribute and at most 1 RANGE attribute',
    });
    return undefined;
  }

  private indexes(value: unknown, at: string, types: Types | undefined): Array<IndexSchema | undefined> {
    return (this.fields.optionalList(value, at) ?? []).map((item, i) => this.index(item, `${at}[${i}]`, types));
  }

  private index(value: unknown, at: string, types: Types | undefined): IndexSchema | undefined {
    const index = this.fields.object(value, at, INDEX_FIELDS);
    if (index === undefined) {
      return undefined;
    }
    this.provisionedCapacity ||= index.ProvisionedThroughput !== undefined;
    const indexName = this.fields.text(index.IndexName, join(at, 'IndexName'));
    const key = this.key(index.KeySchema, join(at, 'KeySchema'), types);
    const projection = this.projection(index.Projection, join(at, 'Projection'));
    return indexName === undefined || key === undefined || projection === undefined
      ? undefined
      : { indexName, ...key, ...projection };
  }

  private projection(value: unknown, at: string): Projection | undefined {
    const projection = this.fields.object(value, at, ['ProjectionType', 'NonKeyAttributes']);
    if (projection === undefined) {
      return undefined;
    }
    const projectionType = this.fields.word(projection.ProjectionType, join(at, 'ProjectionType'), PROJECTION_TYPES);
    const listAt = join(at, 'NonKeyAttributes');
    const list = this.fields.optionalList(projection.NonKeyAttributes, listAt);
    const names = list?.map((name, i) => this.fields.text(name, `${listAt}[${i}]`));
    const nonKeyAttributes = names?.filter((name) => name !== undefined);
    const isRead = projectionType !== undefined && nonKeyAttributes !== undefined && nonKeyAttributes.length === names?.length;
    return isRead ? { projectionType, nonKeyAttributes } : undefined;
  }

  private key(value: unknown, at: string, types: Types | undefined): Key | undefined {
    const list = this.fields.list(value, at);
    const elements = list?.map((item, i) => this.keyElement(item, `${at}[${i}]`, types));
    const read = elements?.filter((element) => element !== undefined);
    if (read === undefined || read.length !== elements?.length) {
      return undefined;
    }
    const [partitionKeys, sortKeys] = KEY_TYPES.map((keyType) =>
      read.filter((element) => element.keyType === keyType).map(({ name, type }) => ({ name, type })),
    );
    return { partitionKeys, sortKeys };
  }

  private keyElement(value: unknown, at: string, types: Types | undefined): KeyElement | undefined {
    const element = this.fields.object(value, at, ['AttributeName', 'KeyType']);
    if (element === undefined) {
      return undefined;
    }
    const name = this.fields.text(element.AttributeName, join(at, 'AttributeName'));
    const keyType = this.fields.word(element.KeyType, join(at, 'KeyType'), KEY_TYPES);
    if (name === undefined) {
      return undefined;
    }
    this.used.add(name);
    if (types?.has(name) === false) {
      const defined = [...types.keys()];
      this.problems.add('IDT0407', {
        what: `${this.source}: ${join(at, 'AttributeName')} is not in AttributeDefinitions`,
        given: `'${name}'`,
        allowed: quoted(defined),
        fix: didYouMean(name, defined, `define '${name}' with its type`),
      });
    }
    const type = types?.get(name)?.type;
    return keyType === undefined || type === undefined ? undefined : { name, keyType, type };
  }

  private unusedDefinitions(types: Types | undefined): void {
    for (const [name, { at }] of types ?? []) {
      if (!this.used.has(name)) {
        this.problems.add('IDT0407', {
          what: `${this.source}: ${at} defines an attribute that no key uses`,
          given: `'${name}'`,
          allowed: quoted([...this.used]),
          fix: `remove the definition of '${name}'`,
        });
      }
    }
  }
}
