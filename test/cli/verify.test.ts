import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { runCommand, type Ran } from './support';
import { globalTable, writeAssembly, type AssemblyStack } from './verify-assembly';
import { bareTable, refusal, StubDynamo, xmlError, type Reply } from './verify-stub';

const EU = 'eu-central-1';
const US = 'us-east-1';
const STREAM = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } };

let stub: StubDynamo;
let app: string;
beforeEach(async () => {
  stub = await StubDynamo.start();
  app = mkdtempSync(path.join(tmpdir(), 'verify-'));
});
afterEach(async () => {
  await stub.stop();
  rmSync(app, { recursive: true });
});

interface Verified {
  readonly regions: {
    region: string;
    account?: string;
    standing: number;
    wanted: number;
    isEmpty: boolean;
    ending?: { kind: string };
  }[];
  readonly changes: { region: string; tableName: string; kind: string; severity: string }[];
  readonly inBetween: { region: string; tableName: string; subject: string; status: string; meaning: string }[];
  readonly unchecked: { region: string; tableName: string; kind: string; cause: string; reason: string }[];
  readonly failures: { region: string; tableName: string; reason: string }[];
  readonly lookalikes: { region: string; missing: string; tableName: string; isSameShape: boolean }[];
  readonly problems: { code: string; what: string; given?: string; fix: string }[];
}

function verify(...args: string[]): Promise<Ran> {
  return runCommand(['verify', '--app', app, '--endpoint', stub.endpoint, ...args]);
}

async function verified(...args: string[]): Promise<Verified & { readonly code: number }> {
  const { code, out } = await verify('--json', ...args);
  return { code, ...(JSON.parse(out) as Verified) };
}

/** `table region kind` of each change. */
function places(changes: Verified['changes']): string[] {
  return changes.map(({ tableName, region, kind }) => `${tableName} ${region} ${kind}`);
}

function assembly(...stacks: AssemblyStack[]): void {
  writeAssembly(app, stacks);
}

function oneStack(tables: AssemblyStack['tables'], region = EU): void {
  assembly({ name: `Identity-${region}`, region, tables });
}

/** A live replica of a global table in these regions. */
function replicated(regions: readonly string[]): Record<string, unknown> {
  return { ...STREAM, Replicas: regions.map((region) => ({ RegionName: region, ReplicaStatus: 'ACTIVE' })) };
}

describe('what stands as wanted', () => {
  test('a regional and a replicated table: exit 0, every region with its account, nothing differs', async () => {
    assembly(
      { name: 'Identity-eu', region: EU, tables: { Users: globalTable('users', [EU, US]), Nonces: globalTable('nonces', [EU]) } },
      { name: 'Identity-us', region: US, tables: { Nonces: globalTable('nonces', [US]) } },
    );
    for (const region of [EU, US]) {
      stub.set(region, 'users', { table: { ...replicated([EU, US]) } });
      stub.set(region, 'nonces');
    }
    const { code, out, err } = await verify();
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain(`tables of ${app} against ${stub.endpoint}`);
    expect(out).toMatch(/eu-central-1 +111122223333 +2 of 2\n/);
    expect(out).toMatch(/us-east-1 +111122223333 +2 of 2\n/);
    expect(out).toMatch(/4 tables in 2 regions: no difference in \d/);
    expect(out).toMatch(/owner +2 tables in 2 regions +the server does not know the call/);
  });

  test('six calls a table and region, one more for each index, and one for each stack', async () => {
    const index = {
      IndexName: 'email-index',
      KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    };
    const AttributeDefinitions = ['id', 'email'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
    oneStack({ Users: globalTable('users', [EU], { AttributeDefinitions, GlobalSecondaryIndexes: [index] }) });
    stub.set(EU, 'users', { table: { AttributeDefinitions, GlobalSecondaryIndexes: [{ ...index, IndexStatus: 'ACTIVE' }] } });
    expect((await verified()).code).toBe(0);
    expect(stub.calls.map(({ operation }) => operation).sort()).toEqual([
      'DescribeContinuousBackups',
      'DescribeContributorInsights',
      'DescribeContributorInsights',
      'DescribeTable',
      'DescribeTimeToLive',
      'GetResourcePolicy',
      'ListStackResources',
      'ListTagsOfResource',
    ]);
  });
});

describe('differences', () => {
  // cases: the TTL of a removed property stays on
  test('a ttl that the template does not have, and a disabled one that is remembered', async () => {
    oneStack({
      Users: globalTable('users', [EU]),
      Codes: globalTable('codes', [EU], { TimeToLiveSpecification: { Enabled: false, AttributeName: 'ttl' } }),
    });
    stub.set(EU, 'users', { timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' } });
    stub.set(EU, 'codes', { timeToLive: { TimeToLiveStatus: 'DISABLED' } });
    const { code, out } = await verify();
    expect(code).toBe(1);
    expect(out).toMatch(
      /^users\n +region +what +live +assembly +to change it\n +eu-central-1 +ttl +on, attribute 'expires' +off +in place$/m,
    );
    expect(out).not.toContain('codes\n');
  });

  test('the mode of contributor insights, of a table and of an index', async () => {
    const index = {
      IndexName: 'email-index',
      KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    };
    const AttributeDefinitions = ['id', 'email'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
    const on = (Mode: string): object => ({ ContributorInsightsSpecification: { Enabled: true, Mode } });
    const ofIndex = (Mode: string): object => ({
      GlobalSecondaryIndexes: [{ IndexName: 'email-index', ...on(Mode) }],
    });
    const table = (replica: object): Record<string, unknown> =>
      globalTable('users', [EU], { AttributeDefinitions, GlobalSecondaryIndexes: [index] }, { ...replica });
    stub.set(EU, 'users', { table: { AttributeDefinitions, GlobalSecondaryIndexes: [index] } });
    stub.before = ({ operation, input }) =>
      operation === 'DescribeContributorInsights'
        ? {
            status: 200,
            body: {
              ContributorInsightsStatus: 'ENABLED',
              ContributorInsightsMode: 'THROTTLED_KEYS',
              ...(input.IndexName !== undefined && { IndexName: 'email-index' }),
            },
          }
        : undefined;
    oneStack({ Users: table({ ...on('THROTTLED_KEYS'), ...ofIndex('THROTTLED_KEYS') }) });
    expect((await verified()).changes).toEqual([]);
    oneStack({ Users: table({ ...on('THROTTLED_KEYS'), ...ofIndex('ACCESSED_AND_THROTTLED_KEYS') }) });
    expect((await verify()).out).toMatch(
      /contributor insights +on for table \(THROTTLED_KEYS\), email-index \(THROTTLED_KEYS\) +on for table \(THROTTLED_KEYS\), email-index \(ACCESSED_AND_THROTTLED_KEYS\)/,
    );
  });

  // cases: settings that are not synchronised stay on the first region
  test('one region lacks deletion protection: exactly one difference, with region and setting', async () => {
    const AP = 'ap-southeast-2';
    const replica = {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      Tags: [{ Key: 'owner', Value: 'x' }],
    };
    oneStack({ Users: globalTable('users', [EU, US, AP], {}, replica) });
    for (const region of [EU, US, AP]) {
      stub.set(region, 'users', {
        table: { ...replicated([EU, US, AP]), DeletionProtectionEnabled: region !== EU },
        recovery: { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 35 },
        tags: { owner: 'x' },
      });
    }
    const { code, changes } = await verified();
    expect(code).toBe(1);
    expect(changes).toEqual([
      { region: EU, tableName: 'users', kind: 'deletion-protection', before: false, after: true, severity: 'in place' },
    ]);
  });

  test('what the assembly does not know of our names is reported and not to be changed', async () => {
    const AP = 'ap-southeast-2';
    assembly(
      { name: 'Identity-eu', region: EU, tables: { Users: globalTable('users', [EU, US]) } },
      { name: 'Identity-us', region: US, tables: { Codes: globalTable('codes', [US]) } },
    );
    for (const region of [EU, US]) {
      stub.set(region, 'users', { table: replicated([EU, US, AP]) });
    }
    stub.set(US, 'codes');
    stub.set(EU, 'codes');
    stub.set(EU, 'users-of-another-team');
    const { changes } = await verified();
    expect(places(changes)).toEqual([`codes ${EU} table-extra`, `users ${AP} replica-removed`]);
    const { out } = await verify();
    expect(out).toMatch(/eu-central-1 +table +stands +unknown to the assembly; left alone +-$/m);
    expect(out).toMatch(/ap-southeast-2 +replica +stands +unknown to the assembly; left alone +-$/m);
    expect(out).not.toContain('another-team');
  });

  test('regional tables in the place of a replicated one, once the server is known to tell of replicas', async () => {
    oneStack({ Users: globalTable('users', [EU, US]), Clients: globalTable('clients', [EU, US]) });
    for (const region of [EU, US]) {
      stub.set(region, 'users', { table: STREAM });
      stub.set(region, 'clients', { table: replicated([EU, US]) });
    }
    const { changes } = await verified();
    expect(changes.map(({ region, tableName, kind, severity }) => [region, tableName, kind, severity])).toEqual([
      [US, 'users', 'placement', 'migration'],
    ]);
    expect((await verify()).out).toMatch(/us-east-1 +replication +regional +replicated in eu-central-1, us-east-1 +migration/);
  });

  test('a replica that other regions tell of but that is not there is missing', async () => {
    oneStack({ Users: globalTable('users', [EU, US]) });
    stub.set(EU, 'users', { table: replicated([EU, US]) });
    expect(places((await verified()).changes)).toEqual([`users ${US} replica-added`]);
  });

  test('a server that tells of no replica: replication is not checked, and everything else is', async () => {
    oneStack({ Users: globalTable('users', [EU, US]) });
    stub.set(EU, 'users', { table: STREAM });
    stub.set(US, 'users', { table: { ...STREAM, DeletionProtectionEnabled: true } });
    const { code, out } = await verify();
    expect(code).toBe(1);
    expect(out).toMatch(/replication +1 table in 2 regions +no table of the server tells of replicas/);
    expect(out).toMatch(/us-east-1 +deletion protection +on +off/);
    expect(out).not.toContain('migration');
  });

  describe('owners', () => {
    beforeEach(() => {
      oneStack({ Users: globalTable('users', [EU]), Codes: globalTable('codes', [EU]) });
      stub.set(EU, 'users');
      stub.set(EU, 'codes');
    });

    test('both tables are in the stack that the assembly names: one call tells it', async () => {
      stub.stacks = { [`${EU}/Identity-${EU}`]: { Users: 'users', Codes: 'codes', Topic: 'topic' } };
      expect(await verified()).toMatchObject({ code: 0, changes: [], unchecked: [] });
      expect(stub.callsOf('ListStackResources').map(({ input }) => input)).toEqual([
        { Version: '2010-05-15', StackName: `Identity-${EU}` },
      ]);
    });

    test('one table is in another stack, the other one in none', async () => {
      stub.stacks = { [`${EU}/Legacy`]: { Table: 'users' } };
      const { changes } = await verified();
      expect(changes).toEqual([
        {
          region: EU,
          tableName: 'codes',
          kind: 'owner',
          before: { kind: 'nobody' },
          after: { kind: 'stack', stackName: `Identity-${EU}`, logicalId: 'Codes', deletionPolicy: 'Retain' },
          severity: 'staged',
        },
        expect.objectContaining({
          tableName: 'users',
          kind: 'owner',
          before: { kind: 'stack', stackName: 'Legacy', logicalId: 'Table', deletionPolicy: 'unresolved:DeletionPolicy' },
        }),
      ]);
      expect((await verify()).out).toMatch(
        /eu-central-1 +owner +stack Legacy, Table +stack Identity-eu-central-1, Users +staged/,
      );
    });

    test('another logical id of the same stack is another owner; the made-up end of a nested stack is not', async () => {
      stub.stacks = { [`${EU}/Identity-${EU}`]: { Users2: 'users' }, [`${EU}/Identity-${EU}-1B2C3D4E5F6G7`]: { Codes: 'codes' } };
      expect(places((await verified()).changes)).toEqual([`users ${EU} owner`]);
      stub.stacks = { [`${EU}/Identity-${EU}`]: { Users: 'users' }, [`${EU}/Identity-${EU}-legacy`]: { Codes: 'codes' } };
      expect(places((await verified()).changes)).toEqual([`codes ${EU} owner`]);
    });

    const tagged = (stackName: string) => (logicalId: string) => ({
      tags: { 'aws:cloudformation:stack-name': stackName, 'aws:cloudformation:logical-id': logicalId },
    });

    test('tags tell the stack where there is no CloudFormation', async () => {
      const tags = tagged(`Identity-${EU}`);
      stub.set(EU, 'users', tags('Users'));
      stub.set(EU, 'codes', tags('Other'));
      const { code, changes, unchecked } = await verified();
      expect({ code, changes: places(changes), unchecked }).toEqual({ code: 1, changes: [`codes ${EU} owner`], unchecked: [] });
    });

    test('a denied CloudFormation is a problem for tables without tags only', async () => {
      stub.set(EU, 'users', tagged(`Identity-${EU}`)('Users'));
      stub.before = ({ operation }) => (operation === 'ListStackResources' ? xmlError('AccessDenied', 'not you') : undefined);
      const { code, unchecked } = await verified();
      expect({ code, unchecked: unchecked.map(({ tableName, cause }) => [tableName, cause]) }).toEqual({
        code: 2,
        unchecked: [['codes', 'refused']],
      });
    });

    test('tags of a stack that has let go of its tables do not count', async () => {
      const tags = tagged(`Identity-${EU}`);
      stub.set(EU, 'users', tags('Users'));
      stub.set(EU, 'codes', tags('Codes'));
      stub.stacks = { [`${EU}/Identity-${EU}`]: { Codes: 'codes' } };
      const { changes } = await verified();
      expect(places(changes)).toEqual([`users ${EU} owner`]);
      expect(changes[0]).toMatchObject({ before: { kind: 'nobody' } });
    });

    test('an imported table has the tags of its former stack', async () => {
      const tags = tagged('Legacy');
      stub.set(EU, 'users', tags('Table'));
      stub.set(EU, 'codes', tags('Other'));
      stub.stacks = { [`${EU}/Identity-${EU}`]: { Users: 'users', Codes: 'codes' } };
      expect(await verified()).toMatchObject({ code: 0, changes: [], unchecked: [] });
    });

    test('one call tells all tables of a stack under another name than the assembly says', async () => {
      stub.stacks = { [`${EU}/Identity-${EU}-1B2C3D4E5F6G7`]: { Users: 'users', Codes: 'codes' } };
      expect(await verified()).toMatchObject({ code: 0, changes: [] });
      expect(stub.calls.map(({ operation }) => operation).filter((name) => name.endsWith('StackResources'))).toEqual([
        'ListStackResources',
        'DescribeStackResources',
      ]);
    });

    test('a throttled CloudFormation is asked again', async () => {
      stub.stacks = { [`${EU}/Identity-${EU}`]: { Users: 'users', Codes: 'codes' } };
      let asked = 0;
      stub.before = ({ operation }) =>
        operation === 'ListStackResources' && ++asked === 1 ? xmlError('Throttling', 'Rate exceeded') : undefined;
      expect(await verified()).toMatchObject({ code: 0, unchecked: [] });
      expect(asked).toBe(2);
    });
  });

  describe('provisioned capacity', () => {
    const scaled = { MinCapacity: 5, MaxCapacity: 50, TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 } };
    const provisioned = {
      BillingMode: 'PROVISIONED',
      WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: scaled },
    };
    const reads = { ReadProvisionedThroughputSettings: { ReadCapacityUnits: 5 } };
    const target = { ResourceId: 'table/users', ScalableDimension: 'dynamodb:table:WriteCapacityUnits', MinCapacity: 5 };
    const policy = { ...target, TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 } };
    beforeEach(() => {
      oneStack({ Users: globalTable('users', [EU], provisioned, reads) });
      stub.set(EU, 'users', {
        table: {
          BillingModeSummary: undefined,
          ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 12 },
        },
      });
    });

    test('is compared with its scaling targets', async () => {
      stub.scaling = { [EU]: { targets: [{ ...target, MaxCapacity: 50 }], policies: [policy] } };
      expect((await verified()).changes).toEqual([]);
      stub.scaling = { [EU]: { targets: [{ ...target, MaxCapacity: 10 }], policies: [policy] } };
      const { code, changes } = await verified();
      expect(code).toBe(1);
      expect(changes).toMatchObject([
        {
          kind: 'capacity',
          before: { table: { read: { min: 5, max: 5 }, write: { min: 5, max: 10, targetUtilization: 70 } } },
          after: { table: { read: { min: 5, max: 5 }, write: { min: 5, max: 50, targetUtilization: 70 } } },
        },
      ]);
    });

    test('is not compared where there is no scaling service', async () => {
      const { code, changes, unchecked } = await verified();
      expect(code).toBe(0);
      expect(changes).toEqual([]);
      expect(unchecked.map(({ kind, cause }) => [kind, cause])).toContainEqual(['capacity', 'unsupported']);
    });

    test('on-demand live is one difference, of billing', async () => {
      stub.set(EU, 'users');
      expect((await verified()).changes.map(({ kind }) => kind)).toEqual(['billing']);
    });
  });
});

describe('missing tables', () => {
  const ttl = { TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' } };

  // cases: the server made its table under another name
  test('the table stands under another name', async () => {
    oneStack({ Sessions: globalTable('app-sessions', [EU], ttl) });
    stub.set(EU, 'sessions', { timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' } });
    stub.set(EU, 'cache');
    stub.set(EU, 'orders', {
      table: {
        KeySchema: [{ AttributeName: 'no', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'no', AttributeType: 'S' }],
      },
    });
    const { code, out } = await verify();
    expect(code).toBe(1);
    expect(out).toContain('missing app-sessions in eu-central-1; sessions has the same shape');
    expect(out).toContain('missing app-sessions in eu-central-1; cache has the same keys, but not the same ttl');
    expect(out).not.toContain('orders');
    expect((await verified()).lookalikes).toEqual([
      { region: EU, missing: 'app-sessions', tableName: 'sessions', isSameShape: true },
      { region: EU, missing: 'app-sessions', tableName: 'cache', isSameShape: false },
    ]);
  });

  // cases: ListTables gives 100 names at most
  test('the other name is on the second page of 128, and no page is asked with a limit', async () => {
    oneStack({ Sessions: globalTable('zz-app-sessions', [EU]) });
    for (let i = 0; i < 125; i++) {
      stub.set(EU, `many-${String(i).padStart(3, '0')}`, {
        table: {
          KeySchema: [{ AttributeName: 'no', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'no', AttributeType: 'N' }],
        },
      });
    }
    ['zz-sessions', 'zz-codes', 'zz-users'].forEach((name) => stub.set(EU, name));
    const { lookalikes } = await verified();
    expect(lookalikes.map(({ tableName }) => tableName)).toEqual(['zz-codes', 'zz-sessions', 'zz-users']);
    expect(stub.callsOf('ListTables').map(({ input }) => input)).toEqual([{}, { ExclusiveStartTableName: 'many-099' }]);
  });

  test('an empty page with a token is not the last one', async () => {
    oneStack({ Sessions: globalTable('app-sessions', [EU]) });
    stub.set(EU, 'sessions');
    stub.before = ({ operation, input }) =>
      operation === 'ListTables' && input.ExclusiveStartTableName === undefined
        ? { status: 200, body: { TableNames: [], LastEvaluatedTableName: 'a' } }
        : undefined;
    expect((await verified()).lookalikes.map(({ tableName }) => tableName)).toEqual(['sessions']);
  });

  test('fails when the pages go round in a circle, and still prints what was learnt', async () => {
    oneStack({ Sessions: globalTable('app-sessions', [EU]) });
    stub.before = ({ operation }) =>
      operation === 'ListTables' ? { status: 200, body: { TableNames: ['a'], LastEvaluatedTableName: 'a' } } : undefined;
    const { code, changes, problems } = await verified();
    expect(code).toBe(2);
    expect(problems.map((problem) => [problem.code, problem.what])).toEqual([
      ['IDT1203', 'the list of tables in eu-central-1 has no end'],
    ]);
    expect(places(changes)).toEqual([`app-sessions ${EU} table-missing`]);
    expect(stub.callsOf('ListTables')).toHaveLength(2);
  });

  // cases: an assumed role of another account lists no table
  test('a region without any table: a hint at account and region', async () => {
    const names = Array.from({ length: 11 }, (_, i) => `table-${i}`);
    oneStack(Object.fromEntries(names.map((name, i) => [`T${i}`, globalTable(name, [EU])])));
    const { code, out } = await verify();
    expect(code).toBe(1);
    expect(out).toMatch(/eu-central-1 +- +0 of 11 +no table at all: another account or region\?/);
  });
});

test('an endpoint of the environment is asked for the owners too, and no credentials of a profile go there', async () => {
  oneStack({ Users: globalTable('users', [EU]) });
  stub.set(EU, 'users');
  stub.stacks = { [`${EU}/Identity-${EU}`]: { Users: 'users' } };
  const { code, out } = await runCommand(['verify', '--app', app, '--json'], { AWS_ENDPOINT_URL: stub.endpoint });
  expect({ code, unchecked: (JSON.parse(out) as Verified).unchecked.filter(({ kind }) => kind === 'owner') }).toEqual({
    code: 0,
    unchecked: [],
  });
  expect(stub.calls.map(({ operation }) => operation)).toContain('ListStackResources');
});

describe('in between', () => {
  // cases: tags and TTL of a table that is being made are "not found"
  test('--wait waits for a table that is being made, and asks for its settings only then', async () => {
    oneStack({ Users: globalTable('users', [EU]) });
    stub.set(EU, 'users');
    let asked = 0;
    stub.before = ({ operation }) =>
      operation === 'DescribeTable' && ++asked <= 2
        ? { status: 200, body: { Table: { ...bareTable(EU, 'users'), TableStatus: 'CREATING' } } }
        : undefined;
    const progress: string[] = [];
    const { code } = await runCommand(['verify', '--app', app, '--endpoint', stub.endpoint, '--wait'], {}, (text) =>
      progress.push(text),
    );
    expect(code).toBe(0);
    expect(stub.calls.map(({ operation }) => operation).slice(0, 3)).toEqual(['DescribeTable', 'DescribeTable', 'DescribeTable']);
    expect(progress).toContain(`waiting for users@${EU} table CREATING`);
  });

  test('without --wait: its own word and exit 1, and nothing about what could not be asked yet', async () => {
    oneStack({ Users: globalTable('users', [EU], {}, { DeletionProtectionEnabled: true }) });
    stub.set(EU, 'users', { table: { TableStatus: 'CREATING' } });
    const { code, out } = await verify();
    expect(code).toBe(1);
    expect(out).toMatch(/^in between:\n +users +eu-central-1 +table +CREATING +it is being made$/m);
    expect(out).toMatch(/1 difference of 1 table, 1 in between/);
    expect(out).not.toContain('ttl');
    expect(stub.calls.map(({ operation }) => operation)).toEqual(['DescribeTable', 'ListStackResources']);
  });

  const index = {
    IndexName: 'email-index',
    KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  };
  const AttributeDefinitions = ['id', 'email'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));

  test('an index that is being filled', async () => {
    oneStack({ Users: globalTable('users', [EU], { AttributeDefinitions, GlobalSecondaryIndexes: [index] }) });
    stub.set(EU, 'users', {
      table: { AttributeDefinitions, GlobalSecondaryIndexes: [{ ...index, IndexStatus: 'CREATING', Backfilling: true }] },
    });
    const { code, out } = await verify();
    expect(code).toBe(1);
    expect(out).toMatch(/users +eu-central-1 +index 'email-index' +CREATING +index building: it is being filled/);
    expect(out).toContain('no difference, 1 in between');
  });

  test.each([
    ['UPDATING', 'it is being changed'],
    ['DELETING', 'it is being deleted'],
    ['INACCESSIBLE_ENCRYPTION_CREDENTIALS', 'its key cannot be used'],
    ['ARCHIVED', 'its key could not be used for long, and it has been archived'],
  ])('a table that is %s has no difference, but its own word', async (TableStatus, meaning) => {
    oneStack({ Users: globalTable('users', [EU]) });
    stub.set(EU, 'users', { table: { TableStatus } });
    const { code, changes, inBetween } = await verified();
    expect(code).toBe(1);
    expect(changes).toEqual([]);
    expect(inBetween).toMatchObject([{ tableName: 'users', region: EU, subject: 'table', status: TableStatus, meaning }]);
  });

  test('a replica that is being made, before its region has the table', async () => {
    oneStack({ Users: globalTable('users', [EU, US]) });
    stub.set(EU, 'users', {
      table: { ...STREAM, Replicas: [{ RegionName: US, ReplicaStatus: 'CREATING', ReplicaStatusDescription: 'copying' }] },
    });
    const { code, changes, inBetween } = await verified();
    expect(code).toBe(1);
    expect(changes).toEqual([]);
    expect(inBetween).toMatchObject([{ subject: `replica ${US}`, status: 'CREATING', meaning: 'it is being made: copying' }]);
  });

  test('a ttl that is being turned on counts as on, and one that is being turned off as off', async () => {
    const ttl = { TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' } };
    oneStack({ On: globalTable('on-on', [EU], ttl), Off: globalTable('off-off', [EU]), Wrong: globalTable('on-off', [EU], ttl) });
    stub.set(EU, 'on-on', { timeToLive: { TimeToLiveStatus: 'ENABLING', AttributeName: 'expires' } });
    stub.set(EU, 'off-off', { timeToLive: { TimeToLiveStatus: 'DISABLING', AttributeName: 'expires' } });
    stub.set(EU, 'on-off', { timeToLive: { TimeToLiveStatus: 'DISABLING', AttributeName: 'expires' } });
    const { changes, inBetween } = await verified();
    expect(places(changes)).toEqual([`on-off ${EU} time-to-live`]);
    expect(inBetween.map(({ tableName, subject, status }) => [tableName, subject, status])).toEqual(
      expect.arrayContaining([
        ['on-on', 'ttl', 'ENABLING'],
        ['off-off', 'ttl', 'DISABLING'],
        ['on-off', 'ttl', 'DISABLING'],
      ]),
    );
  });

  test('--wait ends with the time limit, and does not wait for what does not pass', async () => {
    oneStack({ Users: globalTable('users', [EU]) });
    stub.set(EU, 'users', { table: { TableStatus: 'CREATING' } });
    const started = Date.now();
    expect((await verify('--wait', '--timeout', '1s')).code).toBe(1);
    expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
    expect(stub.callsOf('DescribeTable').length).toBeGreaterThan(1);

    stub.calls.length = 0;
    stub.set(EU, 'users', { table: { TableStatus: 'ARCHIVED' } });
    expect((await verify('--wait')).code).toBe(1);
    expect(stub.callsOf('DescribeTable')).toHaveLength(1);
  });
});

describe('what could not be read', () => {
  const names = ['clients', 'codes', 'users'];
  const both = (): void => {
    const tables = (region: string) => Object.fromEntries(names.map((name) => [name, globalTable(name, [region])]));
    assembly({ name: 'A', region: EU, tables: tables(EU) }, { name: 'B', region: US, tables: tables(US) });
    [EU, US].forEach((region) => names.forEach((name) => stub.set(region, name)));
  };
  const inRegion = (region: string, reply: Reply) => (call: { region: string }) => (call.region === region ? reply : undefined);

  // cases: a bare trace of an expired token
  test('expired credentials: one sentence, exit 2, one call a region, and no table is missing', async () => {
    both();
    stub.before = () => refusal('ExpiredTokenException', 'The security token included in the request is expired');
    const { code, out, err } = await verify();
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err.match(/\[IDT\d+\]/g)).toEqual(['[IDT1201]']);
    expect(err).toContain(`${stub.endpoint} does not accept the credentials of made up, access key id 'local' in ${EU}, ${US}`);
    expect(err).toContain('given:   ExpiredTokenException: The security token included in the request is expired');
    expect(stub.calls).toHaveLength(2);
  });

  test('credentials that expire on the way: what was learnt is printed, and nothing is called missing', async () => {
    both();
    stub.before = ({ region }) => (region === US ? refusal('ExpiredTokenException') : undefined);
    const { code, problems, changes, regions } = await verified();
    expect(code).toBe(2);
    expect(problems.map((problem) => problem.code)).toEqual(['IDT1201']);
    expect(changes).toEqual([]);
    expect(regions.map(({ region, ending }) => [region, ending?.kind])).toContainEqual([US, 'login']);
  });

  test('once one region knows that the credentials have expired, the others stop', async () => {
    const many = Array.from({ length: 60 }, (_, i) => `table-${i}`);
    const tables = (region: string) => Object.fromEntries(many.map((name, i) => [`T${i}`, globalTable(name, [region])]));
    assembly({ name: 'A', region: EU, tables: tables(EU) }, { name: 'B', region: US, tables: tables(US) });
    stub.before = ({ region }) => (region === US ? refusal('ExpiredTokenException') : undefined);
    expect((await verify()).code).toBe(2);
    expect(stub.callsOf('DescribeTable').length).toBeLessThan(60);
  });

  test('a region that is not enabled: the other one is reported fully', async () => {
    both();
    stub.set(EU, 'users', { table: { DeletionProtectionEnabled: true } });
    stub.before = inRegion(US, refusal('UnrecognizedClientException', 'The security token included in the request is invalid'));
    const { code, out, err } = await verify();
    expect(code).toBe(2);
    expect(out).toMatch(/eu-central-1 +111122223333 +3 of 3\n/);
    expect(out).toMatch(/us-east-1 +- +0 of 3 +not read to the end/);
    expect(out).toMatch(/1 difference of 1 table/);
    expect(err).toContain(`[IDT1202] ${US} is not accessible: the region may not be enabled for the account`);
    expect(stub.calls.filter(({ region }) => region === US)).toHaveLength(1);
  });

  test('the same refusal in every region is one of the credentials', async () => {
    both();
    stub.before = () => refusal('UnrecognizedClientException', 'The security token included in the request is invalid');
    const { code, err } = await verify();
    expect(code).toBe(2);
    expect(err.match(/\[IDT\d+\]/g)).toEqual(['[IDT1201]']);
  });

  test('one call is denied: that setting is not checked, the others are, exit 2', async () => {
    both();
    stub.set(EU, 'users', { recovery: { PointInTimeRecoveryStatus: 'ENABLED' }, table: { DeletionProtectionEnabled: true } });
    stub.before = ({ operation, region, input }) =>
      operation === 'DescribeContinuousBackups' && region === EU
        ? refusal(
            'AccessDeniedException',
            `not authorized on arn:aws:dynamodb:${EU}:111122223333:table/${String(input.TableName)}`,
          )
        : undefined;
    const { code, problems, changes } = await verified();
    expect(code).toBe(2);
    expect(places(changes)).toEqual([`users ${EU} deletion-protection`]);
    expect(problems.map((problem) => [problem.code, problem.what])).toEqual([
      ['IDT1205', `point-in-time recovery of 3 tables in ${EU} could not be read`],
    ]);
    expect(problems[0].fix).toContain('identity-tables policy');
  });

  test('DescribeTable is denied: the table is not called missing', async () => {
    both();
    stub.before = ({ operation, region, input }) =>
      operation === 'DescribeTable' && region === US && input.TableName === 'users'
        ? refusal('AccessDeniedException', 'no')
        : undefined;
    const { code, changes, failures, problems } = await verified();
    expect(code).toBe(2);
    expect(changes).toEqual([]);
    expect(failures).toEqual([{ region: US, tableName: 'users', reason: 'AccessDeniedException: no' }]);
    expect(problems.map(({ what }) => what)).toEqual([`table 'users' in ${US} could not be read`]);
  });

  test('an engine that does not know a call: said, no difference, exit 0', async () => {
    both();
    stub.before = ({ operation }) =>
      operation === 'DescribeContributorInsights' ? refusal('UnknownOperationException', '') : undefined;
    const { code, out, err } = await verify();
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toMatch(/contributor insights +3 tables in 2 regions +the server does not know the call/);
  });

  test('throttling is waited out', async () => {
    both();
    let calls = 0;
    stub.before = () => (++calls % 4 === 0 ? refusal('ThrottlingException', 'Rate exceeded') : undefined);
    expect(await verified()).toMatchObject({ code: 0, problems: [], failures: [] });
    expect(calls).toBeGreaterThan(36);
  }, 30_000);

  test('nothing listens at the endpoint: one sentence', async () => {
    both();
    const { endpoint } = stub;
    await stub.stop();
    const { code, err } = await runCommand(['verify', '--app', app, '--endpoint', endpoint]);
    stub = await StubDynamo.start();
    expect(code).toBe(2);
    expect(err).toContain(`[IDT1204] ${endpoint} does not answer in ${EU}, ${US}`);
    expect(err.match(/\[IDT\d+\]/g)).toHaveLength(1);
  }, 60_000);

  // cases: the call for a replica used the ARN of the first region
  test('no call names a region but its own, even when the server gives ARNs of another one', async () => {
    assembly({ name: 'A', region: US, tables: { Users: globalTable('users', [US, EU]) } });
    const foreign = { TableArn: `arn:aws:dynamodb:${US}:111122223333:table/users` };
    [EU, US].forEach((region) => stub.set(region, 'users', { table: { ...replicated([EU, US]), ...foreign } }));
    expect(await verified()).toMatchObject({ code: 0, problems: [] });
    const arns = stub.calls.filter(({ input }) => input.ResourceArn !== undefined);
    expect(arns).toHaveLength(4);
    arns.forEach(({ region, input }) => expect(input.ResourceArn).toBe(`arn:aws:dynamodb:${region}:111122223333:table/users`));
  });
});

describe('what a person reads', () => {
  test('what the words of the last column mean, those that were used', async () => {
    oneStack({ Users: globalTable('users', [EU]) });
    stub.set(EU, 'users', { table: { DeletionProtectionEnabled: true } });
    expect((await verify()).out).toContain(
      '\n\nto change it (identity-tables plan writes the steps):\n  in place  one deployment\n\n',
    );
    stub.set(EU, 'users');
    expect((await verify()).out).not.toContain('to change it');
  });

  test('two of the tags that differ, and how many there are', async () => {
    const Tags = ['a', 'b', 'c', 'd'].map((Key) => ({ Key, Value: '1' }));
    oneStack({ Users: globalTable('users', [EU], {}, { Tags }) });
    stub.set(EU, 'users', { tags: { a: '2' } });
    expect((await verify()).out).toMatch(/ tags +a=2 +a=1, b=1, 2 more +cosmetic\n/);
  });
});

describe('options', () => {
  test('--region limits what is read and compared', async () => {
    const tables = (region: string) => ({ Users: globalTable('users', [region]) });
    assembly({ name: 'A', region: EU, tables: tables(EU) }, { name: 'B', region: US, tables: tables(US) });
    stub.set(EU, 'users');
    expect(await verified('--region', EU)).toMatchObject({ code: 0, changes: [] });
    expect(new Set(stub.calls.map(({ region }) => region))).toEqual(new Set([EU]));
  });

  // A filter that matches nothing would find no difference in nothing.
  test.each([
    ['eu-central-2', "did you mean 'eu-central-1'?"],
    ['ap-southeast-2', 'name regions of the assembly, or leave --region out for all of them'],
  ])('--region fails for a region that the assembly does not have, and names those that it has: %s', async (region, fix) => {
    const tables = (own: string) => ({ Users: globalTable('users', [own]) });
    assembly({ name: 'A', region: EU, tables: tables(EU) }, { name: 'B', region: US, tables: tables(US) });
    const { code, problems } = await verified('--region', `${US},${region}`);
    expect({ code, problems, calls: stub.calls }).toEqual({
      code: 2,
      problems: [
        {
          code: 'IDT0703',
          what: `option '--region' names a region in which '${app}' has nothing`,
          given: `'${region}'`,
          allowed: `'${EU}', '${US}'`,
          fix,
        },
      ],
      calls: [],
    });
  });

  test.each([
    [['--region', 'eu-central-1,europe'], "option '--region' has something that is not a region"],
    [['--wait', '--timeout', '5 minutes'], "option '--timeout' is not a duration"],
    [['--timeout', '5m'], "option '--timeout' needs the option '--wait'"],
    [['--against', 'somewhere'], "option '--endpoint' names a server, and files are compared"],
  ])('fails for %p', async (args, what) => {
    oneStack({ Users: globalTable('users', [EU]) });
    const { code, err } = await verify(...args);
    expect(code).toBe(2);
    expect(err).toContain(`[IDT0703] ${what}`);
    expect(stub.calls).toEqual([]);
  });
});
