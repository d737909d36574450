import { isDeepStrictEqual } from 'node:util';
import type { TableState } from '../../state';
import { fromText } from './intrinsic-text';
import { withoutExtras } from './extras';
import type { Json } from './template';
import { readThroughput } from './throughput-properties';

/** An entry that is written somewhere, and the state that it says. */
export interface WrittenReplica {
  readonly properties: Json;
  readonly state: TableState;
}

/** The properties of one entry of Replicas. What it has in common with one that is written is taken from there. */
export function replicaProperties(state: TableState, written: WrittenReplica | undefined, extras: Json | undefined): Json {
  const known = withoutExtras(written?.properties ?? {}, 'replica');
  const properties: { [name: string]: unknown } = { ...known, ...extras, Region: state.region };
  for (const [settingsOf, make] of SECTIONS) {
    if (written === undefined || !isDeepStrictEqual(settingsOf(written.state), settingsOf(state))) {
      Object.assign(properties, make(state));
    }
  }
  const indexes = state.schema.globalIndexes.flatMap(({ indexName }) => indexProperties(indexName, state, written) ?? []);
  properties.GlobalSecondaryIndexes = indexes.length === 0 ? undefined : indexes;
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** Which settings stand in which properties; undefined takes a property away. */
const SECTIONS: ReadonlyArray<readonly [(state: TableState) => unknown, (state: TableState) => Json]> = [
  [({ pointInTimeRecovery: recovery }) => recovery, pointInTimeRecovery],
  [
    ({ deletionProtection }) => deletionProtection,
    ({ deletionProtection }) => ({ DeletionProtectionEnabled: deletionProtection }),
  ],
  [({ tableClass }) => tableClass, ({ tableClass }) => ({ TableClass: tableClass })],
  [({ tags: values }) => values, tags],
  [
    ({ resourcePolicy }) => resourcePolicy,
    ({ resourcePolicy }) => ({ ResourcePolicy: resourcePolicy && { PolicyDocument: fromText(resourcePolicy) } }),
  ],
  [({ encryption: key }) => key, encryption],
  [({ contributorInsights: { enabled, mode } }) => [enabled, mode], insights],
  [({ billing: { table } }) => table, billing],
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
  return { ContributorInsightsSpecification: enabled ? insightsOn(mode) : undefined };
}

function insightsOfIndex(name: string, { mode, indexes, indexModes = {} }: TableState['contributorInsights']): Json {
  return indexes.includes(name) ? { ContributorInsightsSpecification: insightsOn(indexModes[name] ?? mode) } : {};
}

function insightsOn(mode: string | undefined): Json {
  return { Enabled: true, ...(mode !== undefined && { Mode: mode }) };
}

function billing({ billing: { table } }: TableState): Json {
  return { ReadOnDemandThroughputSettings: undefined, ReadProvisionedThroughputSettings: undefined, ...readThroughput(table) };
}

/** What an index has of its own in the region, if anything; of one that is as it is written, just that. */
function indexProperties(name: string, state: TableState, written: WrittenReplica | undefined): Json | undefined {
  const settingsOf = ({ billing: { indexes }, contributorInsights }: TableState): unknown => {
    const { read, maxReadRequestUnits } = indexes[name] ?? {};
    return [read, maxReadRequestUnits, insightsOfIndex(name, contributorInsights)];
  };
  const { GlobalSecondaryIndexes: known = [] } = (written?.properties ?? {}) as { GlobalSecondaryIndexes?: readonly Json[] };
  const own = known.find(({ IndexName }) => IndexName === name);
  if (own !== undefined && written !== undefined && isDeepStrictEqual(settingsOf(written.state), settingsOf(state))) {
    return own;
  }
  const made = { ...readThroughput(state.billing.indexes[name]), ...insightsOfIndex(name, state.contributorInsights) };
  return Object.keys(made).length === 0 ? undefined : { IndexName: name, ...made };
}
