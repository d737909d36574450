import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Problems } from '../errors';
import type { TableSchema } from '../schema';
import type { Answer, LiveTable, UnreadCause } from './described';
import { schemaOfDescription } from './described-schema';
import type { DescribedInsights, DescribedRecovery, DescribedTable, DescribedTag, DescribedTimeToLive } from './described-shape';
import { liveTable, type Described } from './described-table';

type DynamoSdk = typeof import('@aws-sdk/client-dynamodb');

/** Why a call that failed costs no more than one setting. */
export interface Excuse {
  readonly cause: UnreadCause;
  readonly reason: string;
}

/** How live tables of one region are read. */
export interface LiveReader {
  readonly sdk: DynamoSdk;
  /** A client of the region. */
  readonly client: DynamoDBClient;
  readonly region: string;
  /** Undefined for an error that ends the reading of the table. */
  readonly excuse: (error: unknown) => Excuse | undefined;
}

/** Statuses in which DynamoDB answers questions about the settings of a table. */
const ANSWERING: ReadonlySet<string> = new Set(['ACTIVE', 'UPDATING']);

type SideAnswers = Omit<Described, 'region' | 'table'>;

/**
 * A table with all its settings; undefined when there is none of that name.
 * @throws whatever the SDK throws for DescribeTable, and for the other calls when there is no excuse
 */
export async function readLiveTable(reader: LiveReader, tableName: string): Promise<LiveTable | undefined> {
  const table = await describe(reader, tableName);
  if (table === undefined) {
    return undefined;
  }
  const { TableStatus: status = 'ACTIVE' } = table;
  const answers = ANSWERING.has(status) ? await askAll(reader, table, tableName) : unanswered(status);
  const problems = new Problems();
  const live = liveTable({ region: reader.region, table, ...answers }, problems);
  problems.throwIfAny();
  return live;
}

/** The keys and indexes of a table alone; undefined when there is none of that name. */
export async function readLiveSchema(reader: LiveReader, tableName: string): Promise<TableSchema | undefined> {
  const table = await describe(reader, tableName);
  return table && schemaOfDescription(table, new Problems());
}

async function describe({ sdk, client }: LiveReader, tableName: string): Promise<DescribedTable | undefined> {
  try {
    return (await client.send(new sdk.DescribeTableCommand({ TableName: tableName }))).Table;
  } catch (error) {
    if (error instanceof sdk.ResourceNotFoundException) {
      return undefined;
    }
    throw error;
  }
}

function unanswered(status: string): SideAnswers {
  const answer = { cause: 'in between', reason: `the table is ${status}` } as const;
  return { timeToLive: answer, recovery: answer, tags: answer, policy: answer, insights: answer };
}

async function askAll(reader: LiveReader, table: DescribedTable, tableName: string): Promise<SideAnswers> {
  const arn = arnOf(reader, table);
  const [timeToLive, recovery, tags, policy, insights] = await Promise.all([
    ask(reader, () => timeToLiveOf(reader, tableName)),
    ask(reader, () => recoveryOf(reader, tableName)),
    ask(reader, () => tagsOf(reader, arn)),
    ask(reader, () => policyOf(reader, arn)),
    ask(reader, () => insightsOf(reader, table, tableName)),
  ]);
  return { timeToLive, recovery, tags, policy, insights };
}

/** The ARN in the region that is asked: a server that names another one would refuse its own ARN there. */
function arnOf({ region }: LiveReader, { TableArn: arn = '' }: DescribedTable): string {
  const parts = arn.split(':');
  return [...parts.slice(0, 3), region, ...parts.slice(4)].join(':');
}

async function ask<T>({ excuse }: LiveReader, call: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    const found = excuse(error);
    if (found === undefined) {
      throw error;
    }
    return found;
  }
}

async function timeToLiveOf({ sdk, client }: LiveReader, tableName: string): Promise<DescribedTimeToLive> {
  return (await client.send(new sdk.DescribeTimeToLiveCommand({ TableName: tableName }))).TimeToLiveDescription ?? {};
}

async function recoveryOf({ sdk, client }: LiveReader, tableName: string): Promise<DescribedRecovery> {
  const answer = await client.send(new sdk.DescribeContinuousBackupsCommand({ TableName: tableName }));
  return answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
}

async function tagsOf({ sdk, client }: LiveReader, arn: string): Promise<DescribedTag[]> {
  const tags: DescribedTag[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new sdk.ListTagsOfResourceCommand({ ResourceArn: arn, NextToken: token }));
    tags.push(...(page.Tags ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return tags;
}

async function policyOf({ sdk, client }: LiveReader, arn: string): Promise<object | undefined> {
  try {
    const { Policy: policy } = await client.send(new sdk.GetResourcePolicyCommand({ ResourceArn: arn }));
    return policy === undefined ? undefined : (JSON.parse(policy) as object);
  } catch (error) {
    if (error instanceof sdk.PolicyNotFoundException) {
      return undefined;
    }
    throw error;
  }
}

async function insightsOf({ sdk, client }: LiveReader, table: DescribedTable, tableName: string): Promise<DescribedInsights[]> {
  const standing = (table.GlobalSecondaryIndexes ?? []).filter(({ IndexStatus: status = 'ACTIVE' }) => ANSWERING.has(status));
  const subjects = [undefined, ...standing.map(({ IndexName: name }) => name)];
  return Promise.all(
    subjects.map((index) => client.send(new sdk.DescribeContributorInsightsCommand({ TableName: tableName, IndexName: index }))),
  );
}
