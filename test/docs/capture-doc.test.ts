import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { IdentityServer } from '../../lib';
import { startEmbeddedEngine } from '../../lib/cli/engine';
import { makeTables, synthesize } from '../clients/tables';
import { captureCalls, timeToLive, type Call } from '../cli/capture-server';
import { jsonIn, temporaryDirectory } from '../cli/schema-directory';
import { runCommand } from '../cli/support';
import { section } from './section';

const PAGE = 'capture.md';
const REGION = 'eu-central-1';
const PREFIX = 'prod-';
const SCHEMAS = path.join(__dirname, '..', '..', 'schemas', 'connect2id');
const FACTS = ['--server-version', '18.0', '--mode', 'stateless', '--edition', 'regular', '--range-key', 'none'];
const CONNECT2ID = { version: '18.0' };

/** Tables with items that expire, those of the session store left out. */
const EXPIRING = [
  'id_access_tokens',
  'pending_codes',
  'expended_tokens',
  'auth_sessions',
  'consent_sessions',
  'login_hint_tokens',
  'sub_index',
];

let directory: string;
let captured: string;
let printed: string;
beforeAll(async () => {
  directory = temporaryDirectory();
  captured = path.join(directory, 'captured');
  const { code, out, err } = await captureCalls(directory, standIn(), ['--region', REGION, ...FACTS]);
  expect({ code, problems: err.match(/IDT.*/g) }).toEqual({ code: 0, problems: null });
  printed = out;
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What a Connect2id server would do at a first start, with the names that this package assumes. */
function standIn(): Call[] {
  const files = readdirSync(SCHEMAS).filter((name) => name.startsWith('create-table-') && !name.includes('tenants'));
  const tables = files.map((name) => JSON.parse(readFileSync(path.join(SCHEMAS, name), 'utf8')) as { TableName: string });
  const named = tables.map((table) => ({ ...table, TableName: PREFIX + table.TableName }));
  const authorizations = `${PREFIX}long_lived_authorizations`;
  const client = { TableName: `${PREFIX}clients`, Key: { client_id: { S: 'c-1' } } };
  return [
    ...named.flatMap((table): Call[] => [
      ['DescribeTable', { TableName: table.TableName }],
      ['CreateTable', table],
    ]),
    ...EXPIRING.flatMap((name): Call[] => [
      ['DescribeTimeToLive', { TableName: PREFIX + name }],
      timeToLive(PREFIX + name, 'ttl'),
    ]),
    ['PutItem', { TableName: client.TableName, Item: client.Key }],
    ['GetItem', client],
    ['PutItem', { TableName: authorizations, Item: { key: { S: 'a-1' }, sub: { S: 's' }, cid: { S: 'c' }, act: { S: 'a' } } }],
    ['GetItem', { TableName: authorizations, Key: { key: { S: 'a-1' } }, ConsistentRead: true }],
    ...['sub', 'cid'].map((name): Call => [
      'Query',
      {
        TableName: authorizations,
        IndexName: `${name}-gsi`,
        KeyConditionExpression: '#k = :v',
        ExpressionAttributeNames: { '#k': name },
        ExpressionAttributeValues: { ':v': { S: name[0] } },
      },
    ]),
  ];
}

function block(text: string): string {
  const stable = text.replaceAll(captured, 'captured').replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:8000');
  return `\n\`\`\`text\n${stable.trimEnd()}\n\`\`\`\n\n`;
}

/** UPDATE_DOCS=1 writes what the tool prints. */
function expectSection(name: string, content: string): void {
  expect(section(PAGE, name, content)).toBe(content);
}

test('the settings that lead the server to the endpoint', async () => {
  const args = ['--server', 'connect2id', '--version', '18.0', '--prefix', PREFIX, '--region', REGION, '--local'];
  const { out } = await runCommand(['settings', ...args]);
  expect(out).toContain('-Ddynamodb.endpoint=http://127.0.0.1:8000');
  expectSection('settings', block(out));
});

test('what capture prints', () => {
  // Two calls for each of 16 tables and of 7 that expire, and six for items.
  expect(printed).toContain('16 tables from 52 requests written to');
  expectSection('capture', block(printed));
});

test('the directory is taken by the construct: sixteen tables, captured, nothing assumed', () => {
  const { tables, notices } = IdentityServer.connect2id({ ...CONNECT2ID, schemaDirectory: captured })._definition;
  expect(tables.map(({ evidence }) => evidence)).toEqual(Array(16).fill('captured'));
  expect(notices.map(({ warning }) => warning)).not.toContain('assumed-schema');
});

test('what synthesis says to a partial capture', async () => {
  const partial = path.join(directory, 'partial');
  const calls = standIn().filter(([, input]) => !/jwks_history|login_hint/.test(JSON.stringify(input)));
  const file = path.join(directory, 'calls.json');
  writeFileSync(file, JSON.stringify(calls));
  const command = [process.execPath, path.join(__dirname, '..', 'cli', 'calls.js'), file];
  await runCommand(['capture', '--output', partial, '--region', REGION, ...FACTS, '--', ...command], { PATH: process.env.PATH });
  let said = '';
  try {
    IdentityServer.connect2id({ ...CONNECT2ID, schemaDirectory: partial });
  } catch (error) {
    said = (error as Error).message;
  }
  expect(said).toContain("given:   'jwks_history', 'login_hint_tokens'");
  expectSection('partial', block(said));
});

test('the profile of a table', () => {
  const { tables } = jsonIn(captured, 'server.json') as { tables: Record<string, { runtime: object; notes: string[] }> };
  const { runtime, notes } = tables.long_lived_authorizations;
  expect(runtime).toEqual({
    data: ['GetItem', 'PutItem'],
    describe: ['DescribeTable'],
    manage: ['CreateTable'],
    indexQueries: ['cid-gsi', 'sub-gsi'],
  });
  expectSection('profile', block(JSON.stringify({ runtime, notes }, undefined, 2)));
});

test('what pull prints of the same tables', async () => {
  const engine = await startEmbeddedEngine({ regions: [REGION] });
  const server = IdentityServer.fromSchemaDirectory(captured);
  await makeTables(synthesize(server, REGION, path.join(directory, 'cdk.out')), REGION, engine.endpoint);
  const output = path.join(directory, 'pulled');
  const args = ['--region', REGION, '--endpoint', engine.endpoint, '--server-version', '18.0', '--output', output];
  const { code, out } = await runCommand(['pull', ...args]);
  await engine.stop();
  expect(code).toBe(0);
  expectSection('pull', block(out.replaceAll(output, 'captured').replace(/\(http[^)]*\)/, '(AWS)')));
});
