import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runCommand, type Ran } from './support';
import { ACCOUNT, globalTable } from './verify-assembly';
import { StubDynamo } from './verify-stub';

const EU = 'eu-central-1';

let stub: StubDynamo;
let directory: string;
beforeEach(async () => {
  stub = await StubDynamo.start();
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'planned-nested-'));
});
afterEach(async () => {
  await stub.stop();
  fs.rmSync(directory, { recursive: true });
});

/** A stack with a nested stack, which has the table. */
function app(table: Record<string, unknown>): string {
  const assembly = path.join(directory, 'app');
  fs.mkdirSync(assembly);
  const write = (name: string, content: object): void => fs.writeFileSync(path.join(assembly, name), JSON.stringify(content));
  const nested = { Type: 'AWS::CloudFormation::Stack', Metadata: { 'aws:asset:path': 'nested.template.json' }, Properties: {} };
  write('manifest.json', {
    version: '55.0.0',
    artifacts: {
      Identity: {
        type: 'aws:cloudformation:stack',
        environment: `aws://${ACCOUNT}/${EU}`,
        properties: { templateFile: 'Identity.template.json' },
      },
    },
  });
  write('Identity.template.json', { Resources: { Tables: nested } });
  write('nested.template.json', { Resources: { Users: table } });
  return assembly;
}

function plan(table: Record<string, unknown>): Promise<Ran> {
  const output = path.join(directory, 'plan');
  return runCommand(['plan', '--app', app(table), '--endpoint', stub.endpoint, '--output', output]);
}

// CloudFormation puts 12 or 13 characters behind the name of a nested stack.
test.each(['1B2C3D4E5F6G7', 'ABCDEFGHIJKL'])(
  'a table of a nested stack that does not change is nothing to do: %s',
  async (end) => {
    stub.stacks = {
      [`${EU}/Identity`]: { Tables: `arn:aws:cloudformation:${EU}:${ACCOUNT}:stack/Identity-Tables-${end}/1-2` },
      [`${EU}/Identity-Tables-${end}`]: { Users: 'users' },
    };
    stub.set(EU, 'users');
    const { code, out, err } = await plan(globalTable('users', [EU]));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('nothing to do');
  },
);

test('a stack that is only called alike is another one', async () => {
  stub.stacks = { [`${EU}/Identity-Tables-legacy`]: { Users: 'users' } };
  stub.set(EU, 'users');
  const { code, err } = await plan(globalTable('users', [EU]));
  expect({ code, isSaid: err.includes("[IDT1310] table 'users' is to change, but it is in a nested stack") }).toEqual({
    code: 2,
    isSaid: true,
  });
});
