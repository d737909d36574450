import { Duration } from 'aws-cdk-lib/core';
import { AlarmStatusWidget, GraphWidget, TextWidget, type IAlarm, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { inGroups } from './groups';
import {
  consumedCapacity,
  readThrottles,
  replicationLatency,
  systemErrors,
  timeToLiveDeletions,
  writeThrottles,
} from './metrics';
import { byDataClass, type MonitoredSet } from './monitored-set';

/** Alarms that one status widget may show. */
const ALARMS_PER_WIDGET = 100;

/** More lines in a graph than these are hard to read; CloudWatch allows 500. */
const LINES_PER_GRAPH = 50;

const FULL_WIDTH = 24;
const HALF_WIDTH = 12;

/** The rows of the dashboard of one region: state of the alarms first, then what each kind of alarm looks at. */
export function dashboardRows(title: string, region: string, set: MonitoredSet, alarms: readonly IAlarm[]): IWidget[][] {
  const { tables, receivingRegions } = set;
  const replicated = tables.filter((table) => table.isReplicated);
  return [
    [new TextWidget({ markdown: heading(title, region, set), width: FULL_WIDTH, height: 4 })],
    ...inGroups(alarms, ALARMS_PER_WIDGET).map((group) => [
      new AlarmStatusWidget({ title: 'Alarms', alarms: group, width: FULL_WIDTH, height: 5 }),
    ]),
    graphs('Throttled reads', tables.flatMap(readThrottles)),
    graphs('Throttled writes', tables.flatMap(writeThrottles)),
    graphs('System errors', tables.flatMap(systemErrors)),
    receivingRegions.flatMap((receiver) =>
      graphs(
        `Replication latency to ${receiver} (ms)`,
        replicated.map((table) => replicationLatency(table, receiver)),
      ),
    ),
    graphs(
      'Items deleted by time to live',
      tables.filter((table) => table.hasTimeToLive).map(timeToLiveDeletions),
      Duration.hours(1),
    ),
    graphs(
      'Read units',
      tables.map((table) => consumedCapacity(table, 'Read')),
    ),
    graphs(
      'Write units',
      tables.map((table) => consumedCapacity(table, 'Write')),
    ),
  ].filter((row) => row.length > 0);
}

function heading(title: string, region: string, { tables, receivingRegions }: MonitoredSet): string {
  const replicated = tables.filter((table) => table.isReplicated).length;
  const classes = byDataClass(tables).map(({ dataClass, tables: members }) => `${members.length} ${dataClass}`);
  return [
    `# ${title} in ${region}`,
    `${tables.length} tables (${classes.join(', ')}): ${replicated} replicated${
      receivingRegions.length > 0 ? ` to ${receivingRegions.join(', ')}` : ''
    }, ${tables.length - replicated} of this region alone.`,
    'The description of an alarm says what users notice and what to do first.',
  ].join('\n\n');
}

function graphs(title: string, metrics: readonly IMetric[], period: Duration = Duration.minutes(5)): IWidget[] {
  return inGroups(metrics, LINES_PER_GRAPH).map(
    (left, i) => new GraphWidget({ title: i === 0 ? title : `${title} (${i + 1})`, left, period, width: HALF_WIDTH, height: 6 }),
  );
}
