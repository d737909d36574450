import { isDeepStrictEqual } from 'node:util';
import type { TableState } from '../../state';
import { fromText } from './intrinsic-text';
import type { Json } from './template';
import { readThroughput } from './throughput-properties';

/** The properties of one entry of Replicas. What it has in common with one that is written is taken from there. */
export function replicaProperties(
  state: TableState,
  written: { readonly properties: Json; readonly state: TableState } | undefined,
): Json {
  const properties: { [name: string]: unknown } = { ...written?.properties, Region: state.region };
  for (const [settings, make] of SECTIONS) {
    const isSame =
      written !== undefined && settings.every((setting) => isDeepStrictEqual(written.state[setting], state[setting]));
    if (!isSame) {
      Object.assign(properties, make(state));
    }
  }
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** Which settings stand in which properties; undefined takes a property away. */
const SECTIONS: ReadonlyArray<readonly [ReadonlyArray<keyof TableState>, (state: TableState) => Json]> = [
  [['pointInTimeRecovery'], pointInTimeRecovery],
  [['deletionProtection'], ({ deletionProtection }) => ({ DeletionProtectionEnabled: deletionProtection })],
  [['tableClass'], ({ tableClass }) => ({ TableClass: tableClass })],
  [['tags'], tags],
  [
    ['resourcePolicy'],
    ({ resourcePolicy }) => ({ ResourcePolicy: resourcePolicy && { PolicyDocument: fromText(resourcePolicy) } }),
  ],
  [['encryption'], encryption],
  [['contributorInsights'], insights],
  [['billing'], billing],
  [['schema', 'billing', 'contributorInsights'], indexes],
];

function pointInTimeRecovery({ pointInTimeRecovery: recovery }: TableState): Json {
  return {
    PointInTimeRecoverySpecification: {
      PointInTimeRecoveryEnabled: recovery.enabled,
      ...(recovery.enabled && { RecoveryPeriodInDays: recovery.days }),
    },
  };
}

function tags({ tags: values }: TableState): Json {
  const entries = Object.entries(values).map(([Key, Value]) => ({ Key, Value: fromText(Value) }));
  return { Tags: entries.length === 0 ? undefined : entries };
}

function encryption({ encryption: { keyId } }: TableState): Json {
  return { SSESpecification: keyId === undefined ? undefined : { KMSMasterKeyId: fromText(keyId) } };
}

function insights({ contributorInsights: { enabled, mode } }: TableState): Json {
  return { ContributorInsightsSpecification: enabled ? { Enabled: true, ...(mode !== undefined && { Mode: mode }) } : undefined };
}

function billing({ billing: { table } }: TableState): Json {
  return { ReadOnDemandThroughputSettings: undefined, ReadProvisionedThroughputSettings: undefined, ...readThroughput(table) };
}

/** Only indexes that have something of their own in the region. */
function indexes({ schema, billing: { indexes: throughputs }, contributorInsights }: TableState): Json {
  const entries = schema.globalIndexes
    .map(({ indexName }) => ({
      IndexName: indexName,
      ...readThroughput(throughputs[indexName]),
      ...(contributorInsights.indexes.includes(indexName) && { ContributorInsightsSpecification: { Enabled: true } }),
    }))
    .filter((entry) => Object.keys(entry).length > 1);
  return { GlobalSecondaryIndexes: entries.length === 0 ? undefined : entries };
}
