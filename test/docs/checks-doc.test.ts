import * as fs from 'fs';
import * as path from 'path';
import { RULES } from '../../lib/checks/rules';
import { checksDocument } from './checks-doc';

const FILE = path.join(__dirname, '..', '..', 'docs', 'checks.md');

test('docs/checks.md is what the rules say; UPDATE_DOCS=1 writes it', () => {
  if (process.env.UPDATE_DOCS === '1' && process.env.CI === undefined) {
    fs.writeFileSync(FILE, checksDocument());
  }
  expect(fs.readFileSync(FILE, 'utf8')).toBe(checksDocument());
});

// The ids are in the acknowledgements of other people's apps: adding one is fine, changing one breaks their synthesis.
test('the ids of the rules are these, each with a section of its own', () => {
  const ids = RULES.map(({ id }) => id);
  expect(ids).toEqual([
    'PITR',
    'DELETION-PROTECTION',
    'REMOVAL-POLICY',
    'REPLICA-SETTINGS',
    'CUSTOMER-KEY',
    'WILDCARD-GRANT',
    'RESOURCE-POLICY-SIZE',
    'TABLE-NAME',
    'TTL-ATTRIBUTE',
    'REPLICA-STREAM',
    'INDEX-LIMITS',
    'STRONG-CONSISTENCY',
  ]);
  const headings = checksDocument()
    .split('\n')
    .filter((line) => line.startsWith('### '))
    .map((line) => line.slice(4));
  expect(headings).toEqual(ids);
});
