import { Duration } from 'aws-cdk-lib/core';
import { ComparisonOperator, MathExpression, TreatMissingData, type IMetric, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { DataClass } from '../servers';
import type { MonitoredTable } from './monitored-set';

/** One alarm before it is made. */
export interface AlarmSpec {
  /** The construct id. */
  readonly id: string;
  /** What users notice, and what to do first. */
  readonly description: string;
  /** At most ten. */
  readonly metrics: readonly Metric[];
  /** How several metrics become one value. */
  readonly combination: 'sum' | 'highest';
  readonly comparisonOperator: ComparisonOperator;
  readonly threshold: number;
  readonly period: Duration;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: TreatMissingData;
}

/** Counts that go off when they stay high for two of three times five minutes. No data means that nothing happened. */
export const HIGH_COUNT = {
  combination: 'sum',
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  period: Duration.minutes(5),
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  treatMissingData: TreatMissingData.NOT_BREACHING,
} as const;

/** The first group keeps its id when a further one is added. */
export function groupId(id: string, group: number): string {
  return group === 0 ? id : `${id}-${group + 1}`;
}

export function classId(kind: string, dataClass: DataClass, group: number): string {
  return groupId(kind + dataClass[0].toUpperCase() + dataClass.slice(1), group);
}

/** The value that the alarm compares. */
export function alarmMetric({ metrics, combination, period, id }: AlarmSpec): IMetric {
  if (metrics.length === 1) {
    return metrics[0].with({ period });
  }
  const names = metrics.map((_, i) => `m${i + 1}`);
  return new MathExpression({
    // A count that is missing is zero. A latency that is missing is not a short one, so the others decide.
    expression:
      combination === 'sum' ? `SUM([${names.map((name) => `FILL(${name}, 0)`).join(', ')}])` : `MAX([${names.join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics.map((metric, i) => [names[i], metric])),
    label: id,
    period,
  });
}

/** Characters for names in a description, which has 1,024 in all. */
const ROOM_FOR_NAMES = 350;

/** The tables by base name, as many as there is room for. */
export function listed(tables: readonly MonitoredTable[]): string {
  const names = [...new Set(tables.map((table) => table.baseName))];
  const shown: string[] = [];
  for (const name of names) {
    if ([...shown, name].join(', ').length > ROOM_FOR_NAMES) {
      return `${shown.join(', ')} and ${names.length - shown.length} more`;
    }
    shown.push(name);
  }
  return shown.join(', ');
}
