import { EU, PlanSetup, US, type PlannedStack, type WrittenTemplate } from './plan-setup';
import { globalTable } from './verify-assembly';

// What a stack keeps while one of its tables is on its way to another logical id, and what would be deleted.

type Json = Record<string, unknown>;

const STREAM_ARN = 'arn:aws:dynamodb:eu-central-1:111122223333:table/users/stream/2026-01-02T03:04:05.678';
const STREAM = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

/** A stack whose table has this logical id, and what else is in it. */
const stack = (
  id: string,
  others: (id: string) => Json = () => ({}),
  outputs: (id: string) => Json = () => ({}),
): PlannedStack => ({
  name: 'Identity',
  region: EU,
  tables: { [id]: globalTable('users', [EU], STREAM), ...(others(id) as Record<string, Json>) },
  outputs: outputs(id),
});

/** A plan between two assemblies that differ in the logical id of the table only. */
const betweenAssemblies = (others: (id: string) => Json, outputs?: (id: string) => Json): ReturnType<PlanSetup['between']> =>
  setup.between(setup.app('old', stack('Users', others, outputs)), setup.app('new', stack('People', others, outputs)));

/** The same from a live table with a stream, in a stack whose template CloudFormation tells. */
const fromLive = (others: (id: string) => Json, outputs?: (id: string) => Json): ReturnType<PlanSetup['between']> => {
  const { tables, outputs: deployed } = stack('Users', others, outputs);
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
  setup.stub.templates = { [`${EU}/Identity`]: JSON.stringify({ Resources: tables, Outputs: deployed }) };
  const live = { StreamSpecification: { StreamEnabled: true, ...STREAM.StreamSpecification }, LatestStreamArn: STREAM_ARN };
  setup.stub.set(EU, 'users', { table: live });
  return setup.fromLive(setup.app('new', stack('People', others, outputs)));
};

const PLANS = { 'between two assemblies': betweenAssemblies, 'from live tables': fromLive };

/** The templates of the steps, without the tables themselves. */
const others = (): WrittenTemplate[] =>
  setup.steps
    .filter(({ kind }) => kind === 'deploy' || kind === 'import')
    .map(({ number }) => {
      const { Resources, ...rest } = setup.template(number, 'Identity');
      const kept = Object.entries(Resources).filter(([, { Type }]) => Type !== 'AWS::DynamoDB::GlobalTable');
      return { ...rest, Resources: Object.fromEntries(kept) };
    });

const reader = (source: unknown): Json => ({ Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn: source } });
const audit = (dependsOn?: unknown): Json => ({
  Type: 'AWS::DynamoDB::Table',
  DeletionPolicy: 'Delete',
  ...(dependsOn !== undefined && { DependsOn: dependsOn }),
  Properties: {
    TableName: 'audit',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  },
});
const streamOf = (id: string): Json => ({ 'Fn::GetAtt': [id, 'StreamArn'] });
const parameter = (value: unknown): Json => ({ Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: value } });
const LITERAL = { 'Fn::Sub': STREAM_ARN };

test('what reads the live stream keeps it by its ARN, in every step until the target', async () => {
  const ran = await fromLive(
    (id) => ({ Reader: reader(streamOf(id)), Copy: parameter({ 'Fn::Sub': `\${${id}.StreamArn} of \${${id}}` }) }),
    (id) => ({ Stream: { Value: streamOf(id), Export: { Name: 'stream' } } }),
  );
  expect(ran).toMatchObject({ code: 0, err: '' });
  const literal = {
    Resources: { Reader: reader(LITERAL), Copy: parameter({ 'Fn::Sub': `${STREAM_ARN} of users` }) },
    Outputs: { Stream: { Value: LITERAL, Export: { Name: 'stream' } } },
  };
  const target = {
    Resources: { Reader: reader(streamOf('People')), Copy: parameter({ 'Fn::Sub': '${People.StreamArn} of ${People}' }) },
    Outputs: { Stream: { Value: streamOf('People'), Export: { Name: 'stream' } } },
  };
  expect(setup.steps.map(({ kind }) => kind)).toEqual(['deploy', 'import', 'wait', 'deploy']);
  expect(others()).toEqual([literal, literal, target]);
});

test('only a function that reads a stream is left out when the ARN of the stream is not known', async () => {
  const all = (id: string): Json => ({
    Reader: reader(streamOf(id)),
    Audit: audit('Reader'),
    Bucket: { Type: 'AWS::S3::Bucket', DependsOn: [id, 'Reader'] },
  });
  const ran = await betweenAssemblies(all, (id) => ({ Stream: { Value: streamOf(id) } }));
  expect(ran).toMatchObject({ code: 0, err: '' });
  const kept = { Resources: { Audit: audit(), Bucket: { Type: 'AWS::S3::Bucket' } }, Outputs: {} };
  expect(others()).toEqual([kept, kept, { Resources: all('People'), Outputs: { Stream: { Value: streamOf('People') } } }]);
});

test.each(Object.entries(PLANS))('what only waits for the table or for its readers stays, %s', async (_, plan) => {
  const waiting = (id: string): Json => ({
    Reader: reader(streamOf(id)),
    Audit: audit([id, 'Reader']),
    Queue: { Type: 'AWS::SQS::Queue', DependsOn: 'Audit' },
  });
  expect(await plan(waiting)).toMatchObject({ code: 0, err: '' });
  for (const { Resources } of others()) {
    expect(Resources.Audit.Properties).toEqual(audit().Properties);
    expect(Resources.Queue).toEqual({ Type: 'AWS::SQS::Queue', DependsOn: 'Audit' });
  }
});

describe('refuses to plan between two assemblies', () => {
  const fix = 'plan from the live tables, whose streams are known, or take the reference out of the app until the plan is done';
  const refusal = (subject: string): string =>
    `${subject} of stack 'Identity' in eu-central-1 needs a value of a table that leaves its template, or has no stream, on the way`;

  test('a step that would delete a resource which keeps something, or one that it needs', async () => {
    const ran = await betweenAssemblies((id) => ({
      Copy: parameter(streamOf(id)),
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'Copy' } } },
    }));
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain(refusal("resource 'Copy' (AWS::SSM::Parameter)"));
    expect(ran.err).toContain(refusal("resource 'Bucket' (AWS::S3::Bucket)"));
    expect(ran.err).toContain(fix);
  });

  test('a step that would take back an export', async () => {
    const ran = await betweenAssemblies(
      () => ({}),
      (id) => ({ Stream: { Value: streamOf(id), Export: { Name: 'stream' } } }),
    );
    expect(ran.err).toContain(`[IDT1315] ${refusal("exported output 'Stream'")}`);
  });

  test('a step whose tables need what is left out', async () => {
    const role = { Type: 'AWS::IAM::Role', Properties: { Path: { 'Fn::Sub': '/${People.StreamArn}/' } } };
    const policyOf = (AWS: unknown): Json => ({
      Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'dynamodb:GetItem', Resource: '*' }],
    });
    const codes = globalTable('codes', [EU], {}, { ResourcePolicy: { PolicyDocument: policyOf({ 'Fn::GetAtt': 'Role.Arn' }) } });
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users', Codes: 'codes' } };
    setup.stub.set(EU, 'users');
    setup.stub.set(EU, 'codes', { policy: policyOf('arn:aws:iam::111122223333:role/reader') });
    const tables = { People: globalTable('users', [EU]), Role: role, Codes: codes };
    const ran = await setup.fromLive(setup.app('new', { name: 'Identity', region: EU, tables }));
    expect(ran.err).toContain(`[IDT1315] ${refusal("resource 'Role' (AWS::IAM::Role)")}`);
  });
});

describe('what needs a stream that is off in a step', () => {
  const viewed = (type?: string): Json => (type === undefined ? {} : { StreamSpecification: { StreamViewType: type } });
  const app = (name: string, type: string | undefined, others: Json): string => {
    const tables = { Users: globalTable('users', [EU], viewed(type)), ...(others as Record<string, Json>) };
    return setup.app(name, { name: 'Identity', region: EU, tables });
  };
  const Reader = reader(streamOf('Users'));

  test('comes when the stream is on', async () => {
    const to = setup.app('new', {
      name: 'Identity',
      region: EU,
      tables: { Users: globalTable('users', [EU], viewed('NEW_IMAGE'), { DeletionProtectionEnabled: true }), Reader },
    });
    expect(await setup.between(app('old', undefined, {}), to)).toMatchObject({ code: 0, err: '' });
    expect(setup.steps.map(({ changes }) => changes)).toEqual([['users: deletion protection'], ['users: stream NEW_IMAGE on']]);
    expect(others()).toEqual([{ Resources: {} }, { Resources: { Reader } }]);
  });

  test('is made anew while the stream changes its view type', async () => {
    const ran = await setup.between(app('old', 'KEYS_ONLY', { Reader }), app('new', 'NEW_IMAGE', { Reader }));
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(others()).toEqual([{ Resources: {} }, { Resources: { Reader } }]);
  });

  test('is not deleted where it keeps something', async () => {
    const standing = { Copy: parameter({ 'Fn::Sub': '${Users.StreamArn}' }) };
    const ran = await setup.between(app('old', 'KEYS_ONLY', standing), app('new', 'NEW_IMAGE', standing));
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain(
      "[IDT1315] resource 'Copy' (AWS::SSM::Parameter) of stack 'Identity' in eu-central-1 needs a value of a table that leaves",
    );
  });
});

test.each(Object.entries(PLANS))('tables that swap their logical ids are let go and imported, %s', async (name) => {
  const swapped = (first: string, second: string): PlannedStack => ({
    name: 'Identity',
    region: EU,
    tables: { A: globalTable(first, [EU]), B: globalTable(second, [EU]) },
  });
  const to = setup.app('new', swapped('codes', 'users'));
  setup.stub.stacks = { [`${EU}/Identity`]: { A: 'users', B: 'codes' } };
  setup.stub.templates = { [`${EU}/Identity`]: JSON.stringify({ Resources: swapped('users', 'codes').tables }) };
  ['users', 'codes'].forEach((each) => setup.stub.set(EU, each));
  const from = setup.app('old', swapped('users', 'codes'));
  expect(await (name === 'from live tables' ? setup.fromLive(to) : setup.between(from, to))).toMatchObject({ code: 0, err: '' });
  expect(setup.steps.map(({ kind }) => kind)).toEqual(['deploy', 'import', 'wait', 'deploy']);
  expect(setup.importMapping('02')).toEqual({ A: { TableName: 'codes' }, B: { TableName: 'users' } });
});

describe('a table that is AWS::DynamoDB::Table in the target only', () => {
  const single = (): Json => ({ ...audit(), DeletionPolicy: 'Retain' });
  const target = (id: string): string =>
    setup.app('new', { name: 'Identity', region: EU, tables: { [id]: single(), Users: globalTable('users', [EU]) } });
  const before = { Audit: globalTable('audit', [EU]), Users: globalTable('users', [EU]) };
  const words = (given: string): string =>
    `[IDT1316] table 'audit' in eu-central-1 is AWS::DynamoDB::Table in the target, which no plan leads to\n  given:   ${given}`;
  const GIVEN = "AWS::DynamoDB::GlobalTable 'Audit' of stack Identity in eu-central-1";

  test.each(['Audit', 'Other'])('is refused as %s, between assemblies and from live tables', async (id) => {
    const from = setup.app('old', { name: 'Identity', region: EU, tables: before });
    const to = target(id);
    setup.stub.stacks = { [`${EU}/Identity`]: { Audit: 'audit', Users: 'users' } };
    ['users', 'audit'].forEach((each) => setup.stub.set(EU, each));
    for (const ran of [await setup.between(from, to), await setup.fromLive(to)]) {
      expect(ran).toMatchObject({ code: 2, out: '' });
      expect(ran.err).toContain(words(GIVEN));
    }
  });

  test('is refused where the table of another stack has its name', async () => {
    const from = setup.app(
      'old',
      { name: 'Other', region: EU, tables: { Audit: before.Audit } },
      { name: 'Identity', region: EU, tables: {} },
    );
    const ran = await setup.between(from, target('Audit'));
    expect(ran.err).toContain(words("AWS::DynamoDB::GlobalTable 'Audit' of stack Other in eu-central-1"));
  });

  test('is left alone where it was that already, or stands nowhere', async () => {
    const tables = { Audit: single(), Users: globalTable('users', [EU]) };
    const from = setup.app('old', { name: 'Identity', region: EU, tables });
    expect(await setup.between(from, target('Audit'))).toMatchObject({
      code: 0,
      out: 'nothing to do: the tables are as the app says; cdk deploy applies the rest',
    });
    const bare = setup.app('old2', { name: 'Identity', region: EU, tables: { Users: tables.Users } });
    expect(await setup.between(bare, target('Audit'), '--force')).toMatchObject({ code: 0, err: '' });
  });
});

describe('what a table needs and the target does not have stays until the table has left', () => {
  const KMS = { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } };
  const key = (name: string): Json => ({ SSESpecification: { KMSMasterKeyId: { 'Fn::GetAtt': [name, 'Arn'] } } });
  const indexed = {
    AttributeDefinitions: ['id', 'mail'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [
      { IndexName: 'mail', KeySchema: [{ AttributeName: 'mail', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
    ],
  };
  const SECTIONS = {
    Parameters: { Stage: { Type: 'String', Default: 'prod' }, Alias: { Type: 'String' } },
    Conditions: {
      Prod: { 'Fn::Or': [{ Condition: 'Staged' }, { 'Fn::Equals': [1, 2] }] },
      Staged: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    },
    Mappings: { Teams: { a: { b: 'c' } } },
  };

  test('its key with the role of that, its condition with parameters, its mapping; not what it only waits for', async () => {
    const old = globalTable('old', [EU], KMS, {
      ...key('Key'),
      Tags: [{ Key: 'team', Value: { 'Fn::FindInMap': ['Teams', { Ref: 'Alias' }, 'b'] } }],
    });
    const resources = {
      Users: globalTable('users', [EU]),
      Old: { ...old, Condition: 'Prod', DependsOn: ['Queue', 'Key'] },
      Key: {
        Type: 'AWS::KMS::Key',
        DeletionPolicy: 'Retain',
        Condition: 'Prod',
        Properties: { KeyPolicy: { 'Fn::Sub': '${Role.Arn}' } },
      },
      Role: { Type: 'AWS::IAM::Role' },
      Queue: { Type: 'AWS::SQS::Queue' },
    };
    const from = setup.app('old', { name: 'Identity', region: EU, tables: resources, sections: SECTIONS });
    const to = setup.app('new', { name: 'Identity', region: EU, tables: { Users: globalTable('users', [EU], indexed) } });
    expect(await setup.between(from, to)).toMatchObject({ code: 0, err: '' });
    const [index, target] = setup.steps;
    expect([index.title, target.title]).toEqual(['Identity: add one index to a table', 'Identity: deploy the unmodified target']);
    const { Users, ...kept } = setup.template(index.number, 'Identity').Resources;
    expect(Users.Properties).toMatchObject(indexed);
    expect(kept).toEqual({ Old: { ...old, DependsOn: ['Key'] }, Key: resources.Key, Role: resources.Role });
    expect(setup.template(index.number, 'Identity')).toMatchObject(SECTIONS);
    expect(Object.keys(setup.template(target.number, 'Identity').Resources)).toEqual(['Users']);
  });

  test('the key of a replica that is removed', async () => {
    const table = (home: string, other?: string): Json => {
      const made = globalTable('users', [EU, US], KMS) as { Properties: Json };
      const replicas = [...(other === undefined ? [] : [{ Region: US, ...key(other) }]), { Region: EU, ...key(home) }];
      return { ...made, Properties: { ...made.Properties, Replicas: replicas } };
    };
    const keyOf = { Type: 'AWS::KMS::Key' };
    const from = setup.app('old', {
      name: 'Identity',
      region: EU,
      tables: { Users: table('Home', 'Far'), Home: keyOf, Far: keyOf },
    });
    const changed = { ...table('Home'), DeletionPolicy: 'RetainExceptOnCreate' };
    const to = setup.app('new', { name: 'Identity', region: EU, tables: { Users: changed, Home: keyOf } });
    expect(await setup.between(from, to, '--accept-data-loss', `users@${US}`)).toMatchObject({ code: 0, err: '' });
    const known = setup.steps
      .filter(({ kind }) => kind === 'deploy')
      .map(({ number }) => setup.template(number, 'Identity').Resources);
    const regions = known.map(({ Users }) => (Users.Properties.Replicas as Json[]).map(({ Region }) => Region));
    expect(known.map(({ Far }, i) => [regions[i].includes(US), Far !== undefined])).toEqual(
      regions.map((each) => [each.includes(US), each.includes(US)]),
    );
    expect(regions).toContainEqual([US, EU]);
  });
});
