import { isOn } from '../intrinsics';
import type { TableRule } from '../rule';

export const pointInTimeRecovery: TableRule = {
  id: 'PITR',
  title: 'point-in-time recovery is off',
  reason:
    'Replication copies a mistaken write or delete to every region within seconds. Only a backup brings the items back, and ' +
    'point-in-time recovery is set for each replica by itself.',
  fix: 'set pointInTimeRecoverySpecification on the table and do not switch it off in a replica',
  source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html',
  checkTable: (table) =>
    table.replicas
      .filter(({ properties }) => isOn(properties, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled') === false)
      .map(({ location, label }) => ({
        location: `${location}.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled`,
        message: `in ${label}`,
      })),
};
