import { ProjectionType } from 'aws-cdk-lib/aws-dynamodb';
import { didYouMean, quoted, type Problems } from '../errors';
import { validateTableSchema, type IndexSchema, type KeyAttribute, type TableSchema } from '../schema';
import type { StatedIndex, StatedTable } from './connect2id-props';

/**
 * The attributes that the server can index in long_lived_authorizations.
 * @see https://connect2id.com/products/server/docs/config/infinispan
 */
export const INDEXED_ATTRIBUTES = ['sub', 'act', 'cid'];

/** The attributes that the global indexes of a table begin with. */
export function indexedBy(schema: TableSchema): string[] {
  return schema.globalIndexes.map((index) => index.partitionKeys[0].name);
}

interface Statement {
  readonly baseName: string;
  readonly stated: StatedTable;
  /** The sort key that separates tenants, when the options ask for it. */
  readonly sortKey?: KeyAttribute;
  /** The attributes that need an index. */
  readonly attributes: readonly string[];
  /** Where the indexes come from that are not stated. */
  readonly fallback?: TableSchema;
}

/** The schema that the user states, and what of it still rests on bundled names. */
export function statedSchema(statement: Statement, problems: Problems): { schema: TableSchema; doubts: string[] } {
  const { baseName, stated, sortKey, attributes, fallback } = statement;
  const doubts: string[] = [];
  const globalIndexes: IndexSchema[] = [];
  for (const attribute of attributes) {
    const index = stated.indexes?.[attribute];
    const assumed = fallback?.globalIndexes.find((candidate) => candidate.partitionKeys[0].name === attribute);
    if (index !== undefined) {
      globalIndexes.push(statedIndex(attribute, index));
    } else if (assumed !== undefined) {
      globalIndexes.push(assumed);
      doubts.push(`index '${assumed.indexName}' (assumed)`);
    } else {
      problems.add('IDT0203', {
        what: `statedTables does not say the index of '${baseName}' on '${attribute}'`,
        given: quoted(Object.keys(stated.indexes ?? {})),
        allowed: `an entry for each of ${quoted(attributes)}`,
        fix: `add indexes: { ${attribute}: { indexName: '…' } }, or take '${attribute}' out of indexedAttributes`,
      });
    }
  }
  for (const attribute of Object.keys(stated.indexes ?? {})) {
    if (!attributes.includes(attribute)) {
      problems.add('IDT0207', {
        what: `statedTables gives '${baseName}' an index on '${attribute}', which is not indexed`,
        given: `'${attribute}'`,
        allowed: quoted(attributes),
        fix: didYouMean(attribute, attributes, 'remove the index, or add the attribute to indexedAttributes'),
      });
    }
  }
  const schema: TableSchema = {
    tableName: stated.tableName ?? baseName,
    partitionKey: { name: stated.partitionKey, type: 'S' },
    ...(sortKey && { sortKey }),
    globalIndexes,
    localIndexes: [],
  };
  validateTableSchema(schema, `statedTables['${baseName}']`, problems);
  return { schema, doubts };
}

function statedIndex(attribute: string, index: StatedIndex): IndexSchema {
  return {
    indexName: index.indexName,
    partitionKeys: [{ name: attribute, type: 'S' }],
    sortKeys: index.sortKey === undefined ? [] : [{ name: index.sortKey, type: 'S' }],
    projectionType: index.projection ?? ProjectionType.ALL,
    nonKeyAttributes: [...(index.nonKeyAttributes ?? [])].sort(),
  };
}
