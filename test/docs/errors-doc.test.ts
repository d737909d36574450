import * as fs from 'fs';
import * as path from 'path';
import { CODES, WARNINGS } from '../../lib/errors';
import { cell, errorsDocument } from './errors-doc';

const FILE = path.join(__dirname, '..', '..', 'docs', 'errors.md');

test('docs/errors.md is what the tables say; UPDATE_DOCS=1 writes it', () => {
  if (process.env.UPDATE_DOCS === '1' && process.env.CI === undefined) {
    fs.writeFileSync(FILE, errorsDocument());
  }
  expect(fs.readFileSync(FILE, 'utf8')).toBe(errorsDocument());
});

test('every code and every warning has one row of full width', () => {
  const rows = errorsDocument()
    .split('\n')
    .filter((line) => /^\| (IDT|`cdk)/.test(line))
    .map((line) => line.split(/(?<!\\)\|/).map((part) => part.trim()));
  const codes = rows.filter((cells) => cells.length === 5).map((cells) => cells[1]);
  const warnings = rows.filter((cells) => cells.length === 6).map((cells) => cells[1]);
  expect(codes).toEqual(Object.keys(CODES));
  expect(warnings).toEqual(Object.keys(WARNINGS).map((id) => `\`cdk-identity-tables:${id}\``));
  expect(rows.length).toBe(codes.length + warnings.length);
});

test('a cell keeps its borders', () => {
  expect(cell('a | b, create-table-*.json, <name>')).toBe('a \\| b, create-table-\\*.json, \\<name>');
});
