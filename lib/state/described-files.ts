import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { fail, Problems } from '../errors';
import type { LiveTable } from './described';
import type { DescribedTable } from './described-shape';
import { liveTable } from './described-table';

/** A table has one region in its ARN, so the names of the files have no meaning. */
const TABLE_ARN = /^arn:[^:]+:dynamodb:([^:]+):([^:]*):table\/[^/]+$/;

/**
 * The live tables of a directory with outputs of `aws dynamodb describe-table`, of whatever regions. What other calls would tell
 * is not known.
 * @throws IdentityTablesError with every file that is none, or when there is no file
 */
export function tablesOfDescriptions(directory: string): LiveTable[] {
  const problems = new Problems();
  const files = jsonFiles(directory);
  if (files.length === 0) {
    fail('IDT1207', { what: `the directory '${directory}' holds no description of a table`, given: 'no file *.json' });
  }
  const tables = files.flatMap((file) => readTable(path.join(directory, file), problems));
  problems.throwIfAny();
  return tables;
}

function jsonFiles(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith('.json'))
      .sort();
  } catch (error) {
    return fail('IDT1207', {
      what: `the directory '${directory}' cannot be read`,
      given: (error as Error).message,
      fix: 'name a directory with outputs of aws dynamodb describe-table',
    });
  }
}

function readTable(file: string, problems: Problems): LiveTable[] {
  const content = jsonOf(file, problems);
  if (content === undefined) {
    return [];
  }
  const table = (content.value as { readonly Table?: DescribedTable } | null)?.Table;
  const [, region] = TABLE_ARN.exec(table?.TableArn ?? '') ?? [];
  if (table === undefined || region === undefined) {
    problems.add('IDT1207', {
      what: `the file ${file} does not describe a table`,
      given: table === undefined ? 'no field Table' : `the field Table.TableArn is '${table.TableArn ?? ''}'`,
      allowed: 'a field Table with keys, indexes and the ARN of the table',
    });
    return [];
  }
  const answer = { cause: 'not in source', reason: 'describe-table does not tell it' } as const;
  const answers = { timeToLive: answer, recovery: answer, tags: answer, policy: answer, insights: answer };
  const live = liveTable({ region, table, ...answers }, problems);
  return live === undefined ? [] : [live];
}

function jsonOf(file: string, problems: Problems): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    problems.add('IDT1207', { what: `the file ${file} cannot be read`, given: (error as Error).message, allowed: 'valid JSON' });
    return undefined;
  }
}
