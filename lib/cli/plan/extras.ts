import { isDeepStrictEqual } from 'node:util';
import type { Json } from './template';

/** Properties of an AWS::DynamoDB::GlobalTable that the state of a table does not know, as they are written. */
export interface Extras {
  readonly table: Json;
  readonly indexes: { readonly [indexName: string]: Json };
  readonly replicas: { readonly [region: string]: Json };
}

export const NO_EXTRAS: Extras = { table: {}, indexes: {}, replicas: {} };

/** What a state knows of each part. */
const KNOWN = {
  table: [
    'TableName',
    'AttributeDefinitions',
    'KeySchema',
    'LocalSecondaryIndexes',
    'GlobalSecondaryIndexes',
    'BillingMode',
    'WriteOnDemandThroughputSettings',
    'WriteProvisionedThroughputSettings',
    'StreamSpecification',
    'TimeToLiveSpecification',
    'SSESpecification',
    'MultiRegionConsistency',
    'Replicas',
  ],
  index: ['IndexName', 'KeySchema', 'Projection', 'WriteOnDemandThroughputSettings', 'WriteProvisionedThroughputSettings'],
  replica: [
    'Region',
    'PointInTimeRecoverySpecification',
    'DeletionProtectionEnabled',
    'TableClass',
    'Tags',
    'ResourcePolicy',
    'SSESpecification',
    'ContributorInsightsSpecification',
    'ReadOnDemandThroughputSettings',
    'ReadProvisionedThroughputSettings',
    'GlobalSecondaryIndexes',
  ],
} as const;

/**
 * What a scaling policy says beside its target, such as cooldowns. It is written with the bounds of the capacity, which a state knows,
 * and compared only.
 */
const SCALING_POLICY = 'scaling policy';
const SCALED = {
  WriteProvisionedThroughputSettings: 'WriteCapacityAutoScalingSettings',
  ReadProvisionedThroughputSettings: 'ReadCapacityAutoScalingSettings',
};

/** Properties that hold a policy, which CloudFormation cannot set in the operation that makes a replica. */
const POLICIES = ['ReplicaStreamSpecification'];

export function extrasOf(properties: Json): Extras {
  const { GlobalSecondaryIndexes: indexes = [], Replicas: replicas = [] } = properties as {
    readonly GlobalSecondaryIndexes?: readonly Json[];
    readonly Replicas?: readonly Json[];
  };
  return {
    table: extrasOfPart(properties, 'table'),
    indexes: filled(indexes.map((index) => [String(index.IndexName), extrasOfPart(index, 'index')])),
    replicas: filled(replicas.map((replica) => [String(replica.Region), extrasOfPart(replica, 'replica')])),
  };
}

function extrasOfPart(properties: Json, part: keyof typeof KNOWN): Json {
  const policies = Object.entries(SCALED).flatMap(([name, scaling]) => {
    const settings = (properties[name] as Json | undefined)?.[scaling] as Json | undefined;
    const policy = omit((settings?.TargetTrackingScalingPolicyConfiguration ?? {}) as Json, ['TargetValue']);
    return Object.keys(policy).length === 0 ? [] : [[name, policy] as const];
  });
  return {
    ...omit(properties, KNOWN[part]),
    ...(policies.length > 0 && { [SCALING_POLICY]: Object.fromEntries(policies) }),
  };
}

/** The extras that are properties of their own. */
export function writtenExtras({ table, indexes, replicas }: Extras): Extras {
  const written = (part: { readonly [name: string]: Json }): { [name: string]: Json } =>
    Object.fromEntries(Object.entries(part).map(([name, extras]) => [name, omit(extras, [SCALING_POLICY])]));
  return { table: omit(table, [SCALING_POLICY]), indexes: written(indexes), replicas: written(replicas) };
}

/** An index or replica without extras has no entry, so that equal extras are equal objects. */
function filled(entries: ReadonlyArray<readonly [name: string, extras: Json]>): { [name: string]: Json } {
  return Object.fromEntries(entries.filter(([, extras]) => Object.keys(extras).length > 0));
}

/** The part of a table, index or replica that a state knows. */
export function withoutExtras(properties: Json, part: keyof typeof KNOWN): Json {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => isKnown(name, part)));
}

/** The indexes and regions of a table. */
export interface Parts {
  readonly indexes: readonly string[];
  readonly replicas: readonly string[];
}

/** What the target says of the indexes and replicas that it has; the others keep what they have. */
export function extrasFor(current: Extras, target: Extras, wanted: Parts): Extras {
  const merged = (part: keyof Parts): { [name: string]: Json } => {
    const kept = Object.entries(current[part]).filter(([name]) => !wanted[part].includes(name));
    return { ...Object.fromEntries(kept), ...target[part] };
  };
  return { table: target.table, indexes: merged('indexes'), replicas: merged('replicas') };
}

/** The extras of what stands, as far as there are any. */
export function standingExtras(extras: Extras, standing: Parts): Extras {
  const pick = (part: keyof Parts): { [name: string]: Json } =>
    filled(Object.entries(extras[part]).filter(([name]) => standing[part].includes(name)));
  return { table: extras.table, indexes: pick('indexes'), replicas: pick('replicas') };
}

/** The extras with all that means the same as in the target written as in the target. */
export function extrasInWordsOf(extras: Extras, target: Extras, valueOf: (property: unknown) => unknown): Extras {
  const inWords = (current: Json, wanted: Json = {}): Json =>
    Object.fromEntries(
      Object.entries(current).map(([name, value]) => [
        name,
        isDeepStrictEqual(valueOf(value), valueOf(wanted[name])) ? wanted[name] : value,
      ]),
    );
  const parts = (part: keyof Parts): { [name: string]: Json } =>
    Object.fromEntries(Object.entries(extras[part]).map(([name, each]) => [name, inWords(each, target[part][name])]));
  return { table: inWords(extras.table, target.table), indexes: parts('indexes'), replicas: parts('replicas') };
}

/** What a replica can be made with. */
export function replicaExtras(extras: Json = {}): Json {
  return omit(extras, POLICIES);
}

/** The names of what differs, with the index or region. */
export function changedExtras(before: Extras, after: Extras): string[] {
  const parts = (part: keyof Parts): string[] =>
    [...new Set([...Object.keys(before[part]), ...Object.keys(after[part])])].flatMap((name) =>
      changedNames(before[part][name], after[part][name]).map((property) => `${property} of ${name}`),
    );
  return [...changedNames(before.table, after.table), ...parts('indexes'), ...parts('replicas')];
}

function changedNames(before: Json = {}, after: Json = {}): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name])).sort();
}

function isKnown(name: string, part: keyof typeof KNOWN): boolean {
  return (KNOWN[part] as readonly string[]).includes(name);
}

function omit(properties: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}
