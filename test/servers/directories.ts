import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { IdentityTablesError, type Problem } from '../../lib/errors';
import type { IndexSchema, KeyAttribute, TableSchema } from '../../lib/schema';
import type { IdentityServer, ServerTable } from '../../lib/servers';

const made: string[] = [];

/** A new directory with these files; what is no text is written as JSON. */
export function directory(files: Record<string, unknown>): string {
  const target = fs.mkdtempSync(path.join(os.tmpdir(), 'schema-'));
  made.push(target);
  for (const [name, content] of Object.entries(files)) {
    fs.writeFileSync(path.join(target, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return target;
}

afterAll(() => made.forEach((name) => fs.rmSync(name, { recursive: true })));

/** A create-table input: keys written as `pk`, `pk, sk` or with a type, `created N`; an index as `name: keys`, all attributes. */
export function createTable(tableName: string, key: string, ...indexes: string[]): Record<string, unknown> {
  const split = indexes.map((index) => index.split(': '));
  const all = [key, ...split.map(([, indexKey]) => indexKey)].flatMap(attributes);
  const types = new Map(all.map(({ name, type }) => [name, type]));
  return {
    TableName: tableName,
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: keySchema(key),
    BillingMode: 'PAY_PER_REQUEST',
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: split.map(([IndexName, indexKey]) => ({
        IndexName,
        KeySchema: keySchema(indexKey),
        Projection: { ProjectionType: 'ALL' },
      })),
    }),
  };
}

function attributes(key: string): { name: string; type: string }[] {
  return key.split(', ').map((part) => {
    const [name, type = 'S'] = part.split(' ');
    return { name, type };
  });
}

function keySchema(key: string): object[] {
  return attributes(key).map(({ name }, i) => ({ AttributeName: name, KeyType: i === 0 ? 'HASH' : 'RANGE' }));
}

/** The table of a server. */
export function tableOf(server: IdentityServer, baseName: string): ServerTable {
  const table = server._definition.tables.find((candidate) => candidate.baseName === baseName);
  if (table === undefined) {
    throw new Error(`no table ${baseName} in ${server.tableNames.join(', ')}`);
  }
  return table;
}

const keyText = (keys: readonly KeyAttribute[]) => keys.map(({ name, type }) => `${name} ${type}`).join(', ');

/** The key of a table such as `pk S, sk S`. */
export function keyOf({ partitionKey, sortKey }: TableSchema): string {
  return keyText([partitionKey, ...(sortKey ? [sortKey] : [])]);
}

/** The indexes of a table such as `GSI pk S, created N; INCLUDE id tags`, by name. */
export function indexesOf(schema: TableSchema): Record<string, string> {
  const line = (kind: string, index: IndexSchema): [string, string] => [
    index.indexName,
    `${kind} ${keyText([...index.partitionKeys, ...index.sortKeys])}; ${[index.projectionType, ...index.nonKeyAttributes].join(' ')}`,
  ];
  return Object.fromEntries([
    ...schema.globalIndexes.map((index) => line('GSI', index)),
    ...schema.localIndexes.map((index) => line('LSI', index)),
  ]);
}

/** The warnings and informations of a server with the start of their text. */
export function noticesOf(server: IdentityServer): Record<string, string> {
  const { notices } = server._definition;
  const byWarning = Object.fromEntries(notices.map(({ warning, message }) => [warning, message]));
  expect(Object.keys(byWarning)).toHaveLength(notices.length);
  return byWarning;
}

/** Every problem that a call throws. */
export function problemsOf(call: () => unknown): readonly Problem[] {
  try {
    call();
  } catch (error) {
    if (error instanceof IdentityTablesError) {
      return error.problems;
    }
    throw error;
  }
  return [];
}

/** The problems of a call as `code what`. */
export function failures(call: () => unknown): string[] {
  return problemsOf(call).map(({ code, what }) => `${code} ${what}`);
}
