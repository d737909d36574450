import { globalTable } from './verify-assembly';
import { VerifySetup } from './verify-setup';
import { xmlError } from './verify-stub';

// What parameters decide of the tables that verify compares.

type Json = Record<string, unknown>;

const EU = 'eu-central-1';

let setup: VerifySetup;
beforeEach(async () => {
  setup = await VerifySetup.start();
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
});
afterEach(() => setup.stop());

const isProtected = { DeletionProtectionEnabled: { Ref: 'Protected' } };

function app(parameter: Json, ...more: Json[]): void {
  const tables = Object.fromEntries(
    [globalTable('users', [EU], {}, isProtected), ...more].map((table, i) => [['Users', 'Codes'][i], table]),
  );
  setup.assembly({ name: 'Identity', region: EU, tables, sections: { Parameters: { Protected: parameter } } });
}

test('a parameter is as it was deployed', async () => {
  app({ Type: 'String', Default: 'false' });
  setup.stub.parameters = { [`${EU}/Identity`]: [{ ParameterKey: 'Protected', ParameterValue: 'true' }] };
  setup.stub.set(EU, 'users', { table: { DeletionProtectionEnabled: true } });
  expect((await setup.text()).code).toBe(0);
  setup.stub.set(EU, 'users', { table: { DeletionProtectionEnabled: false } });
  expect((await setup.text()).code).toBe(1);
});

test('a parameter has its default where no stack stands, and where there is no CloudFormation', async () => {
  app({ Type: 'String', Default: 'true' });
  setup.stub.set(EU, 'users', { table: { DeletionProtectionEnabled: true } });
  for (const parameters of [{}, undefined]) {
    setup.stub.parameters = parameters;
    expect((await setup.text()).code).toBe(0);
  }
});

test('every setting that is not known is told at once', async () => {
  app({ Type: 'String' }, globalTable('codes', [EU], {}, { TableClass: { Ref: 'Protected' } }));
  const { code, err } = await setup.text();
  expect(code).toBe(2);
  expect(err.split('\n').filter((line) => line.includes('[IDT'))).toEqual([
    '[IDT0722] stack Identity, table Users: Replicas[0].DeletionProtectionEnabled is known to CloudFormation only',
    '[IDT0722] stack Identity, table Codes: Replicas[0].TableClass is known to CloudFormation only',
  ]);
});

test('fails where CloudFormation refuses to tell parameters', async () => {
  app({ Type: 'String', Default: 'true' });
  setup.stub.before = ({ operation }) => (operation === 'DescribeStacks' ? xmlError('AccessDenied', 'not you') : undefined);
  const { code, err } = await setup.text();
  expect({ code, err }).toEqual({
    code: 2,
    err: expect.stringContaining("[IDT1205] the parameters of stack 'Identity' in eu-central-1 could not be read") as string,
  });
});
