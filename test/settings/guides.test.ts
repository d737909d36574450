import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import * as swc from '@swc/core';
import * as library from '../../lib';
import { main } from '../../lib/cli';
import { CONNECT2ID_PROPERTIES } from '../../lib/settings/connect2id-properties';
import { CONNECT_DYNAMODB_OPTIONS } from '../../lib/settings/connect-dynamodb-options';
import { CURITY_DATA_SOURCE } from '../../lib/settings/curity-data-source';
import type { SettingRow } from '../../lib/settings/setting-row';
import { page, section } from '../docs/section';

const requireHere = createRequire(__filename);

function fenced(language: string, text: string): string {
  return `\n\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n\n`;
}

/** What the first program of a page prints. */
function programOutput(name: string): string {
  const program = /```ts\n([\s\S]*?)```/.exec(page(name))?.[1] ?? '';
  const { code } = swc.transformSync(program, { jsc: { parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } });
  const printed: string[] = [];
  const load = (id: string): unknown => (id === 'cdk-identity-tables' ? library : (requireHere(id) as unknown));
  const parameters = ['exports', 'require', 'console'];
  Reflect.apply(compileFunction(code, parameters), undefined, [{}, load, { log: (text: string) => printed.push(text) }]);
  return printed.join('\n');
}

/** What the command prints that stands before a section. */
async function commandOutput(name: string, sectionName: string): Promise<string> {
  const before = page(name).split(`<!-- ${sectionName} begins -->`)[0];
  const command = before.match(/npx identity-tables .*/g)?.at(-1) ?? '';
  const printed: string[] = [];
  const print = (text: string) => printed.push(text);
  const code = await main(command.split(' ').slice(2), { env: {}, print, warn: print, progress: () => undefined });
  expect(code).toBe(0);
  return printed.join('\n');
}

/** Every row of a settings table with its source. */
function rowList(rows: readonly SettingRow[]): string {
  const items = rows.map(({ name, alsoSpelled, since, source }) => {
    const spelled = alsoSpelled === undefined ? `\`${name}\`` : `\`${name}\`, \`${alsoSpelled}\``;
    return `- ${spelled}${since === undefined ? '' : `, since ${since}`}: ${source.replace(/\*/g, '\\*')}\n`;
  });
  return `\n${items.join('')}\n`;
}

test.each([
  ['settings-connect2id.md', 'properties'],
  ['settings-curity.md', 'xml'],
  ['settings-connect-dynamodb.md', 'ts'],
])('the program of %s prints what stands there; UPDATE_DOCS=1 writes it', (name, language) => {
  const output = fenced(language, programOutput(name));
  expect(section(name, 'program', output)).toBe(output);
});

test.each([
  ['settings-connect2id.md', 'java-options', 'text'],
  ['settings-connect2id.md', 'environment', 'sh'],
  ['settings-curity.md', 'cli', 'sh'],
  ['settings-curity.md', 'local', 'sh'],
  ['settings-connect-dynamodb.md', 'local', 'ts'],
])('the command of %s before %s prints what stands there', async (name, sectionName, language) => {
  const output = fenced(language, await commandOutput(name, sectionName));
  expect(section(name, sectionName, output)).toBe(output);
});

test.each<[string, readonly SettingRow[]]>([
  ['settings-connect2id.md', CONNECT2ID_PROPERTIES],
  ['settings-curity.md', CURITY_DATA_SOURCE],
  ['settings-connect-dynamodb.md', CONNECT_DYNAMODB_OPTIONS],
])('%s lists every setting with its source', (name, rows) => {
  expect(section(name, 'settings', rowList(rows))).toBe(rowList(rows));
});
