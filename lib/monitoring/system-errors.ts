import type { DataClass } from '../servers';
import { classId, HIGH_COUNT, listed, type AlarmSpec } from './alarm-spec';
import { inGroups, METRICS_PER_ALARM } from './groups';
import { systemErrors } from './metrics';
import { byDataClass, type MonitoredSet } from './monitored-set';
import type { Thresholds } from './thresholds';

const NOTICED: { readonly [dataClass in DataClass]: string } = {
  durable: 'Users and clients notice errors at login, registration and in token requests',
  recoverable: 'Users are asked to log in again or see errors, and clients notice failing token requests',
  transient: 'Users notice logins and consents that fail half way',
};

/** Errors of the service itself, HTTP 500. */
export function systemErrorAlarms({ tables, receivingRegions }: MonitoredSet, thresholds: Thresholds): AlarmSpec[] {
  const lastResort =
    receivingRegions.length > 0
      ? 'If it lasts, lead users to another region, see docs/lost-region.md of cdk-identity-tables.'
      : 'If it lasts, tell users: no other region has these items.';
  return byDataClass(tables).flatMap(({ dataClass, tables: members }) => {
    const watched = members.flatMap((table) => systemErrors(table).map((metric) => ({ table, metric })));
    return inGroups(watched, METRICS_PER_ALARM).map((group, i) => ({
      ...HIGH_COUNT,
      id: classId('SystemErrors', dataClass, i),
      description:
        `DynamoDB answers with internal errors on ${dataClass} tables: ${listed(group.map(({ table }) => table))}. ` +
        `${NOTICED[dataClass]}. First: look for DynamoDB in the AWS Health Dashboard of this region, and whether alarms of ` +
        `other tables went off too; nothing in the tables or the server causes it. ${lastResort}`,
      metrics: group.map(({ metric }) => metric),
      threshold: thresholds.systemErrors[dataClass],
    }));
  });
}
