import { Duration } from 'aws-cdk-lib/core';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { groupId, listed, type AlarmSpec } from './alarm-spec';
import { inGroups, METRICS_PER_ALARM } from './groups';
import { replicationLatency } from './metrics';
import type { MonitoredSet } from './monitored-set';
import type { Thresholds } from './thresholds';

/**
 * One alarm for each region that receives, all data classes together: a region is late as a whole, and a group with a busy table is
 * silent only when nothing arrives at all.
 */
export function replicationAlarms({ tables, receivingRegions }: MonitoredSet, thresholds: Thresholds): AlarmSpec[] {
  const replicated = tables.filter((table) => table.isReplicated);
  const silence = thresholds.alarmOnSilentReplication
    ? ' It also goes off when no write at all has arrived there for 15 minutes, in quiet hours too.'
    : '';
  return receivingRegions.flatMap((region) =>
    inGroups(replicated, METRICS_PER_ALARM).map((group, i) => ({
      id: groupId(`ReplicationLatency-${region}`, i),
      description:
        `Writes of this region reach ${region} late or not at all: ${listed(group)}. Users and clients that move to ${region} ` +
        `find an older state, and revocations made here do not count there yet.${silence} First: look in the AWS Health ` +
        `Dashboard of ${region} and of this region. If ${region} is lost, lead its users here, see docs/lost-region.md of cdk-identity-tables; if not, ` +
        `keep users where they are until this alarm is over.`,
      metrics: group.map((table) => replicationLatency(table, region)),
      combination: 'highest' as const,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: thresholds.replicationLatency.toMilliseconds(),
      period: Duration.minutes(5),
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: thresholds.alarmOnSilentReplication ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    })),
  );
}
