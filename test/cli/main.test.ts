import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { processTerminal } from '../../lib/cli';
import { endpointAt } from '../../lib/cli/aws/endpoint';
import { loadDynamoSdk } from '../../lib/cli/aws/sdk';
import { COMMANDS } from '../../lib/cli/commands';
import { version } from '../../package.json';
import { runCommand } from './support';

describe('identity-tables', () => {
  test.each([[[]], [['--help']], [['-h']], [['help']]])('lists its commands: %j', async (args) => {
    const { code, out, err } = await runCommand(args);
    expect([code, err]).toEqual([0, '']);
    for (const { name, summary } of COMMANDS) {
      expect(out).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
    }
  });

  test('prints its version', async () => {
    expect(await runCommand(['--version'])).toEqual({ code: 0, out: version, err: '' });
  });

  test.each(COMMANDS.map((command) => [command.name, command] as const))(
    '%s has help with every option and an example',
    async (name, command) => {
      const { code, out } = await runCommand([name, '--help']);
      expect(code).toBe(0);
      expect(out).toContain(`usage: identity-tables ${name}`);
      for (const option of [...Object.keys(command.options), 'json', 'help']) {
        expect(out).toContain(`  --${option}`);
      }
      expect(out).toContain(`example:\n  ${command.example.split('\n')[0]}`);
      expect(command.example).toContain(`identity-tables ${name}`);
      expect((await runCommand([name, '-h'])).out).toBe(out);
      const optionLines = out.slice(out.indexOf('options:'), out.indexOf('example:')).split('\n');
      expect(optionLines.filter((line) => line.length > 120)).toEqual([]);
    },
  );

  test('fails for an unknown command, as text or as JSON', async () => {
    expect(await runCommand(['locla'])).toEqual({
      code: 2,
      out: '',
      err: [
        "[IDT0701] there is no command 'locla'",
        "  given:   'locla'",
        `  allowed: ${COMMANDS.map(({ name }) => `'${name}'`).join(', ')}`,
        "  fix:     did you mean 'local'?",
      ].join('\n'),
    });
    const { code, out, err } = await runCommand(['nothing-like-it', '--json']);
    expect([code, err]).toEqual([2, '']);
    expect(JSON.parse(out)).toMatchObject({ problems: [{ code: 'IDT0701', fix: 'see identity-tables --help' }] });
  });
});

test('fails without a stack trace when something is not foreseen', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'main-'));
  const stack = {
    type: 'aws:cloudformation:stack',
    environment: 'aws://1/eu-west-1',
    properties: { templateFile: 'stack.json' },
  };
  writeFileSync(path.join(directory, 'manifest.json'), JSON.stringify({ artifacts: { stack } }));
  writeFileSync(path.join(directory, 'stack.json'), '{ "Resources": { "T": null } }');
  const { code, out, err } = await runCommand(['local', '--once', '--app', directory]);
  rmSync(directory, { recursive: true });
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^\[IDT0718\] the command failed unexpectedly\n {2}given: {3}TypeError: .*\n {2}fix: /);
  expect(err).not.toContain(' at ');
});

describe('processTerminal', () => {
  const written: string[] = [];
  const collect = (chunk: string | Uint8Array): boolean => written.push(String(chunk)) > 0;
  const { isTTY } = process.stderr;
  beforeEach(() => {
    written.length = 0;
    jest.spyOn(process.stdout, 'write').mockImplementation(collect);
    jest.spyOn(process.stderr, 'write').mockImplementation(collect);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.stderr.isTTY = isTTY;
  });

  test('shows progress on one line when a person watches, and takes it away', () => {
    process.stderr.isTTY = true;
    const terminal = processTerminal();
    terminal.progress('1 of 2 tables');
    terminal.progress('2 of 2 tables');
    terminal.print('done');
    terminal.warn('but');
    expect(written).toEqual(['\r\u001b[2K1 of 2 tables', '\r\u001b[2K2 of 2 tables', '\r\u001b[2K', 'done\n', 'but\n']);
  });

  test('shows none to a program', () => {
    process.stderr.isTTY = false;
    processTerminal().progress('1 of 2 tables');
    expect(written).toEqual([]);
  });

  test('does not mind who reads only the beginning', () => {
    processTerminal();
    expect(() => process.stdout.emit('error', Object.assign(new Error('closed'), { code: 'EPIPE' }))).not.toThrow();
    expect(() => process.stdout.emit('error', Object.assign(new Error('disk full'), { code: 'ENOSPC' }))).toThrow('disk full');
  });
});

describe('endpointAt', () => {
  test('leaves the credentials of a server that is not local to AWS', () => {
    expect(endpointAt('https://dynamodb.eu-west-1.amazonaws.com', { AWS_PROFILE: 'prod' })).toEqual({
      url: 'https://dynamodb.eu-west-1.amazonaws.com',
      credentialSource: 'the AWS credential chain',
    });
    expect(endpointAt('https://localhost:4566', {}).credentials).toEqual({ accessKeyId: 'local', secretAccessKey: 'local' });
    expect(endpointAt('http://10.0.0.5:8000', { AWS_PROFILE: 'prod' }).credentials).toEqual({
      accessKeyId: 'local',
      secretAccessKey: 'local',
    });
  });
});

describe('loadDynamoSdk', () => {
  test('fails with the package to install', async () => {
    const missing = Object.assign(new Error("Cannot find module '@aws-sdk/client-dynamodb'"), { code: 'MODULE_NOT_FOUND' });
    await expect(loadDynamoSdk(() => Promise.reject(missing))).rejects.toMatchObject({
      problems: [
        {
          code: 'IDT0709',
          what: 'the package @aws-sdk/client-dynamodb is not installed',
          fix: 'npm install @aws-sdk/client-dynamodb',
        },
      ],
    });
  });

  test('fails with the error itself when the package is there and broken', async () => {
    await expect(loadDynamoSdk(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
