import { App, type Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import {
  IdentityServer,
  IdentityTablesMonitoring,
  IdentityTablesStacks,
  type IdentityTablesMonitoringProps,
  type Replication,
} from '../../lib';

export const EU = 'eu-central-1';
export const US = 'us-east-1';
export const AP = 'ap-southeast-2';
export const CURITY = IdentityServer.curity({ version: '11.0' });
export const CONNECT2ID = IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true });
export const EXPRESS = IdentityServer.connectDynamoDb();

interface MetricStat {
  readonly Metric: {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions: { readonly Name: string; readonly Value: string }[];
  };
  readonly Period: number;
  readonly Stat: string;
}

interface AlarmProperties {
  readonly AlarmDescription: string;
  readonly AlarmActions?: unknown[];
  readonly OKActions?: unknown[];
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly TreatMissingData: string;
  readonly Metrics?: { readonly Expression?: string; readonly MetricStat?: MetricStat; readonly Label?: string }[];
  readonly MetricName?: string;
  readonly Dimensions?: { readonly Name: string; readonly Value: string }[];
  readonly Statistic?: string;
  readonly Period?: number;
}

/** An alarm of a template: what it compares, one metric as `Name dimension=value …`. */
export interface TestAlarm extends AlarmProperties {
  readonly id: string;
  readonly expression?: string;
  readonly metrics: string[];
  readonly periods: number[];
  readonly statistics: string[];
}

/** The alarms of a stack by the construct id of the alarm, in the order of the template. */
export function alarmsOf(stack: Stack): TestAlarm[] {
  const resources = Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm');
  return Object.entries(resources).map(([id, resource]) => {
    const properties = resource.Properties as AlarmProperties;
    const several = (properties.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat ?? []);
    const one = properties.MetricName === undefined ? [] : [text(properties.MetricName, properties.Dimensions ?? [])];
    return {
      ...properties,
      id: id.replace(/^Monitoring/, '').replace(/[0-9A-F]{8}$/, ''),
      expression: properties.Metrics?.find(({ Expression }) => Expression !== undefined)?.Expression,
      metrics: [...one, ...several.map(({ Metric }) => text(Metric.MetricName, Metric.Dimensions))],
      periods: [...new Set([properties.Period, ...several.map(({ Period }) => Period)].filter((period) => period !== undefined))],
      statistics: [
        ...new Set([properties.Statistic, ...several.map(({ Stat }) => Stat)].filter((statistic) => statistic !== undefined)),
      ],
    };
  });
}

function text(name: string, dimensions: readonly { readonly Name: string; readonly Value: string }[]): string {
  return [name, ...dimensions.map(({ Name, Value }) => `${Name}=${Value}`)].join(' ');
}

export type Options = Omit<IdentityTablesMonitoringProps, 'tables'>;

/** The alarms of one region of a set in three regions. */
export function alarms(server: IdentityServer, replication: Replication, region: string, options: Options = {}): TestAlarm[] {
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

export function named(list: readonly TestAlarm[], id: string): TestAlarm {
  return list.find((alarm) => alarm.id === id)!;
}
