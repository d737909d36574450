import type { TableState } from '../../state';
import type { LiveAccess } from '../verify/live-access';
import type { Extras } from './extras';
import type { LiveExtras, Warmth } from './input';
import { failAtCall } from '../verify/single-call';
import type { Source } from './source';

/** States in which a table sends its changes to a Kinesis stream, now or soon. */
const STREAMING: ReadonlySet<string> = new Set(['ACTIVE', 'ENABLING', 'UPDATING']);

/** Reads warm throughput and Kinesis streams of the tables of which a template says some. */
export async function readLiveExtras(
  access: LiveAccess,
  current: readonly TableState[],
  templates: readonly Source[],
): Promise<LiveExtras[]> {
  const found: LiveExtras[] = [];
  for (const state of current) {
    const { tableName, region } = state;
    const written = templates.flatMap((source) => extrasOf(source, state));
    const isWarm = written.some(({ table, indexes }) =>
      [table, ...Object.values(indexes)].some((part) => 'WarmThroughput' in part),
    );
    const isStreaming = written.some(({ replicas }) => 'KinesisStreamSpecification' in (replicas[region] ?? {}));
    if (isWarm || isStreaming) {
      const warmth = isWarm ? await warmthOf(access, state) : undefined;
      const streamArns = isStreaming ? await streamArnsOf(access, state) : undefined;
      found.push({ tableName, region, ...(warmth && { warmth }), ...(streamArns && { streamArns }) });
    }
  }
  return found;
}

function extrasOf({ tables }: Source, { tableName, region }: TableState): Extras[] {
  return [...tables.values()]
    .flat()
    .filter(({ name, replicas }) => name === tableName && replicas.has(region))
    .flatMap(({ owner }) => owner?.extras ?? []);
}

async function warmthOf(access: LiveAccess, { tableName, region }: TableState): Promise<LiveExtras['warmth']> {
  const { sdk, client } = access.reader(region);
  try {
    const { Table: table } = await client.send(new sdk.DescribeTableCommand({ TableName: tableName }));
    const indexes = (table?.GlobalSecondaryIndexes ?? []).map(
      ({ IndexName: name = '', WarmThroughput: warmth }) => [name, unitsOf(warmth)] as const,
    );
    return { table: unitsOf(table?.WarmThroughput), indexes: Object.fromEntries(indexes) };
  } catch (error) {
    return failAtCall(error, access, `the warm throughput of '${tableName}' in ${region}`);
  }
}

function unitsOf({ ReadUnitsPerSecond: read, WriteUnitsPerSecond: write }: Warmth = {}): Warmth {
  return { ...(read !== undefined && { ReadUnitsPerSecond: read }), ...(write !== undefined && { WriteUnitsPerSecond: write }) };
}

async function streamArnsOf(access: LiveAccess, { tableName, region }: TableState): Promise<string[] | undefined> {
  const { sdk, client, excuse } = access.reader(region);
  try {
    const command = new sdk.DescribeKinesisStreamingDestinationCommand({ TableName: tableName });
    const { KinesisDataStreamDestinations: streams = [] } = await client.send(command);
    return streams
      .filter(({ DestinationStatus: status = '' }) => STREAMING.has(status))
      .flatMap(({ StreamArn: arn }) => arn ?? []);
  } catch (error) {
    return excuse(error)?.cause === 'unsupported'
      ? undefined
      : failAtCall(error, access, `to which Kinesis streams '${tableName}' in ${region} sends its changes`);
  }
}
