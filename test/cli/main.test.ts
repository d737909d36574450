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
