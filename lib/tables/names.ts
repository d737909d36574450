import { Token } from 'aws-cdk-lib/core';
import { LIMITS, NAME_CHARACTERS, type Problems } from '../errors';
import type { ServerDefinition, ServerTable } from '../servers';

/**
 * The construct id of a table: PascalCase of its base name. Ids are contracts: a changed one replaces the table.
 */
export function constructId(table: ServerTable): string {
  if (table.constructId !== undefined) {
    return table.constructId;
  }
  const words = table.baseName.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
}

/** Adds the problems of the names that prefix and tables make together. Tokens in the prefix are not checked. */
export function checkNames(server: ServerDefinition, prefix: string, problems: Problems): void {
  checkConstructIds(server, problems);
  if (Token.isUnresolved(prefix)) {
    return;
  }
  if (!NAME_CHARACTERS.test(prefix)) {
    const wrong = [...prefix].flatMap((character, i) =>
      NAME_CHARACTERS.test(character) ? [] : [`'${character}' at position ${i + 1}`],
    );
    const better = prefix.replace(/[^A-Za-z0-9_.-]+/g, '-');
    problems.add('IDT0101', {
      what: `table prefix '${prefix}' cannot be used in a table name`,
      given: `'${prefix}' (${prefix.length} characters; ${wrong.join(', ')} not allowed)`,
      allowed: 'A-Z a-z 0-9 _ . -',
      fix: `did you mean '${better}'? no separator is added, so keep the one that you want`,
    });
  }
  const names = server.tables.map((table) => table.schema.tableName);
  const longest = names.reduce((a, b) => (b.length > a.length ? b : a));
  if (prefix.length + longest.length > LIMITS.nameMaxLength) {
    problems.add('IDT0102', {
      what: `table prefix of ${prefix.length} characters is too long for table '${longest}'`,
      given: `${prefix.length} + ${longest.length} = ${prefix.length + longest.length} characters`,
      allowed: `${LIMITS.nameMaxLength} characters, so at most ${LIMITS.nameMaxLength - longest.length} in the prefix`,
      fix: 'shorten tablePrefix',
    });
  }
}

function checkConstructIds(server: ServerDefinition, problems: Problems): void {
  const byId = new Map<string, string>();
  for (const table of server.tables) {
    const id = constructId(table);
    const other = byId.get(id);
    if (id === '' || other !== undefined) {
      problems.add('IDT0104', {
        what:
          id === ''
            ? `table '${table.baseName}' has no letter or digit to make a construct id of`
            : `tables '${other}' and '${table.baseName}' both get the construct id '${id}'`,
        given: `'${table.baseName}'`,
        allowed: 'names that differ by letters or digits, upper case of the first letter of a word aside',
      });
    }
    byId.set(id, table.baseName);
  }
}
