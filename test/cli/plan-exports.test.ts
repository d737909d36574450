import { EU, PlanSetup, type PlannedStack } from './plan-setup';
import { globalTable } from './verify-assembly';

// CloudFormation refuses to take back an export that a stack imports, and to import one that is not there:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html

type Json = Record<string, unknown>;

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

const ARN = { 'Fn::GetAtt': ['Users', 'Arn'] };
const LITERAL = { 'Fn::Sub': 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/users' };
const exported = (name: string, value: unknown = ARN): Json => ({ Out: { Value: value, Export: { Name: name } } });
const reader = (value: unknown): Record<string, Json> => ({
  Reader: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: value } },
});
const imported = (name: string): Record<string, Json> => reader({ 'Fn::ImportValue': name });
const QUEUE = { Queue: { Type: 'AWS::SQS::Queue', Properties: {} } };
const Users = globalTable('users', [EU]);
const stack = (name: string, tables: Record<string, Json>, more: Partial<PlannedStack> = {}): PlannedStack => ({
  name,
  region: EU,
  tables,
  ...more,
});
const app = (name: string, ...stacks: PlannedStack[]): string => setup.app(name, ...stacks);

/** The steps that deploy, each with the stack and what it exports. */
const outline = (): unknown[] =>
  setup.steps
    .filter(({ kind }) => kind === 'deploy' || kind === 'import')
    .map(({ number, kind, title }) => {
      const stacks = title.split(':')[0].split(', ');
      return [kind, ...stacks.map((each) => [each, setup.template(number, each).Outputs?.Out ?? 'no export'])];
    });
const out = (name: string, value: unknown = LITERAL): unknown => exported(name, value).Out;

test('a stack that begins to import comes after the one that exports', async () => {
  const from = app('old', stack('App', { Users, ...reader(ARN) }));
  const to = app(
    'new',
    stack('Data', { Users }, { outputs: exported('Data:Users') }),
    stack('App', imported('Data:Users'), { dependencies: ['Data'] }),
  );
  expect(await setup.between(from, to)).toMatchObject({ code: 0, err: '' });
  expect(outline()).toEqual([
    ['deploy', ['Data', out('Data:Users')]],
    ['deploy', ['App', 'no export']],
    ['import', ['Data', out('Data:Users')]],
    ['deploy', ['Data', out('Data:Users', ARN)]],
  ]);
});

const before = (): PlannedStack[] => [
  stack('Data', { Users, ...QUEUE }, { outputs: exported('Data:Users') }),
  stack('App', imported('Data:Users'), { dependencies: ['Data'] }),
];
const after = (): PlannedStack[] => [stack('Data', QUEUE), stack('App', { Users, ...reader(ARN) })];

test('an export goes when no stack imports it any more', async () => {
  expect(await setup.between(app('old', ...before()), app('new', ...after()))).toMatchObject({ code: 0, err: '' });
  expect(outline()).toEqual([
    ['deploy', ['Data', out('Data:Users')]],
    ['deploy', ['App', 'no export']],
    ['import', ['App', 'no export']],
    ['deploy', ['App', 'no export']],
    ['deploy', ['Data', 'no export']],
  ]);
});

test('also when the plan is made anew after the first step', async () => {
  const [, reading] = before();
  setup.stub.stacks = { [`${EU}/App`]: {}, [`${EU}/Data`]: {} };
  setup.stub.templates = {
    [`${EU}/Data`]: JSON.stringify({ Resources: QUEUE, Outputs: exported('Data:Users', LITERAL) }),
    [`${EU}/App`]: JSON.stringify({ Resources: reading.tables }),
  };
  setup.stub.set(EU, 'users');
  expect(await setup.fromLive(app('new', ...after()))).toMatchObject({ code: 0, err: '' });
  expect(outline()).toEqual([
    ['deploy', ['App', 'no export']],
    ['import', ['App', 'no export']],
    ['deploy', ['App', 'no export']],
    ['deploy', ['Data', 'no export']],
  ]);
});

test('a stack that only reads moves on before the export goes', async () => {
  const from = app(
    'old',
    stack('First', { Users, ...QUEUE }, { outputs: exported('First:Users') }),
    stack('Second', QUEUE),
    stack('App', imported('First:Users'), { dependencies: ['First'] }),
  );
  const to = app(
    'new',
    stack('First', QUEUE),
    stack('Second', { Users, ...QUEUE }, { outputs: exported('Second:Users') }),
    stack('App', imported('Second:Users'), { dependencies: ['Second'] }),
  );
  expect(await setup.between(from, to)).toMatchObject({ code: 0, err: '' });
  expect(outline()).toEqual([
    ['deploy', ['First', out('First:Users')]],
    ['deploy', ['Second', out('Second:Users')]],
    ['import', ['Second', out('Second:Users')]],
    ['deploy', ['Second', out('Second:Users', ARN)], ['App', 'no export']],
    ['deploy', ['First', 'no export']],
  ]);
});

test('an export of a stream goes with the stream', async () => {
  const streaming = globalTable('users', [EU], { StreamSpecification: { StreamViewType: 'KEYS_ONLY' } });
  const from = app('old', stack('Data', { Users: streaming }, { outputs: exported('s', { 'Fn::GetAtt': 'Users.StreamArn' }) }));
  const tagged = globalTable('users', [EU], {}, { DeletionProtectionEnabled: true });
  expect(await setup.between(from, app('new', stack('Data', { Users: tagged })))).toMatchObject({ code: 0, err: '' });
  expect(setup.steps.map(({ changes }) => changes)).toEqual([
    ['users: deletion protection'],
    ['users: stream KEYS_ONLY off'],
    [],
  ]);
  expect(outline().slice(0, 2)).toEqual([
    ['deploy', ['Data', out('s', { 'Fn::GetAtt': 'Users.StreamArn' })]],
    ['deploy', ['Data', 'no export']],
  ]);
});

test('a key of another stack stays until the table has the new one', async () => {
  const keyed = (name: string): Json => {
    const SSESpecification = { KMSMasterKeyId: { 'Fn::ImportValue': name } };
    return globalTable('users', [EU], { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } }, { SSESpecification });
  };
  const keys = (id: string): PlannedStack =>
    stack('Keys', { [id]: { Type: 'AWS::KMS::Key' } }, { outputs: { [id]: { Value: { Ref: id }, Export: { Name: id } } } });
  const data = (name: string): PlannedStack => stack('Data', { Users: keyed(name) }, { dependencies: ['Keys'] });
  const ran = await setup.between(app('old', keys('Before'), data('Before')), app('new', keys('After'), data('After')));
  expect(ran).toMatchObject({ code: 0, err: '' });
  const inKeys = setup.steps.map(({ number, title, changes }) => {
    const { Resources, Outputs = {} } = setup.template(number, 'Keys');
    return [title.split(':')[0], changes, Object.keys(Resources), Object.keys(Outputs)];
  });
  expect(inKeys).toEqual([
    ['Keys', ['everything but tables as in the target'], ['After', 'Before'], ['After', 'Before']],
    ['Data', ['users: encryption'], ['After'], ['After']],
    ['Keys', [], ['After'], ['After']],
  ]);
});
