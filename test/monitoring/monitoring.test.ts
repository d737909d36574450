import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { HIPAASecurityChecks, NIST80053R5Checks } from 'cdk-nag';
import {
  IdentityTables,
  IdentityTablesMonitoring,
  IdentityTablesStacks,
  RegionalIdentityTables,
  Replication,
  type IdentityServer,
} from '../../lib';
import { PRESETS, PRESET_NAMES } from '../tables/cases';
import { alarms, alarmsOf, AP, CONNECT2ID, CURITY, EU, EXPRESS, US } from './alarms';

function message(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

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
