import { isDeepStrictEqual } from 'node:util';
import { createTableInput } from '../../schema';
import type { TableState } from '../../state';
import { replicaProperties, type WrittenReplica } from './replica-properties';
import { homeState, type Table } from './table';
import { NO_EXTRAS, withoutExtras, writtenExtras, type Extras } from './extras';
import type { Json } from './template';
import { writeThroughput } from './throughput-properties';

/** A resource that is deployed or wanted, and the table that it says. */
export interface Pattern {
  readonly properties: Json;
  readonly table: Table;
}

/**
 * The properties of an AWS::DynamoDB::GlobalTable that say a table. What the table has in common with a pattern is taken from it as
 * it is written there, with intrinsic functions; the first pattern comes first.
 */
export function globalTableProperties(table: Table, patterns: readonly Pattern[]): Json {
  const [pattern] = patterns;
  const state = homeState(table);
  const extras = writtenExtras(table.owner?.extras ?? NO_EXTRAS);
  const properties: { [name: string]: unknown } = { ...withoutExtras(pattern?.properties ?? {}, 'table'), ...extras.table };
  if (pattern === undefined) {
    // To name a table that CloudFormation has named would replace it.
    properties.TableName = table.name;
  }
  const known = pattern === undefined ? undefined : homeState(pattern.table);
  for (const [settingsOf, make] of SECTIONS) {
    if (known === undefined || !isDeepStrictEqual(settingsOf(known), settingsOf(state))) {
      Object.assign(properties, make(state));
    }
  }
  const indexes = indexesOf(properties).map((index) => indexProperties(index, pattern, state, extras));
  properties.GlobalSecondaryIndexes = indexes.length === 0 ? undefined : indexes;
  if (table.turnedOff !== undefined) {
    properties.TimeToLiveSpecification = { AttributeName: table.turnedOff, Enabled: false };
  }
  properties.Replicas = replicasOf(table, patterns, extras);
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** Which settings stand in which properties; undefined takes a property away. */
const SECTIONS: ReadonlyArray<readonly [(state: TableState) => unknown, (state: TableState) => Json]> = [
  [({ schema, billing: { indexes } }) => [schema, indexes], keysAndIndexes],
  [({ billing: { mode, table } }) => [mode, table], billing],
  [({ stream }) => stream, ({ stream }) => ({ StreamSpecification: stream && { StreamViewType: stream } })],
  [({ timeToLive: ttl }) => ttl, timeToLive],
  [
    ({ encryption: { key } }) => key,
    ({ encryption: { key } }) => ({ SSESpecification: key === 'AWS_OWNED' ? undefined : ENCRYPTED }),
  ],
  [
    ({ consistency }) => consistency,
    ({ consistency }) => ({ MultiRegionConsistency: consistency === 'STRONG' ? consistency : undefined }),
  ],
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

/** An index that does not change stays as it is written. */
function indexProperties(index: Json, pattern: Pattern | undefined, state: TableState, extras: Extras): Json {
  const name = String(index.IndexName);
  const written = indexesOf(pattern?.properties ?? {}).find(({ IndexName }) => IndexName === name);
  const isSame =
    written !== undefined &&
    isDeepStrictEqual(definitionOf(written), definitionOf(index)) &&
    isDeepStrictEqual(pattern && homeState(pattern.table).billing.indexes[name], state.billing.indexes[name]);
  return { ...withoutExtras(isSame ? written : index, 'index'), ...extras.indexes[name] };
}

function indexesOf({ GlobalSecondaryIndexes: indexes = [] }: Json): readonly Json[] {
  return indexes as readonly Json[];
}

function definitionOf({ KeySchema, Projection }: Json): Json {
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
function replicasOf(table: Table, patterns: readonly Pattern[], extras: Extras): Json[] {
  const written = new Map<string, WrittenReplica>();
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
    .map((state) => replicaProperties(state, written.get(state.region), extras.replicas[state.region]));
}
