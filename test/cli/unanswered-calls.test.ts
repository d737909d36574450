import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { WAITS } from '../../lib/cli/aws/timeouts';
import { runCommand, type Ran } from './support';
import { globalTable, writeAssembly } from './verify-assembly';
import { refusal, StubDynamo, xmlError, type Call, type Reply } from './verify-stub';

// Services that throttle, fail or never answer: waited for, told of meanwhile, and in the end told as what they are.

const EU = 'eu-central-1';
const US = 'us-east-1';
const NAMES = ['clients', 'codes', 'users'];

let stub: StubDynamo;
let directory: string;
let app: string;
beforeEach(async () => {
  jest.replaceProperty(WAITS, 'patience', 900);
  jest.replaceProperty(WAITS, 'notice', 400);
  stub = await StubDynamo.start();
  directory = mkdtempSync(path.join(tmpdir(), 'unanswered-'));
  app = path.join(directory, 'cdk.out');
  mkdirSync(app);
  const tables = (region: string) => Object.fromEntries(NAMES.map((name) => [name, globalTable(name, [region])]));
  writeAssembly(app, [
    { name: 'Eu', region: EU, tables: tables(EU) },
    { name: 'Us', region: US, tables: tables(US) },
  ]);
  [EU, US].forEach((region) => NAMES.forEach((name) => stub.set(region, name)));
  stub.set(EU, 'users', { table: { DeletionProtectionEnabled: true } });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await stub.stop();
  rmSync(directory, { recursive: true });
});

const run = (command: string, ...args: string[]): Promise<Ran> =>
  runCommand([command, '--app', app, '--endpoint', stub.endpoint, ...args]);
const plan = (): Promise<Ran> => run('plan', '--output', path.join(directory, 'plan'));

const problemsOf = (err: string): string[] => err.split('\n').filter((line) => line.startsWith('['));
const noticesOf = (err: string): string[] => err.split('\n').filter((line) => /^[a-z-]+-\d: /.test(line));
/** Without those of calls that a busy machine answers late. */
const refusalsOf = (err: string): string[] => noticesOf(err).filter((line) => !line.includes(': no answer to '));

const when = (fits: (call: Call) => boolean, reply: Reply): void => {
  stub.before = (call) => (fits(call) ? reply : undefined);
};
const inUs = ({ region }: Call): boolean => region === US;

const THROTTLING = [
  ['ThrottlingException', 400],
  ['ProvisionedThroughputExceededException', 400],
  ['RequestLimitExceeded', 400],
  ['SomethingElse', 429],
] as const;

test.each(THROTTLING)(
  'a region that throttles every call, as %s with %d: told as that, and the other region is told',
  async (name, status) => {
    when(inUs, refusal(name, 'Rate exceeded', status));
    const { code, out, err } = await run('verify');
    expect(code).toBe(2);
    expect(problemsOf(err)).toEqual([`[IDT1209] ${stub.endpoint} throttles the calls, and let none through for 60 s in ${US}`]);
    expect(err).toContain(`given:   ${name}: Rate exceeded\n`);
    expect(err).toContain('run the command again later, when less else calls the service in this account and region');
    expect(refusalsOf(err)).toEqual([`${US}: DescribeTable is throttled, waiting until a call goes through, at most 0.9 s`]);
    expect(out).toMatch(/eu-central-1 +111122223333 +3 of 3\n/);
    expect(out).toMatch(/us-east-1 +- +0 of 3 +not read to the end/);
    expect(out).toMatch(/users\n.*\n +eu-central-1 +deletion protection +on +off/);
    expect(err).not.toContain('identity-tables policy');
  },
);

test.each([502, 503, 504])('a region that answers %d alone: the service is unavailable', async (status) => {
  when(inUs, { status, body: '<html>Bad Gateway</html>' });
  const { code, out, err } = await run('verify');
  expect(code).toBe(2);
  expect(problemsOf(err)).toEqual([`[IDT1210] ${stub.endpoint} is unavailable in ${US}`]);
  expect(refusalsOf(err)).toEqual([
    `${US}: DescribeTable fails, the service is unavailable; waiting until a call goes through, at most 0.9 s`,
  ]);
  expect(out).toMatch(/eu-central-1 +111122223333 +3 of 3\n/);
});

test('a server with errors of its own is unavailable at once', async () => {
  when(inUs, refusal('InternalServerError', 'oops', 500));
  const { code, err } = await run('verify');
  expect({ code, problems: problemsOf(err) }).toEqual({
    code: 2,
    problems: [`[IDT1210] ${stub.endpoint} is unavailable in ${US}`],
  });
});

test('one call that is throttled for ever costs its setting, and is waited for once', async () => {
  when(
    ({ operation, region }) => operation === 'ListTagsOfResource' && region === US,
    refusal('ThrottlingException', 'Rate exceeded'),
  );
  const started = performance.now();
  const { code, out, err } = await run('verify');
  expect(code).toBe(2);
  expect(problemsOf(err)).toEqual([
    `[IDT1209] tags of 3 tables in ${US} could not be read: the service throttles the calls, and let none through for 60 s`,
  ]);
  expect(out).toMatch(/us-east-1 +111122223333 +3 of 3\n/);
  expect(performance.now() - started).toBeLessThan(3_000);
});

test('a throttle that lets some calls through is waited out, without a word', async () => {
  jest.replaceProperty(WAITS, 'patience', 2_000);
  jest.replaceProperty(WAITS, 'notice', 10_000);
  const counts = new Map<string, number>();
  stub.before = ({ region, operation }) => {
    const count = (counts.get(`${region} ${operation}`) ?? 0) + 1;
    counts.set(`${region} ${operation}`, count);
    return count % 5 === 0 ? undefined : refusal('ThrottlingException', 'Rate exceeded');
  };
  const { code, err } = await run('verify');
  expect({ code, err }).toEqual({ code: 1, err: '' });
  // Each fifth call of the policies of three tables.
  expect(stub.callsOf('GetResourcePolicy').filter(inUs)).toHaveLength(15);
});

test('CloudFormation that throttles: the owner is not known, and the rest is told', async () => {
  stub.stacks = { [`${EU}/Eu`]: {}, [`${US}/Us`]: {} };
  when(({ operation }) => operation === 'ListStackResources', { ...xmlError('Throttling', 'Rate exceeded'), status: 400 });
  const { code, out, err } = await run('verify');
  expect(code).toBe(2);
  expect(problemsOf(err)).toEqual([
    `[IDT1209] owner of 3 tables in ${EU} could not be read: the service throttles the calls, and let none through for 60 s`,
    `[IDT1209] owner of 3 tables in ${US} could not be read: the service throttles the calls, and let none through for 60 s`,
  ]);
  expect(out).toMatch(/us-east-1 +111122223333 +3 of 3\n/);
});

describe('a plan', () => {
  test('ends where tables are throttled', async () => {
    when(inUs, refusal('ThrottlingException', 'Rate exceeded'));
    const { code, err } = await plan();
    expect({ code, problems: problemsOf(err) }).toEqual({
      code: 2,
      problems: [`[IDT1209] ${stub.endpoint} throttles the calls, and let none through for 60 s in ${US}`],
    });
  });

  test('ends where CloudFormation is unavailable, which is not the same as none', async () => {
    stub.stacks = {};
    when(({ operation, region }) => operation === 'ListStackResources' && region === EU, {
      status: 503,
      body: 'Service Unavailable',
    });
    const { code, err } = await plan();
    expect({ code, problems: problemsOf(err) }).toEqual({
      code: 2,
      problems: ['[IDT1210] which stacks own the tables in eu-central-1 could not be read: the service is unavailable'],
    });
  });
});

test.each(['ListTables', 'DescribeTable'])('pull ends where %s is throttled', async (operation) => {
  when((call) => call.operation === operation, refusal('ThrottlingException', 'Rate exceeded'));
  const output = path.join(directory, 'pulled');
  const { code, err } = await runCommand([
    'pull',
    '--region',
    EU,
    '--endpoint',
    stub.endpoint,
    '--prefix',
    'user',
    '--output',
    output,
  ]);
  expect({ code, problems: problemsOf(err) }).toEqual({
    code: 2,
    problems: [`[IDT1209] ${stub.endpoint} throttles the calls, and let none through for 60 s in ${EU}`],
  });
});

describe('without an answer', () => {
  let silent: Server;
  let endpoint: string;
  beforeEach(async () => {
    jest.replaceProperty(WAITS, 'answer', 400);
    silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    silent.closeAllConnections();
    silent.close();
  });

  test('a server that takes connections: it is told at once what is waited for, and soon that nothing answers', async () => {
    const started = performance.now();
    const { code, err } = await runCommand(['verify', '--app', app, '--endpoint', endpoint]);
    expect({ code, problems: problemsOf(err) }).toEqual({
      code: 2,
      problems: [`[IDT1204] ${endpoint} does not answer in ${EU}, ${US}`],
    });
    expect(noticesOf(err).sort()).toEqual([EU, US].map((region) => `${region}: no answer to DescribeTable yet, waiting`));
    expect(performance.now() - started).toBeLessThan(4_000);
  });

  test.each(['http://127.0.0.1:1', 'http://no-such-host.invalid'])(
    'nothing there is told without a wait: %s',
    async (address) => {
      jest.replaceProperty(WAITS, 'notice', 3_000);
      const started = performance.now();
      const { code, err } = await runCommand(['verify', '--app', app, '--endpoint', address]);
      expect({ code, problems: problemsOf(err), notices: noticesOf(err) }).toEqual({
        code: 2,
        problems: [`[IDT1204] ${address} does not answer in ${EU}, ${US}`],
        notices: [],
      });
      expect(performance.now() - started).toBeLessThan(3_000);
    },
  );
});

test('a person is asked to wait a minute at most for a region without a single answer, and 45 seconds for one that is silent', () => {
  jest.restoreAllMocks();
  expect([WAITS.patience, 3 * WAITS.answer, WAITS.notice]).toEqual([60_000, 45_000, 3_000]);
});
