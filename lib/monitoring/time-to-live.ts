import { Duration } from 'aws-cdk-lib/core';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { classId, listed, type AlarmSpec } from './alarm-spec';
import { inGroups, METRICS_PER_ALARM } from './groups';
import { timeToLiveDeletions } from './metrics';
import { byDataClass, type MonitoredSet } from './monitored-set';
import type { Thresholds } from './thresholds';

/**
 * Tables of one data class together, since a single one may have nothing to delete for days. Items of durable tables live for
 * months, so those are in the dashboard only.
 */
export function timeToLiveAlarms({ tables }: MonitoredSet, { timeToLiveSilentDays }: Thresholds): AlarmSpec[] {
  const shortLived = tables.filter((table) => table.hasTimeToLive && table.dataClass !== 'durable');
  const days = timeToLiveSilentDays === 1 ? 'a day' : `${timeToLiveSilentDays} days`;
  return byDataClass(shortLived).flatMap(({ dataClass, tables: members }) =>
    inGroups(members, METRICS_PER_ALARM).map((group, i) => ({
      id: classId('TimeToLive', dataClass, i),
      description:
        `Time to live has deleted no item for ${days} in any of: ${listed(group)}. Users notice nothing yet; the tables grow and ` +
        'cost more. It is no fault where nobody logged in, in the first days of a set, or where another region deleted ' +
        'everything first. Else: check that time to live is ENABLED on the tables and names the attribute of the template ' +
        '(identity-tables verify), then that the server writes the expiry in epoch seconds.',
      metrics: group.map(timeToLiveDeletions),
      combination: 'sum' as const,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      period: Duration.days(1),
      evaluationPeriods: timeToLiveSilentDays,
      datapointsToAlarm: timeToLiveSilentDays,
      treatMissingData: TreatMissingData.BREACHING,
    })),
  );
}
