import type { Input } from '../engine/answer';
import { objectIn, objectsIn } from './fields';
import { statementUses } from './partiql';
import { nameIn, tableNameIn, useOf, type Manner, type Use } from './use';

/** The parts of TransactWriteItems. IAM has no action for transactions: each part needs its own. */
const TRANSACT_WRITES: { readonly [part: string]: string } = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};
/** The calls that read an index. */
const INDEX_READS: ReadonlySet<string> = new Set(['Query', 'Scan']);
/** Calls that are about no table. */
const WITHOUT_TABLE: ReadonlySet<string> = new Set([
  'DescribeEndpoints',
  'DescribeLimits',
  'ListBackups',
  'ListContributorInsights',
  'ListExports',
  'ListGlobalTables',
  'ListImports',
  'ListStreams',
  'ListTables',
]);

/**
 * What a request does, from its operation and its fields. Nothing of the values of items, keys and expressions is in the result.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function usesOf(operation: string, input: Input): Use[] {
  switch (operation) {
    case 'BatchGetItem':
      return Object.entries(objectIn(input.RequestItems)).flatMap(([table, request]) =>
        onTable(operation, table, { consistent: objectIn(request).ConsistentRead === true }),
      );
    case 'BatchWriteItem':
      return Object.keys(objectIn(input.RequestItems)).flatMap((table) => onTable(operation, table, {}));
    case 'TransactGetItems':
      return objectsIn(input.TransactItems).flatMap(({ Get: get }) =>
        onTable('GetItem', objectIn(get).TableName, { transactional: true }),
      );
    case 'TransactWriteItems':
      return objectsIn(input.TransactItems).flatMap(transactWriteUses);
    case 'ExecuteStatement':
      return statementUses(input.Statement, { consistent: input.ConsistentRead === true });
    case 'BatchExecuteStatement':
      return objectsIn(input.Statements).flatMap(({ Statement: statement, ConsistentRead: consistent }) =>
        statementUses(statement, { consistent: consistent === true }),
      );
    case 'ExecuteTransaction':
      return objectsIn(input.TransactStatements).flatMap(({ Statement: statement }) =>
        statementUses(statement, { transactional: true }),
      );
    default:
      return plainUses(operation, input);
  }
}

function plainUses(operation: string, input: Input): Use[] {
  if (WITHOUT_TABLE.has(operation)) {
    return [useOf(operation, undefined)];
  }
  return onTable(operation, input.TableName ?? input.ResourceArn ?? input.StreamArn, {
    index: INDEX_READS.has(operation) ? nameIn(input.IndexName) : undefined,
    conditional: input.ConditionExpression !== undefined || input.Expected !== undefined,
    consistent: input.ConsistentRead === true,
  });
}

function transactWriteUses(item: Input): Use[] {
  return Object.entries(TRANSACT_WRITES).flatMap(([part, action]) => {
    const write = objectIn(item[part]);
    const conditional = write.ConditionExpression !== undefined;
    return onTable(action, write.TableName, { transactional: true, conditional });
  });
}

function onTable(action: string, name: unknown, manner: Manner): Use[] {
  const table = tableNameIn(name);
  return table === undefined ? [] : [useOf(action, table, manner)];
}
