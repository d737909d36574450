import { nameIn, useOf, type Manner, type Use } from './use';

/*
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
 */

/** Text values: they may hold anything, and are no part of what is kept. */
const STRING_LITERALS = /'(?:[^']|'')*'/g;
const VERB = /^\s*(SELECT|INSERT|UPDATE|DELETE|EXISTS)\b/i;
/** A name in double quotes or without, and that of an index behind it. */
const TARGET = '\\s+(?:"([^"]+)"|(\\w+))(?:\\s*\\.\\s*(?:"([^"]+)"|(\\w+)))?';
const FROM = new RegExp(`\\bFROM${TARGET}`, 'i');
const INTO = new RegExp(`\\bINTO${TARGET}`, 'i');
const UPDATE = new RegExp(`^\\s*UPDATE${TARGET}`, 'i');

const STATEMENTS: { readonly [verb: string]: { readonly action: string; readonly target: RegExp } } = {
  SELECT: { action: 'PartiQLSelect', target: FROM },
  INSERT: { action: 'PartiQLInsert', target: INTO },
  UPDATE: { action: 'PartiQLUpdate', target: UPDATE },
  DELETE: { action: 'PartiQLDelete', target: FROM },
  // Reads an item and lets a transaction depend on it.
  EXISTS: { action: 'PartiQLSelect', target: FROM },
};

/** What a PartiQL statement does; nothing when it cannot be read. */
export function statementUses(statement: unknown, manner: Manner): Use[] {
  const text = typeof statement === 'string' ? statement.replace(STRING_LITERALS, "''") : '';
  const verb = VERB.exec(text)?.[1].toUpperCase();
  if (verb === undefined) {
    return [];
  }
  const { action, target } = STATEMENTS[verb];
  const [, quotedTable, bareTable, quotedIndex, bareIndex] = target.exec(text) ?? [];
  const table = nameIn(quotedTable ?? bareTable);
  const index = nameIn(quotedIndex ?? bareIndex);
  return table === undefined ? [] : [useOf(action, table, { ...manner, index, conditional: verb === 'EXISTS' })];
}
