import * as fs from 'fs';
import * as path from 'path';
import { quoted, type Problems } from '../errors';
import { schemaFromCreateTable, type CreateTableFile } from './create-table-reader';
import { parseJson } from './json';

const CREATE_TABLE_FILE = /^create-table-(.+)\.json$/;
const SERVER_FILE = 'server.json';

/** A create-table file of a schema directory. */
export interface SchemaFile extends CreateTableFile {
  readonly fileName: string;
  /** The part of the file name by which users and profiles call the table. */
  readonly baseName: string;
}

/** The create-table files of one folder, and what its server.json says of the tables. */
export interface SchemaDirectory {
  readonly directory: string;
  /** Sorted by file name. */
  readonly files: readonly SchemaFile[];
  /** The content of server.json; undefined when there is none. */
  readonly serverFile?: unknown;
}

/**
 * Reads the create-table files that lie directly in a folder. A relative path starts at the working directory of the process.
 * Files with a problem are left out of the result.
 */
export function readSchemaDirectory(directory: string, problems: Problems): SchemaDirectory {
  const names = listDirectory(directory, problems);
  if (names === undefined) {
    return { directory, files: [] };
  }
  const fileNames = names.filter((name) => CREATE_TABLE_FILE.test(name)).sort();
  if (fileNames.length === 0) {
    problems.add('IDT0402', {
      what: `schema directory '${directory}' has no create-table file`,
      given: names.length === 0 ? 'an empty directory' : quoted(names.sort()),
      allowed: 'files named create-table-<base name>.json directly in the directory, not in a folder of it',
    });
  }
  const files: SchemaFile[] = [];
  for (const fileName of fileNames) {
    const source = path.join(directory, fileName);
    const content = readJson(source, problems);
    const file = content && schemaFromCreateTable(content.value, source, problems);
    if (file !== undefined) {
      files.push({ fileName, baseName: fileName.replace(CREATE_TABLE_FILE, '$1'), ...file });
    }
  }
  checkTableNames(directory, files, problems);
  const server = names.includes(SERVER_FILE) ? readJson(path.join(directory, SERVER_FILE), problems) : undefined;
  return { directory, files, ...(server && { serverFile: server.value }) };
}

function listDirectory(directory: string, problems: Problems): string[] | undefined {
  try {
    return fs.readdirSync(directory);
  } catch (error) {
    problems.add('IDT0401', {
      what: `schema directory '${directory}' ${reason(error)}`,
      given: `'${directory}', which is ${path.resolve(directory)}`,
    });
    return undefined;
  }
}

function readJson(file: string, problems: Problems): { readonly value: unknown } | undefined {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    problems.add('IDT0401', { what: `${file} ${reason(error)}`, fix: 'make it a file that can be read' });
    return undefined;
  }
  const json = parseJson(text);
  if ('value' in json) {
    return json;
  }
  const { line, column } = json.mistake;
  problems.add('IDT0403', {
    what: `${file} is not valid JSON`,
    given: `a mistake at line ${line}, column ${column}`,
    fix: `mend line ${line}`,
  });
  return undefined;
}

const REASONS: { readonly [code: string]: string } = {
  ENOENT: 'does not exist',
  ENOTDIR: 'is not a directory',
  EISDIR: 'is a directory, not a file',
  EACCES: 'must not be read by this user',
};

function reason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? `cannot be read (${code ?? String(error)})`;
}

function checkTableNames(directory: string, files: readonly SchemaFile[], problems: Problems): void {
  const byTable = new Map<string, string[]>();
  for (const { fileName, schema } of files) {
    byTable.set(schema.tableName, [...(byTable.get(schema.tableName) ?? []), fileName]);
  }
  for (const [tableName, fileNames] of byTable) {
    if (fileNames.length > 1) {
      problems.add('IDT0405', {
        what: `${fileNames.length} files of '${directory}' describe the table '${tableName}'`,
        given: quoted(fileNames),
        allowed: 'one file for each TableName',
      });
    }
  }
}
