import { LIMITS, NAME_CHARACTERS, quoted, type Code, type ProblemDetail, type Problems } from '../errors';
import type { IndexSchema, KeyAttribute } from './table-schema';

/** A table schema as far as it could be read: what is undefined was reported by its reader. */
export interface TableDraft {
  readonly tableName?: string;
  readonly partitionKey?: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  readonly globalIndexes: ReadonlyArray<IndexSchema | undefined>;
  readonly localIndexes: ReadonlyArray<IndexSchema | undefined>;
}

/** Reports what DynamoDB would refuse, each with the source and the path that the field has in a create-table file. */
export function validateTableSchema(schema: TableDraft, source: string, problems: Problems): void {
  new Validator(schema, source, problems).validate();
}

interface Located {
  readonly at: string;
  readonly index: IndexSchema;
}

class Validator {
  private readonly globalIndexes: Located[];
  private readonly localIndexes: Located[];

  public constructor(
    private readonly schema: TableDraft,
    private readonly source: string,
    private readonly problems: Problems,
  ) {
    this.globalIndexes = located(schema.globalIndexes, 'GlobalSecondaryIndexes');
    this.localIndexes = located(schema.localIndexes, 'LocalSecondaryIndexes');
  }

  public validate(): void {
    const { tableName, partitionKey, sortKey, globalIndexes, localIndexes } = this.schema;
    if (tableName !== undefined) {
      this.name(tableName, 'TableName');
    }
    this.keyAttributes('KeySchema', [partitionKey, sortKey]);
    this.count(globalIndexes.length, LIMITS.globalIndexes, 'GlobalSecondaryIndexes');
    this.globalIndexes.forEach((index) => this.globalIndex(index));
    this.count(localIndexes.length, LIMITS.localIndexes, 'LocalSecondaryIndexes');
    this.localIndexes.forEach((index) => this.localIndex(index));
    this.indexNames();
    this.projectedAttributes();
    this.attributeTypes();
  }

  private add(code: Code, at: string, what: string, detail: Omit<ProblemDetail, 'what'>): void {
    this.problems.add(code, { ...detail, what: `${this.source}: ${at} ${what}` });
  }

  private name(name: string, at: string): void {
    const bad = [...new Set(name)].filter((character) => !NAME_CHARACTERS.test(character));
    if (bad.length > 0 || name.length < LIMITS.nameMinLength || name.length > LIMITS.nameMaxLength) {
      const notAllowed = bad.length > 0 ? `, not allowed: ${quoted(bad)}` : '';
      this.add('IDT0412', at, 'is not a name that DynamoDB allows', {
        given: `'${name}' (${characters(name)}${notAllowed})`,
        allowed: `${LIMITS.nameMinLength} to ${LIMITS.nameMaxLength} characters of A-Z a-z 0-9 _ . -`,
      });
    }
  }

  private attributeName(name: string, at: string): void {
    if (name.length < 1 || name.length > LIMITS.attributeNameMaxLength) {
      this.add('IDT0412', at, 'has an attribute name of a length that DynamoDB does not allow', {
        given: `'${name}' (${characters(name)})`,
        allowed: `1 to ${LIMITS.attributeNameMaxLength} characters`,
        fix: 'use the exact name of the attribute',
      });
    }
  }

  private count(given: number, limit: number, at: string): void {
    if (given > limit) {
      this.add('IDT0406', at, 'has more indexes than a table may have', {
        given: `${given} indexes`,
        allowed: `at most ${limit}`,
        fix: `remove ${given - limit} of them`,
      });
    }
  }

  private keyAttributes(at: string, attributes: ReadonlyArray<KeyAttribute | undefined>): void {
    const names = attributes.flatMap((attribute) => attribute?.name ?? []);
    names.forEach((name) => this.attributeName(name, at));
    for (const name of repeated(names)) {
      this.add('IDT0409', at, 'has an attribute twice', {
        given: `'${name}'`,
        allowed: 'each attribute once',
        fix: `remove one '${name}'`,
      });
    }
  }

  private globalIndex({ at, index }: Located): void {
    this.indexParts({ at, index });
    const limit = LIMITS.indexKeyAttributes;
    const hash = index.partitionKeys.length;
    if (hash === 0) {
      this.add('IDT0409', `${at}.KeySchema`, 'is not the key of a global secondary index', {
        given: 'no HASH attribute',
        allowed: `1 to ${limit} HASH attributes and at most ${limit} RANGE attributes`,
        fix: 'add a HASH attribute',
      });
    }
    const parts = [
      ['HASH', hash],
      ['RANGE', index.sortKeys.length],
    ] as const;
    for (const [keyType, given] of parts) {
      if (given > limit) {
        this.add('IDT0406', `${at}.KeySchema`, `has more ${keyType} attributes than an index may have`, {
          given: `${given} ${keyType} attributes`,
          allowed: `at most ${limit}`,
          fix: `remove ${given - limit} of them`,
        });
      }
    }
  }

  private localIndex({ at, index }: Located): void {
    this.indexParts({ at, index });
    const { partitionKey, sortKey } = this.schema;
    const keyAt = `${at}.KeySchema`;
    if (partitionKey === undefined) {
      return;
    }
    if (sortKey === undefined) {
      this.add('IDT0409', at, 'needs a table with a sort key', {
        given: `index '${index.indexName}' of a table that has only the HASH attribute '${partitionKey.name}'`,
        allowed: 'local secondary indexes only where KeySchema has a RANGE attribute',
        fix: 'make it a global secondary index, or add a RANGE attribute to KeySchema',
      });
    }
    const partitionKeys = index.partitionKeys.map(({ name }) => name);
    if (partitionKeys.length !== 1 || partitionKeys[0] !== partitionKey.name) {
      this.add('IDT0409', keyAt, 'does not have the partition key of the table', {
        given: `HASH ${quoted(partitionKeys)}`,
        allowed: `HASH '${partitionKey.name}'`,
        fix: `use '${partitionKey.name}' as the HASH attribute, or make it a global secondary index`,
      });
    }
    const sortKeys = index.sortKeys.map(({ name }) => name);
    if (sortKeys.length !== 1 || sortKeys[0] === sortKey?.name) {
      this.add('IDT0409', keyAt, 'does not have a sort key of its own', {
        given: `RANGE ${quoted(sortKeys)}`,
        allowed: `1 RANGE attribute${sortKey === undefined ? '' : ` other than '${sortKey.name}'`}`,
        fix: 'use one RANGE attribute that the key of the table does not have',
      });
    }
  }

  private indexParts({ at, index }: Located): void {
    this.name(index.indexName, `${at}.IndexName`);
    this.keyAttributes(`${at}.KeySchema`, [...index.partitionKeys, ...index.sortKeys]);
    const { projectionType, nonKeyAttributes } = index;
    const listAt = `${at}.Projection.NonKeyAttributes`;
    nonKeyAttributes.forEach((name) => this.attributeName(name, listAt));
    if (projectionType === 'INCLUDE' && nonKeyAttributes.length === 0) {
      this.add('IDT0411', listAt, 'is missing or empty', {
        given: 'projection INCLUDE without attributes',
        allowed: 'at least 1 attribute with INCLUDE',
        fix: 'list the attributes, or use KEYS_ONLY',
      });
    }
    if (projectionType !== 'INCLUDE' && nonKeyAttributes.length > 0) {
      this.add('IDT0411', listAt, `does not go with the projection ${projectionType}`, {
        given: quoted(nonKeyAttributes),
        allowed: 'attributes only with INCLUDE',
        fix: 'remove the attributes, or use INCLUDE',
      });
    }
    for (const name of repeated(nonKeyAttributes)) {
      this.add('IDT0411', listAt, 'has an attribute twice', {
        given: `'${name}'`,
        allowed: 'each attribute once',
        fix: `remove one '${name}'`,
      });
    }
  }

  private indexNames(): void {
    const seen = new Map<string, string>();
    for (const { at, index } of [...this.globalIndexes, ...this.localIndexes]) {
      const first = seen.get(index.indexName);
      if (first !== undefined) {
        this.add('IDT0410', `${at}.IndexName`, 'repeats the name of another index', {
          given: `'${index.indexName}', also the name of ${first}`,
          allowed: 'names that differ, over global and local secondary indexes',
        });
      }
      seen.set(index.indexName, first ?? at);
    }
  }

  private projectedAttributes(): void {
    const include = [...this.globalIndexes, ...this.localIndexes].filter(({ index }) => index.projectionType === 'INCLUDE');
    const given = include.reduce((sum, { index }) => sum + index.nonKeyAttributes.length, 0);
    if (given > LIMITS.projectedAttributes) {
      this.add(
        'IDT0406',
        include.map(({ at }) => `${at}.Projection.NonKeyAttributes`).join(', '),
        'project too many attributes',
        {
          given: `${given} attributes in ${include.length} indexes`,
          allowed: `at most ${LIMITS.projectedAttributes} in all INCLUDE indexes of a table together`,
          fix: 'use ALL for one of the indexes, or list fewer attributes',
        },
      );
    }
  }

  /** Cannot happen in a file, where a type stands once, but in a schema that is put together. */
  private attributeTypes(): void {
    const keys = [...this.globalIndexes, ...this.localIndexes].map(({ at, index }) => ({
      at: `${at}.KeySchema`,
      attributes: [...index.partitionKeys, ...index.sortKeys],
    }));
    const { partitionKey, sortKey } = this.schema;
    const table = { at: 'KeySchema', attributes: [partitionKey, sortKey].filter((attribute) => attribute !== undefined) };
    const seen = new Map<string, { at: string; type: string }>();
    for (const { at, attributes } of [table, ...keys]) {
      for (const { name, type } of attributes) {
        const first = seen.get(name);
        if (first !== undefined && first.type !== type) {
          this.add('IDT0407', at, `has another type of attribute '${name}' than ${first.at}`, {
            given: `'${name}' as ${type} and as ${first.type}`,
            allowed: 'one type for each attribute',
            fix: `use one type for '${name}'`,
          });
        }
        seen.set(name, first ?? { at, type });
      }
    }
  }
}

function located(indexes: ReadonlyArray<IndexSchema | undefined>, field: string): Located[] {
  return indexes.flatMap((index, i) => (index === undefined ? [] : { at: `${field}[${i}]`, index }));
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}

function characters(name: string): string {
  return `${name.length} ${name.length === 1 ? 'character' : 'characters'}`;
}
