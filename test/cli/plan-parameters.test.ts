import { EU, PlanSetup, reached, replicaOf, ttl, US } from './plan-setup';
import { globalTable } from './verify-assembly';
import { xmlError } from './verify-stub';

// What parameters and conditions decide of tables: a stack keeps the values of its parameters from deployment to deployment.

type Json = Record<string, unknown>;

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
  setup.stub.parameters = {};
});
afterEach(() => setup.stop());

const SECTIONS = {
  Parameters: {
    BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
    Stage: { Type: 'String', Default: 'dev' },
  },
  Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
};
const inProd = (value: unknown, otherwise: unknown = { Ref: 'AWS::NoValue' }): Json => ({
  'Fn::If': ['IsProd', value, otherwise],
});
const PROTECTED_IN_PROD = { DeletionProtectionEnabled: inProd(true, false) };

function deployed(resources: Json, sections: Json = SECTIONS): void {
  setup.deploy(resources, sections);
}

function given(...parameters: Record<string, string>[]): void {
  setup.stub.parameters = { [`${EU}/Identity`]: parameters };
}

const target = (tables: Record<string, Json>, sections: Json = SECTIONS): string =>
  setup.app('new', { name: 'Identity', region: EU, tables, sections });
const outline = (): unknown[] =>
  setup.steps.map(({ kind, changes, calls }) => [kind, ...changes, ...calls.map(({ command }) => command)]);
const index = (name: string): Json => ({
  IndexName: name,
  KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
  Projection: { ProjectionType: 'ALL' },
});
const attributes = (...names: string[]): Json => ({
  AttributeDefinitions: ['id', ...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
});
const protection = (isOn: boolean): Json => ({ table: { DeletionProtectionEnabled: isOn } });
const NOTHING = { code: 0, err: '', out: expect.stringContaining('nothing to do') as string };

describe('a setting that a parameter decides', () => {
  const users = globalTable('users', [EU], {}, PROTECTED_IN_PROD);
  beforeEach(() => {
    deployed({ Users: users });
    given({ ParameterKey: 'Stage', ParameterValue: 'prod' });
  });

  test('is as it was deployed, in the deployed template and in the target', async () => {
    setup.stub.set(EU, 'users', protection(true));
    expect(await setup.fromLive(target({ Users: users }))).toMatchObject(NOTHING);
    expect(setup.stub.callsOf('DescribeStacks')).toEqual([
      { region: EU, operation: 'DescribeStacks', input: { Version: '2010-05-15', StackName: 'Identity' } },
    ]);
  });

  test('is set back by a call, since a deployment would change nothing', async () => {
    setup.stub.set(EU, 'users', protection(false));
    expect(await setup.fromLive(target({ Users: users }))).toMatchObject({ code: 0, err: '' });
    expect(outline()).toEqual([
      ['api', 'aws dynamodb update-table --table-name users --deletion-protection-enabled --region eu-central-1'],
    ]);
  });

  test('stays written as it is while another one changes', async () => {
    setup.stub.set(EU, 'users', protection(true));
    const changed = globalTable('users', [EU], ttl('expires'), PROTECTED_IN_PROD);
    expect(await setup.fromLive(target({ Users: changed }))).toMatchObject({ code: 0, err: '' });
    expect(outline()).toEqual([['deploy', expect.stringMatching(/^users: TTL on 'expires' on/)]]);
    expect(setup.template('01', 'Identity').Resources.Users.Properties.Replicas).toEqual([{ Region: EU, ...PROTECTED_IN_PROD }]);
  });

  test('is checked as it was deployed', async () => {
    deployed({ Queue: { Type: 'AWS::SQS::Queue' } });
    expect(await setup.fromLive(target({ Users: users }))).toMatchObject({ code: 0, err: '' });
    expect(outline()).toEqual([['deploy', 'users: created in eu-central-1 with 0 indexes']]);
    setup.stub.set(EU, 'users', protection(true));
    expect(await setup.checked('01')).toMatchObject(reached('01'));
    setup.stub.set(EU, 'users', protection(false));
    expect((await setup.checked('01')).reasons).toEqual(['users@eu-central-1: deletion protection: live off, wanted on']);
  });

  test('is the default of a stack that does not stand', async () => {
    setup.stub.stacks = {};
    setup.stub.templates = {};
    setup.stub.parameters = {};
    setup.stub.set(EU, 'users', protection(false));
    expect(await setup.fromLive(target({ Users: users }))).toMatchObject({ code: 0, err: '' });
    expect(outline()).toEqual([
      ['deploy', 'everything but tables as in the target'],
      ['import', 'users: imported in eu-central-1'],
      ['wait'],
      ['deploy'],
    ]);
  });

  test('is not known where the value is hidden, and never its default', async () => {
    given({ ParameterKey: 'Stage', ParameterValue: '****' });
    setup.stub.set(EU, 'users', protection(false));
    const { code, err } = await setup.fromLive(target({ Users: users }));
    expect({ code, err: err.split('\n').slice(0, 2) }).toEqual({
      code: 2,
      err: [
        '[IDT0722] stack Identity, table Users: Replicas[0].DeletionProtectionEnabled is known to CloudFormation only',
        '  given:   {"Fn::If":["IsProd",true,false]}',
      ],
    });
  });

  test('is told as unreadable where CloudFormation refuses to tell parameters', async () => {
    setup.stub.set(EU, 'users', protection(true));
    setup.stub.before = ({ operation }) => (operation === 'DescribeStacks' ? xmlError('AccessDenied', 'not you') : undefined);
    const { code, err } = await setup.fromLive(target({ Users: users }));
    expect(code).toBe(2);
    expect(err).toContain("[IDT1205] the parameters of stack 'Identity' in eu-central-1 could not be read");
  });

  test('is the value behind the name of an SSM parameter', async () => {
    const sections = { ...SECTIONS, Parameters: { Stage: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/stage' } } };
    deployed({ Users: users }, sections);
    given({ ParameterKey: 'Stage', ParameterValue: '/stage', ResolvedValue: 'prod' });
    setup.stub.set(EU, 'users', protection(true));
    expect(await setup.fromLive(target({ Users: users }, sections))).toMatchObject(NOTHING);
  });

  test('is not asked for where parameters decide nothing of tables', async () => {
    const plain = globalTable('users', [EU]);
    const { Parameters } = SECTIONS;
    deployed({ Users: plain }, { Parameters });
    setup.stub.set(EU, 'users');
    expect(await setup.fromLive(target({ Users: plain }, { Parameters }))).toMatchObject(NOTHING);
    expect(setup.stub.callsOf('DescribeStacks')).toEqual([]);
  });

  test('is read of the deployed template also where the target has no parameters any more', async () => {
    setup.stub.set(EU, 'users', protection(true));
    const plain = globalTable('users', [EU], {}, { DeletionProtectionEnabled: true });
    expect(await setup.fromLive(target({ Users: plain }, {}))).toMatchObject(NOTHING);
    expect(setup.stub.callsOf('DescribeStacks')).toHaveLength(1);

    // No step brings them back that does not need them.
    const indexes = [index('mail'), index('phone')];
    const more = { ...attributes('mail', 'phone'), GlobalSecondaryIndexes: indexes };
    const indexed = globalTable('users', [EU], more, { DeletionProtectionEnabled: true });
    await setup.fromLive(target({ Users: indexed }, {}), '--force');
    expect(Object.keys(setup.template('01', 'Identity'))).toEqual(['Resources']);
  });
});

test('a tag with a hidden parameter is not told apart', async () => {
  const table = globalTable('users', [EU], {}, { Tags: [{ Key: 'stage', Value: { Ref: 'Stage' } }] });
  deployed({ Users: table });
  given({ ParameterKey: 'Stage', ParameterValue: '****' });
  setup.stub.set(EU, 'users', { tags: { stage: 'secret' } });
  expect(await setup.fromLive(target({ Users: table }))).toMatchObject(NOTHING);
});

describe('a table under a condition', () => {
  const tables = { Users: globalTable('users', [EU]), Dev: { ...globalTable('dev', [EU]), Condition: 'IsDev' } };
  const sections = { ...SECTIONS, Conditions: { IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] } } };
  beforeEach(() => {
    deployed(tables, sections);
    setup.stub.set(EU, 'users');
  });

  test('that does not hold is neither missing nor created', async () => {
    given({ ParameterKey: 'Stage', ParameterValue: 'prod' });
    expect(await setup.fromLive(target(tables, sections))).toMatchObject(NOTHING);
  });

  test('that holds is one like any other', async () => {
    given({ ParameterKey: 'Stage', ParameterValue: 'dev' });
    expect(await setup.fromLive(target(tables, sections))).toMatchObject({ code: 0, err: '' });
    expect(outline()).toEqual([
      ['deploy', 'dev: stands no more; it leaves the stack'],
      ['deploy', 'dev: created in eu-central-1 with 0 indexes'],
    ]);
  });

  test('that cannot be decided is a problem in the target, and in an older assembly', async () => {
    const open = { ...sections, Parameters: { Stage: { Type: 'String' } } };
    const what = 'stack Identity, table Dev: whether it is made is known to CloudFormation only';
    const live = await setup.fromLive(target(tables, open));
    expect({ code: live.code, isTold: live.err.includes(`[IDT0722] ${what}`) }).toEqual({ code: 2, isTold: true });
    const old = setup.app('old', { name: 'Identity', region: EU, tables, sections: open });
    const between = await setup.between(old, target({ Users: tables.Users }));
    expect({ code: between.code, isTold: between.err.includes(`[IDT0722] --from ${old}: ${what}`) }).toEqual({
      code: 2,
      isTold: true,
    });
  });

  test('that cannot be decided in the deployed template says nothing of this table, and leaves the others known', async () => {
    const open = { ...sections, Conditions: { IsDev: { 'Fn::Equals': [{ Ref: 'AWS::StackId' }, 'dev'] } } };
    deployed({ ...tables, Users: globalTable('users', [EU], {}, { DeletionProtectionEnabled: true }) }, open);
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users', Dev: 'dev' } };
    setup.stub.set(EU, 'dev', { table: { TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' } } });
    const wanted = {
      Users: globalTable('users', [EU], {}, { DeletionProtectionEnabled: true }),
      Dev: globalTable('dev', [EU]),
    };
    expect(await setup.fromLive(target(wanted, {}))).toMatchObject({ code: 0, err: '' });
    expect(outline()).toEqual([
      ['api', 'aws dynamodb update-table --table-name users --deletion-protection-enabled --region eu-central-1'],
      ['deploy', 'dev: table class'],
    ]);
  });
});

test('a table whose condition does not hold any more is retained without it, with the settings that conditions decided', async () => {
  const dev = { ...globalTable('dev', [EU], {}, PROTECTED_IN_PROD), DeletionPolicy: 'Delete', Condition: 'IsDev' };
  const when = (stage: string): Json => ({ IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, stage] } });
  deployed({ Dev: dev }, { ...SECTIONS, Conditions: { ...SECTIONS.Conditions, ...when('dev') } });
  given({ ParameterKey: 'Stage', ParameterValue: 'dev' });
  setup.stub.stacks = { [`${EU}/Identity`]: { Dev: 'dev' } };
  setup.stub.set(EU, 'dev');
  const now = { Parameters: SECTIONS.Parameters, Conditions: when('test') };
  expect(await setup.fromLive(target({ Dev: dev, Queue: { Type: 'AWS::SQS::Queue' } }, now))).toMatchObject({ code: 0, err: '' });
  expect(outline()).toEqual([
    ['deploy', 'dev: DeletionPolicy Retain, deletion protection on'],
    ['deploy', 'dev: leaves the stack and stands on without one'],
  ]);
  const { Resources, ...sections } = setup.template('01', 'Identity');
  const { Properties, ...rest } = globalTable('dev', [EU]) as { Properties: Json };
  expect(Resources).toEqual({
    Dev: { ...rest, Properties: { ...Properties, Replicas: [{ Region: EU, DeletionProtectionEnabled: true }] } },
    Queue: { Type: 'AWS::SQS::Queue' },
  });
  expect(sections).toEqual({ Parameters: SECTIONS.Parameters, Conditions: when('test') });
});

test.each<[string, Json]>([
  ['replicas', { Replicas: { 'Fn::If': ['IsOpen', [{ Region: EU }], []] } }],
  ['indexes', { GlobalSecondaryIndexes: { 'Fn::If': ['IsOpen', [], { Ref: 'AWS::NoValue' }] } }],
  ['a setting', { BillingMode: { 'Fn::GetAtt': ['Custom', 'Mode'] } }],
  ['a name of an attribute', { TimeToLiveSpecification: { Enabled: true, AttributeName: { 'Fn::GetAtt': ['Custom', 'Name'] } } }],
])('a deployed table whose template leaves %s open is as if its template were not known', async (_, properties) => {
  const sections = { Conditions: { IsOpen: { 'Fn::Equals': [{ Ref: 'AWS::StackId' }, ''] } } };
  deployed({ Users: globalTable('users', [EU], { ...properties, WarmThroughput: { ReadUnitsPerSecond: 13000 } }) }, sections);
  setup.stub.set(EU, 'users');
  expect(await setup.fromLive(target({ Users: globalTable('users', [EU]) }))).toMatchObject(NOTHING);
});

test('lists and their entries under conditions are those of the branch that holds', async () => {
  const users = (...indexes: Json[]): Json =>
    globalTable('users', [], {
      ...attributes('mail', ...indexes.map(({ IndexName }) => String(IndexName))),
      StreamSpecification: inProd({ StreamViewType: 'NEW_AND_OLD_IMAGES' }),
      GlobalSecondaryIndexes: inProd([index('mail'), inProd({ Ref: 'AWS::NoValue' }, index('dev')), ...indexes]),
      Replicas: [
        inProd({ Region: US, Tags: inProd([{ Key: 'stage', Value: { Ref: 'Stage' } }, inProd({ Ref: 'AWS::NoValue' }, {})]) }),
        { Region: { Ref: 'AWS::Region' }, KinesisStreamSpecification: { StreamArn: 'arn' } },
      ],
    });
  deployed({ Users: users() });
  given({ ParameterKey: 'Stage', ParameterValue: 'prod' });
  const live = { ...attributes('mail'), GlobalSecondaryIndexes: [{ ...index('mail'), IndexStatus: 'ACTIVE' }] };
  setup.stub.set(EU, 'users', { table: { ...replicaOf(US), ...live } });
  setup.stub.set(US, 'users', { table: { ...replicaOf(EU), ...live }, tags: { stage: 'prod' } });
  expect(await setup.fromLive(target({ Users: users() }))).toMatchObject(NOTHING);

  expect(await setup.fromLive(target({ Users: users(index('phone'), index('owner')) }), '--force')).toMatchObject({
    code: 0,
    err: '',
  });
  expect(outline()).toEqual([['deploy', "users: index 'owner' added"], ['wait'], ['deploy', "users: index 'phone' added"]]);
  const written = setup.template('01', 'Identity').Resources.Users.Properties;
  expect(written.Replicas).toEqual([
    { Region: US, Tags: inProd([{ Key: 'stage', Value: { Ref: 'Stage' } }, inProd({ Ref: 'AWS::NoValue' }, {})]) },
    { Region: EU, KinesisStreamSpecification: { StreamArn: 'arn' } },
  ]);
  expect(written.GlobalSecondaryIndexes).toEqual([index('mail'), index('owner')]);
});

describe('characters that are not ASCII, which CloudFormation does not tell', () => {
  const tagged = (team: string, own = 'x'): Json =>
    globalTable(
      'users',
      [EU],
      {},
      {
        Tags: [
          { Key: 'team', Value: team },
          { Key: 'own', Value: own },
        ],
      },
    );
  const live = (team: string, own = 'x'): void => setup.stub.set(EU, 'users', { tags: { team, own } });
  const tag = (team: string): string =>
    `aws dynamodb tag-resource --resource-arn arn:aws:dynamodb:eu-central-1:111122223333:table/users --tags '[{"Key":"team","Value":"${team}"}]' --region eu-central-1`;

  test('are those of the live table and of the target', async () => {
    deployed({ Users: tagged('Z?rich ?') });
    live('Zürich ☺');
    expect(await setup.fromLive(target({ Users: tagged('Zürich ☺') }))).toMatchObject(NOTHING);
  });

  test('are set back as in the target', async () => {
    deployed({ Users: tagged('Z?rich ?') });
    live('Genf');
    await setup.fromLive(target({ Users: tagged('Zürich ☺') }));
    expect(outline()).toEqual([['api', tag('Zürich ☺')]]);
  });

  test('may change by a deployment', async () => {
    deployed({ Users: tagged('Z?rich') });
    live('Zürich');
    await setup.fromLive(target({ Users: tagged('Zörich') }));
    expect(outline()).toEqual([['deploy', 'users: tags']]);
  });

  test('a question mark is one, where nothing else looks like it', async () => {
    deployed({ Users: tagged('who?', '?') });
    live('whom', 'ö');
    await setup.fromLive(target({ Users: tagged('who?', 'ö') }));
    expect(outline()).toEqual([['api', tag('who?')]]);
  });
});
