import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { codes, EU, PullSetup } from './pull-setup';
import { filesIn, jsonIn } from './schema-directory';
import { runCommand } from './support';
import { refusal, type Call, type Reply, type StubDynamo } from './verify-stub';

let setup: PullSetup;
let stub: StubDynamo;
let output: string;
beforeEach(async () => {
  setup = await PullSetup.start();
  ({ stub, output } = setup);
});
afterEach(() => setup.stop());

const pull: PullSetup['pull'] = (...args) => setup.pull(...args);
const written = (): string[] => setup.written();

describe('a table that is not ready', () => {
  const status = (states: string[], operation = 'DescribeTable'): ((call: Call) => Reply | undefined) => {
    const left = [...states];
    return (call) => {
      const [next] = call.operation === operation ? left.splice(0, 1) : [];
      return next === undefined ? undefined : { status: 200, body: { Table: { ...TABLE, TableStatus: next } } };
    };
  };
  const TABLE = {
    TableName: 'sessions',
    TableArn: `arn:aws:dynamodb:${EU}:111122223333:table/sessions`,
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  };

  test('is waited for, and asked for its settings only then', async () => {
    stub.set(EU, 'sessions', { timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' } });
    stub.before = status(['CREATING', 'CREATING']);
    expect((await pull()).code).toBe(0);
    const order = stub.calls
      .map(({ operation }) => operation)
      .filter((name) => ['DescribeTable', 'DescribeTimeToLive'].includes(name));
    expect(order).toEqual(['DescribeTable', 'DescribeTable', 'DescribeTable', 'DescribeTimeToLive']);
    expect(jsonIn(output, 'server.json')).toMatchObject({ tables: { sessions: { timeToLive: { attribute: 'expires' } } } });
  });

  test.each([
    ['CREATING', 'it is being made'],
    ['INACCESSIBLE_ENCRYPTION_CREDENTIALS', 'its key cannot be used'],
  ])('fails when it stays %s: the others are written, this one is told', async (state, meaning) => {
    stub.set(EU, 'jwks');
    stub.set(EU, 'clients', { table: { TableStatus: state } });
    const ran = await pull('--timeout', '0');
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(`[IDT1411] 'clients' is not written: ${meaning}`);
    expect(written()).toEqual(['create-table-jwks.json', 'server.json']);
  });
});

describe('a server that does not answer everything', () => {
  test('fails with one sentence when the login has expired, and does not speak of tables', async () => {
    stub.set(EU, 'sessions');
    stub.before = () => refusal('ExpiredTokenException', 'The security token included in the request is expired');
    const ran = await pull();
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 2, out: '' });
    expect(ran.err.split('\n')[0]).toBe(
      `[IDT1201] ${stub.endpoint} does not accept the credentials of made up, access key id 'local' in eu-central-1`,
    );
    expect(ran.err).toContain('ExpiredTokenException');
    expect(ran.err).not.toContain('no table');
    expect(written()).toEqual([]);
  });

  test('fails when the login expires between the list and the tables', async () => {
    stub.set(EU, 'sessions');
    stub.before = ({ operation }) => (operation === 'DescribeTable' ? refusal('ExpiredTokenException') : undefined);
    const ran = await pull('--json');
    expect({ code: ran.code, codes: codes(ran) }).toEqual({ code: 2, codes: ['IDT1201'] });
  });

  test('fails when a setting is denied, and writes what is known without it', async () => {
    stub.set(EU, 'sessions', { timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' } });
    stub.before = ({ operation }) => (operation === 'DescribeTimeToLive' ? refusal('AccessDeniedException') : undefined);
    const ran = await pull();
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("[IDT1205] time-to-live of 'sessions' in eu-central-1 could not be read");
    expect(jsonIn(output, 'server.json')).toMatchObject({ tables: { sessions: { notes: ['time to live could not be read'] } } });
  });

  test('a setting that the server does not know is not there', async () => {
    stub.set(EU, 'sessions');
    stub.before = ({ operation }) =>
      operation === 'DescribeContinuousBackups' ? refusal('UnknownOperationException') : undefined;
    const ran = await pull();
    expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
    expect((jsonIn(output, 'server.json') as { tables: object }).tables).toEqual({
      sessions: { evidence: { name: expect.anything() as unknown, partitionKey: expect.anything() as unknown } },
    });
  });

  test('throttling is waited out', async () => {
    stub.set(EU, 'sessions');
    let refused = 0;
    stub.before = ({ operation }) =>
      operation === 'DescribeTable' && refused++ < 3 ? refusal('ThrottlingException', 'Rate exceeded') : undefined;
    expect((await pull()).code).toBe(0);
    expect(stub.callsOf('DescribeTable')).toHaveLength(4);
  });

  test('fails when nobody listens', async () => {
    const ran = await runCommand(['pull', '--region', EU, '--endpoint', 'http://127.0.0.1:1', '--output', output, '--json']);
    expect({ code: ran.code, codes: codes(ran) }).toEqual({ code: 2, codes: ['IDT1204'] });
  }, 20_000);
});

describe('the directory', () => {
  test('fails when it holds something, before any call', async () => {
    stub.set(EU, 'sessions');
    writeFileSync(path.join(output, 'notes.txt'), 'mine');
    const ran = await pull('--json');
    expect({ code: ran.code, codes: codes(ran), calls: stub.calls.length }).toEqual({ code: 2, codes: ['IDT1401'], calls: 0 });
  });

  test('--force replaces files of the same names, and leaves and tells the others', async () => {
    stub.set(EU, 'sessions');
    writeFileSync(path.join(output, 'create-table-sessions.json'), 'old');
    writeFileSync(path.join(output, 'create-table-older.json'), 'old');
    const ran = await pull('--force');
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('left as they were in ' + output + ": 'create-table-older.json'");
    expect(filesIn(output)['create-table-older.json']).toBe('old');
    expect(jsonIn(output, 'create-table-sessions.json')).toMatchObject({ TableName: 'sessions' });
  });

  test('removes what a killed process left unfinished', async () => {
    stub.set(EU, 'sessions');
    writeFileSync(path.join(output, '.identity-tables-create-table-older.json.tmp'), '{"TableName":');
    expect((await pull()).code).toBe(0);
    expect(written()).toEqual(['create-table-sessions.json', 'server.json']);
  });

  test('fails for a second pull into it at the same time', async () => {
    stub.set(EU, 'sessions');
    const both = await Promise.all([pull('--json'), pull('--json', '--force')]);
    expect(both.map(({ code }) => code)).toEqual([0, 2]);
    expect(codes(both[1])).toEqual(['IDT1402']);
  });

  test('fails when it is a file', async () => {
    const file = path.join(output, 'file');
    writeFileSync(file, '');
    const ran = await setup.pullInto(file, '--json');
    expect({ code: ran.code, codes: codes(ran) }).toEqual({ code: 2, codes: ['IDT1403'] });
  });

  test('is made when it does not exist', async () => {
    stub.set(EU, 'sessions');
    const deep = path.join(output, 'a', 'b');
    mkdirSync(path.dirname(deep));
    expect((await setup.pullInto(deep)).code).toBe(0);
    expect(Object.keys(filesIn(deep))).toEqual(['create-table-sessions.json', 'server.json']);
  });
});
