import { LIMITS } from '../../errors';
import { items } from '../intrinsics';
import type { TableRule } from '../rule';

const INDEX_LISTS = ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'];

export const indexLimits: TableRule = {
  id: 'INDEX-LIMITS',
  title: 'the table has more indexes or projected attributes than DynamoDB allows',
  reason:
    `DynamoDB refuses a table with more than ${LIMITS.globalIndexes} global or ${LIMITS.localIndexes} local secondary indexes, ` +
    `or with more than ${LIMITS.projectedAttributes} attributes projected into all its indexes together. CDK checks this for TableV2 only.`,
  fix: 'remove indexes, or use the projection ALL; acknowledge if AWS has raised the quota for the account',
  source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html',
  checkTable: ({ properties }) => {
    const indexes = (list: string) => items(properties, list).map(({ item }) => item);
    const projected = INDEX_LISTS.flatMap(indexes).flatMap((index) => items(index, 'Projection', 'NonKeyAttributes'));
    return [
      {
        list: 'GlobalSecondaryIndexes',
        what: 'global secondary indexes',
        count: indexes('GlobalSecondaryIndexes').length,
        limit: LIMITS.globalIndexes,
      },
      {
        list: 'LocalSecondaryIndexes',
        what: 'local secondary indexes',
        count: indexes('LocalSecondaryIndexes').length,
        limit: LIMITS.localIndexes,
      },
      {
        list: 'GlobalSecondaryIndexes',
        what: 'projected attributes',
        count: projected.length,
        limit: LIMITS.projectedAttributes,
      },
    ]
      .filter(({ count, limit }) => count > limit)
      .map(({ list, what, count, limit }) => ({
        location: `Properties.${list}`,
        message: `${count} ${what} of ${limit} allowed`,
      }));
  },
};
