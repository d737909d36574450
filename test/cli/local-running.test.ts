import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, Stack } from 'aws-cdk-lib/core';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { startControls } from '../../lib/cli/local/controls';
import { DataDirectory } from '../../lib/cli/local/data-directory';
import { Isolation } from '../../lib/cli/replicate/isolation';
import { startLocal } from './running-local';
import { clientOf, enginesOnPort, eventually, runCommand } from './support';

const root = mkdtempSync(path.join(tmpdir(), 'local-running-'));
afterAll(() => rmSync(root, { recursive: true }));

const TABLE = 'prod-clients';
/** One table in Frankfurt, with a replica in Virginia. */
function assemblyOf(name: string, keyName = 'id'): string {
  const outdir = path.join(root, name);
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Identity', { env: { account: '111122223333', region: 'eu-central-1' } });
  const partitionKey = { name: keyName, type: AttributeType.STRING };
  new TableV2(stack, 'T', { tableName: TABLE, partitionKey, replicas: [{ region: 'us-east-1' }] });
  app.synth();
  return outdir;
}
const assembly = assemblyOf('assembly');

/** The command as a process of its own. */
class Process {
  public readonly child: ChildProcess;
  public out = '';
  private readonly exited: Promise<[number | null, NodeJS.Signals | null]>;

  public constructor(...args: string[]) {
    const command = [path.join(__dirname, 'from-source.js'), 'local', '--app', assembly, ...args];
    this.child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    this.exited = once(this.child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  }

  public get endpoint(): string | undefined {
    return /^endpoint (http:\/\/\S+):/m.exec(this.out)?.[1];
  }

  public async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    this.child.kill(signal);
    const [code, killedBy] = await this.exited;
    return killedBy ?? code;
  }

  public async ready(): Promise<string> {
    await eventually(() => this.endpoint !== undefined || this.child.exitCode !== null, 'the command is ready');
    return this.endpoint ?? '';
  }
}

/** Ids of the running processes that have the text in their arguments. */
function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && Number(pid) !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

describe('local', () => {
  test('prints what stands and how to get there, and ends everything with Ctrl-C', async () => {
    const data = path.join(root, 'ctrl-c');
    const local = new Process('--port', '0', '--data', data, '--replication-lag', '2s');
    const endpoint = await local.ready();
    await eventually(() => local.out.includes('2 created'), 'the report is complete');
    const lines = local.out.split('\n');
    const keys = 'AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local';
    expect(lines.slice(lines.findIndex((line) => line.startsWith('endpoint')))).toEqual([
      `endpoint ${endpoint}: every region; that of the request's signature counts, the keys do not`,
      `  AWS CLI   ${keys} aws dynamodb list-tables --endpoint-url ${endpoint} --region eu-central-1`,
      `  AWS SDKs  ${keys} AWS_REGION=eu-central-1 AWS_ENDPOINT_URL_DYNAMODB=${endpoint}`,
      '',
      '  replication  1 table, the last writer wins, lag 2000 ms',
      '  expiry       expired items go within about a second',
      `  items        kept in ${data}`,
      '',
      'type a region and Enter to cut it off or to join it again; Ctrl-C ends everything',
      '',
      expect.stringMatching(/^2 tables in 2 regions: 2 created in \d+\.\d\d s$/),
      '',
    ]);
    const virginia = clientOf(endpoint, 'us-east-1');
    expect((await virginia.send(new ListTablesCommand({}))).TableNames).toEqual([TABLE]);
    virginia.destroy();
    // The node process, and per region a shell, its reader and the engine.
    expect(processesWith(data).length).toBeGreaterThanOrEqual(5);
    expect(await local.end('SIGINT')).toBe(0);
    expect(local.out).toContain('ended; 0 items replicated, 0 items expired');
    expect(processesWith(data)).toEqual([]);
  }, 20_000);

  test('killed 20 times at random moments, leaves no process, no lock, no half file, and no item is lost', async () => {
    const data = path.join(root, 'killed');
    const signals: NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGINT'];
    const kept: string[] = [];
    for (let round = 0; round < 20; round++) {
      const local = new Process('--port', '0', '--data', data);
      let isOver = false;
      const writing = (async () => {
        await eventually(() => isOver || local.endpoint !== undefined, 'the command is ready');
        const client = clientOf(local.endpoint ?? 'http://127.0.0.1:1', 'eu-central-1');
        for (let i = 0; !isOver; i++) {
          const id = `${round}-${i}`;
          await client
            .send(new PutItemCommand({ TableName: TABLE, Item: { id: { S: id } } }))
            .then(() => kept.push(id))
            .catch(() => (isOver = true));
        }
        client.destroy();
      })();
      // Half of them while it starts, half while it runs and items are written.
      if (round % 2 === 0) {
        await sleep(Math.random() * 800);
      } else {
        await local.ready();
        await sleep(Math.random() * 400);
      }
      const signal = signals[round % signals.length];
      const ended = await local.end(signal);
      isOver = true;
      await writing;
      expect([0, signal]).toContain(ended);
      await eventually(() => processesWith(data).length === 0, `no process is left after ${signal}`);
      if (existsSync(data)) {
        const lock = await DataDirectory.open(data);
        await lock.close();
        const positions = path.join(data, 'replication.json');
        expect(() => void (existsSync(positions) && JSON.parse(readFileSync(positions, 'utf8')))).not.toThrow();
      }
    }
    const local = await startLocal('--app', assembly, '--data', data);
    for (const region of ['eu-central-1', 'us-east-1']) {
      const items = kept.map((id) => local.client(region).send(new GetItemCommand({ TableName: TABLE, Key: { id: { S: id } } })));
      expect((await Promise.all(items)).filter(({ Item }) => Item === undefined)).toEqual([]);
    }
    await local.stop();
    expect(kept.length).toBeGreaterThan(0);
  }, 120_000);

  test('makes the tables of a server without an app', async () => {
    const local = await startLocal('--server', 'curity', '--version', '11.0', '--regions', 'us-east-1', '--prefix', 'x-');
    const { TableNames } = await local.client('us-east-1').send(new ListTablesCommand({}));
    expect(TableNames).toHaveLength(11);
    expect(TableNames).toContain('x-curity-accounts');
    const { out } = await local.stop();
    expect((JSON.parse(out) as { pointers: object }).pointers).toEqual([
      expect.objectContaining({ who: 'AWS CLI' }),
      expect.objectContaining({ who: 'AWS SDKs' }),
      { who: 'Curity Identity Server', how: `aws-region=us-east-1  endpoint-override=${local.endpoint}` },
      {
        who: 'all its settings',
        how:
          'npx identity-tables settings --server curity --version 11.0 --prefix x- --region us-east-1 --local ' +
          `--endpoint ${local.endpoint}`,
      },
    ]);
  }, 20_000);

  test('leads a Connect2id server to the endpoint', async () => {
    const local = await startLocal('--server', 'connect2id', '--version', '18.0', '--regions', 'us-east-1', '--apply-range-key');
    const { out } = await local.stop();
    expect((JSON.parse(out) as { pointers: object[] }).pointers[2]).toEqual({
      who: 'Connect2id server',
      how: `dynamodb.region=us-east-1  dynamodb.endpoint=${local.endpoint}`,
    });
  }, 20_000);

  test('listens elsewhere only when asked, and warns', async () => {
    const local = await startLocal('--app', assembly, '--listen', '0.0.0.0');
    expect(local.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { TableNames } = await local.client('us-east-1').send(new ListTablesCommand({}));
    expect(TableNames).toEqual([TABLE]);
    expect(local.said).toEqual([
      'warning: listening at 0.0.0.0: everyone who reaches it can read and change all items, since no signature is checked',
    ]);
    await local.stop();
    const quiet = await startLocal('--app', assembly, '--listen', '127.0.0.2');
    expect(quiet.endpoint).toMatch(/^http:\/\/127\.0\.0\.2:\d+$/);
    expect(quiet.said).toEqual([]);
    await quiet.stop();
  }, 20_000);

  test('a line with a region cuts it off and joins it again', async () => {
    const input = new PassThrough();
    const said: string[] = [];
    let healed = 0;
    const isolation = new Isolation([], () => healed++);
    const controls = startControls({ isolation, regions: ['eu-central-1', 'us-east-1'], input, say: (text) => said.push(text) });
    input.write('us-east-1\n us-east \n\nus-east-1\n');
    await eventually(() => said.length === 3, 'the lines are read');
    expect(said).toEqual([
      'cut off: us-east-1',
      "'us-east' is no region of the tables; type one of eu-central-1, us-east-1 to cut it off or to join it again",
      'all regions are joined',
    ]);
    expect(healed).toBe(1);
    isolation.toggle('eu-central-1');
    expect([isolation.isCut('eu-central-1', 'us-east-1'), isolation.isCut('eu-central-1', 'eu-central-1')]).toEqual([
      true,
      false,
    ]);
    controls.close();
  });
});

describe('local fails', () => {
  test('when an engine dies, in one sentence and with all others ended', async () => {
    const local = await startLocal('--app', assembly);
    const engines = readdirSync('/proc').filter((pid) => isOwnEngine(pid));
    expect(engines).toHaveLength(2);
    process.kill(Number(engines[0]), 'SIGKILL');
    const { code, out } = await local.ended;
    expect(code).toBe(2);
    expect(out).toMatch(/"code": "IDT0711",\s+"what": "the embedded engine of (eu-central-1|us-east-1) has ended"/);
    expect(out).toContain('run the command again: it starts with empty tables');
    expect(readdirSync('/proc').filter((pid) => isOwnEngine(pid))).toEqual([]);
    await local.stop();
  }, 20_000);

  test('when the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { code, err } = await runCommand(['local', '--app', assembly, '--port', String(port)]);
    server.close();
    expect(code).toBe(2);
    expect(err).toBe(
      [
        `[IDT0719] port ${port} of 127.0.0.1 is taken`,
        `  given:   listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
        '  allowed: an address of this machine, and a port that is free',
        '  fix:     end the program that listens there, or pass --port 0, which takes a free port',
      ].join('\n'),
    );
    expect(enginesOnPort(port)).toEqual([]);
    expect(await runCommand(['local', '--app', assembly, '--port', '0', '--listen', '192.0.2.1'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('[IDT0719] 192.0.2.1 port 0 cannot be listened at') as string,
    });
  }, 20_000);

  test('for a directory that another run has, or that is a file', async () => {
    const data = path.join(root, 'shared');
    const local = await startLocal('--app', assembly, '--data', data);
    const { code, err } = await runCommand(['local', '--once', '--app', assembly, '--data', data]);
    expect([code, err.split('\n')[0]]).toEqual([2, `[IDT0720] another run uses the directory '${data}'`]);
    await local.stop();
    const file = path.join(root, 'file');
    writeFileSync(file, '');
    const { err: other } = await runCommand(['local', '--once', '--app', assembly, '--data', file]);
    expect(other).toContain(`[IDT0720] the directory '${file}' cannot be used`);
  }, 20_000);

  test('for kept tables of another schema, and leaves them as they are', async () => {
    const data = path.join(root, 'kept');
    mkdirSync(data);
    writeFileSync(path.join(data, 'replication.json'), '{ not json');
    await (await startLocal('--app', assembly, '--data', data)).stop();
    const { code, err } = await runCommand(['local', '--app', assemblyOf('other', 'key'), '--port', '0', '--data', data]);
    expect(code).toBe(1);
    expect(err).toContain(`[IDT0714] table '${TABLE}' in eu-central-1 stands already with another schema`);
  }, 20_000);

  test.each([
    [['--port', '65536'], "option '--port' is not the number of a port"],
    [['--replication-lag', '2'], "option '--replication-lag' is not a time"],
    [['--ttl', 'later'], "'later' is not a value of option '--ttl'"],
    [['--policy', 'all'], "'all' is not a value of option '--policy'"],
    [['--isolate', 'us-east-2'], "option '--isolate' names 'us-east-2', which has no tables"],
    [['--once', '--port', '1'], "option '--port' does not go with '--once'"],
    [['--endpoint', 'http://127.0.0.1:1', '--data', 'x'], "option '--data' does not go with '--endpoint'"],
    [['--regions', 'us-east-1'], "option '--regions' is for the tables of a server without an app"],
  ])('for %j', async (args, what) => {
    const { code, out } = await runCommand(['local', '--json', '--app', assembly, ...args]);
    expect(code).toBe(2);
    expect((JSON.parse(out) as { problems: object[] }).problems).toMatchObject([{ code: 'IDT0703', what }]);
  });

  test.each([
    [['--server', 'curity', '--version', '11.0'], "option '--regions' is missing: it says where the tables of --server stand"],
    [['--server', 'curity', '--version', '11.0', '--regions', 'us-east-1', '--preset', 'minimum'], "'minimum' is not a preset"],
  ])('without an app for %j', async (args, what) => {
    const { code, out } = await runCommand(['local', '--json', ...args]);
    expect(code).toBe(2);
    expect((JSON.parse(out) as { problems: object[] }).problems).toMatchObject([{ code: 'IDT0703', what }]);
  });
});

/** Whether the process is an engine that this process started, through its wrapper. */
function isOwnEngine(pid: string): boolean {
  try {
    const parentOf = (id: string): string | undefined => /\) \S (\d+)/.exec(readFileSync(`/proc/${id}/stat`, 'utf8'))?.[1];
    const [program] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return program.endsWith('dynoxide') && parentOf(parentOf(pid) ?? '') === String(process.pid);
  } catch {
    return false;
  }
}
