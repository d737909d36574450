import { usesOf } from '../record/request-uses';
import { inputOf, type DynamoRequest, type Step } from './answer';

/** Operations that may write items, by the actions that do. */
const WRITES: ReadonlySet<string> = new Set([
  'BatchWriteItem',
  'DeleteItem',
  'PartiQLDelete',
  'PartiQLInsert',
  'PartiQLUpdate',
  'PutItem',
  'UpdateItem',
]);
const WRITING_OPERATIONS: ReadonlySet<string> = new Set([
  'BatchExecuteStatement',
  'BatchWriteItem',
  'DeleteItem',
  'ExecuteStatement',
  'ExecuteTransaction',
  'PutItem',
  'TransactWriteItems',
  'UpdateItem',
]);

/** Tells, after each write that was done, which table of which region it may have changed. */
export function noticeWrites(onWrite: (region: string, tableName: string) => void): Step {
  return async (request, next) => {
    const answer = await next(request);
    if (answer.status === 200 && WRITING_OPERATIONS.has(request.operation)) {
      writtenTables(request).forEach((tableName) => onWrite(request.region, tableName));
    }
    return answer;
  };
}

function writtenTables({ operation, body }: DynamoRequest): ReadonlySet<string> {
  const uses = usesOf(operation, inputOf(body)).filter(({ action }) => WRITES.has(action));
  return new Set(uses.flatMap(({ table }) => table ?? []));
}
