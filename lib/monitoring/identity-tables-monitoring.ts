import { Stack, Token, type Duration } from 'aws-cdk-lib/core';
import { Alarm, Dashboard, type IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { fail, quoted } from '../errors';
import { IdentityTablesBase, type IIdentityTables } from '../tables';
import { alarmMetric, type AlarmSpec } from './alarm-spec';
import { dashboardRows } from './dashboard';
import { monitoredSet } from './monitored-set';
import { replicationAlarms } from './replication-latency';
import { systemErrorAlarms } from './system-errors';
import { thresholds } from './thresholds';
import { throttleAlarms } from './throttles';
import { timeToLiveAlarms } from './time-to-live';

/** Properties of IdentityTablesMonitoring. */
export interface IdentityTablesMonitoringProps {
  /** The tables as the region of this stack has them: IdentityTables, RegionalIdentityTables, or imported. */
  readonly tables: IIdentityTables;
  /**
   * What every alarm does when it goes off.
   * @default - nothing: the alarms show in the dashboard only
   */
  readonly alarmActions?: IAlarmAction[];
  /**
   * What every alarm does when it is over.
   * @default - nothing
   */
  readonly okActions?: IAlarmAction[];
  /**
   * The name of the dashboard, which CloudWatch has once per account for all regions.
   * @default - made up by CloudFormation
   */
  readonly dashboardName?: string;
  /**
   * Throttled reads and writes of durable tables in five minutes, from which on it is an alarm.
   * @default 10
   */
  readonly durableThrottledEvents?: number;
  /**
   * Throttled reads and writes of recoverable tables in five minutes, from which on it is an alarm.
   * @default 50
   */
  readonly recoverableThrottledEvents?: number;
  /**
   * Throttled reads and writes of transient tables in five minutes, from which on it is an alarm.
   * @default 100
   */
  readonly transientThrottledEvents?: number;
  /**
   * Internal errors of DynamoDB on durable tables in five minutes, from which on it is an alarm.
   * @default 5
   */
  readonly durableSystemErrors?: number;
  /**
   * Internal errors of DynamoDB on recoverable tables in five minutes, from which on it is an alarm.
   * @default 10
   */
  readonly recoverableSystemErrors?: number;
  /**
   * Internal errors of DynamoDB on transient tables in five minutes, from which on it is an alarm.
   * @default 20
   */
  readonly transientSystemErrors?: number;
  /**
   * How late a write may reach another region for 15 minutes, on the average of five.
   * @default Duration.minutes(1)
   */
  readonly replicationLatency?: Duration;
  /**
   * Whether it is an alarm that no write reaches another region for 15 minutes. A region that is lost is silent, and so is a set
   * that nobody uses.
   * @default true
   */
  readonly alarmOnSilentReplication?: boolean;
  /**
   * Days, at most 7, without an item deleted by time to live, after which it is an alarm.
   * @default 1
   */
  readonly timeToLiveSilentDays?: number;
}

/**
 * Alarms and a dashboard for the tables of one region, in a stack of that region. Put one into the stack of each region.
 */
export class IdentityTablesMonitoring extends Construct {
  /** The alarms: throttles, system errors, replication latency, time to live. */
  public readonly alarms: Alarm[];

  /** The dashboard of the region. */
  public readonly dashboard: Dashboard;

  public constructor(scope: Construct, id: string, props: IdentityTablesMonitoringProps) {
    const tables = knownTables(props.tables);
    const { region } = Stack.of(scope);
    checkRegion(region, tables);
    const limits = thresholds(props);
    super(scope, id);
    const set = monitoredSet(tables, region);
    const specs = [
      ...throttleAlarms(set, limits),
      ...systemErrorAlarms(set, limits),
      ...replicationAlarms(set, limits),
      ...timeToLiveAlarms(set, limits),
    ];
    this.alarms = specs.map((spec) => this.createAlarm(spec));
    for (const alarm of this.alarms) {
      alarm.addAlarmAction(...(props.alarmActions ?? []));
      alarm.addOkAction(...(props.okActions ?? []));
    }
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: props.dashboardName,
      widgets: dashboardRows(tables._set.server.title, region, set, this.alarms),
    });
  }

  private createAlarm(spec: AlarmSpec): Alarm {
    return new Alarm(this, spec.id, {
      metric: alarmMetric(spec),
      alarmDescription: spec.description,
      comparisonOperator: spec.comparisonOperator,
      threshold: spec.threshold,
      evaluationPeriods: spec.evaluationPeriods,
      datapointsToAlarm: spec.datapointsToAlarm,
      treatMissingData: spec.treatMissingData,
    });
  }
}

function knownTables(tables: IIdentityTables): IdentityTablesBase {
  if (tables instanceof IdentityTablesBase) {
    return tables;
  }
  return fail('IDT1102', {
    what: 'the tables to monitor are not a set of this library',
    given: `'${tables.node.path}'`,
    allowed: 'an IdentityTables, a RegionalIdentityTables, or what IdentityTables.fromIdentityTablesAttributes returns',
  });
}

/** Metrics are of the region that the tables are in, and an alarm sees its own region only. */
function checkRegion(region: string, tables: IdentityTablesBase): void {
  const tableRegion = Stack.of(tables).region;
  if (Token.isUnresolved(region)) {
    if (tables.regions.length > 1 || !Token.isUnresolved(tableRegion)) {
      fail('IDT0306', {
        what: 'the monitoring of these tables needs a stack with a region',
        given: 'an environment-agnostic stack',
        allowed: quoted(tables.regions),
      });
    }
  } else if (!Token.isUnresolved(tableRegion) && region !== tableRegion) {
    fail('IDT1101', {
      what: `the tables are those of '${tableRegion}', but this stack is in '${region}'`,
      given: `'${region}'`,
      allowed: `'${tableRegion}'`,
      fix: tables.regions.includes(region)
        ? `pass the RegionalIdentityTables or IdentityTables of '${region}', or move the monitoring to a stack in '${tableRegion}'`
        : `move the monitoring to a stack in '${tableRegion}'`,
    });
  }
}
