import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  ScanCommand,
  type AttributeDefinition,
  type AttributeValue,
  type DynamoDBClient,
  type GlobalSecondaryIndexDescription,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';

/** One table of one region as the API describes it, in the notation of vendor-facts.ts. */
export interface LiveTable {
  readonly status: string;
  readonly keys: string[];
  readonly globalIndexes: string[];
  readonly localIndexes: string[];
  readonly expiry: string | undefined;
  readonly recovery: boolean;
  readonly protectedFromDeletion: boolean;
  readonly stream: string | undefined;
  readonly billing: string | undefined;
  readonly otherRegions: string[];
  readonly tags: Readonly<Record<string, string>>;
}

export async function tableNames(client: DynamoDBClient): Promise<string[]> {
  const names: string[] = [];
  let start: string | undefined;
  do {
    const page = await client.send(new ListTablesCommand({ ExclusiveStartTableName: start }));
    names.push(...(page.TableNames ?? []));
    start = page.LastEvaluatedTableName;
  } while (start !== undefined);
  return names.sort();
}

/** Every table of the region whose name starts with the prefix, by name without it. */
export async function liveTables(client: DynamoDBClient, prefix: string): Promise<Record<string, LiveTable>> {
  const names = (await tableNames(client)).filter((name) => name.startsWith(prefix));
  const tables = await Promise.all(names.map((name) => liveTable(client, name)));
  return Object.fromEntries(names.map((name, i) => [name.slice(prefix.length), tables[i]]));
}

export async function liveTable(client: DynamoDBClient, name: string): Promise<LiveTable> {
  const { Table: table } = await client.send(new DescribeTableCommand({ TableName: name }));
  if (table === undefined) throw new Error(`no description of ${name}`);
  const expiry = (await client.send(new DescribeTimeToLiveCommand({ TableName: name }))).TimeToLiveDescription;
  const backups = (await client.send(new DescribeContinuousBackupsCommand({ TableName: name }))).ContinuousBackupsDescription;
  const { Tags: tags = [] } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: table.TableArn }));
  const definitions = table.AttributeDefinitions ?? [];
  const indexes = (list: GlobalSecondaryIndexDescription[] = []): string[] =>
    list.map((index) => indexLine(index, definitions)).sort();
  return {
    status: table.TableStatus ?? '',
    keys: keyLines(table.KeySchema, definitions),
    globalIndexes: indexes(table.GlobalSecondaryIndexes),
    localIndexes: indexes(table.LocalSecondaryIndexes),
    expiry: expiry?.TimeToLiveStatus === 'ENABLED' ? expiry.AttributeName : undefined,
    recovery: backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED',
    protectedFromDeletion: table.DeletionProtectionEnabled ?? false,
    stream: table.StreamSpecification?.StreamEnabled ? table.StreamSpecification.StreamViewType : undefined,
    billing: table.BillingModeSummary?.BillingMode,
    otherRegions: (table.Replicas ?? []).map((replica) => replica.RegionName ?? '').sort(),
    tags: Object.fromEntries(tags.map((tag) => [tag.Key ?? '', tag.Value ?? ''])),
  };
}

export type Item = Readonly<Record<string, AttributeValue>>;

/** Every item of a table of one region, or of an index of it, whole. */
export async function itemsOf(client: DynamoDBClient, TableName: string, IndexName?: string): Promise<Item[]> {
  const items: Item[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, IndexName, ExclusiveStartKey }));
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
}

function keyLines(keys: KeySchemaElement[] = [], definitions: AttributeDefinition[]): string[] {
  const types = new Map(definitions.map((definition) => [definition.AttributeName, definition.AttributeType]));
  const inOrder = [...keys].sort((a, b) => (a.KeyType === b.KeyType ? 0 : a.KeyType === 'HASH' ? -1 : 1));
  return inOrder.map((key) => `${key.AttributeName} ${types.get(key.AttributeName)}`);
}

function indexLine(index: GlobalSecondaryIndexDescription, definitions: AttributeDefinition[]): string {
  const { ProjectionType: type, NonKeyAttributes: attributes = [] } = index.Projection ?? {};
  const projection = type === 'INCLUDE' ? [...attributes].sort().join(', ') : type;
  return `${index.IndexName}: ${keyLines(index.KeySchema, definitions).join(', ')} -> ${projection}`;
}
