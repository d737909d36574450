import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Annotations as CoreAnnotations, App, Aws, Stack, Stage, Token } from 'aws-cdk-lib/core';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Billing, Capacity, TableClass, TableV2, AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import {
  Connect2idEdition,
  Connect2idMode,
  IdentityServer,
  IdentityTables,
  IdentityTablesStacks,
  Protection,
  RegionalIdentityTables,
  Replication,
  type IdentityTablesProps,
} from '../../lib';
import { replicaOf, tablesOf, type TemplateJson } from './snapshot';

const EU = 'eu-central-1';
const US = 'us-east-1';
const AP = 'ap-southeast-2';
const CURITY = IdentityServer.curity({ version: '11.0' });
const CONNECT2ID = IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true });
const EXPRESS = IdentityServer.connectDynamoDb();

const json = (stack: Stack) => Template.fromStack(stack).toJSON() as TemplateJson;
const warnings = (stack: Stack) =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map((entry) => entry.entry.data as string);
const infos = (stack: Stack) =>
  Annotations.fromStack(stack)
    .findInfo('*', Match.anyValue())
    .map((entry) => entry.entry.data as string);

function stackIn(region?: string, app = new App(), id = `Stack-${region ?? 'open'}`): Stack {
  return new Stack(app, id, region === undefined ? {} : { env: { region } });
}

function stacks(props: Omit<IdentityTablesProps, 'server'> & { server?: IdentityServer }): Record<string, TemplateJson> {
  const set = new IdentityTablesStacks(new App(), 'Identity', {
    server: CURITY,
    primaryRegion: EU,
    replicaRegions: [US, AP],
    ...props,
  });
  return Object.fromEntries(set.stacks.map((stack) => [stack.region, json(stack)]));
}

/** Codes of every problem of a call. */
function codes(call: () => unknown): string[] {
  try {
    call();
  } catch (error) {
    return [...String(error).matchAll(/\[(IDT\d{4})\]/g)].map((match) => match[1]);
  }
  return [];
}

function message(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('where tables stand', () => {
  const REPLICATED_BY_MINIMAL = [
    'curity-accounts',
    'curity-bucket',
    'curity-database-clients',
    'curity-database-service-providers',
    'curity-delegations',
    'curity-devices',
    'curity-dynamic-clients',
    'curity-links',
    'curity-tokens',
  ];

  test('a replicated table is one resource with a replica in every region, a regional one is made in each', () => {
    const templates = stacks({ replication: Replication.minimal() });
    const primary = tablesOf(templates[EU]);
    expect(Object.keys(primary).sort()).toEqual([...REPLICATED_BY_MINIMAL, 'curity-nonces', 'curity-sessions'].sort());
    for (const name of REPLICATED_BY_MINIMAL) {
      expect(primary[name].Properties.Replicas.map((replica) => replica.Region).sort()).toEqual([AP, EU, US]);
    }
    for (const name of ['curity-nonces', 'curity-sessions']) {
      expect(primary[name].Properties.Replicas.map((replica) => replica.Region)).toEqual([EU]);
    }
    for (const region of [US, AP]) {
      const regional = tablesOf(templates[region]);
      expect(Object.keys(regional).sort()).toEqual(['curity-nonces', 'curity-sessions']);
      expect(regional['curity-nonces'].Properties.Replicas.map((replica) => replica.Region)).toEqual([region]);
    }
  });

  test('none gives every region a set of its own', () => {
    const templates = stacks({ replication: Replication.none() });
    for (const region of [EU, US, AP]) {
      const tables = tablesOf(templates[region]);
      expect(Object.keys(tables)).toHaveLength(11);
      expect(Object.values(tables).flatMap((table) => table.Properties.Replicas.map((replica) => replica.Region))).toEqual(
        Array(11).fill(region),
      );
    }
  });

  test('full leaves the regional stacks without tables, and says so', () => {
    const set = new IdentityTablesStacks(new App(), 'Identity', {
      server: CURITY,
      primaryRegion: EU,
      replicaRegions: [US],
      replication: Replication.full(),
    });
    const resources = Object.values(json(set.stacks[1]).Resources ?? {});
    expect(resources.map(({ Type }) => Type)).toEqual(['AWS::CloudFormation::WaitConditionHandle']);
    expect(infos(set.stacks[1]).join()).toContain("nothing is made in 'us-east-1'");
  });

  test('a list replicates exactly its tables', () => {
    const templates = stacks({ replication: Replication.ofTables(['curity-tokens', 'curity-delegations']) });
    const replicated = Object.values(tablesOf(templates[EU])).filter((table) => table.Properties.Replicas.length === 3);
    expect(replicated.map((table) => table.Properties.TableName).sort()).toEqual(['curity-delegations', 'curity-tokens']);
  });

  test('the preset that is used when none is chosen', () => {
    const replicated = (server: IdentityServer) =>
      Object.values(tablesOf(stacks({ server })[EU])).filter((table) => table.Properties.Replicas.length === 3).length;
    expect(replicated(CURITY)).toBe(9);
    expect(replicated(CONNECT2ID)).toBe(7);
    expect(replicated(EXPRESS)).toBe(1);
  });

  test.each([
    [{ version: '18.0' }, [5, 7, 16]],
    [{ version: '18.0', edition: Connect2idEdition.MULTI_TENANT }, [6, 8, 17]],
    [{ version: '18.0', mode: Connect2idMode.STATELESS_REDIS }, [5, 7, 7]],
    [{ version: '17.2' }, [5, 7, 15]],
    [{ version: '16.1' }, [3, 5, 13]],
    [{ version: '14.0' }, [3, 5, 13]],
  ])('Connect2id %j replicates %j tables', (options, counts) => {
    const server = IdentityServer.connect2id({ ...options, acceptAssumedSchema: true });
    const presets = [Replication.absoluteMinimal(), Replication.minimal(), Replication.full()];
    expect(
      presets.map((replication) => {
        const tables = Object.values(tablesOf(stacks({ server, replication })[EU]));
        return tables.filter((table) => table.Properties.Replicas.length === 3).length;
      }),
    ).toEqual(counts);
  });

  test('one region works without an environment', () => {
    const stack = stackIn();
    const tables = new IdentityTables(stack, 'IdentityTables', { server: EXPRESS });
    const { Replicas } = tablesOf(json(stack)).sessions.Properties;
    expect(Replicas).toHaveLength(1);
    expect(Replicas[0].Region).toEqual({ Ref: 'AWS::Region' });
    expect(tables.regions.map((region) => Token.isUnresolved(region))).toEqual([true]);
  });

  test('no table attribute leaves its stack, so there are no exports, imports or custom resources', () => {
    const templates = stacks({});
    for (const template of Object.values(templates)) {
      const text = JSON.stringify(template);
      expect(Object.keys(template)).not.toContain('Outputs');
      expect(text).not.toContain('Fn::ImportValue');
      expect(text).not.toContain('Custom::');
    }
  });
});

describe('what a table is given', () => {
  test.each([EU, US, AP])('every setting that DynamoDB does not synchronise is on the replica in %s', (region) => {
    const table = tablesOf(stacks({ tablePrefix: 'prod-' })[EU])['prod-curity-accounts'];
    expect(replicaOf(table, region)).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
      Tags: [
        { Key: 'identity-tables:data-class', Value: 'durable' },
        { Key: 'identity-tables:placement', Value: 'replicated' },
        { Key: 'identity-tables:server', Value: 'curity' },
        { Key: 'identity-tables:table', Value: 'curity-accounts' },
      ],
    });
  });

  test('production retains, streams both images and bills on demand', () => {
    const tables = Object.values(stacks({})).flatMap((template) => Object.values(tablesOf(template)));
    expect(tables).toHaveLength(11 + 2 + 2);
    for (const table of tables) {
      expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      expect(table.Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      });
    }
  });

  test('development deletes with the stack and protects nothing', () => {
    const tables = Object.values(stacks({ protection: Protection.development() })).flatMap((t) => Object.values(tablesOf(t)));
    for (const table of tables) {
      expect(table).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
      for (const replica of table.Properties.Replicas) {
        expect(replica.DeletionProtectionEnabled).toBe(false);
        expect(replica.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: false });
      }
    }
  });

  test('point-in-time recovery is off only where a restore makes no sense', () => {
    const tables = tablesOf(stacks({})[EU]);
    const off = Object.values(tables).filter(
      (table) =>
        (replicaOf(table, EU).PointInTimeRecoverySpecification as { PointInTimeRecoveryEnabled: boolean })
          .PointInTimeRecoveryEnabled === false,
    );
    expect(off.map((table) => table.Properties.TableName).sort()).toEqual(['curity-nonces', 'curity-sessions']);
  });

  test('time to live stands where the server writes an expiry, and not on the bucket', () => {
    const tables = tablesOf(stacks({})[EU]);
    const withTtl = Object.values(tables).filter((table) => table.Properties.TimeToLiveSpecification !== undefined);
    expect(withTtl.map((table) => table.Properties.TableName).sort()).toEqual([
      'curity-delegations',
      'curity-devices',
      'curity-nonces',
      'curity-sessions',
      'curity-tokens',
    ]);
    for (const table of withTtl) {
      expect(table.Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'deletableAt', Enabled: true });
    }
  });

  test('Connect2id expires sessions only when asked', () => {
    const ttl = (sessionTimeToLive?: boolean) => {
      const server = IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true, sessionTimeToLive });
      return tablesOf(stacks({ server })[EU]).sub_sessions.Properties.TimeToLiveSpecification;
    };
    expect(ttl()).toBeUndefined();
    expect(ttl(true)).toEqual({ AttributeName: 'ttl', Enabled: true });
  });

  test('tables on assumed names carry a tag that says how sure they are', () => {
    const tag = (name: string) =>
      (replicaOf(tablesOf(stacks({ server: CONNECT2ID })[EU])[name], US).Tags as { Key: string; Value: string }[]).find(
        ({ Key }) => Key === 'identity-tables:schema-evidence',
      )?.Value;
    expect(tag('clients')).toBe('derived');
    expect(tag('revocation_journal')).toBe('assumed');
    expect(JSON.stringify(stacks({}))).not.toContain('schema-evidence');
  });

  test('keys, types and projections of an index reach the template', () => {
    const { Properties } = tablesOf(stacks({})[EU])['curity-database-clients'];
    expect(Properties.KeySchema).toEqual([
      { AttributeName: 'profile_id', KeyType: 'HASH' },
      { AttributeName: 'client_id_key', KeyType: 'RANGE' },
    ]);
    expect(Properties.GlobalSecondaryIndexes).toHaveLength(6);
    expect(Properties.LocalSecondaryIndexes).toHaveLength(3);
    const index = Properties.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === 'tag-created-index');
    expect(index?.KeySchema).toEqual([
      { AttributeName: 'tag_key', KeyType: 'HASH' },
      { AttributeName: 'created', KeyType: 'RANGE' },
    ]);
    expect(index?.Projection).toMatchObject({ ProjectionType: 'INCLUDE' });
    expect(Properties.AttributeDefinitions).toContainEqual({ AttributeName: 'created', AttributeType: 'N' });
  });
});

describe('overrides', () => {
  const overridden = (override: NonNullable<IdentityTablesProps['tableOverrides']>[string], name = 'curity-accounts') =>
    tablesOf(stacks({ tableOverrides: { [name]: override } })[EU])[name];

  test.each([EU, US])('class, insights, recovery and protection reach the replica in %s', (region) => {
    const table = overridden({
      tableClass: TableClass.STANDARD_INFREQUENT_ACCESS,
      contributorInsights: true,
      pointInTimeRecovery: false,
      deletionProtection: false,
    });
    expect(replicaOf(table, region)).toMatchObject({
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      ContributorInsightsSpecification: { Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
      DeletionProtectionEnabled: false,
    });
  });

  test('time to live is switched on, renamed and switched off', () => {
    expect(overridden({ timeToLiveAttribute: 'expires' }, 'curity-bucket').Properties.TimeToLiveSpecification).toEqual({
      AttributeName: 'expires',
      Enabled: true,
    });
    expect(overridden({ timeToLiveAttribute: '' }, 'curity-tokens').Properties.TimeToLiveSpecification).toBeUndefined();
  });

  test('regional tables inherit them', () => {
    const templates = stacks({ tableOverrides: { 'curity-nonces': { pointInTimeRecovery: true } } });
    expect(replicaOf(tablesOf(templates[US])['curity-nonces'], US).PointInTimeRecoverySpecification).toEqual({
      PointInTimeRecoveryEnabled: true,
      RecoveryPeriodInDays: 35,
    });
  });

  test('billing of the set and of one table', () => {
    const provisioned = Billing.provisioned({
      readCapacity: Capacity.fixed(7),
      writeCapacity: Capacity.autoscaled({ maxCapacity: 9 }),
    });
    const tables = tablesOf(
      stacks({ billing: provisioned, tableOverrides: { 'curity-links': { billing: Billing.onDemand() } } })[EU],
    );
    expect(tables['curity-accounts'].Properties.BillingMode).toBe('PROVISIONED');
    expect(JSON.stringify(tables['curity-accounts'].Properties)).toContain('"MaxCapacity":9');
    expect(tables['curity-links'].Properties.BillingMode).toBe('PAY_PER_REQUEST');
  });

  test('a lost protection is told', () => {
    const stack = stackIn(EU);
    new IdentityTables(stack, 'IdentityTables', {
      server: CURITY,
      tableOverrides: { 'curity-accounts': { pointInTimeRecovery: false, deletionProtection: false } },
    });
    expect(warnings(stack)).toEqual([
      expect.stringContaining("'curity-accounts' (durable) has no point-in-time recovery and no deletion protection"),
    ]);
  });

  test('fails for an unknown table, with the near name', () => {
    const call = () => overridden({ tableClass: TableClass.STANDARD }, 'curity-acounts');
    expect(codes(call)).toEqual(['IDT0501']);
    expect(message(call)).toContain("did you mean 'curity-accounts'?");
  });

  test('fails for time to live on a key', () => {
    expect(codes(() => overridden({ timeToLiveAttribute: 'pk' }))).toEqual(['IDT0502']);
    expect(codes(() => overridden({ timeToLiveAttribute: 'userName' }))).toEqual(['IDT0502']);
    expect(codes(() => overridden({ timeToLiveAttribute: 'created' }, 'curity-dynamic-clients'))).toEqual([]);
  });
});

describe('names', () => {
  test('prefix and base name, in every region', () => {
    const set = new IdentityTablesStacks(new App(), 'Identity', {
      server: EXPRESS,
      primaryRegion: EU,
      replicaRegions: [US],
      tablePrefix: 'prod.',
    });
    expect(set.tablesIn(US).tableName('sessions')).toBe('prod.sessions');
    expect(set.primary.tableNames).toEqual(['sessions']);
    expect(set.tablesIn(EU)).toBe(set.primary);
  });

  test('ids are PascalCase of the base name, sessions always Sessions', () => {
    const stack = stackIn(EU);
    const ids = (server: IdentityServer, id: string) =>
      new IdentityTables(stack, id, { server, tablePrefix: id }).node.children.map((child) => child.node.id);
    expect(ids(CURITY, 'a')).toContain('CurityDatabaseServiceProviders');
    expect(ids(CONNECT2ID, 'b')).toEqual(expect.arrayContaining(['LongLivedAuthorizations', 'IdAccessTokens', 'SubIndex']));
    expect(ids(IdentityServer.connectDynamoDb({ tableName: 'sessions-test' }), 'c')).toEqual(['Sessions']);
  });

  test('stack names carry the stage', () => {
    const app = new App();
    const stage = new Stage(app, 'Prod');
    const props = { server: EXPRESS, primaryRegion: EU, replicaRegions: [US] };
    expect(new IdentityTablesStacks(stage, 'Identity', props).stacks.map((stack) => stack.stackName)).toEqual([
      'Prod-Identity-eu-central-1',
      'Prod-Identity-us-east-1',
    ]);
    expect(new IdentityTablesStacks(app, 'Identity', props).stacks.map((stack) => stack.stackName)).toEqual([
      'Identity-eu-central-1',
      'Identity-us-east-1',
    ]);
  });

  test('fails for bad characters, with positions and a better prefix', () => {
    const call = () => new IdentityTables(stackIn(EU), 'I', { server: CURITY, tablePrefix: 'prod tenants/' });
    expect(codes(call)).toEqual(['IDT0101']);
    expect(message(call)).toContain(
      "given:   'prod tenants/' (13 characters; ' ' at position 5, '/' at position 13 not allowed)",
    );
    expect(message(call)).toContain("did you mean 'prod-tenants-'?");
  });

  test('fails at the first character too many for the longest table', () => {
    // 'long_lived_authorizations' has 25 of 255 characters.
    const make = (length: number) => () =>
      new IdentityTables(stackIn(EU), 'I', { server: CONNECT2ID, tablePrefix: 'p'.repeat(length) });
    expect(codes(make(230))).toEqual([]);
    expect(codes(make(231))).toEqual(['IDT0102']);
    expect(message(make(231))).toContain("231 characters is too long for table 'long_lived_authorizations'");
  });

  test('fails for names that give no construct id, or the same one', () => {
    const make = (...names: string[]) => {
      const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'schemas-'));
      names.forEach((name, i) => {
        const input = {
          TableName: name,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        };
        fs.writeFileSync(path.join(directory, `create-table-${i}.json`), JSON.stringify(input));
      });
      return () => new IdentityTables(stackIn(EU), 'I', { server: IdentityServer.fromSchemaDirectory(directory) });
    };
    expect(codes(make('user-tokens', 'user_tokens', 'userTokens'))).toEqual(['IDT0104', 'IDT0104']);
    expect(message(make('user-tokens', 'user_tokens'))).toContain(
      "tables 'user-tokens' and 'user_tokens' both get the construct id 'UserTokens'",
    );
    expect(codes(make('---'))).toEqual(['IDT0104']);
    expect(codes(make('user-tokens', 'user_sessions'))).toEqual([]);
  });

  test('fails when two tables of an app meet in a region', () => {
    const app = new App();
    new IdentityTables(stackIn(EU, app, 'A'), 'IdentityTables', {
      server: EXPRESS,
      replicaRegions: [US],
      replication: Replication.full(),
    });
    new TableV2(stackIn(US, app, 'B'), 'Mine', {
      tableName: 'sessions',
      partitionKey: { name: 'id', type: AttributeType.STRING },
    });
    const text = message(() => app.synth());
    expect(text).toContain("[IDT0103] table 'sessions' exists twice in us-east-1");
    expect(text).toContain('B/Mine');
  });

  test('the same names in two accounts, regions or open stacks do not meet', () => {
    const app = new App();
    const add = (id: string, env?: { account?: string; region?: string }) =>
      new IdentityTables(new Stack(app, id, { env }), 'IdentityTables', { server: EXPRESS });
    add('A', { account: '111111111111', region: EU });
    add('B', { account: '222222222222', region: EU });
    add('C', { account: '111111111111', region: US });
    add('D');
    add('E');
    expect(() => app.synth()).not.toThrow();
  });

  test('fails for a table that the set does not have', () => {
    const tables = new IdentityTables(stackIn(EU), 'I', { server: CURITY });
    expect(codes(() => tables.tableName('curity-account'))).toEqual(['IDT0503']);
    expect(message(() => tables.table('curity-account'))).toContain("did you mean 'curity-accounts'?");
  });
});

describe('regions', () => {
  const make =
    (props: Partial<IdentityTablesProps>, region = EU) =>
    () =>
      new IdentityTables(stackIn(region), 'I', { server: CONNECT2ID, ...props });

  test('fails for a typo, and takes a new number for a new region', () => {
    expect(codes(make({ replicaRegions: ['eu-westt-1'] }))).toEqual(['IDT0301']);
    expect(message(make({ replicaRegions: ['eu-westt-1'] }))).toContain("did you mean 'eu-west-1'?");
    expect(codes(make({ replicaRegions: ['eu-wset-1'] }))).toEqual(['IDT0301']);
    expect(codes(make({ replicaRegions: ['frankfurt'] }))).toEqual(['IDT0301']);
    const stack = stackIn(EU);
    new IdentityTables(stack, 'I', { server: EXPRESS, replicaRegions: ['eu-north-9'] });
    expect(warnings(stack)).toEqual([expect.stringContaining("does not know the region 'eu-north-9'")]);
  });

  test('fails for a region that the data source of Curity cannot select', () => {
    const call = make({ server: CURITY, replicaRegions: ['ap-northeast-3', US] });
    expect(codes(call)).toEqual(['IDT0302']);
    expect(message(call)).toContain("'ap-northeast-3'");
    expect(codes(make({ replicaRegions: ['ap-northeast-3'] }))).toEqual([]);
  });

  test('fails for the primary region as replica, for duplicates and for two partitions', () => {
    expect(codes(make({ replicaRegions: [US, EU] }))).toEqual(['IDT0303']);
    expect(codes(make({ replicaRegions: [US, AP, US] }))).toEqual(['IDT0304']);
    expect(codes(make({ replicaRegions: ['cn-north-1'] }))).toEqual(['IDT0307']);
  });

  test('fails for replication mode with several regions', () => {
    const server = IdentityServer.connect2id({ version: '18.0', mode: Connect2idMode.REPLICATION, acceptAssumedSchema: true });
    expect(codes(make({ server, replicaRegions: [US] }))).toEqual(['IDT0305']);
    expect(codes(make({ server }))).toEqual([]);
  });

  test('fails for replicas in an environment-agnostic stack', () => {
    expect(codes(() => new IdentityTables(stackIn(), 'I', { server: EXPRESS, replicaRegions: [US] }))).toEqual(['IDT0306']);
  });

  test('fails with all problems of one call together, in order', () => {
    const call = make({
      server: CURITY,
      replicaRegions: ['eu-westt-1', EU],
      tablePrefix: 'a b',
      tableOverrides: { nothing: {} },
      replication: Replication.ofTables(['curity-token']),
    });
    expect(codes(call)).toEqual(['IDT0301', 'IDT0303', 'IDT0101', 'IDT0501', 'IDT0309']);
    expect(message(call)).toMatch(/^5 problems\n1\. \[IDT0301]/);
  });

  test('a region that nobody serves is a warning, and only when tables are missing there', () => {
    const unserved = (replication: Replication, served: string[]) => {
      const app = new App();
      const stack = stackIn(EU, app);
      const primary = new IdentityTables(stack, 'I', { server: CURITY, replicaRegions: [US, AP], replication });
      served.forEach((region) => new RegionalIdentityTables(stackIn(region, app), 'I', { primary }));
      return warnings(stack);
    };
    expect(unserved(Replication.minimal(), [US])).toEqual([
      expect.stringContaining("no RegionalIdentityTables of this app serves 'ap-southeast-2': 2 of 11 tables are missing there"),
    ]);
    expect(unserved(Replication.minimal(), [US, AP])).toEqual([]);
    expect(unserved(Replication.full(), [])).toEqual([]);
  });

  test('that warning can be acknowledged beforehand', () => {
    const app = new App();
    const stack = stackIn(EU, app);
    new IdentityTables(stack, 'I', { server: CURITY, replicaRegions: [US] });
    CoreAnnotations.of(stack).acknowledgeWarning('cdk-identity-tables:region-without-tables', 'another app has them');
    expect(warnings(stack)).toEqual([]);
  });
});

describe('replication', () => {
  const notices = (props: Partial<IdentityTablesProps>) => {
    const stack = stackIn(EU);
    new IdentityTables(stack, 'I', { server: CONNECT2ID, replicaRegions: [US], ...props });
    return [...warnings(stack), ...infos(stack)].join('\n');
  };

  test('consequences are told, and a default is called one', () => {
    expect(notices({})).toContain('minimal (default) replicates 7 of 16 tables: users sign in again in another region');
    expect(notices({ replication: Replication.none() })).toContain('none replicates 0 of 16 tables');
    expect(notices({ replication: Replication.full() })).toContain('full replicates 16 of 16 tables: clients and users roam');
  });

  test('with Redis minimal is everything, and says so', () => {
    const server = IdentityServer.connect2id({
      version: '18.0',
      mode: Connect2idMode.STATELESS_REDIS,
      acceptAssumedSchema: true,
    });
    expect(notices({ server })).toContain('minimal (default) replicates 7 of 7 tables, as full would');
  });

  test('a preset that replicates nothing says so', () => {
    expect(notices({ server: EXPRESS, replication: Replication.minimal() })).toContain(
      'minimal replicates no table of connect-dynamodb',
    );
  });

  test('excluded tables leave the preset under a condition', () => {
    const replication = Replication.minimal({ excludeTables: ['id_access_tokens'] });
    expect(notices({ replication })).toContain("'id_access_tokens' is not replicated, which is right only if");
    expect(tablesOf(stacks({ server: CONNECT2ID, replication })[EU]).id_access_tokens.Properties.Replicas).toHaveLength(1);
  });

  test('fails for exclusions that the vendor does not allow, or that the preset does not have', () => {
    const exclude = (server: IdentityServer, table: string) => () =>
      new IdentityTables(stackIn(EU), 'I', {
        server,
        replicaRegions: [US],
        replication: Replication.minimal({ excludeTables: [table] }),
      });
    expect(codes(exclude(CONNECT2ID, 'clients'))).toEqual(['IDT0310']);
    expect(codes(exclude(CURITY, 'curity-tokens'))).toEqual(['IDT0310']);
    expect(codes(exclude(CONNECT2ID, 'sub_sessions'))).toEqual(['IDT0309']);
    expect(codes(exclude(CONNECT2ID, 'id_access_token'))).toEqual(['IDT0309']);
    expect(message(exclude(CONNECT2ID, 'id_access_token'))).toContain("did you mean 'id_access_tokens'?");
  });

  test('tables that belong together warn when split', () => {
    const replication = Replication.ofTables([
      'curity-accounts',
      'curity-links',
      'curity-devices',
      'curity-bucket',
      'curity-tokens',
    ]);
    expect(notices({ server: CURITY, replication })).toContain(
      "'curity-tokens' replicated without 'curity-delegations': they are of use only together",
    );
    expect(notices({ server: CURITY, replication: Replication.minimal() })).not.toContain('only together');
  });

  test('Curity advises one writing region', () => {
    expect(notices({ server: CURITY })).toMatch(/one writing region|one region at a time|writing region/);
  });
});

describe('regional constructs', () => {
  function primaryIn(app: App, stage?: Stage) {
    return new IdentityTables(new Stack(stage ?? app, 'Primary', { env: { region: EU } }), 'IdentityTables', {
      server: CURITY,
      replicaRegions: [US, AP],
    });
  }

  test('fail in the primary region, in an unlisted one, twice, without a region, and on another regional one', () => {
    const app = new App();
    const primary = primaryIn(app);
    const regional = (stack: Stack) => () => new RegionalIdentityTables(stack, 'I', { primary });
    expect(codes(regional(stackIn(EU, app)))).toEqual(['IDT0308']);
    expect(codes(regional(stackIn('eu-west-1', app)))).toEqual(['IDT0308']);
    expect(codes(regional(stackIn(undefined, app)))).toEqual(['IDT0306']);
    const first = regional(stackIn(US, app))();
    expect(codes(regional(stackIn(US, app, 'Again')))).toEqual(['IDT0308']);
    expect(codes(() => new RegionalIdentityTables(stackIn(AP, app), 'I', { primary: first }))).toEqual(['IDT0308']);
  });

  test('come after the primary, when both are in one stage', () => {
    const app = new App();
    const primary = primaryIn(app);
    const us = stackIn(US, app);
    new RegionalIdentityTables(us, 'I', { primary });
    expect(us.dependencies.map((stack) => stack.node.id)).toEqual(['Primary']);
    const staged = new Stage(app, 'Other');
    const ap = new Stack(staged, 'Ap', { env: { region: AP } });
    expect(() => new RegionalIdentityTables(ap, 'I', { primary })).not.toThrow();
    expect(ap.dependencies).toEqual([]);
  });

  test('find replicated tables by name, in their own region, and give the same object each time', () => {
    const app = new App();
    const us = stackIn(US, app);
    const regional = new RegionalIdentityTables(us, 'I', { primary: primaryIn(app) });
    const arn = us.resolve(regional.table('curity-accounts').tableArn) as unknown;
    expect(arn).toEqual({
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, ':dynamodb:us-east-1:', { Ref: 'AWS::AccountId' }, ':table/curity-accounts'],
      ],
    });
    expect(regional.table('curity-accounts')).toBe(regional.table('curity-accounts'));
    expect(regional.table('curity-sessions')).toBeInstanceOf(TableV2);
  });

  test('have the ids of the primary, so that a table keeps its logical id wherever it stands', () => {
    const app = new App();
    const primary = primaryIn(app);
    const us = stackIn(US, app, 'Us');
    new RegionalIdentityTables(us, 'IdentityTables', { primary });
    const idOf = (stack: Stack) =>
      Object.entries(json(stack).Resources ?? {}).find(([, r]) => r.Properties.TableName === 'curity-nonces')?.[0];
    expect(idOf(us)).toBe(idOf(Stack.of(primary)));
  });
});

describe('tables of others', () => {
  const attributes = { server: CURITY, primaryRegion: EU, replicaRegions: [US], tablePrefix: 'prod-' };

  test('are named and found without a resource', () => {
    const stack = stackIn(US);
    const tables = IdentityTables.fromIdentityTablesAttributes(stack, 'Imported', attributes);
    expect(tables.regions).toEqual([EU, US]);
    expect(tables.tableName('curity-links')).toBe('prod-curity-links');
    expect(stack.resolve(tables.table('curity-links').tableName)).toBe('prod-curity-links');
    expect(json(stack).Resources ?? {}).toEqual({});
  });

  test('serve as primary of another app', () => {
    const stack = stackIn(US);
    const primary = IdentityTables.fromIdentityTablesAttributes(stack, 'Primary', {
      ...attributes,
      protection: Protection.development(),
    });
    new RegionalIdentityTables(stack, 'IdentityTables', { primary });
    const tables = tablesOf(json(stack));
    expect(Object.keys(tables).sort()).toEqual(['prod-curity-nonces', 'prod-curity-sessions']);
    expect(tables['prod-curity-nonces'].DeletionPolicy).toBe('Delete');
  });

  test('fail in a region that they do not have, and with the problems of the options', () => {
    expect(codes(() => IdentityTables.fromIdentityTablesAttributes(stackIn(AP), 'I', attributes))).toEqual(['IDT0308']);
    expect(
      codes(() =>
        IdentityTables.fromIdentityTablesAttributes(stackIn(EU), 'I', { ...attributes, replicaRegions: [EU], tablePrefix: '/' }),
      ),
    ).toEqual(['IDT0303', 'IDT0101']);
  });

  test('work in an environment-agnostic stack', () => {
    const stack = stackIn();
    const tables = IdentityTables.fromIdentityTablesAttributes(stack, 'I', attributes);
    expect(JSON.stringify(stack.resolve(tables.table('curity-links').tableArn))).toContain(
      JSON.stringify({ Ref: 'AWS::Region' }),
    );
  });
});

test('fails for a region that the stacks do not have', () => {
  const set = new IdentityTablesStacks(new App(), 'Identity', { server: EXPRESS, primaryRegion: EU, replicaRegions: [US] });
  expect(codes(() => set.tablesIn('us-east-2'))).toEqual(['IDT0308']);
});

test('a prefix that is a token is not checked', () => {
  const stack = stackIn(EU);
  new IdentityTables(stack, 'I', { server: EXPRESS, tablePrefix: `${Aws.STACK_NAME}-` });
  expect(JSON.stringify(json(stack))).toContain('AWS::StackName');
});
