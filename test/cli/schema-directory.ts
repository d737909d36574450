import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import Ajv from 'ajv';

const SCHEMAS = path.join(__dirname, '..', '..', 'schemas');
const schema = (name: string): object => JSON.parse(readFileSync(path.join(SCHEMAS, name), 'utf8')) as object;
const ajv = new Ajv({ allErrors: true }).addSchema(schema('create-table.schema.json'), 'create-table.schema.json');
const isServerFile = ajv.compile(schema('server.schema.json'));

export function temporaryDirectory(): string {
  return mkdtempSync(path.join(tmpdir(), 'identity-tables-'));
}

/** Every file of a directory, by name. */
export function filesIn(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [name, readFileSync(path.join(directory, name), 'utf8')]),
  );
}

export function jsonIn(directory: string, name: string): unknown {
  return JSON.parse(readFileSync(path.join(directory, name), 'utf8'));
}

/** What is wrong with the files of a schema directory by the JSON Schemas of this package. */
export function mistakesIn(directory: string): string[] {
  return Object.entries(filesIn(directory)).flatMap(([name, content]) => {
    const isValid = name === 'server.json' ? isServerFile : ajv.getSchema('create-table.schema.json');
    isValid?.(JSON.parse(content));
    return (isValid?.errors ?? []).map(({ instancePath, message }) => `${name}${instancePath}: ${message}`);
  });
}
