import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { PlanFile } from '../../lib/cli/plan/plan-file';
import { runCommand, type Ran } from './support';
import { globalTable, writeAssembly } from './verify-assembly';
import { refusal, StubDynamo, type StubKey } from './verify-stub';

const EU = 'eu-central-1';
const arnOf = (id: string): string => `arn:aws:kms:${EU}:111122223333:key/${id}`;
const [OWN, OTHER, MANAGED] = ['1111-aaaa', '2222-bbbb', '9999-zzzz'].map(arnOf);
const key = (Arn: string, KeyManager: StubKey['KeyManager'] = 'CUSTOMER'): StubKey => ({ Arn, KeyManager });
const KEYS = { [OWN]: key(OWN), [OTHER]: key(OTHER), [MANAGED]: key(MANAGED, 'AWS'), 'alias/identity': key(OWN) };
const DENIED = 'not authorized to perform: kms:DescribeKey';

let stub: StubDynamo;
let directory: string;
beforeEach(async () => {
  stub = await StubDynamo.start();
  stub.stacks = { [`${EU}/Identity`]: { Users: 'users', Codes: 'codes' } };
  stub.keys = { [EU]: KEYS };
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'live-keys-'));
});
afterEach(async () => {
  await stub.stop();
  fs.rmSync(directory, { recursive: true });
});

/** A table that is encrypted with a key of the template, or with the one of AWS in the account. */
function encrypted(tableName: string, keyId?: string): Record<string, unknown> {
  const replica = keyId === undefined ? {} : { SSESpecification: { KMSMasterKeyId: keyId } };
  return globalTable(tableName, [EU], { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } }, replica);
}

function app(tables: Readonly<Record<string, Record<string, unknown>>>): string {
  writeAssembly(path.join(directory, 'app'), [{ name: 'Identity', region: EU, tables }]);
  return path.join(directory, 'app');
}

function stands(tableName: string, keyArn: string): void {
  stub.set(EU, tableName, { table: { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: keyArn } } });
}

interface Verified {
  readonly code: number;
  readonly changes: readonly { readonly tableName: string; readonly kind: string }[];
  readonly unchecked: readonly { readonly tableName: string; readonly kind: string; readonly reason: string }[];
  readonly problems: readonly { readonly code: string; readonly what: string; readonly given: string }[];
}

async function verified(tables: Readonly<Record<string, Record<string, unknown>>>): Promise<Verified> {
  const { code, out } = await runCommand(['verify', '--app', app(tables), '--endpoint', stub.endpoint, '--json']);
  return { ...(JSON.parse(out) as Verified), code };
}

function plan(...args: string[]): Promise<Ran> {
  return runCommand(['plan', '--output', path.join(directory, 'plan'), '--endpoint', stub.endpoint, ...args]);
}

const asked = (): unknown[] => stub.callsOf('DescribeKey').map(({ input }) => input.KeyId);

describe('the key that AWS manages', () => {
  test('is the one of a template without a key, and no step of a plan', async () => {
    stands('users', MANAGED);
    const tables = { Users: encrypted('users') };
    expect(await verified(tables)).toMatchObject({ code: 0, changes: [], unchecked: [] });
    expect(await plan('--app', app(tables))).toMatchObject({ code: 0, out: expect.stringContaining('nothing to do') as string });
  });

  test('may be named by its alias', async () => {
    stands('users', MANAGED);
    expect(await verified({ Users: encrypted('users', 'alias/aws/dynamodb') })).toMatchObject({ code: 0, unchecked: [] });
  });

  test('is another one than that of the customer, whatever its name', async () => {
    stands('users', OWN);
    stands('codes', MANAGED);
    const tables = { Users: encrypted('users'), Codes: encrypted('codes', 'alias/identity') };
    const { code, changes } = await verified(tables);
    expect({ code, changes: changes.map(({ tableName, kind }) => [tableName, kind]) }).toEqual({
      code: 1,
      changes: [
        ['codes', 'encryption'],
        ['users', 'encryption'],
      ],
    });
    expect(await plan('--app', app(tables))).toMatchObject({ code: 0, out: expect.stringContaining('1 step') as string });
    const { steps } = JSON.parse(fs.readFileSync(path.join(directory, 'plan', 'plan.json'), 'utf8')) as PlanFile;
    expect(steps[0].changes.map((change) => change.split(':')[0])).toEqual(['codes', 'users']);
  });

  test('stays so in the template of a table that the stack lets go of', async () => {
    stands('users', OWN);
    stands('codes', MANAGED);
    await plan('--app', app({ Users: encrypted('users', OWN) }));
    const template = fs.readFileSync(path.join(directory, 'plan', '01', 'Identity.template.json'), 'utf8');
    expect(JSON.parse(template)).toMatchObject({
      Resources: { Codes: { Properties: { SSESpecification: { SSEEnabled: true }, Replicas: [{ Region: EU }] } } },
    });
    expect(template).not.toContain(MANAGED);
  });
});

describe('an alias', () => {
  test.each(['alias/identity', `arn:aws:kms:${EU}:111122223333:alias/identity`])(
    'is the key that it points to: %s',
    async (alias) => {
      stub.keys = { [EU]: { ...KEYS, [alias]: key(OWN) } };
      stands('users', OWN);
      expect(await verified({ Users: encrypted('users', alias) })).toMatchObject({ code: 0, changes: [], unchecked: [] });
      stands('users', OTHER);
      const { code, changes } = await verified({ Users: encrypted('users', alias) });
      expect({ code, changes }).toMatchObject({
        code: 1,
        changes: [{ tableName: 'users', kind: 'encryption', before: { keyId: OTHER }, after: { keyId: alias } }],
      });
    },
  );

  test('that does not exist is no difference', async () => {
    stands('users', OWN);
    expect(await verified({ Users: encrypted('users', 'alias/identty') })).toMatchObject({
      code: 0,
      changes: [],
      unchecked: [{ tableName: 'users', kind: 'encryption' }],
    });
    expect(asked()).toEqual([OWN, 'alias/identty']);
  });
});

describe('KMS', () => {
  test('is asked once for each key and alias, and not where ARNs and ids tell enough', async () => {
    [`users`, `codes`].forEach((name) => stands(name, OWN));
    stands('nonces', OTHER);
    stub.set(EU, 'clients');
    await verified({
      Users: encrypted('users', 'alias/identity'),
      Codes: encrypted('codes', 'alias/identity'),
      Nonces: encrypted('nonces', OTHER),
      Clients: globalTable('clients', [EU]),
    });
    expect(asked().sort()).toEqual(['alias/identity', OWN]);
  });

  test('that refuses leaves the key unchecked, exit 2, and ends a plan', async () => {
    stands('users', OWN);
    stub.before = ({ operation }) => (operation === 'DescribeKey' ? refusal('AccessDeniedException', DENIED) : undefined);
    const tables = { Users: encrypted('users') };
    const { code, changes, unchecked, problems } = await verified(tables);
    expect({ code, changes }).toEqual({ code: 2, changes: [] });
    const reason = `AccessDeniedException: ${DENIED}`;
    expect(unchecked).toEqual([{ region: EU, tableName: 'users', kind: 'encryption', cause: 'refused', reason }]);
    expect(problems).toMatchObject([
      { code: 'IDT1205', what: `encryption of 'users' in ${EU} could not be read`, given: reason },
    ]);
    const planned = await plan('--app', app(tables));
    expect(planned).toMatchObject({ code: 2, out: '' });
    expect(planned.err).toContain(`[IDT1205] encryption of 'users' in ${EU} could not be read`);
  });

  test('that is not there leaves in doubt what only it knows, and nothing else', async () => {
    stub.keys = undefined;
    stands('users', OWN);
    stands('codes', OWN);
    const tables = { Users: encrypted('users'), Codes: encrypted('codes', OTHER) };
    const { code, changes, unchecked } = await verified(tables);
    expect({ code, changes }).toMatchObject({ code: 1, changes: [{ tableName: 'codes', kind: 'encryption' }] });
    expect(unchecked).toMatchObject([
      { tableName: 'users', kind: 'encryption', cause: 'not in source', reason: 'whose key it is, is kept by AWS KMS' },
    ]);
    await plan('--app', app(tables));
    const { steps } = JSON.parse(fs.readFileSync(path.join(directory, 'plan', 'plan.json'), 'utf8')) as PlanFile;
    expect(steps.map(({ changes: of }) => of.map((change) => change.split(':')[0]))).toEqual([['codes']]);
  });

  test('tells the check of a step too', async () => {
    stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    stub.set(EU, 'users');
    expect(await plan('--app', app({ Users: encrypted('users') }))).toMatchObject({ code: 0 });
    expect(await plan('--check', '1')).toMatchObject({
      code: 1,
      out: expect.stringContaining('users@eu-central-1: encryption') as string,
    });
    stands('users', OWN);
    expect(await plan('--check', '1')).toMatchObject({
      code: 1,
      out: expect.stringContaining('users@eu-central-1: encryption') as string,
    });
    stands('users', MANAGED);
    expect(await plan('--check', '1')).toMatchObject({ code: 0 });
  });
});
