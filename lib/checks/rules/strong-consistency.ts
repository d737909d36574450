import { at, isOn, items } from '../intrinsics';
import type { TableRule } from '../rule';

export const strongConsistency: TableRule = {
  id: 'STRONG-CONSISTENCY',
  title: 'a table with multi-Region strong consistency uses what that mode does not have',
  reason:
    'A table with MultiRegionConsistency STRONG has neither time to live nor local secondary indexes, and the mode is fixed when ' +
    'the table is made. Neither CDK nor its built-in validation tells so before the deployment.',
  fix: 'use multiRegionConsistency: MultiRegionConsistency.EVENTUAL, or leave out time to live and local secondary indexes',
  source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html',
  checkTable: ({ properties }) => {
    if (at(properties, 'MultiRegionConsistency') !== 'STRONG') {
      return [];
    }
    return [
      ...(isOn(properties, 'TimeToLiveSpecification', 'Enabled') === true
        ? [{ location: 'Properties.TimeToLiveSpecification', message: 'time to live is on' }]
        : []),
      ...(items(properties, 'LocalSecondaryIndexes').length > 0
        ? [{ location: 'Properties.LocalSecondaryIndexes', message: 'it has local secondary indexes' }]
        : []),
    ];
  },
};
