import { EU, PlanSetup, US } from './plan-setup';
import { globalTable } from './verify-assembly';
import { refusal } from './verify-stub';

// What a plan reads of live tables that their state does not know: warm throughput and Kinesis streams.

type Json = Record<string, unknown>;

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
});
afterEach(() => setup.stop());

const app = (resources: Record<string, Json>): string => setup.app('new', { name: 'Identity', region: EU, tables: resources });
const outline = (): unknown[] =>
  setup.steps.map(({ kind, changes, wait }) => [kind, ...changes.map((change) => change.split(';')[0]), ...(wait ? [wait] : [])]);

describe('the Kinesis stream of a table that is imported', () => {
  const arn = (name: string): string => `arn:aws:kinesis:eu-central-1:111122223333:stream/${name}`;
  const streaming = (StreamArn: unknown): Json => globalTable('users', [EU], {}, { KinesisStreamSpecification: { StreamArn } });
  const importedReplica = (): Json => {
    const { number } = setup.step(({ kind }) => kind === 'import');
    const { Users, Users2 } = setup.template(number, 'Identity').Resources;
    return (((Users2 ?? Users).Properties.Replicas as Json[])[0].KinesisStreamSpecification as Json | undefined) ?? {};
  };
  const imported = [
    ['import', 'users: imported in eu-central-1'],
    ['wait', 'verified'],
  ];
  const letGo = ['deploy', 'users: leaves the stack and stands on without one'];
  const changed = ['deploy', 'users: KinesisStreamSpecification of eu-central-1'];

  test('is in the import and not enabled once more, when another resource takes the table over', async () => {
    setup.deploy({ Users: streaming(arn('a')) });
    setup.stub.set(EU, 'users', { kinesis: { [arn('a')]: 'ACTIVE' } });
    await setup.fromLive(app({ Users2: streaming(arn('a')) }));
    expect(outline()).toEqual([letGo, ...imported, ['deploy']]);
    expect(importedReplica()).toEqual({ StreamArn: arn('a') });
  });

  test('is changed or removed after the import that says what stands', async () => {
    setup.deploy({ Users: streaming(arn('a')) });
    setup.stub.set(EU, 'users', { kinesis: { [arn('a')]: 'ACTIVE' } });
    await setup.fromLive(app({ Users2: streaming(arn('b')) }));
    expect(outline()).toEqual([letGo, ...imported, changed]);
    expect(importedReplica()).toEqual({ StreamArn: arn('a') });
    await setup.fromLive(app({ Users2: globalTable('users', [EU]) }), '--force');
    expect(outline()).toEqual([letGo, ...imported, changed]);
    expect(importedReplica()).toEqual({ StreamArn: arn('a') });
  });

  test('is known between two assemblies from the older one', async () => {
    const old = setup.app('old', { name: 'Identity', region: EU, tables: { Users: streaming(arn('a')) } });
    await setup.between(old, app({ Users2: streaming(arn('a')) }));
    expect(outline()).toEqual([letGo, ...imported, ['deploy']]);
    expect(importedReplica()).toEqual({ StreamArn: arn('a') });
  });

  test('is found at a table that no stack owns, also when only CloudFormation knows the one of the target', async () => {
    setup.stub.stacks = {};
    setup.stub.set(EU, 'users', { kinesis: { [arn('old')]: 'DISABLED', [arn('a')]: 'ACTIVE' } });
    for (const wanted of [arn('a'), { 'Fn::ImportValue': 'Stream' }]) {
      await setup.fromLive(app({ Users: streaming(wanted) }), '--force');
      expect(outline().slice(1)).toEqual([...imported, ['deploy']]);
      expect(importedReplica()).toEqual({ StreamArn: wanted });
    }
  });

  test('is not in the import of a table without one, which gets it afterwards', async () => {
    setup.stub.stacks = {};
    setup.stub.set(EU, 'users', { kinesis: { [arn('a')]: 'DISABLED' } });
    await setup.fromLive(app({ Users: streaming(arn('a')) }));
    expect(outline().slice(1)).toEqual([...imported, changed]);
    expect(importedReplica()).toEqual({});
  });

  test('fails where it may not be read, and is not asked for where no template says one', async () => {
    setup.stub.set(EU, 'users');
    setup.stub.before = ({ operation }) =>
      operation === 'DescribeKinesisStreamingDestination' ? refusal('AccessDeniedException', 'not you') : undefined;
    const { code, err } = await setup.fromLive(app({ Users: streaming(arn('a')) }));
    expect(code).toBe(2);
    expect(err).toContain("[IDT1205] to which Kinesis streams 'users' in eu-central-1 sends its changes could not be read");
    expect(await setup.fromLive(app({ Users: globalTable('users', [EU]) }), '--force')).toMatchObject({ code: 0, err: '' });
  });
});

describe('warm throughput that a table has reached by itself', () => {
  const warm = (reads: number, writes: number): Json => ({
    WarmThroughput: { ReadUnitsPerSecond: reads, WriteUnitsPerSecond: writes },
  });
  const index = (more: Json): Json => ({
    AttributeDefinitions: ['id', 'mail'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'mail',
        KeySchema: [{ AttributeName: 'mail', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
        ...more,
      },
    ],
  });
  const table = (more: Json = {}): Json => globalTable('users', [EU], more);
  const stands = (own: Json, ofIndex: Json): void =>
    setup.stub.set(EU, 'users', { table: { ...index({ IndexStatus: 'ACTIVE', ...ofIndex }), ...own } });

  test('is not lowered by a template that says less', async () => {
    setup.deploy({ Users: table(index({})) });
    stands(warm(30_000, 4_000), warm(12_000, 5_000));
    const { code, err } = await setup.fromLive(app({ Users: table({ ...index(warm(12_000, 4_999)), ...warm(29_999, 4_000) }) }));
    expect(code).toBe(2);
    expect(err).toContain("[IDT1314] the warm throughput of table 'users' is lowered");
    expect(err).toContain('allowed: at least {"ReadUnitsPerSecond":30000,"WriteUnitsPerSecond":4000}');
    expect(err).toContain("[IDT1314] the warm throughput of index 'mail' of table 'users' is lowered");
  });

  test('is no change where the target says nothing, and a deployment where it says as much or more', async () => {
    setup.deploy({ Users: table(index({})) });
    stands(warm(30_000, 4_000), warm(12_000, 4_000));
    expect((await setup.fromLive(app({ Users: table(index({})) }))).out).toContain('nothing to do');
    await setup.fromLive(app({ Users: table({ ...index(warm(12_000, 4_000)), ...warm(30_000, 4_001) }) }), '--force');
    expect(outline()).toEqual([['deploy', 'users: WarmThroughput, WarmThroughput of mail']]);
  });

  test('is no change where both templates say the same, however far the table has come', async () => {
    const same = table({ ...index(warm(12_000, 4_000)), ...warm(12_000, 4_000) });
    setup.deploy({ Users: same });
    stands(warm(30_000, 8_000), warm(30_000, 8_000));
    expect((await setup.fromLive(app({ Users: same }))).out).toContain('nothing to do');
  });

  test('is not lowered after an import either', async () => {
    setup.stub.stacks = {};
    stands(warm(30_000, 8_000), warm(12_000, 4_000));
    const { code, err } = await setup.fromLive(app({ Users: table({ ...index({}), ...warm(12_000, 8_000) }) }));
    expect({ code, isSaid: err.includes("[IDT1314] the warm throughput of table 'users' is lowered") }).toEqual({
      code: 2,
      isSaid: true,
    });
  });
});

test('the cooldown of a scaling policy changes in a deployment of its own, not beside a replica', async () => {
  const scaled = (ScaleInCooldown: number | undefined): Json => ({
    MinCapacity: 1,
    MaxCapacity: 10,
    TargetTrackingScalingPolicyConfiguration: { TargetValue: 70, ScaleInCooldown },
  });
  const table = (regions: readonly string[], cooldown?: number): Json =>
    globalTable('users', [], {
      BillingMode: 'PROVISIONED',
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: scaled(cooldown) },
      Replicas: regions.map((Region) => ({
        Region,
        ReadProvisionedThroughputSettings: { ReadCapacityAutoScalingSettings: scaled(cooldown) },
      })),
    });
  const old = setup.app('old', { name: 'Identity', region: EU, tables: { Users: table([EU], 60) } });
  await setup.between(old, app({ Users: table([US, EU], 600) }));
  expect(outline()).toEqual([
    ['deploy', 'users: scaling policy, scaling policy of eu-central-1'],
    ['deploy', 'users: replica in us-east-1 added'],
  ]);
  const written = setup.steps.map(({ number }) => setup.template(number, 'Identity').Resources.Users.Properties);
  expect(written[0]).toEqual((table([EU], 600) as { Properties: Json }).Properties);
  expect(written[1]).toEqual((table([US, EU], 600) as { Properties: Json }).Properties);
  await setup.between(old, app({ Users: table([US, EU], 60) }), '--force');
  expect(outline()).toEqual([['deploy', 'users: replica in us-east-1 added']]);
});
