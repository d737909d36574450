import { isDeepStrictEqual } from 'node:util';
import { createTableInput } from '../../schema';
import type { TableState } from '../../state';
import { replicaProperties } from './replica-properties';
import { homeState, type Table } from './table';
import type { Json } from './template';
import { writeThroughput } from './throughput-properties';

/** A resource that is deployed or wanted, and the table that it says. */
export interface Pattern {
  readonly properties: Json;
  readonly table: Table;
}

/**
 * The properties of an AWS::DynamoDB::GlobalTable that say a table. What the table has in common with a pattern is taken from it as
 * it is written there, with intrinsic functions and with what a state does not know; the first pattern comes first.
 */
export function globalTableProperties(table: Table, patterns: readonly Pattern[]): Json {
  const [pattern] = patterns;
  const state = homeState(table);
  const properties: { [name: string]: unknown } = { ...pattern?.properties };
  if (pattern === undefined) {
    // To name a table that CloudFormation has named would replace it.
    properties.TableName = table.name;
  }
  const known = pattern === undefined ? undefined : homeState(pattern.table);
  for (const [settings, make] of SECTIONS) {
    const isSame = known !== undefined && settings.every((setting) => isDeepStrictEqual(known[setting], state[setting]));
    if (!isSame) {
      Object.assign(properties, make(state));
    }
  }
  keepWrittenIndexes(properties, pattern, state);
  if (table.turnedOff !== undefined) {
    properties.TimeToLiveSpecification = { AttributeName: table.turnedOff, Enabled: false };
  }
  properties.Replicas = replicasOf(table, patterns);
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** Which settings stand in which properties; undefined takes a property away. */
const SECTIONS: ReadonlyArray<readonly [ReadonlyArray<keyof TableState>, (state: TableState) => Json]> = [
  [['schema', 'billing'], keysAndIndexes],
  [['billing'], billing],
  [['stream'], ({ stream }) => ({ StreamSpecification: stream && { StreamViewType: stream } })],
  [['timeToLive'], timeToLive],
  [['encryption'], ({ encryption }) => ({ SSESpecification: encryption.key === 'AWS_OWNED' ? undefined : ENCRYPTED })],
  [['consistency'], ({ consistency }) => ({ MultiRegionConsistency: consistency === 'STRONG' ? consistency : undefined })],
];

const ENCRYPTED = { SSEEnabled: true, SSEType: 'KMS' };

function keysAndIndexes({ schema, billing: { indexes } }: TableState): Json {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes } = createTableInput(schema);
  return {
    AttributeDefinitions,
    KeySchema,
    LocalSecondaryIndexes,
    GlobalSecondaryIndexes: GlobalSecondaryIndexes?.map((index) => ({
      ...index,
      ...writeThroughput(indexes[index.IndexName]),
    })),
  };
}

/** An index that does not change keeps what a state does not know, such as its warm throughput. */
function keepWrittenIndexes(properties: { [name: string]: unknown }, pattern: Pattern | undefined, state: TableState): void {
  const written = new Map(indexesOf(pattern?.properties ?? {}).map((index) => [index.IndexName, index]));
  const before = pattern && homeState(pattern.table).billing.indexes;
  const isSame = (index: Json): boolean =>
    isDeepStrictEqual(definitionOf(written.get(index.IndexName)), definitionOf(index)) &&
    isDeepStrictEqual(before?.[String(index.IndexName)], state.billing.indexes[String(index.IndexName)]);
  const indexes = indexesOf(properties).map((index) => (isSame(index) ? written.get(index.IndexName) : index));
  properties.GlobalSecondaryIndexes = indexes.length === 0 ? undefined : indexes;
}

function indexesOf({ GlobalSecondaryIndexes: indexes = [] }: Json): readonly Json[] {
  return indexes as readonly Json[];
}

function definitionOf({ KeySchema, Projection }: Json = {}): Json {
  return { KeySchema, Projection };
}

function billing({ billing: { mode, table } }: TableState): Json {
  return {
    BillingMode: mode,
    WriteOnDemandThroughputSettings: undefined,
    WriteProvisionedThroughputSettings: undefined,
    ...writeThroughput(table),
  };
}

function timeToLive({ timeToLive: { enabled: Enabled, ...rest } }: TableState): Json {
  return { TimeToLiveSpecification: 'attribute' in rest ? { AttributeName: rest.attribute, Enabled } : undefined };
}

/** In the order of the patterns, with the region of the stack last, as CDK writes them. */
function replicasOf(table: Table, patterns: readonly Pattern[]): Json[] {
  const written = new Map<string, { readonly properties: Json; readonly state: TableState }>();
  for (const { properties, table: known } of [...patterns].reverse()) {
    for (const replica of (properties.Replicas ?? []) as Json[]) {
      const state = known.replicas.get(String(replica.Region));
      if (state !== undefined) {
        written.set(state.region, { properties: replica, state });
      }
    }
  }
  const order = (patterns[0]?.properties.Replicas ?? []) as Json[];
  const rank = (region: string): number =>
    region === table.home ? Infinity : order.findIndex(({ Region }) => Region === region);
  return [...table.replicas.values()]
    .sort((a, b) => rank(a.region) - rank(b.region))
    .map((state) => replicaProperties(state, written.get(state.region)));
}
