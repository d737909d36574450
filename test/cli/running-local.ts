import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientOf, runCommand, type Ran } from './support';

/** A `local` that runs in this process. */
export interface RunningLocal {
  readonly endpoint: string;
  readonly client: (region: string) => DynamoDBClient;
  /** What it has said on standard error so far. */
  readonly said: readonly string[];
  /** Asks it to end, as Ctrl-C does, and waits for the end. */
  readonly stop: () => Promise<Ran>;
  readonly ended: Promise<Ran>;
}

/** Starts `local` with a free port and waits until it is ready. */
export async function startLocal(...args: string[]): Promise<RunningLocal> {
  const said: string[] = [];
  const clients = new Map<string, DynamoDBClient>();
  let ended: Promise<Ran> | undefined;
  const printed = new Promise<string>((resolve) => {
    ended = runCommand(['local', '--port', '0', '--json', ...args], {}, undefined, {
      onPrint: resolve,
      onWarn: (text) => said.push(text),
    });
  });
  const out = await printed;
  const { running, problems } = JSON.parse(out) as { running?: { endpoint: string }; problems: object[] };
  if (running === undefined) {
    throw new Error(JSON.stringify(problems));
  }
  const { endpoint } = running;
  return {
    endpoint,
    said,
    client: (region) => {
      const client = clients.get(region) ?? clientOf(endpoint, region);
      clients.set(region, client);
      return client;
    },
    stop: () => {
      clients.forEach((client) => client.destroy());
      process.emit('SIGINT');
      return ended as Promise<Ran>;
    },
    ended: ended as unknown as Promise<Ran>,
  };
}

interface StreamRecord {
  readonly eventName: string;
  readonly dynamodb: { readonly Keys: object; readonly NewImage?: object };
}

/** The fields of the answers that are read here. */
interface Answer {
  readonly Table: { readonly LatestStreamArn: string };
  readonly StreamDescription: { readonly Shards: readonly { readonly ShardId: string }[] };
  readonly ShardIterator: string;
  readonly Records: readonly StreamRecord[];
  readonly NextShardIterator: string;
}

/** All records in the stream of a table of a region, as a client sees them. */
export async function streamRecords(endpoint: string, region: string, tableName: string): Promise<StreamRecord[]> {
  const call = async (api: string, operation: string, input: object): Promise<Answer> => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `${api}.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=00`,
      },
      body: JSON.stringify(input),
    });
    return (await answer.json()) as Answer;
  };
  const STREAMS = 'DynamoDBStreams_20120810';
  const { Table } = await call('DynamoDB_20120810', 'DescribeTable', { TableName: tableName });
  const { LatestStreamArn: StreamArn } = Table;
  const { StreamDescription } = await call(STREAMS, 'DescribeStream', { StreamArn });
  const [shard] = StreamDescription.Shards;
  const start = { StreamArn, ShardId: shard.ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  let { ShardIterator: iterator } = await call(STREAMS, 'GetShardIterator', start);
  const records: StreamRecord[] = [];
  for (;;) {
    const page = await call(STREAMS, 'GetRecords', { ShardIterator: iterator });
    if (page.Records.length === 0) {
      return records;
    }
    records.push(...page.Records);
    iterator = page.NextShardIterator;
  }
}
