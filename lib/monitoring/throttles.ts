import type { DataClass } from '../servers';
import { classId, HIGH_COUNT, listed, type AlarmSpec } from './alarm-spec';
import { inGroups, METRICS_PER_ALARM } from './groups';
import { readThrottles, writeThrottles } from './metrics';
import { byDataClass, type MonitoredSet } from './monitored-set';
import type { Thresholds } from './thresholds';

const NOTICED: { readonly [dataClass in DataClass]: string } = {
  durable: 'Users and clients notice slow or failing logins, registrations and token requests',
  recoverable: 'Users notice slow or failing logins and clients failing token requests',
  transient: 'Users notice logins and consents that fail half way',
};

/**
 * Events rather than ThrottledRequests: they exist for indexes, and count each item of a batch, whose request counts as throttled
 * only when all of its items were.
 */
export function throttleAlarms({ tables }: MonitoredSet, { throttledEvents }: Thresholds): AlarmSpec[] {
  return byDataClass(tables).flatMap(({ dataClass, tables: members }) => {
    const watched = members.flatMap((table) =>
      [...readThrottles(table), ...writeThrottles(table)].map((metric) => ({ table, metric })),
    );
    return inGroups(watched, METRICS_PER_ALARM).map((group, i) => ({
      ...HIGH_COUNT,
      id: classId('Throttles', dataClass, i),
      description:
        `DynamoDB refuses reads or writes of ${dataClass} tables, or of their indexes, for lack of throughput: ` +
        `${listed(group.map(({ table }) => table))}. ${NOTICED[dataClass]} once the server has used up its retries. ` +
        'First: see in the dashboard which table or index it is. With provisioned capacity raise it or its upper limit; ' +
        'on demand look for traffic that doubled within half an hour, a hot key, or a table limit of the account.',
      metrics: group.map(({ metric }) => metric),
      threshold: throttledEvents[dataClass],
    }));
  });
}
