import { globalTable } from './verify-assembly';
import { VerifySetup } from './verify-setup';
import { refusal } from './verify-stub';

// Which scaling target and policy stand for which capacity of a table and its indexes.

type Json = Record<string, unknown>;

const EU = 'eu-central-1';
const US = 'us-east-1';

let setup: VerifySetup;
beforeEach(async () => {
  setup = await VerifySetup.start();
});
afterEach(() => setup.stop());

const INDEX = {
  IndexName: 'mail-index',
  KeySchema: [{ AttributeName: 'mail', KeyType: 'HASH' }],
  Projection: { ProjectionType: 'ALL' },
};
const AttributeDefinitions = ['id', 'mail'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
const fixed = { ReadCapacityUnits: 2, WriteCapacityUnits: 2 };
const PROVISIONED: Json = { ProvisionedThroughput: fixed, BillingModeSummary: undefined };

const scaled = (MinCapacity: number, MaxCapacity: number): Json => ({
  MinCapacity,
  MaxCapacity,
  TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
});
const writes = (capacity: Json): Json => ({ WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: capacity } });
const reads = (capacity: Json): Json => ({ ReadProvisionedThroughputSettings: { ReadCapacityAutoScalingSettings: capacity } });

/** A target and its policy, both for one unit of a resource. */
function scaling(ResourceId: string, unit: 'Read' | 'Write', MinCapacity: number, MaxCapacity: number): [Json, Json] {
  const kind = ResourceId.includes('/index/') ? 'index' : 'table';
  const own = { ResourceId, ScalableDimension: `dynamodb:${kind}:${unit}CapacityUnits` };
  return [
    { ...own, MinCapacity, MaxCapacity },
    { ...own, TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 } },
  ];
}

const inRegion = (pairs: readonly [Json, Json][]): { targets: Json[]; policies: Json[] } => ({
  targets: pairs.map(([target]) => target),
  policies: pairs.map(([, policy]) => policy),
});

const TABLE = 'table/users';
const MAIL = 'table/users/index/mail-index';
const ALL = {
  tableReads: scaling(TABLE, 'Read', 1, 11),
  tableWrites: scaling(TABLE, 'Write', 2, 12),
  indexReads: scaling(MAIL, 'Read', 3, 13),
  indexWrites: scaling(MAIL, 'Write', 4, 14),
};
const BOUNDS = {
  table: { read: { min: 1, max: 11, targetUtilization: 70 }, write: { min: 2, max: 12, targetUtilization: 70 } },
  indexes: {
    'mail-index': { read: { min: 3, max: 13, targetUtilization: 70 }, write: { min: 4, max: 14, targetUtilization: 70 } },
  },
};

describe('a table with an index, both scaled for reads and writes', () => {
  beforeEach(() => {
    const properties = {
      BillingMode: 'PROVISIONED',
      AttributeDefinitions,
      ...writes(scaled(2, 12)),
      GlobalSecondaryIndexes: [{ ...INDEX, ...writes(scaled(4, 14)) }],
    };
    const replica = {
      ...reads(scaled(1, 11)),
      GlobalSecondaryIndexes: [{ IndexName: 'mail-index', ...reads(scaled(3, 13)) }],
    };
    setup.assembly({ name: 'Eu', region: EU, tables: { Users: globalTable('users', [EU], properties, replica) } });
    const index = { ...INDEX, IndexStatus: 'ACTIVE', ProvisionedThroughput: fixed };
    setup.stub.set(EU, 'users', { table: { ...PROVISIONED, AttributeDefinitions, GlobalSecondaryIndexes: [index] } });
  });

  const capacity = async (pairs: readonly [Json, Json][]): Promise<unknown[]> => {
    setup.stub.scaling = { [EU]: inRegion(pairs) };
    const { changes, unchecked } = await setup.verify();
    expect(unchecked.filter(({ kind }) => kind === 'capacity')).toEqual([]);
    expect(changes.map(({ kind }) => kind).filter((kind) => kind !== 'capacity')).toEqual([]);
    return changes.map(({ before }) => before);
  };

  test('is as wanted when each of the four has its own target', async () => {
    expect(await capacity(Object.values(ALL))).toEqual([]);
    // In whatever order they are told.
    expect(await capacity(Object.values(ALL).reverse())).toEqual([]);
  });

  test('is told with the capacity that it has now where one of the four is not scaled', async () => {
    const now = { min: 2, max: 2 };
    const without = (name: keyof typeof ALL): [Json, Json][] =>
      Object.entries(ALL).flatMap(([key, pair]) => (key === name ? [] : [pair]));
    const index = BOUNDS.indexes['mail-index'];
    expect(await capacity(without('tableReads'))).toEqual([{ ...BOUNDS, table: { ...BOUNDS.table, read: now } }]);
    expect(await capacity(without('tableWrites'))).toEqual([{ ...BOUNDS, table: { ...BOUNDS.table, write: now } }]);
    expect(await capacity(without('indexReads'))).toEqual([{ ...BOUNDS, indexes: { 'mail-index': { ...index, read: now } } }]);
    expect(await capacity(without('indexWrites'))).toEqual([{ ...BOUNDS, indexes: { 'mail-index': { ...index, write: now } } }]);
  });

  test('the target of another table of which this one is a part of the name does not count', async () => {
    const foreign = scaling('table/users-old', 'Read', 1, 11);
    const { tableReads, ...others } = ALL;
    const [before] = await capacity([foreign, ...Object.values(others)]);
    expect(before).toEqual({ ...BOUNDS, table: { ...BOUNDS.table, read: { min: 2, max: 2 } } });
    expect(await capacity([foreign, tableReads, ...Object.values(others)])).toEqual([]);
  });

  test('a target without a policy scales to no utilization', async () => {
    setup.stub.scaling = {
      [EU]: {
        targets: Object.values(ALL).map(([target]) => target),
        policies: [ALL.tableReads, ALL.indexReads, ALL.indexWrites].map(([, policy]) => policy),
      },
    };
    const { changes } = await setup.verify();
    expect(changes.map(({ before }) => before)).toEqual([{ ...BOUNDS, table: { ...BOUNDS.table, write: { min: 2, max: 12 } } }]);
  });
});

describe('where not all is scaled, or known', () => {
  const scaledTable = (region: string): Json =>
    globalTable(
      'users',
      [region],
      { BillingMode: 'PROVISIONED', ...writes(scaled(2, 12)) },
      { ReadProvisionedThroughputSettings: { ReadCapacityUnits: 2 } },
    );

  test('no scaling is asked for in a region where every table is billed by request', async () => {
    setup.assembly(
      { name: 'Eu', region: EU, tables: { Users: scaledTable(EU) } },
      { name: 'Us', region: US, tables: { Codes: globalTable('codes', [US]) } },
    );
    setup.stub.set(EU, 'users', { table: PROVISIONED });
    setup.stub.set(US, 'codes');
    setup.stub.scaling = { [EU]: inRegion([ALL.tableWrites]) };
    const { code, changes, regions } = await setup.verify();
    expect({ code, changes, standing: regions.map(({ standing }) => standing) }).toEqual({
      code: 0,
      changes: [],
      standing: [1, 1],
    });
    const asked = setup.stub.calls.filter(({ operation }) => operation.startsWith('DescribeScal'));
    expect(asked.map(({ region, operation }) => `${region} ${operation}`).sort()).toEqual([
      `${EU} DescribeScalableTargets`,
      `${EU} DescribeScalingPolicies`,
    ]);
  });

  test('a target that was left behind by a table that is billed by request now is no capacity', async () => {
    setup.assembly({ name: 'Eu', region: EU, tables: { Users: scaledTable(EU), Codes: globalTable('codes', [EU]) } });
    setup.stub.set(EU, 'users', { table: PROVISIONED });
    setup.stub.set(EU, 'codes');
    setup.stub.scaling = { [EU]: inRegion([ALL.tableWrites, scaling('table/codes', 'Write', 2, 12)]) };
    expect(await setup.verify()).toMatchObject({ code: 0, changes: [] });
  });

  test('each region has the scaling of its own', async () => {
    setup.assembly(
      { name: 'Eu', region: EU, tables: { Users: scaledTable(EU) } },
      { name: 'Us', region: US, tables: { Users: scaledTable(US) } },
    );
    [EU, US].forEach((region) => setup.stub.set(region, 'users', { table: PROVISIONED }));
    setup.stub.scaling = { [EU]: inRegion([ALL.tableWrites]), [US]: inRegion([scaling(TABLE, 'Write', 2, 99)]) };
    const { changes } = await setup.verify();
    expect(changes).toMatchObject([{ region: US, kind: 'capacity', before: { table: { write: { min: 2, max: 99 } } } }]);
  });

  test('a scaling service that refuses to tell is a problem, of capacity alone and of provisioned tables alone', async () => {
    setup.assembly({
      name: 'Eu',
      region: EU,
      tables: { Users: scaledTable(EU), Codes: globalTable('codes', [EU]) },
    });
    setup.stub.set(EU, 'users', { table: { ...PROVISIONED, DeletionProtectionEnabled: true } });
    setup.stub.set(EU, 'codes');
    setup.stub.scaling = { [EU]: inRegion([ALL.tableWrites]) };
    setup.stub.before = ({ operation }) =>
      operation === 'DescribeScalingPolicies' ? refusal('AccessDeniedException', 'not you') : undefined;
    const { code, changes, problems, unchecked } = await setup.verify();
    expect({ code, kinds: changes.map(({ kind }) => kind) }).toEqual({ code: 2, kinds: ['deletion-protection'] });
    expect(problems.map(({ what, given }) => [what, given])).toEqual([
      ["capacity of 'users' in eu-central-1 could not be read", 'AccessDeniedException: not you'],
    ]);
    expect(unchecked.filter(({ kind }) => kind === 'capacity').map(({ tableName, cause }) => [tableName, cause])).toEqual([
      ['users', 'refused'],
    ]);
  });
});
