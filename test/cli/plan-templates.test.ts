import { AP, EU, PlanSetup, US, type WrittenTemplate } from './plan-setup';
import { globalTable } from './verify-assembly';

// What the template of a step keeps from the assemblies, and what it must not name.

type Json = Record<string, unknown>;

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

/** An assembly with one stack in the first region. */
const app = (name: string, tables: Record<string, Json>, outputs?: Json): string =>
  setup.app(name, { name: 'Identity', region: EU, tables, ...(outputs && { outputs }) });

/** The template of each step that has one. */
const templates = (): WrittenTemplate[] =>
  setup.steps
    .filter(({ kind }) => kind === 'deploy' || kind === 'import')
    .map(({ number }) => setup.template(number, 'Identity'));

/** Indexes such as `mail-index` on the attribute `mail`, with what else each has. */
function indexed(indexes: Readonly<Record<string, Json>>): Json {
  const attributes = ['id', ...Object.keys(indexes)];
  return {
    AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: Object.entries(indexes).map(([attribute, more]) => ({
      IndexName: `${attribute}-index`,
      KeySchema: [{ AttributeName: attribute, KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
      ...more,
    })),
  };
}

describe('an index that stays', () => {
  const warm = (units: number): Json => ({ WarmThroughput: { ReadUnitsPerSecond: units, WriteUnitsPerSecond: 4_000 } });
  /** The name and warm throughput of the indexes that each template has. */
  const written = (): unknown[][] =>
    templates().map(({ Resources: { Users } }) =>
      (Users.Properties.GlobalSecondaryIndexes as Json[]).map(({ IndexName, WarmThroughput }) => [
        IndexName,
        (WarmThroughput as Json | undefined)?.ReadUnitsPerSecond,
      ]),
    );

  test('keeps its warm throughput in every template while others are added beside it', async () => {
    const from = app('old', { Users: globalTable('users', [EU], indexed({ mail: warm(12_000) })) });
    const to = app('new', { Users: globalTable('users', [EU], indexed({ mail: warm(12_000), name: {}, phone: {} })) });
    expect(await setup.between(from, to)).toMatchObject({ code: 0, err: '' });
    expect(written()).toEqual([
      [
        ['mail-index', 12_000],
        ['name-index', undefined],
      ],
      [
        ['mail-index', 12_000],
        ['name-index', undefined],
        ['phone-index', undefined],
      ],
    ]);
  });

  test('is made with the warm throughput of the target when it is added', async () => {
    const from = app('old', { Users: globalTable('users', [EU]) });
    const to = app('new', { Users: globalTable('users', [EU], indexed({ mail: warm(12_000), name: warm(13_000) })) });
    expect(await setup.between(from, to)).toMatchObject({ code: 0, err: '' });
    expect(written()).toEqual([
      [['mail-index', 12_000]],
      [
        ['mail-index', 12_000],
        ['name-index', 13_000],
      ],
    ]);
  });
});

describe('a replica of the older assembly', () => {
  const literal = (region: string): Json => ({ StreamArn: `arn:aws:kinesis:${region}:111122223333:stream/users` });
  const substituted = (region: string): Json => ({
    StreamArn: { 'Fn::Sub': `arn:\${AWS::Partition}:kinesis:${region}:111122223333:stream/users` },
  });
  const replicated = (kinesis: (region: string) => Json, ...regions: string[]): Json => {
    const Replicas = regions.map((Region) => ({ Region, KinesisStreamSpecification: kinesis(Region) }));
    return globalTable('users', [EU, ...regions], { Replicas: [...Replicas, { Region: EU }] });
  };

  test('keeps what only the older template says of it until it goes', async () => {
    const from = app('old', { Users: replicated(literal, AP, US) });
    const stream = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };
    const to = app('new', { Users: globalTable('users', [EU], stream) });
    const accepted = ['--accept-data-loss', 'users@us-east-1,users@ap-southeast-2'];
    expect(await setup.between(from, to, ...accepted)).toMatchObject({ code: 0, err: '' });
    expect(templates().map(({ Resources }) => Resources.Users.Properties.Replicas)).toEqual([
      [{ Region: US, KinesisStreamSpecification: literal(US) }, { Region: EU }],
      [{ Region: EU }],
    ]);
  });

  test('is written in the words of the target where the target has it', async () => {
    const from = app('old', { Users: replicated(literal, US) });
    const to = app('new', { Users: replicated(substituted, US, AP) });
    expect(await setup.between(from, to)).toMatchObject({ code: 0, err: '' });
    expect(templates().map(({ Resources }) => Resources.Users.Properties.Replicas)).toEqual([
      [
        { Region: US, KinesisStreamSpecification: substituted(US) },
        { Region: AP, KinesisStreamSpecification: substituted(AP) },
        { Region: EU },
      ],
    ]);
  });
});

describe('an import beside a table that the stack has and one that is created', () => {
  const tables = {
    Users: globalTable('users', [EU]),
    Codes: globalTable('codes', [EU]),
    Fresh: globalTable('fresh', [EU]),
    Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
  };
  const outputs = {
    Name: { Value: { Ref: 'Users' } },
    Arn: { Value: { 'Fn::GetAtt': ['Users', 'Arn'] } },
    Short: { Value: { 'Fn::GetAtt': 'Users.Arn' } },
    Text: { Value: { 'Fn::Sub': 'in ${AWS::Region}: ${Fresh.Arn}' } },
    Joined: { Value: { 'Fn::Join': ['/', ['table', { Ref: 'Fresh' }]] } },
    // No name or ARN tells these before the table stands.
    Stream: { Value: { 'Fn::GetAtt': ['Users', 'StreamArn'] } },
    ShortStream: { Value: { 'Fn::GetAtt': 'Fresh.StreamArn' } },
    TextStream: { Value: { 'Fn::Sub': 'stream ${Fresh.StreamArn}' } },
    Standing: { Value: { Ref: 'Codes' } },
    Queue: { Value: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
  };

  beforeEach(async () => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Codes: 'codes' } };
    setup.stub.set(EU, 'users');
    setup.stub.set(EU, 'codes');
    expect(await setup.fromLive(app('new', tables, outputs))).toMatchObject({ code: 0, err: '' });
  });

  test('maps the imported table alone, though the template has the others too', () => {
    const { number } = setup.step(({ kind }) => kind === 'import');
    expect(Object.keys(setup.template(number, 'Identity').Resources).sort()).toEqual(['Codes', 'Queue', 'Users']);
    expect(setup.importMapping(number)).toEqual({ Users: { TableName: 'users' } });
  });

  test('changes nothing else: the template is that of the step before and the imported table', () => {
    const [before, imported] = templates();
    expect(imported.Outputs).toEqual(before.Outputs);
    expect(imported.Resources).toEqual({ ...before.Resources, Users: tables.Users });
  });

  test('no output names what its template does not have, and an output of something else stays', () => {
    const written = templates();
    expect(written.map(({ Resources }) => Object.keys(Resources).sort().join())).toEqual([
      'Codes,Queue',
      'Codes,Queue,Users',
      'Codes,Fresh,Queue,Users',
    ]);
    for (const { Resources, Outputs } of written) {
      expect(namesIn(Outputs).filter((name) => !Object.hasOwn(Resources, name))).toEqual([]);
      expect(Outputs).toMatchObject({ Standing: outputs.Standing, Queue: outputs.Queue });
    }
    expect(written.at(-1)?.Outputs).toEqual(outputs);
  });
});

/** Logical ids that intrinsic functions of a value name. */
function namesIn(value: unknown): string[] {
  const text = JSON.stringify(value);
  const patterns = [/"Ref":"(\w+)"/g, /"Fn::GetAtt":\[?"(\w+)/g, /\$\{(\w+)[.}]/g];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name]) => name));
}
