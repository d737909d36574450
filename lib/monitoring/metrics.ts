import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MonitoredTable } from './monitored-set';

/**
 * Metrics of DynamoDB, all of the region of the stack.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
function metric(metricName: string, statistic: string, label: string, dimensions: Record<string, string>): Metric {
  return new Metric({ namespace: 'AWS/DynamoDB', metricName, statistic, label, dimensionsMap: dimensions });
}

export function readThrottles(table: MonitoredTable): Metric[] {
  return onTableAndIndexes('ReadThrottleEvents', table, table.queriedIndexes);
}

export function writeThrottles(table: MonitoredTable): Metric[] {
  return onTableAndIndexes('WriteThrottleEvents', table, table.globalIndexes);
}

/** The metric of the table alone leaves its global secondary indexes out. */
function onTableAndIndexes(metricName: string, { baseName, tableName }: MonitoredTable, indexes: readonly string[]): Metric[] {
  return [
    metric(metricName, 'Sum', baseName, { TableName: tableName }),
    ...indexes.map((index) =>
      metric(metricName, 'Sum', `${baseName} ${index}`, { TableName: tableName, GlobalSecondaryIndexName: index }),
    ),
  ];
}

/** There is no such metric without the operation. */
export function systemErrors({ baseName, tableName, operations }: MonitoredTable): Metric[] {
  return operations.map((operation) =>
    metric('SystemErrors', 'Sum', `${baseName} ${operation}`, { TableName: tableName, Operation: operation }),
  );
}

/** In milliseconds, told in the region that sends. */
export function replicationLatency({ baseName, tableName }: MonitoredTable, receivingRegion: string): Metric {
  return metric('ReplicationLatency', 'Average', `${baseName} to ${receivingRegion}`, {
    TableName: tableName,
    ReceivingRegion: receivingRegion,
  });
}

export function timeToLiveDeletions({ baseName, tableName }: MonitoredTable): Metric {
  return metric('TimeToLiveDeletedItemCount', 'Sum', baseName, { TableName: tableName });
}

export function consumedCapacity({ baseName, tableName }: MonitoredTable, kind: 'Read' | 'Write'): Metric {
  return metric(`Consumed${kind}CapacityUnits`, 'Sum', baseName, { TableName: tableName });
}
