import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runCommand } from './support';
import { ACCOUNT, globalTable, writeAssembly } from './verify-assembly';
import { StubDynamo } from './verify-stub';

const EU = 'eu-central-1';

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'planned-names-'));
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

/** An assembly with the same table in a stack of each account. */
function app(name: string, accounts: readonly string[]): string {
  const tables = { Users: globalTable('users', [EU]) };
  const stacks = accounts.map((account) => ({ name: `Identity-${account}`, region: EU, account, tables }));
  writeAssembly(path.join(directory, name), stacks);
  return path.join(directory, name);
}

describe('two accounts that have tables of the same name', () => {
  const both = [ACCOUNT, '222233334444'];
  const twice = {
    code: 'IDT0707',
    what: `table 'users' in ${EU} is in the cloud assembly twice`,
    given: `stack 'Identity-${ACCOUNT}' (Users) and stack 'Identity-222233334444' (Users)`,
    allowed: 'one table of a name in each region, whatever the account',
  };
  const output = (): string[] => ['plan', '--json', '--output', path.join(directory, 'plan')];

  test('fail in the target, before a live table is read', async () => {
    const stub = await StubDynamo.start();
    try {
      const { code, out } = await runCommand([...output(), '--app', app('new', both), '--endpoint', stub.endpoint]);
      expect(code).toBe(2);
      expect(JSON.parse(out)).toMatchObject({ problems: [twice] });
      expect(stub.calls).toEqual([]);
    } finally {
      await stub.stop();
    }
  });

  test('fail in the assembly that is planned from', async () => {
    const { code, out } = await runCommand([...output(), '--from', app('old', both), '--app', app('new', [ACCOUNT])]);
    expect(code).toBe(2);
    const what = `--from ${path.join(directory, 'old')}: ${twice.what}`;
    expect(JSON.parse(out)).toMatchObject({ problems: [{ ...twice, what }] });
  });

  test('are no problem when each is planned alone', async () => {
    const { code } = await runCommand([...output(), '--from', app('old', [ACCOUNT]), '--app', app('new', [ACCOUNT])]);
    expect(code).toBe(0);
  });
});

test('a name that only CloudFormation knows finds no live table, and fails', async () => {
  const stub = await StubDynamo.start();
  try {
    const table = globalTable('users', [EU], { TableName: { 'Fn::ImportValue': 'Name' } });
    writeAssembly(path.join(directory, 'new'), [{ name: 'Identity', region: EU, tables: { Users: table } }]);
    const args = ['--endpoint', stub.endpoint, '--output', path.join(directory, 'plan')];
    const { code, err } = await runCommand(['plan', '--app', path.join(directory, 'new'), ...args]);
    expect(code).toBe(2);
    expect(err).toContain("[IDT0708] a table of stack 'Identity' (Users) cannot be made: its name is not known");
  } finally {
    await stub.stop();
  }
});
