import { isOn } from '../intrinsics';
import type { TableRule } from '../rule';

export const deletionProtection: TableRule = {
  id: 'DELETION-PROTECTION',
  title: 'deletion protection is off',
  reason:
    'A replica that leaves the property Replicas is deleted with its items, whatever the DeletionPolicy says. Only its own ' +
    'deletion protection stops that, and it is set for each replica by itself.',
  fix: 'set deletionProtection: true on the table and do not switch it off in a replica',
  source:
    'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html#WorkingWithTables.Basics.DeletionProtection',
  checkTable: (table) =>
    table.replicas
      .filter(({ properties }) => isOn(properties, 'DeletionProtectionEnabled') === false)
      .map(({ location, label }) => ({ location: `${location}.DeletionProtectionEnabled`, message: `in ${label}` })),
};
