import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { rmSync } from 'node:fs';
import { captureCalls, createTable } from './capture-server';
import { filesIn, temporaryDirectory } from './schema-directory';
import { signedHeaders } from '../../lib/cli/aws/signed-request';

// A server that checks signatures as AWS does, behind a capture.

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a-secret-of-the-user', sessionToken: 'a-token-of-the-user' };
const VARIABLES = {
  AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
  AWS_SESSION_TOKEN: KEYS.sessionToken,
};

let directory: string;
let server: Server;
let url: string;
let seen: { headers: IncomingHttpHeaders; body: string }[];
const before = { ...process.env };

beforeEach(async () => {
  directory = temporaryDirectory();
  seen = [];
  server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      seen.push({ headers: incoming.headers, body });
      const { TableName } = JSON.parse(body) as { TableName: string };
      outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      outgoing.end(JSON.stringify({ TableDescription: { TableName, TableStatus: 'ACTIVE' } }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  process.env = { ...before };
  server.close();
  rmSync(directory, { recursive: true });
});

test('signs what the recorded server asks with the credentials of the user, and writes none of them', async () => {
  Object.assign(process.env, VARIABLES);
  const ran = await captureCalls(directory, [createTable('users')], ['--upstream', url, '--sign', '--region', 'eu-central-1']);
  expect(ran.code).toBe(0);
  expect(seen).toHaveLength(1);
  const [{ headers, body }] = seen;
  const time = String(headers['x-amz-date']).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const expected = signedHeaders(
    {
      url: `${url}/`,
      service: 'dynamodb',
      region: 'eu-central-1',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.CreateTable' },
      body,
    },
    KEYS,
    new Date(time),
  );
  expect(headers.authorization).toBe(expected.authorization);
  expect(headers.authorization).toContain('Credential=AKIDEXAMPLE/');
  expect(headers['x-amz-security-token']).toBe(KEYS.sessionToken);
  const files = filesIn(`${directory}/captured`);
  expect(Object.keys(files)).toEqual(['create-table-users.json', 'server.json']);
  const written = JSON.stringify([files, ran.out, ran.err]);
  expect(Object.values(KEYS).filter((secret) => written.includes(secret))).toEqual([]);
});

test('is never done without being asked for: the made-up signature of the recorded server goes on', async () => {
  Object.assign(process.env, VARIABLES);
  const ran = await captureCalls(directory, [createTable('users')], ['--upstream', url, '--region', 'eu-central-1']);
  expect(ran.code).toBe(0);
  expect(seen[0].headers.authorization).not.toContain('AKIDEXAMPLE');
});

test('fails without credentials, and without a server to sign for', async () => {
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', HOME: directory });
  for (const name of Object.keys(VARIABLES)) {
    delete process.env[name];
  }
  const without = await captureCalls(directory, [createTable('users')], ['--upstream', url, '--sign']);
  expect(without.code).toBe(2);
  expect(without.err).toContain('[IDT1413] there are no AWS credentials to sign requests with');
  const alone = await captureCalls(directory, [createTable('users')], ['--sign']);
  expect(alone.code).toBe(2);
  expect(alone.err).toContain("[IDT0703] option '--sign' needs the address of a server");
  expect(seen).toEqual([]);
});
