import * as fs from 'fs';
import * as path from 'path';
import { SECRET_KEYS } from '../data-facts/profiles';
import { blockNames, SECURITY_BLOCKS, withBlocks } from './security-doc';

const FILE = path.join(__dirname, '..', '..', 'docs', 'security.md');
const text = () => fs.readFileSync(FILE, 'utf8');

test('the generated parts of docs/security.md are what the code grants; UPDATE_DOCS=1 writes them', () => {
  if (process.env.UPDATE_DOCS === '1' && process.env.CI === undefined) {
    fs.writeFileSync(FILE, withBlocks(text()));
  }
  expect(blockNames(text()).sort()).toEqual(Object.keys(SECURITY_BLOCKS).sort());
  expect(text()).toBe(withBlocks(text()));
});

test('every table with a secret in its key is listed, and no other', () => {
  const listed = [...SECURITY_BLOCKS['bearer-secrets']().matchAll(/^ {2}- `([^`]+)`/gm)].map((match) => match[1]);
  expect(listed).toEqual([...SECRET_KEYS.connect2id, ...SECRET_KEYS.curity, ...SECRET_KEYS['connect-dynamodb']]);
});
