import { createServer } from 'node:http';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { IdentityServer } from '../../lib';
import { synthesize } from '../clients/tables';
import { captureCalls, createTable, isRunning, serverCommand, timeToLive, type Call } from './capture-server';
import { filesIn, jsonIn, mistakesIn, temporaryDirectory } from './schema-directory';
import { bareEngine, clientOf, eventually, runCommand, type Ran } from './support';

const EU = 'eu-central-1';
const SECRET = 'hunter2-correct-horse-battery';

let directory: string;
let output: string;
beforeEach(() => {
  directory = temporaryDirectory();
  output = path.join(directory, 'captured');
});
afterEach(() => {
  // Ends a capture that a failed test has left.
  process.emit('SIGTERM');
  rmSync(directory, { recursive: true, force: true });
});

function capture(calls: readonly Call[], ...args: string[]): Promise<Ran> {
  return captureCalls(directory, calls, ['--region', EU, ...args]);
}

/** Runs a command line in the capture. */
function captureCommand(command: readonly string[], args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return runCommand(['capture', '--output', output, ...args, '--', ...command], { PATH: process.env.PATH, ...env });
}

interface Recording {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  readonly said: string[];
  readonly shown: string[];
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ran>;
}

/** A capture without a command, in this process, when it is ready. */
async function startCapture(...args: string[]): Promise<Recording> {
  const [said, shown]: [string[], string[]] = [[], []];
  const ended = runCommand(
    ['capture', '--output', output, '--port', '0', '--region', EU, ...args],
    {},
    (text) => shown.push(text),
    { onWarn: (text) => said.push(text) },
  );
  await eventually(() => said.length >= 3, 'the capture is ready');
  const [, endpoint = ''] = /recording at (\S+),/.exec(said[0]) ?? [];
  const client = clientOf(endpoint, EU);
  const stop = (signal: NodeJS.Signals = 'SIGINT'): Promise<Ran> => {
    client.destroy();
    process.emit(signal);
    return ended;
  };
  return { endpoint, client, said, shown, stop };
}

const USERS = new CreateTableCommand(createTable('users')[1] as CreateTableCommand['input']);
const CODES = new CreateTableCommand(createTable('codes')[1] as CreateTableCommand['input']);

describe('a capture without a command', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('runs until %s, and then writes', async (signal) => {
    const { client, said, stop } = await startCapture();
    await client.send(USERS);
    expect(said.join('\n')).toMatch(/AWS_ENDPOINT_URL_DYNAMODB=http:\/\/127\.0\.0\.1:\d+\n/);
    expect(filesIn(output)).toEqual({});
    const ran = await stop(signal);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('1 table from 1 request written to ' + output + " as server 'custom-server'");
    expect(Object.keys(filesIn(output))).toEqual(['create-table-users.json', 'server.json']);
  });

  test('writes on demand and goes on', async () => {
    const { client, said, stop } = await startCapture();
    process.emit('SIGUSR2');
    expect(said.at(-1)).toContain('[IDT1404] no table was made, so that nothing is written');
    await client.send(USERS);
    process.emit('SIGUSR2');
    expect(said.at(-1)).toBe(`1 table written to ${output}; recording goes on`);
    expect(Object.keys(filesIn(output))).toEqual(['create-table-users.json', 'server.json']);
    await client.send(CODES);
    expect((await stop()).code).toBe(0);
    expect(Object.keys(filesIn(output))).toEqual(['create-table-codes.json', 'create-table-users.json', 'server.json']);
  });

  test('shows how far it is', async () => {
    const { client, shown, stop } = await startCapture();
    await client.send(USERS);
    await client.send(new ListTablesCommand({}));
    await eventually(() => shown.at(-1) === '2 requests, 1 table', 'the count');
    await stop();
  });

  test('fails when nothing was made, and leaves the directory empty', async () => {
    const { client, stop } = await startCapture();
    await client.send(new GetItemCommand({ TableName: 'users', Key: { id: { S: 'a' } } })).catch(() => undefined);
    const { code, err, out } = await stop();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain("given:   1 request, about 'users'");
    expect(filesIn(output)).toEqual({});
  });

  test('answers malformed requests as DynamoDB does, and goes on', async () => {
    const { endpoint, client, stop } = await startCapture();
    const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/${EU}/dynamodb/aws4_request, SignedHeaders=host, Signature=00`;
    const send = async (headers: Record<string, string>, body: string): Promise<string> => {
      const answer = await fetch(endpoint, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-date': '20260101T000000Z',
          'x-amz-target': 'DynamoDB_20120810.PutItem',
          ...headers,
        },
      });
      const { __type: type } = (await answer.json()) as { __type: string };
      return `${answer.status} ${type.split('#')[1]}`;
    };
    expect(await send({}, '{}')).toBe('400 MissingAuthenticationTokenException');
    expect(await send({ authorization: 'AWS4-HMAC-SHA256' }, '{}')).toBe('400 IncompleteSignatureException');
    expect(await send({ authorization }, '{"TableName":')).toBe('400 SerializationException');
    expect(await send({ authorization }, '{"TableName":7}')).toMatch(/^400 (Serialization|Validation)Exception$/);
    expect(await send({ authorization }, `{"TableName":"users","Item":{"id":{"S":"${'x'.repeat(17 * 1024 * 1024)}"}}}`)).toBe(
      '413 RequestEntityTooLargeException',
    );
    await client.send(USERS);
    await client.send(new PutItemCommand({ TableName: 'users', Item: { id: { S: 'a' } } }));
    expect((await stop()).code).toBe(0);
    expect(jsonIn(output, 'server.json')).toMatchObject({ tables: { users: { runtime: { data: ['PutItem'] } } } });
  });

  test('fails when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const ran = await runCommand(['capture', '--output', output, '--port', port]);
    taken.close();
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(`port ${port} of 127.0.0.1 is taken`);
  });
});

describe('the command of a capture', () => {
  test('finds the endpoint and made-up keys in its environment, and none of AWS', async () => {
    const shown = path.join(directory, 'env.json');
    const script = `const e = process.env; require('fs').writeFileSync(${JSON.stringify(shown)}, JSON.stringify(e))`;
    const real = { AWS_PROFILE: 'prod', AWS_SESSION_TOKEN: SECRET, AWS_SECRET_ACCESS_KEY: SECRET, MINE: 'kept' };
    await captureCommand([process.execPath, '-e', script], ['--region', EU], real);
    const env = jsonIn(directory, 'env.json') as Record<string, string>;
    expect(env).toMatchObject({
      AWS_REGION: EU,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      MINE: 'kept',
      AWS_ENDPOINT_URL: env.AWS_ENDPOINT_URL_DYNAMODB,
    });
    expect(env.AWS_ENDPOINT_URL_DYNAMODB).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(Object.keys(env).filter((name) => ['AWS_PROFILE', 'AWS_SESSION_TOKEN'].includes(name))).toEqual([]);
  });

  test('gets its arguments as they are, options too', async () => {
    const script = 'process.exit(process.argv.slice(1).join() === "--json,--help,a b" ? 0 : 3)';
    const ran = await captureCommand([process.execPath, '-e', script, '--', '--json', '--help', 'a b']);
    // It makes no table, and that is all that is wrong.
    expect(ran.err.match(/IDT\d+/g)).toEqual(['IDT1404']);
  });

  test('fails when it fails: what was recorded is written, and the arguments are not told', async () => {
    const command = serverCommand(directory, [createTable('users')], 'fail', SECRET);
    const ran = await captureCommand(command, ['--region', EU]);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('[IDT1407] the command failed\n  given:   exit code 7');
    expect(ran.err + ran.out).not.toContain(SECRET);
    expect(Object.keys(filesIn(output))).toEqual(['create-table-users.json', 'server.json']);
  });

  test('fails when there is no such program', async () => {
    const ran = await captureCommand(['/no/such/program', SECRET]);
    expect(ran.code).toBe(2);
    expect(ran.err.match(/IDT\d+/g)).toEqual(['IDT1407', 'IDT1404']);
    expect(ran.err).toContain('the command could not be started');
  });

  test('is ended with the capture, with what it has started', async () => {
    const pids = path.join(directory, 'pids.json');
    const script = `
      const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
      require('fs').writeFileSync(${JSON.stringify(pids)}, JSON.stringify([process.pid, child.pid]));
      setInterval(() => 0, 1000);`;
    const ended = captureCommand([process.execPath, '-e', script]);
    await eventually(() => existsSync(pids), 'the command runs');
    process.emit('SIGTERM');
    expect((await ended).err.match(/IDT\d+/g)).toEqual(['IDT1404']);
    expect((jsonIn(directory, 'pids.json') as number[]).filter(isRunning)).toEqual([]);
  });
});

describe('tables that are there before', () => {
  const existing = (): string =>
    synthesize(IdentityServer.connectDynamoDb({ tableName: 'web-sessions' }), EU, path.join(directory, 'cdk.out'));

  test('are made first, and only what the server calls is recorded', async () => {
    const ran = await capture(
      [
        createTable('web-sessions'),
        ['DescribeTable', { TableName: 'web-sessions' }],
        timeToLive('web-sessions', 'expires'),
        ['GetItem', { TableName: 'web-sessions', Key: { id: { S: 'a' } } }],
      ],
      '--existing',
      existing(),
    );
    expect({ code: ran.code, err: ran.err.split('\n').slice(1) }).toEqual({ code: 0, err: [] });
    expect(mistakesIn(output)).toEqual([]);
    expect(jsonIn(output, 'server.json')).toMatchObject({
      tables: {
        'web-sessions': {
          timeToLive: { attribute: 'expires', use: 'always' },
          runtime: {
            data: ['GetItem'],
            describe: ['DescribeTable'],
            manage: ['CreateTable', 'UpdateTimeToLive'],
            indexQueries: [],
          },
        },
      },
    });
  });

  test('keep out of the profile what was denied', async () => {
    const calls: Call[] = [
      createTable('web-sessions'),
      ['TransactWriteItems', { TransactItems: [{ Put: { TableName: 'web-sessions', Item: { id: { S: 'a' } } } }] }],
      ['GetItem', { TableName: 'web-sessions', Key: { id: { S: 'a' } } }],
    ];
    const ran = await capture(calls, '--existing', existing(), '--deny', 'CreateTable,dynamodb:PutItem');
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('denied as asked: CreateTable on web-sessions, PutItem on web-sessions');
    expect(jsonIn(output, 'server.json')).toMatchObject({
      tables: { 'web-sessions': { runtime: { data: ['GetItem'], manage: [] } } },
    });
  });

  test('are told when the server does not use them', async () => {
    const ran = await capture([['ListTables', {}]], '--existing', existing());
    expect(ran.out).toContain("not used: 'web-sessions'");
    expect((jsonIn(output, 'server.json') as { tables: Record<string, object> }).tables['web-sessions']).not.toHaveProperty(
      'runtime',
    );
  });
});

describe('in front of another server', () => {
  test('records, and tells of tables that it did not see made', async () => {
    const other = await bareEngine();
    const direct = clientOf(other.endpoint, EU);
    await direct.send(USERS);
    direct.destroy();
    const ran = await capture([createTable('codes'), ['DescribeTable', { TableName: 'users' }]], '--upstream', other.endpoint);
    await other.stop();
    expect(ran.code).toBe(0);
    expect(ran.out).toContain("asked for but not made during the capture: 'users'; pull writes tables that stand");
    expect(Object.keys(filesIn(output))).toEqual(['create-table-codes.json', 'server.json']);
  });

  test.each([
    ['https://dynamodb.eu-central-1.amazonaws.com', 'have to be signed anew, which is done only when asked for'],
    ['127.0.0.1:8000', 'is not the address of a server'],
    ['http://127.0.0.1:1', 'nobody listens at http://127.0.0.1:1'],
  ])('fails for %s', async (upstream, message) => {
    const ran = await capture([createTable('users')], '--upstream', upstream);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('[IDT1413]');
    expect(ran.err).toContain(message);
  });
});

test('fails with every option that is wrong at once', async () => {
  const args = [
    '--port',
    '70000',
    '--region',
    'here',
    '--prefix',
    'a b',
    '--deny',
    'GetItems',
    '--mode',
    'x',
    '--server-version',
    'y',
  ];
  const { code, out } = await runCommand(['capture', '--json', ...args]);
  const { problems } = JSON.parse(out) as { problems: { code: string; fix: string }[] };
  expect({ code, codes: problems.map((problem) => problem.code) }).toEqual({ code: 2, codes: Array(6).fill('IDT0703') });
  expect(problems.map(({ fix }) => fix)).toContain("did you mean 'GetItem'?");
});

test('a secret in items, keys, expressions, headers and arguments is nowhere afterwards', async () => {
  const item = { id: { S: SECRET }, sess: { S: JSON.stringify({ token: SECRET }) } };
  const key = { id: { S: SECRET } };
  const calls: Call[] = [
    createTable('users', 'id', {}, { Tags: [{ Key: 'owner', Value: SECRET }] }),
    [
      'PutItem',
      { TableName: 'users', Item: item, ConditionExpression: 'sess <> :s', ExpressionAttributeValues: { ':s': { S: SECRET } } },
    ],
    ['GetItem', { TableName: 'users', Key: key }],
    ['ExecuteStatement', { Statement: `SELECT * FROM "users" WHERE id='${SECRET}'` }],
    ['BatchWriteItem', { RequestItems: { users: [{ PutRequest: { Item: item } }] } }],
    ['TransactWriteItems', { ClientRequestToken: SECRET, TransactItems: [{ Delete: { TableName: 'users', Key: key } }] }],
    ['GetItem', { TableName: `no such table ${SECRET}`, Key: key }],
    ['PutItem', { TableName: 'users', Item: { other: { S: SECRET } } }],
  ];
  const env = { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: SECRET, AWS_SECRET_ACCESS_KEY: SECRET };
  const command = serverCommand(directory, calls, 'end', SECRET);
  for (const json of [[], ['--json', '--force']]) {
    const ran = await runCommand(['capture', '--output', output, '--region', EU, ...json, '--', ...command], env);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('PartiQLSelect');
    expect(ran.out + ran.err + Object.entries(filesIn(output)).join()).not.toContain(SECRET);
  }
});
