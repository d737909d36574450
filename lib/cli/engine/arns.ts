import { partitionOf } from '../../errors';
import { inputOf, Refusal, type Answer, type Step } from './answer';

/** Operations that carry items: their bodies pass unchanged, since an ARN in them is data of the user. */
const ITEM_OPERATIONS: ReadonlySet<string> = new Set([
  'BatchExecuteStatement',
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'ExecuteStatement',
  'ExecuteTransaction',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'TransactGetItems',
  'TransactWriteItems',
  'UpdateItem',
]);

/** The region in every ARN of the engine. */
const ENGINE_ARN = 'arn:aws:dynamodb:dynoxide:';
/** Fields whose value is the ARN of a table or stream, and must be one of the region that is asked. */
const ARN_FIELDS = ['ResourceArn', 'StreamArn'];

/** Puts the region of the request into the ARNs of its answer, and the engine's into those of the request. */
export const regionInArns: Step = async (request, next) => {
  const { region, operation } = request;
  if (ITEM_OPERATIONS.has(operation)) {
    return next(request);
  }
  if (operation === 'GetRecords') {
    // Items again; only the region beside them is the engine's.
    return replaced(await next(request), '"awsRegion":"dynoxide"', `"awsRegion":"${region}"`);
  }
  const own = `arn:${partitionOf(region).partition}:dynamodb:${region}:`;
  const text = request.body.toString();
  if (text.includes('arn:')) {
    refuseOtherRegions(request.body, own);
  }
  const answer = await next({ ...request, body: Buffer.from(text.replaceAll(own, ENGINE_ARN)) });
  return replaced(answer, ENGINE_ARN, own);
};

function refuseOtherRegions(body: Buffer, own: string): void {
  const input = inputOf(body);
  for (const arn of ARN_FIELDS.map((field) => input[field])) {
    if (typeof arn === 'string' && arn.startsWith('arn:') && !arn.startsWith(own)) {
      throw new Refusal('ValidationException', `Invalid AWS region in '${arn}'`);
    }
  }
}

function replaced(answer: Answer, from: string, to: string): Answer {
  const text = answer.body.toString();
  if (!text.includes(from)) {
    return answer;
  }
  // The checksum is that of the engine's body.
  const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => name !== 'x-amz-crc32'));
  return { ...answer, headers, body: Buffer.from(text.replaceAll(from, to)) };
}
