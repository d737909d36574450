import type { DescribedKeys } from '../../state';
import type { Input } from '../engine/answer';
import { objectIn, objectsIn } from '../record';

interface Index {
  readonly IndexName?: unknown;
  readonly KeySchema?: unknown;
  readonly Projection?: unknown;
}

/** Keys and indexes of a table as requests gave them. Everything else of a request is left where it is. */
export class TableKeys {
  private readonly types: Map<string, unknown>;
  private readonly keySchema: unknown;
  private globalIndexes: readonly Index[];
  private readonly localIndexes: readonly Index[];

  /** From the fields of CreateTable. */
  public constructor(input: Input) {
    this.types = new Map(typesIn(input));
    this.keySchema = input.KeySchema;
    this.globalIndexes = objectsIn(input.GlobalSecondaryIndexes).map(indexIn);
    this.localIndexes = objectsIn(input.LocalSecondaryIndexes).map(indexIn);
  }

  /** With the fields of UpdateTable. */
  public update(input: Input): void {
    typesIn(input).forEach(([name, type]) => this.types.set(name, type));
    for (const { Create: made, Delete: gone } of objectsIn(input.GlobalSecondaryIndexUpdates)) {
      const goneName = objectIn(gone).IndexName;
      this.globalIndexes = [
        ...this.globalIndexes.filter(({ IndexName: name }) => name !== goneName),
        ...(made === undefined ? [] : [indexIn(objectIn(made))]),
      ];
    }
  }

  /** As DescribeTable would answer: without attributes that no key uses any more, such as that of an index that went. */
  public described(tableName: string): DescribedKeys {
    const keys = [this.keySchema, ...[...this.globalIndexes, ...this.localIndexes].map((index) => index.KeySchema)];
    const used = new Set(keys.flatMap((key) => objectsIn(key).map(({ AttributeName: name }) => name)));
    return {
      TableName: tableName,
      AttributeDefinitions: [...this.types]
        .filter(([name]) => used.has(name))
        .map(([name, type]) => ({ AttributeName: name, AttributeType: type })),
      KeySchema: this.keySchema,
      GlobalSecondaryIndexes: this.globalIndexes,
      LocalSecondaryIndexes: this.localIndexes,
    };
  }
}

function typesIn(input: Input): [string, unknown][] {
  return objectsIn(input.AttributeDefinitions).map(({ AttributeName: name, AttributeType: type }) => [String(name), type]);
}

function indexIn({ IndexName, KeySchema, Projection }: Input): Index {
  return { IndexName, KeySchema, Projection };
}
