import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { captureCalls, createTable, isRunning, serverCommand, timeToLive } from './capture-server';
import { filesIn, jsonIn, mistakesIn, temporaryDirectory } from './schema-directory';
import { eventually } from './support';

const TIMES = 20;
const CALLS = [createTable('users', 'id', { 'by-mail': 'mail' }), createTable('codes'), timeToLive('codes', 'exp')];

let directory: string;
let output: string;
let captures: ChildProcess[];
beforeEach(() => {
  captures = [];
  directory = temporaryDirectory();
  output = path.join(directory, 'captured');
});
afterEach(async () => {
  // A test that fails leaves its capture running.
  for (const capture of captures.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    capture.kill('SIGTERM');
    await once(capture, 'exit');
  }
  rmSync(directory, { recursive: true, force: true });
});

/** The command as a process of its own, with a server that stays. */
function startCapture(): ChildProcess {
  const program = [path.join(__dirname, 'from-source.js'), 'capture', '--output', output, '--force', '--region', 'eu-central-1'];
  const capture = spawn(process.execPath, [...program, '--', ...serverCommand(directory, CALLS, 'stay')], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  captures.push(capture);
  return capture;
}

/** All processes beneath one, wherever their groups are. */
function descendants(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const [, parent] = /\) \w (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, 'utf8')) ?? [];
        return [[Number(entry), Number(parent)]];
      } catch {
        return [];
      }
    });
  const children = parents.filter(([, parent]) => parent === pid).map(([child]) => child);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Files of which a reader would see only a part. Unfinished ones have names that start with a dot, and may go at any moment. */
function halfFiles(): string[] {
  const names = existsSync(output) ? readdirSync(output).filter((name) => !name.startsWith('.')) : [];
  return names.filter((name) => {
    try {
      jsonIn(output, name);
      return false;
    } catch {
      return true;
    }
  });
}

/** Milliseconds until the server runs, on this machine as busy as it is. */
async function startingTime(): Promise<number> {
  const start = Date.now();
  const capture = startCapture();
  await eventually(() => descendants(capture.pid ?? 0).length > 4, 'the server runs');
  const time = Date.now() - start;
  capture.kill('SIGTERM');
  await once(capture, 'exit');
  return time;
}

test('killed at any moment, it leaves no process, no lock and no half file', async () => {
  const untilRunning = await startingTime();
  const seen = new Set<string>();
  for (let time = 0; time < TIMES; time++) {
    const capture = startCapture();
    const pid = capture.pid ?? 0;
    // From before the endpoint is there to after the files are asked for.
    await sleep(untilRunning * (0.2 + time / 12));
    const beneath = descendants(pid);
    seen.add(beneath.length > 4 ? 'running' : 'starting');
    process.kill(pid, time % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
    await once(capture, 'exit');
    await eventually(() => beneath.filter(isRunning).length === 0, `the end of the processes beneath, time ${time}`);
    expect(halfFiles()).toEqual([]);
  }
  expect([...seen].sort()).toEqual(['running', 'starting']);
  // No lock is left, and what was unfinished goes.
  const ran = await captureCalls(directory, CALLS, ['--force', '--region', 'eu-central-1']);
  expect(ran.code).toBe(0);
  expect(Object.keys(filesIn(output))).toEqual(['create-table-codes.json', 'create-table-users.json', 'server.json']);
  expect(mistakesIn(output)).toEqual([]);
}, 180_000);

test('asked for the files again and again, it never shows half of one', async () => {
  const capture = startCapture();
  await eventually(() => descendants(capture.pid ?? 0).length > 4, 'the server runs');
  for (let time = 0; time < 50; time++) {
    capture.kill('SIGUSR2');
    await sleep(5);
    expect(halfFiles()).toEqual([]);
  }
  await eventually(() => {
    capture.kill('SIGUSR2');
    return existsSync(path.join(output, 'server.json'));
  }, 'the files are written');
  capture.kill('SIGTERM');
  const [code] = (await once(capture, 'exit')) as [number];
  expect(code).toBe(0);
  expect(mistakesIn(output)).toEqual([]);
}, 30_000);

test('fails when its engine ends midway: what was recorded is written', async () => {
  const capture = startCapture();
  const pid = capture.pid ?? 0;
  await eventually(() => descendants(pid).length > 4, 'the server runs');
  await eventually(() => {
    capture.kill('SIGUSR2');
    return existsSync(path.join(output, 'server.json'));
  }, 'the tables are made');
  const engine = descendants(pid).find((each) =>
    readFileSync(`/proc/${each}/cmdline`, 'utf8').split('\0')[0].endsWith('dynoxide'),
  );
  rmSync(output, { recursive: true });
  mkdirSync(output);
  process.kill(engine ?? 0, 'SIGKILL');
  const [code] = (await once(capture, 'exit')) as [number];
  expect(code).toBe(2);
  expect(Object.keys(filesIn(output))).toContain('create-table-users.json');
  expect(mistakesIn(output)).toEqual([]);
}, 30_000);
