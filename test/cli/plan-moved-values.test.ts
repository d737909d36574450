import { EU, PlanSetup, type PlannedStack } from './plan-setup';
import { globalTable } from './verify-assembly';

// What a table that moves to another stack has from the stack that it leaves: its functions lead nowhere in the other one.

type Json = Record<string, unknown>;

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/key-1';
const ROLE = 'arn:aws:iam::111122223333:role/reader';
const arnOf = (id: string): Json => ({ 'Fn::GetAtt': [id, 'Arn'] });
const policyOf = (AWS: unknown): Json => ({
  Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'dynamodb:GetItem', Resource: '*' }],
});
const usersOf = (key: unknown, role: unknown): Json =>
  globalTable(
    'users',
    [EU],
    { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } },
    {
      SSESpecification: { KMSMasterKeyId: key },
      ResourcePolicy: { PolicyDocument: policyOf(role) },
      Tags: [{ Key: 'key', Value: key }],
    },
  );
const RESOURCES = { Key: { Type: 'AWS::KMS::Key' }, Role: { Type: 'AWS::IAM::Role' } };
const OUTPUTS = {
  Key: { Value: arnOf('Key'), Export: { Name: 'key' } },
  Role: { Value: arnOf('Role'), Export: { Name: 'role' } },
};
const Users = usersOf(arnOf('Key'), arnOf('Role'));
const stack = (name: string, tables: Record<string, Json>, outputs?: Json): PlannedStack => ({
  name,
  region: EU,
  tables,
  ...(outputs !== undefined && { outputs }),
});
const target = (): string =>
  setup.app(
    'new',
    stack('Shared', RESOURCES, OUTPUTS),
    stack('Data', { Users: usersOf({ 'Fn::ImportValue': 'key' }, { 'Fn::ImportValue': 'role' }) }),
  );

function standing(): void {
  setup.stub.stacks = { [`${EU}/Shared`]: { Users: 'users' } };
  setup.stub.templates = { [`${EU}/Shared`]: JSON.stringify({ Resources: { ...RESOURCES, Users } }) };
  setup.stub.set(EU, 'users', {
    table: { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: KEY } },
    policy: policyOf(ROLE),
    tags: { key: KEY, owner: 'somebody' },
  });
}

test('it is imported with the values that stand', async () => {
  standing();
  setup.stub.keys = { [EU]: { [KEY]: { Arn: KEY, KeyManager: 'CUSTOMER' } } };
  expect(await setup.fromLive(target())).toMatchObject({ code: 0, err: '' });
  const { number } = setup.step(({ kind }) => kind === 'import');
  expect(setup.template(number, 'Data').Resources.Users.Properties.Replicas).toEqual([
    {
      Region: EU,
      SSESpecification: { KMSMasterKeyId: KEY },
      ResourcePolicy: { PolicyDocument: policyOf(ROLE) },
      Tags: [{ Key: 'key', Value: KEY }],
    },
  ]);
  expect(setup.steps.at(-1)?.changes).toEqual(['users: tags, resource policy, encryption']);
});

test('it is refused where only CloudFormation knows them', async () => {
  const from = setup.app('old', stack('Shared', { ...RESOURCES, Users }));
  const { code, err } = await setup.between(from, target());
  expect(code).toBe(2);
  expect(err).toContain("[IDT1318] 'users@eu-central-1' has from the stack that it leaves: encryption, tags, resourcePolicy");
  standing();
  expect((await setup.fromLive(target())).err).toContain(
    "[IDT1318] 'users@eu-central-1' has from the stack that it leaves: encryption\n",
  );
});
