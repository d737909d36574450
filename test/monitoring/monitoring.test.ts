import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { HIPAASecurityChecks, NIST80053R5Checks } from 'cdk-nag';
import * as fc from 'fast-check';
import {
  IdentityServer,
  IdentityTables,
  IdentityTablesMonitoring,
  IdentityTablesStacks,
  RegionalIdentityTables,
  Replication,
  type IdentityTablesMonitoringProps,
} from '../../lib';
import { inGroups } from '../../lib/monitoring/groups';
import { PRESETS, PRESET_NAMES } from '../tables/cases';
import { alarmsOf, type TestAlarm } from './alarms';

const EU = 'eu-central-1';
const US = 'us-east-1';
const AP = 'ap-southeast-2';
const CURITY = IdentityServer.curity({ version: '11.0' });
const CONNECT2ID = IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true });
const EXPRESS = IdentityServer.connectDynamoDb();

type Options = Omit<IdentityTablesMonitoringProps, 'tables'>;

/** The alarms of one region of a set in three regions. */
function alarms(server: IdentityServer, replication: Replication, region: string, options: Options = {}): TestAlarm[] {
  const set = new IdentityTablesStacks(new App(), 'Identity', {
    server,
    primaryRegion: EU,
    replicaRegions: [US, AP],
    replication,
    tablePrefix: 'prod-',
  });
  const stack = set.stacks.find((candidate) => candidate.region === region)!;
  new IdentityTablesMonitoring(stack, 'Monitoring', { tables: set.tablesIn(region), ...options });
  return alarmsOf(stack);
}

function named(list: readonly TestAlarm[], id: string): TestAlarm {
  return list.find((alarm) => alarm.id === id)!;
}

function message(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('throttles', () => {
  const curity = alarms(CURITY, Replication.minimal(), EU);
  const metricsOf = (kind: string) => curity.filter(({ id }) => id.startsWith(kind)).flatMap(({ metrics }) => metrics);

  test('tables and indexes of one data class share alarms of at most ten metrics', () => {
    const throttles = curity.filter(({ id }) => id.startsWith('Throttles'));
    expect(throttles.map(({ id, metrics }) => [id, metrics.length])).toEqual([
      ['ThrottlesDurable', 10],
      ['ThrottlesDurable2', 10],
      ['ThrottlesDurable3', 10],
      ['ThrottlesDurable4', 10],
      ['ThrottlesDurable5', 10],
      ['ThrottlesDurable6', 9],
      ['ThrottlesRecoverable', 4],
      ['ThrottlesTransient', 2],
    ]);
  });

  test('writes are watched on every table and each of the 23 global indexes', () => {
    const writes = metricsOf('Throttles').filter((metric) => metric.startsWith('WriteThrottleEvents'));
    expect(writes).toHaveLength(11 + 23);
    expect(new Set(writes).size).toBe(34);
    expect(writes).toContain('WriteThrottleEvents TableName=prod-curity-sessions');
    expect(writes).toContain(
      'WriteThrottleEvents GlobalSecondaryIndexName=service_provider_name-lastModified-index TableName=prod-curity-database-service-providers',
    );
  });

  test('reads are watched on every table and on the indexes that the server queries', () => {
    const reads = metricsOf('Throttles').filter((metric) => metric.startsWith('ReadThrottleEvents'));
    expect(reads).toHaveLength(11 + 20);
    expect(reads).toContain('ReadThrottleEvents GlobalSecondaryIndexName=deviceId-index TableName=prod-curity-devices');
    expect(reads.filter((metric) => metric.includes('database-service-providers'))).toEqual([
      'ReadThrottleEvents TableName=prod-curity-database-service-providers',
      'ReadThrottleEvents GlobalSecondaryIndexName=service_provider_name-created-index TableName=prod-curity-database-service-providers',
      'ReadThrottleEvents GlobalSecondaryIndexName=tag-created-index TableName=prod-curity-database-service-providers',
      'ReadThrottleEvents GlobalSecondaryIndexName=tag-service_provider_name-index TableName=prod-curity-database-service-providers',
    ]);
  });

  test('a count that is missing is zero, and one burst is no alarm', () => {
    expect(named(curity, 'ThrottlesRecoverable')).toMatchObject({
      expression: 'SUM([FILL(m1, 0), FILL(m2, 0), FILL(m3, 0), FILL(m4, 0)])',
      metrics: [
        'ReadThrottleEvents TableName=prod-curity-sessions',
        'WriteThrottleEvents TableName=prod-curity-sessions',
        'ReadThrottleEvents TableName=prod-curity-tokens',
        'WriteThrottleEvents TableName=prod-curity-tokens',
      ],
      periods: [300],
      statistics: ['Sum'],
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 50,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
    });
  });

  test('the threshold is that of the data class', () => {
    const limits = (list: TestAlarm[]) =>
      ['ThrottlesDurable', 'ThrottlesDurable6', 'ThrottlesRecoverable', 'ThrottlesTransient'].map(
        (id) => named(list, id).Threshold,
      );
    expect(limits(curity)).toEqual([10, 10, 50, 100]);
    const options = { durableThrottledEvents: 1, recoverableThrottledEvents: 2, transientThrottledEvents: 3 };
    expect(limits(alarms(CURITY, Replication.minimal(), EU, options))).toEqual([1, 1, 2, 3]);
  });
});

describe('system errors', () => {
  test('are summed over the operations of each table, transactions as such', () => {
    const curity = alarms(CURITY, Replication.minimal(), EU).filter(({ id }) => id.startsWith('SystemErrors'));
    expect(curity.map(({ id, metrics }) => [id, metrics.length])).toEqual([
      ['SystemErrorsDurable', 10],
      ['SystemErrorsDurable2', 10],
      ['SystemErrorsDurable3', 8],
      ['SystemErrorsRecoverable', 7],
      ['SystemErrorsTransient', 3],
    ]);
    const metrics = curity.flatMap((alarm) => alarm.metrics);
    expect(metrics.filter((metric) => metric.includes('TableName=prod-curity-accounts'))).toEqual([
      'SystemErrors Operation=GetItem TableName=prod-curity-accounts',
      'SystemErrors Operation=Query TableName=prod-curity-accounts',
      'SystemErrors Operation=TransactWriteItems TableName=prod-curity-accounts',
    ]);
    expect(curity[4]).toMatchObject({
      expression: 'SUM([FILL(m1, 0), FILL(m2, 0), FILL(m3, 0)])',
      periods: [300],
      Threshold: 20,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
    });
  });

  test('batches and scans do not count while the server knows other operations', () => {
    const metrics = alarms(CONNECT2ID, Replication.none(), EU)
      .filter(({ id }) => id.startsWith('SystemErrors'))
      .flatMap((alarm) => alarm.metrics);
    expect(metrics).toHaveLength(16 * 5);
    expect(metrics.filter((metric) => metric.includes('=prod-clients'))).toEqual(
      ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
        (operation) => `SystemErrors Operation=${operation} TableName=prod-clients`,
      ),
    );
  });

  test('the threshold is that of the data class', () => {
    const limits = (options: Options) => {
      const list = alarms(CURITY, Replication.none(), US, options);
      return ['SystemErrorsDurable', 'SystemErrorsRecoverable', 'SystemErrorsTransient'].map((id) => named(list, id).Threshold);
    };
    expect(limits({})).toEqual([5, 10, 20]);
    expect(limits({ durableSystemErrors: 7, recoverableSystemErrors: 8, transientSystemErrors: 9 })).toEqual([7, 8, 9]);
  });

  test('a set without another region does not send users there', () => {
    const stack = new Stack(new App(), 'Stack', { env: { region: EU } });
    const tables = new IdentityTables(stack, 'IdentityTables', { server: EXPRESS });
    new IdentityTablesMonitoring(stack, 'Monitoring', { tables });
    expect(named(alarmsOf(stack), 'SystemErrorsRecoverable').AlarmDescription).toContain('no other region has these items');
    expect(named(alarms(EXPRESS, Replication.full(), EU), 'SystemErrorsRecoverable').AlarmDescription).toContain(
      'lead users to another region',
    );
  });
});

describe('replication latency', () => {
  const latency = (list: TestAlarm[]) => list.filter(({ id }) => id.startsWith('ReplicationLatency'));

  test.each([
    [EU, [US, AP]],
    [US, [EU, AP]],
    [AP, [EU, US]],
  ])('%s watches what it sends to %j', (region, others) => {
    const found = latency(alarms(CURITY, Replication.minimal(), region));
    expect(found.map(({ id }) => id)).toEqual(others.map((other) => `ReplicationLatency${other.replace(/-/g, '')}`));
    found.forEach((alarm, i) => {
      expect(alarm.metrics).toHaveLength(9);
      expect(alarm.metrics).toContain(`ReplicationLatency ReceivingRegion=${others[i]} TableName=prod-curity-tokens`);
      expect(alarm.metrics.join()).not.toContain('curity-sessions');
    });
  });

  test('silence is an alarm, since a lost region answers nothing', () => {
    expect(latency(alarms(CURITY, Replication.ofTables(['curity-delegations', 'curity-tokens']), EU))[0]).toMatchObject({
      expression: 'MAX([m1, m2])',
      periods: [300],
      statistics: ['Average'],
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 60_000,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      TreatMissingData: 'breaching',
    });
  });

  test('latency and silence can be set', () => {
    const options = { replicationLatency: Duration.seconds(10), alarmOnSilentReplication: false };
    const [alarm] = latency(alarms(CURITY, Replication.minimal(), EU, options));
    expect(alarm).toMatchObject({ Threshold: 10_000, TreatMissingData: 'notBreaching' });
    expect(alarm.AlarmDescription).not.toContain('quiet hours');
  });

  test('more than ten replicated tables are shared out evenly', () => {
    const found = latency(alarms(CURITY, Replication.full(), EU));
    expect(found.map(({ id, metrics }) => [id, metrics.length])).toEqual([
      ['ReplicationLatencyuseast1', 6],
      ['ReplicationLatencyuseast12', 5],
      ['ReplicationLatencyapsoutheast2', 6],
      ['ReplicationLatencyapsoutheast22', 5],
    ]);
  });

  test('without replicated tables there is none', () => {
    expect(latency(alarms(CURITY, Replication.none(), EU))).toEqual([]);
    expect(latency(alarms(EXPRESS, Replication.minimal(), EU))).toEqual([]);
  });

  test('one table alone needs no expression', () => {
    const [alarm] = latency(alarms(EXPRESS, Replication.full(), EU));
    expect(alarm.expression).toBeUndefined();
    expect(alarm).toMatchObject({
      metrics: [`ReplicationLatency ReceivingRegion=${US} TableName=prod-sessions`],
      periods: [300],
      statistics: ['Average'],
      TreatMissingData: 'breaching',
    });
  });
});

describe('time to live', () => {
  const silence = (list: TestAlarm[]) => list.filter(({ id }) => id.startsWith('TimeToLive'));

  test('a day without a deletion in all tables of a class is an alarm; durable tables are left out', () => {
    const found = silence(alarms(CURITY, Replication.minimal(), EU));
    expect(found.map(({ id, metrics }) => [id, metrics])).toEqual([
      [
        'TimeToLiveRecoverable',
        ['TimeToLiveDeletedItemCount TableName=prod-curity-sessions', 'TimeToLiveDeletedItemCount TableName=prod-curity-tokens'],
      ],
      ['TimeToLiveTransient', ['TimeToLiveDeletedItemCount TableName=prod-curity-nonces']],
    ]);
    expect(found[0]).toMatchObject({
      expression: 'SUM([FILL(m1, 0), FILL(m2, 0)])',
      periods: [86_400],
      statistics: ['Sum'],
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      TreatMissingData: 'breaching',
    });
  });

  test('a quiet set can wait up to a week', () => {
    const [alarm] = silence(alarms(CURITY, Replication.minimal(), EU, { timeToLiveSilentDays: 7 }));
    expect(alarm).toMatchObject({ EvaluationPeriods: 7, DatapointsToAlarm: 7, periods: [86_400] });
    expect(alarm.AlarmDescription).toContain('for 7 days');
  });

  test('follows the override of a table', () => {
    const watched = (timeToLiveAttribute: string) => {
      const stack = new Stack(new App(), 'Stack', { env: { region: EU } });
      const tableOverrides = { sessions: { timeToLiveAttribute } };
      const tables = new IdentityTables(stack, 'IdentityTables', { server: EXPRESS, tableOverrides });
      new IdentityTablesMonitoring(stack, 'Monitoring', { tables });
      return silence(alarmsOf(stack)).flatMap(({ metrics }) => metrics);
    };
    expect(watched('')).toEqual([]);
    expect(watched('until')).toEqual(['TimeToLiveDeletedItemCount TableName=sessions']);
  });
});

describe('every alarm', () => {
  const CASES: [string, IdentityServer, number[]][] = [
    ['Connect2id 18.0', CONNECT2ID, [16, 18, 18, 20]],
    ['Curity 11.0', CURITY, [15, 17, 17, 19]],
    ['connect-dynamodb', EXPRESS, [3, 3, 3, 5]],
  ];

  test.each(CASES)('%s has as many in each region, for none, absolute-minimal, minimal and full: %#', (_, server, counts) => {
    for (const region of [EU, US, AP]) {
      expect(PRESET_NAMES.map((preset) => alarms(server, PRESETS[preset](), region).length)).toEqual(counts);
    }
  });

  test('says what users notice and what to do first, within the 1,024 characters of CloudWatch', () => {
    for (const server of [CONNECT2ID, CURITY, EXPRESS]) {
      for (const { id, AlarmDescription: text } of alarms(server, Replication.full(), EU)) {
        expect([id, text.length <= 1024]).toEqual([id, true]);
        expect([id, /(Users|clients) /.test(text)]).toEqual([id, true]);
        expect([id, /First: |Else: check/.test(text)]).toEqual([id, true]);
      }
    }
  });

  const action = (arn: string): IAlarmAction => ({ bind: () => ({ alarmActionArn: arn }) });

  test('does what it is told when it goes off and when it is over', () => {
    const alarmActions = [
      action('arn:aws:sns:eu-central-1:111111111111:page'),
      action('arn:aws:sns:eu-central-1:111111111111:log'),
    ];
    const okActions = [action('arn:aws:sns:eu-central-1:111111111111:log')];
    const found = alarms(CURITY, Replication.full(), EU, { alarmActions, okActions });
    expect(found).toHaveLength(19);
    for (const alarm of found) {
      expect(alarm.AlarmActions).toEqual([
        'arn:aws:sns:eu-central-1:111111111111:page',
        'arn:aws:sns:eu-central-1:111111111111:log',
      ]);
      expect(alarm.OKActions).toEqual(['arn:aws:sns:eu-central-1:111111111111:log']);
    }
  });

  test('satisfies cdk-nag when it has an action, and does not without', () => {
    const findings = (withAction: boolean) => {
      const app = new App();
      const stack = new Stack(app, 'Stack', { env: { region: EU } });
      const tables = new IdentityTables(stack, 'IdentityTables', { server: CURITY });
      const alarmActions = withAction ? [new SnsAction(new Topic(stack, 'Topic'))] : undefined;
      new IdentityTablesMonitoring(stack, 'Monitoring', { tables, alarmActions });
      return [new HIPAASecurityChecks(app), new NIST80053R5Checks(app)].map((pack) =>
        pack
          .validateScope(app)
          .violations.filter(({ ruleName }) => ruleName.endsWith('CloudWatchAlarmAction'))
          .flatMap(({ violatingResources }) => violatingResources),
      );
    };
    expect(findings(true).flat()).toEqual([]);
    expect(findings(false).map((list) => list.length)).toEqual([15, 15]);
  });
});

describe('where it stands', () => {
  test('regional and replicated tables of a further region, its own metrics only', () => {
    const found = alarms(CONNECT2ID, Replication.minimal(), AP);
    expect(found.flatMap(({ metrics }) => metrics)).toContain('WriteThrottleEvents TableName=prod-sub_sessions');
    expect(found.flatMap(({ metrics }) => metrics)).toContain('WriteThrottleEvents TableName=prod-clients');
    expect(JSON.stringify(found)).not.toContain('"Region"');
  });

  test('imported tables are watched like own ones', () => {
    const stack = new Stack(new App(), 'Stack', { env: { region: US } });
    const tables = IdentityTables.fromIdentityTablesAttributes(stack, 'Tables', {
      server: CURITY,
      primaryRegion: EU,
      replicaRegions: [US, AP],
      replication: Replication.minimal(),
      tablePrefix: 'prod-',
    });
    new IdentityTablesMonitoring(stack, 'Monitoring', { tables });
    expect(alarmsOf(stack)).toEqual(alarms(CURITY, Replication.minimal(), US));
  });

  test('one region works without an environment', () => {
    const stack = new Stack(new App(), 'Stack');
    const tables = new IdentityTables(stack, 'IdentityTables', { server: EXPRESS });
    const monitoring = new IdentityTablesMonitoring(stack, 'Monitoring', { tables });
    expect(monitoring.alarms).toHaveLength(3);
  });

  test('fails in a stack of another region', () => {
    const app = new App();
    const tables = new IdentityTables(new Stack(app, 'Eu', { env: { region: EU } }), 'IdentityTables', {
      server: CURITY,
      replicaRegions: [US],
    });
    const us = new Stack(app, 'Us', { env: { region: US } });
    expect(message(() => new IdentityTablesMonitoring(us, 'Monitoring', { tables }))).toBe(
      [
        "[IDT1101] the tables are those of 'eu-central-1', but this stack is in 'us-east-1'",
        "  given:   'us-east-1'",
        "  allowed: 'eu-central-1'",
        "  fix:     pass the RegionalIdentityTables or IdentityTables of 'us-east-1', or move the monitoring to a stack in 'eu-central-1'",
      ].join('\n'),
    );
    const regional = new RegionalIdentityTables(us, 'IdentityTables', { primary: tables });
    const open = new Stack(app, 'Open');
    expect(message(() => new IdentityTablesMonitoring(open, 'Monitoring', { tables: regional }))).toContain('[IDT0306]');
    const ap = new Stack(app, 'Ap', { env: { region: AP } });
    expect(message(() => new IdentityTablesMonitoring(ap, 'Monitoring', { tables: regional }))).toContain(
      "fix:     move the monitoring to a stack in 'us-east-1'",
    );
  });

  test('fails with something else than tables of this library', () => {
    const stack = new Stack(new App(), 'Stack', { env: { region: EU } });
    const own = new IdentityTables(stack, 'IdentityTables', { server: EXPRESS });
    const tables = {
      node: own.node,
      regions: own.regions,
      tableNames: own.tableNames,
      tableName: (name: string) => name,
      table: (name: string) => own.table(name),
    } as unknown as IdentityTables;
    expect(message(() => new IdentityTablesMonitoring(stack, 'Monitoring', { tables }))).toContain(
      "[IDT1102] the tables to monitor are not a set of this library\n  given:   'Stack/IdentityTables'",
    );
  });

  test('fails with every threshold that is out of range, at once', () => {
    const options = {
      durableThrottledEvents: 0,
      transientSystemErrors: 1.5,
      recoverableSystemErrors: -1,
      replicationLatency: Duration.millis(0),
      timeToLiveSilentDays: 8,
    };
    const text = message(() => alarms(EXPRESS, Replication.full(), EU, options));
    expect(text.match(/\[IDT1103\] .*/g)).toEqual([
      '[IDT1103] durableThrottledEvents cannot be 0',
      '[IDT1103] transientSystemErrors cannot be 1.5',
      '[IDT1103] recoverableSystemErrors cannot be -1',
      '[IDT1103] timeToLiveSilentDays cannot be 8',
      '[IDT1103] replicationLatency is no time at all',
    ]);
    expect(text).toContain('a whole number from 1 to 7');
  });
});

describe('dashboard', () => {
  function widgets(stack: Stack): { type: string; properties: { title?: string; alarms?: unknown[]; metrics?: unknown[][] } }[] {
    const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    const { DashboardBody } = dashboard.Properties as { DashboardBody: { 'Fn::Join': [string, unknown[]] } | string };
    const body =
      typeof DashboardBody === 'string'
        ? DashboardBody
        : DashboardBody['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'arn')).join('');
    return (JSON.parse(body) as { widgets: ReturnType<typeof widgets> }).widgets;
  }

  test('shows the alarms first and then what they look at, of this region', () => {
    const set = new IdentityTablesStacks(new App(), 'Identity', {
      server: CURITY,
      primaryRegion: EU,
      replicaRegions: [US, AP],
      replication: Replication.minimal(),
    });
    const monitoring = new IdentityTablesMonitoring(set.stacks[1], 'Monitoring', {
      tables: set.tablesIn(US),
      dashboardName: 'identity-us',
    });
    const found = widgets(set.stacks[1]);
    expect(found.map(({ type, properties }) => [type, properties.title, (properties.metrics ?? []).length])).toEqual([
      ['text', undefined, 0],
      ['alarm', 'Alarms', 0],
      ['metric', 'Throttled reads', 31],
      ['metric', 'Throttled writes', 34],
      ['metric', 'System errors', 38],
      ['metric', `Replication latency to ${EU} (ms)`, 9],
      ['metric', `Replication latency to ${AP} (ms)`, 9],
      ['metric', 'Items deleted by time to live', 5],
      ['metric', 'Read units', 11],
      ['metric', 'Write units', 11],
    ]);
    expect(found[1].properties.alarms).toHaveLength(monitoring.alarms.length);
    expect(JSON.stringify(found)).toContain(
      '11 tables (8 durable, 2 recoverable, 1 transient): 9 replicated to eu-central-1, ap-southeast-2, 2 of this region alone.',
    );
    Template.fromStack(set.stacks[1]).hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: 'identity-us' });
  });

  test('a single region has no replication to show, and CloudFormation names the dashboard', () => {
    const stack = new Stack(new App(), 'Stack', { env: { region: EU } });
    const tables = new IdentityTables(stack, 'IdentityTables', { server: EXPRESS });
    new IdentityTablesMonitoring(stack, 'Monitoring', { tables });
    expect(JSON.stringify(widgets(stack))).not.toContain('ReplicationLatency');
    const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    expect(Object.keys(dashboard.Properties as object)).toEqual(['DashboardBody']);
  });
});

test('groups are few, even and complete', () => {
  expect(inGroups([], 10)).toEqual([]);
  expect(inGroups([1, 2, 3], 10)).toEqual([[1, 2, 3]]);
  expect(inGroups([1, 2, 3, 4], 3)).toEqual([
    [1, 2],
    [3, 4],
  ]);
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 12 }), (list, size) => {
      const groups = inGroups(list, size);
      expect(groups.flat()).toEqual(list);
      expect(groups).toHaveLength(Math.ceil(list.length / size));
      expect(groups.every((group) => group.length >= 1 && group.length <= size)).toBe(true);
    }),
  );
});

describe('any server of a schema directory', () => {
  const table = fc.record({
    indexes: fc.integer({ min: 0, max: 20 }),
    nameLength: fc.integer({ min: 3, max: 200 }),
    dataClass: fc.constantFrom('durable', 'recoverable', 'transient'),
    preset: fc.constantFrom('absolute-minimal', 'minimal', 'full'),
    hasTimeToLive: fc.boolean(),
    data: fc.subarray(['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'], {
      minLength: 1,
    }),
  });

  type RandomTable = typeof table extends fc.Arbitrary<infer T> ? T : never;

  function write(directory: string, tables: RandomTable[]): void {
    const profiles: Record<string, object> = {};
    tables.forEach(({ indexes, nameLength, data, ...profile }, i) => {
      const name = `t${i}`.padEnd(nameLength, 'x');
      const attributes = ['id', ...Array.from({ length: indexes }, (_, n) => `key${n}`)];
      const file = {
        TableName: name,
        AttributeDefinitions: attributes.map((attribute) => ({ AttributeName: attribute, AttributeType: 'S' })),
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: attributes.slice(1).map((attribute) => ({
          IndexName: `${attribute}-index`,
          KeySchema: [{ AttributeName: attribute, KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        })),
      };
      fs.writeFileSync(
        path.join(directory, `create-table-${i}.json`),
        JSON.stringify({ ...file, ...(indexes === 0 ? { GlobalSecondaryIndexes: undefined } : {}) }),
      );
      profiles[name] = {
        dataClass: profile.dataClass,
        preset: profile.preset,
        runtime: { data, describe: [], manage: [], indexQueries: 'all' },
        ...(profile.hasTimeToLive ? { timeToLive: { attribute: 'ttl', use: 'always' } } : {}),
      };
    });
    fs.writeFileSync(path.join(directory, 'server.json'), JSON.stringify({ server: 'random', tables: profiles }));
  }

  test('no alarm has more than ten metrics or a description that is too long, and every table and index is watched', () => {
    fc.assert(
      fc.property(
        fc.array(table, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(...PRESET_NAMES),
        fc.subarray([US, AP, 'eu-west-1']),
        (tables, preset, replicaRegions) => {
          const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'random-server-'));
          try {
            write(directory, tables);
            const stack = new Stack(new App(), 'Stack', { env: { region: EU } });
            const set = new IdentityTables(stack, 'IdentityTables', {
              server: IdentityServer.fromSchemaDirectory(directory),
              replicaRegions,
              replication: PRESETS[preset](),
            });
            new IdentityTablesMonitoring(stack, 'Monitoring', { tables: set });
            const found = alarmsOf(stack);
            const metrics = found.flatMap((alarm) => alarm.metrics);
            expect(Math.max(...found.map((alarm) => alarm.metrics.length))).toBeLessThanOrEqual(10);
            expect(Math.max(...found.map((alarm) => alarm.AlarmDescription.length))).toBeLessThanOrEqual(1024);
            expect(new Set(metrics).size).toBe(metrics.length);
            const indexes = tables.reduce((sum, { indexes: count }) => sum + count, 0);
            expect(metrics.filter((metric) => metric.startsWith('WriteThrottle'))).toHaveLength(tables.length + indexes);
            const replicated = tables.filter(
              ({ preset: smallest }) =>
                PRESET_NAMES.indexOf(smallest as (typeof PRESET_NAMES)[number]) <= PRESET_NAMES.indexOf(preset),
            ).length;
            expect(metrics.filter((metric) => metric.startsWith('ReplicationLatency'))).toHaveLength(
              replicated * replicaRegions.length,
            );
            const withErrors = new Set(
              metrics.filter((metric) => metric.startsWith('SystemErrors')).map((metric) => metric.split('TableName=')[1]),
            );
            expect(withErrors.size).toBe(tables.length);
          } finally {
            fs.rmSync(directory, { recursive: true });
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});
