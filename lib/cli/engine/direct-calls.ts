import { inputOf, type Input } from './answer';
import type { Forwarder } from './forward';
import type { RegionEngines } from './region-engines';

/** The engine wants a signature, but does not look at what is signed. */
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=00',
};
/** Operations of DynamoDB Streams; all others are of DynamoDB itself. */
const STREAM_OPERATIONS: ReadonlySet<string> = new Set(['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']);

/** The engine's answer to a call that it did not do. */
export class EngineError extends Error {
  public constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Calls the engine of a region. The answer's fields are those of the API. */
export type EngineCall = (region: string, operation: string, input: Input) => Promise<Input>;

/** Calls that go past the router and all of its steps: of the command itself, not of a client. ARNs in them are the engine's. */
export function directCalls(engines: RegionEngines, forwarder: Forwarder): EngineCall {
  return async (region, operation, input) => {
    const { port } = await engines.of(region);
    const api = STREAM_OPERATIONS.has(operation) ? 'DynamoDBStreams_20120810' : 'DynamoDB_20120810';
    const answer = await forwarder.send(
      { host: '127.0.0.1', port },
      {
        region,
        operation,
        path: '/',
        headers: { ...HEADERS, 'x-amz-target': `${api}.${operation}` },
        body: Buffer.from(JSON.stringify(input)),
      },
    );
    const fields = inputOf(answer.body);
    if (answer.status === 200) {
      return fields;
    }
    const { __type: type, message } = fields as { readonly __type?: string; readonly message?: string };
    throw new EngineError(type?.split('#').at(-1) ?? `status ${answer.status}`, message ?? '');
  };
}
