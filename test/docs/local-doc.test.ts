import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runCommand } from '../cli/support';
import { startLocal, type RunningLocal } from '../cli/running-local';
import { page, section } from './section';

const PAGE = 'local.md';
const SERVER = ['--server', 'curity', '--version', '11.0', '--regions', 'eu-central-1,us-east-1'];
/** Beside the packages, so that its imports are found. */
const SCRIPT = path.join(__dirname, '..', '..', 'node_modules', '.rehearsal.mjs');

const text = (output: string): string => `\n\`\`\`\n${output.trimEnd()}\n\`\`\`\n\n`;

beforeAll(() => {
  const [, script] = /```js\n([\s\S]*?)```/.exec(page(PAGE)) ?? [];
  writeFileSync(SCRIPT, script);
});
afterAll(() => rmSync(SCRIPT));

/** Runs the script of the page as a reader would. */
async function rehearse(local: RunningLocal, ...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: local.endpoint,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...args], { env });
  return stdout;
}

test('what local prints is what the page shows; UPDATE_DOCS=1 writes it', async () => {
  let printed = '';
  const ended = runCommand(['local', ...SERVER, '--prefix', 'prod-', '--policy', 'runtime', '--port', '0'], {}, undefined, {
    onPrint: (out) => {
      printed = out;
      process.emit('SIGINT');
    },
  });
  expect((await ended).code).toBe(0);
  const stable = printed.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:8000').replace(/in \d\.\d\d s$/, 'in 0.60 s');
  expect(section(PAGE, 'ready', text(stable))).toBe(text(stable));
}, 30_000);

// Replicated under minimal: accounts, delegations and tokens; under full all five (profiles of Curity).
test.each([
  ['minimal', ['active', 'active', 'active', '-', '-']],
  ['full', ['active', 'active', 'active', 'active', 'active']],
])(
  'the rehearsal of %s',
  async (preset, known) => {
    const local = await startLocal(...SERVER, '--preset', preset);
    await rehearse(local, 'write', 'eu-central-1');
    await sleep(500);
    const output = await rehearse(local, 'read', 'us-east-1');
    await local.stop();
    expect(
      output
        .trim()
        .split('\n')
        .map((line) => line.split(/ +/)[1]),
    ).toEqual(known);
    expect(section(PAGE, preset, text(output))).toBe(text(output));
  },
  30_000,
);

test('the rehearsal of a region that is cut off', async () => {
  const local = await startLocal(...SERVER, '--preset', 'full', '--isolate', 'us-east-1');
  await rehearse(local, 'write', 'us-east-1');
  await rehearse(local, 'write', 'eu-central-1', 'revoked');
  await sleep(300);
  const isolated = await rehearse(local, 'read', 'us-east-1');
  process.emit('SIGUSR2');
  await sleep(500);
  const joined = await rehearse(local, 'read', 'us-east-1');
  await local.stop();
  const states = (output: string): string[] =>
    output
      .trim()
      .split('\n')
      .map((line) => line.split(/ +/)[1]);
  expect(states(isolated)).toEqual(Array(5).fill('active'));
  expect(states(joined)).toEqual(Array(5).fill('revoked'));
  expect(section(PAGE, 'isolated', text(isolated))).toBe(text(isolated));
  expect(section(PAGE, 'joined', text(joined))).toBe(text(joined));
}, 30_000);
