import * as fc from 'fast-check';
import { NO_EXTRAS, type Extras } from '../../lib/cli/plan/extras';
import type { PlanInput, StackInfo } from '../../lib/cli/plan/input';
import { stackKey, tablesOf, type ResourceOf } from '../../lib/cli/plan/table';
import type { Json } from '../../lib/cli/plan/template';
import type { IndexSchema } from '../../lib/schema';
import type { BillingState, TableState } from '../../lib/state';

export const ACCOUNT = '000000000000';
const REGIONS = ['eu-central-1', 'us-east-1', 'ap-southeast-2'];

/** One table of a deployment. */
export interface TableSpec {
  readonly isReplicated: boolean;
  readonly key: 'pk' | 'id';
  readonly indexes: readonly number[];
  readonly expiry: 'none' | 'ttl' | 'expires';
  readonly hasStream: boolean;
  readonly billing: 'on-demand' | 'scaled';
  readonly settings: number;
  readonly isProtected: boolean;
  readonly policy: 'Retain' | 'Delete' | 'RetainExceptOnCreate';
  readonly hasResourcePolicy: boolean;
  /** Properties that no state knows: none, or one of two kinds. */
  readonly extras: 0 | 1 | 2;
  readonly encryption: 'owned' | 'managed' | 'a' | 'b';
  /** Current tables only: made by a stack, by the server, or as a single-region resource of the stack. */
  readonly maker: 'stack' | 'server' | 'single';
}

/** What an app deploys. */
export interface DeploymentSpec {
  readonly id: string;
  readonly primary: string;
  readonly regions: readonly string[];
  readonly tables: Readonly<Record<string, TableSpec>>;
}

const INDEXES: readonly IndexSchema[] = [
  index('by-owner', 'owner', 'ALL'),
  index('by-status', 'status', 'KEYS_ONLY'),
  index('by-mail', 'mail', 'INCLUDE', 60),
  index('by-phone', 'phone', 'INCLUDE', 60),
  // The same attribute as by-owner with another type: they cannot stand side by side.
  { ...index('by-number', 'owner', 'ALL'), partitionKeys: [{ name: 'owner', type: 'N' }] },
];

function index(indexName: string, key: string, projectionType: IndexSchema['projectionType'], attributes = 0): IndexSchema {
  return {
    indexName,
    partitionKeys: [{ name: key, type: 'S' }],
    sortKeys: [],
    projectionType,
    nonKeyAttributes: Array.from({ length: attributes }, (_, i) => `${indexName}-${i + 100}`),
  };
}

/** Indexes that a table may have at the same time. */
const indexSets = fc
  .subarray([0, 1, 2, 3, 4])
  .filter((set) => !(set.includes(2) && set.includes(3)) && !(set.includes(0) && set.includes(4)));

const tableSpec = (maker: fc.Arbitrary<TableSpec['maker']>): fc.Arbitrary<TableSpec> =>
  fc.record({
    isReplicated: fc.boolean(),
    key: fc.constantFrom('pk', 'pk', 'pk', 'pk', 'pk', 'id'),
    indexes: indexSets,
    expiry: fc.constantFrom('none', 'ttl', 'expires'),
    hasStream: fc.boolean(),
    billing: fc.constantFrom('on-demand', 'on-demand', 'scaled'),
    settings: fc.nat(2),
    isProtected: fc.boolean(),
    policy: fc.constantFrom('Retain', 'Retain', 'Delete', 'RetainExceptOnCreate'),
    hasResourcePolicy: fc.boolean(),
    extras: fc.constantFrom(0, 0, 1, 2),
    encryption: fc.constantFrom('owned', 'owned', 'managed', 'a', 'b'),
    maker,
  });

const deployment = (
  maker: fc.Arbitrary<TableSpec['maker']>,
  id: fc.Arbitrary<string>,
  primary: fc.Arbitrary<string>,
): fc.Arbitrary<DeploymentSpec> =>
  fc.record({
    id,
    primary,
    regions: fc.subarray(REGIONS.slice(1)).map((others) => [REGIONS[0], ...others]),
    tables: fc.dictionary(fc.constantFrom('accounts', 'sessions', 'tokens'), tableSpec(maker), { maxKeys: 3 }),
  });

/** A deployment as it stands: by this app, by another one, or by the server. */
export const currentDeployment = deployment(
  fc.constantFrom('stack', 'stack', 'stack', 'server', 'single'),
  fc.constantFrom('Identity', 'Identity', 'Other'),
  fc.constant(REGIONS[0]),
);
export const targetDeployment = deployment(fc.constant('stack'), fc.constant('Identity'), fc.constant(REGIONS[0]));
/** A target with another primary region. */
export const movedDeployment = deployment(fc.constant('stack'), fc.constant('Identity'), fc.constant(REGIONS[1])).map((spec) => ({
  ...spec,
  regions: [...new Set([...spec.regions, REGIONS[1]])],
}));

const stackOf = (spec: DeploymentSpec, region: string): string => `${spec.id}-${region}`;

/** Every table of every region. */
export function statesOf(spec: DeploymentSpec): TableState[] {
  return Object.entries(spec.tables).flatMap(([name, table]) => {
    const isGlobal = table.isReplicated && table.maker !== 'single' && spec.regions.length > 1;
    return spec.regions.map((region) => {
      const replicaRegions = isGlobal ? [...spec.regions].sort() : [region];
      return stateOf(spec, name, table, region, isGlobal ? spec.primary : region, replicaRegions);
    });
  });
}

function stateOf(
  spec: DeploymentSpec,
  tableName: string,
  table: TableSpec,
  region: string,
  home: string,
  replicaRegions: readonly string[],
): TableState {
  const isGlobal = replicaRegions.length > 1;
  const isBare = table.maker === 'server';
  const owner: TableState['owner'] = isBare
    ? { kind: 'nobody' }
    : region === home
      ? { kind: 'stack', stackName: stackOf(spec, region), logicalId: idOf(tableName, table), deletionPolicy: table.policy }
      : { kind: 'replica', primaryRegion: home };
  const globalIndexes = table.indexes.map((each) => INDEXES[each]);
  return {
    tableName,
    account: ACCOUNT,
    region,
    owner,
    schema: { tableName, partitionKey: { name: table.key, type: 'S' }, globalIndexes, localIndexes: [] },
    billing: billingOf(table, globalIndexes),
    ...((isGlobal || table.hasStream) && { stream: isGlobal ? 'NEW_AND_OLD_IMAGES' : 'KEYS_ONLY' }),
    timeToLive: table.expiry === 'none' ? { enabled: false } : { enabled: true, attribute: table.expiry },
    pointInTimeRecovery: !isBare && table.settings > 0 ? { enabled: true, days: 35 } : { enabled: false },
    deletionProtection: !isBare && table.isProtected,
    tableClass: table.settings === 2 ? 'STANDARD_INFREQUENT_ACCESS' : 'STANDARD',
    encryption: encryptionOf(table.encryption, region),
    tags: isBare ? {} : { place: isGlobal ? 'replicated' : 'regional', number: String(table.settings) },
    contributorInsights: {
      enabled: table.settings === 1,
      indexes: table.settings === 1 ? globalIndexes.map(({ indexName }) => indexName) : [],
    },
    ...(table.hasResourcePolicy && { resourcePolicy: { Version: '2012-10-17', Statement: [{ Resource: region }] } }),
    replicaRegions,
    consistency: 'EVENTUAL',
  };
}

function billingOf(table: TableSpec, indexes: readonly IndexSchema[]): BillingState {
  const isFixed = table.maker !== 'stack' && table.billing === 'scaled';
  if (table.billing === 'on-demand') {
    return { mode: 'PAY_PER_REQUEST', table: {}, indexes: {} };
  }
  const range = isFixed ? { min: 5, max: 5 } : { min: 1, max: 10, targetUtilization: 70, seedCapacity: 5 };
  const throughput = { read: range, write: range };
  return {
    mode: 'PROVISIONED',
    table: throughput,
    indexes: Object.fromEntries(indexes.map(({ indexName }) => [indexName, throughput])),
  };
}

function encryptionOf(encryption: TableSpec['encryption'], region: string): TableState['encryption'] {
  switch (encryption) {
    case 'owned':
      return { key: 'AWS_OWNED' };
    case 'managed':
      return { key: 'AWS_MANAGED' };
    default:
      return { key: 'CUSTOMER_MANAGED', keyId: `arn:aws:kms:${region}:${ACCOUNT}:key/${encryption}` };
  }
}

function extrasOf(spec: DeploymentSpec, { extras, indexes, isReplicated, maker }: TableSpec, region: string): Extras {
  if (extras === 0 || maker === 'single') {
    return NO_EXTRAS;
  }
  const isGlobal = isReplicated && spec.regions.length > 1;
  const warm = { WarmThroughput: { ReadUnitsPerSecond: 12_000 } };
  const replica = (each: string): Json => ({
    KinesisStreamSpecification: { StreamArn: `arn:aws:kinesis:${each}:${ACCOUNT}:stream/${extras}` },
    ...(extras === 2 && { ReplicaStreamSpecification: { ResourcePolicy: { PolicyDocument: { Statement: [] } } } }),
  });
  return {
    table: warm,
    indexes: Object.fromEntries(indexes.map((each) => [INDEXES[each].indexName, warm])),
    replicas: Object.fromEntries((isGlobal ? spec.regions : [region]).map((each) => [each, replica(each)])),
  };
}

function idOf(tableName: string, { maker }: TableSpec): string {
  return maker === 'single' ? `Single${tableName}` : `Global${tableName}`;
}

const resourceOf: ResourceOf = (_, logicalId) => ({
  type: logicalId.startsWith('Single') ? 'AWS::DynamoDB::Table' : 'AWS::DynamoDB::GlobalTable',
});

/** The resources of a deployment, with what no state knows. */
export function resourcesOf(spec: DeploymentSpec): ResourceOf {
  return (stack, logicalId) => {
    const found = Object.entries(spec.tables).find(([name, table]) => idOf(name, table) === logicalId);
    return {
      ...resourceOf(stack, logicalId),
      extras: found === undefined ? NO_EXTRAS : extrasOf(spec, found[1], stack.split('/')[1]),
    };
  };
}

/** The same without what no state knows, for plans that do not know templates. */
export function withoutExtras(spec: DeploymentSpec): DeploymentSpec {
  const tables = Object.entries(spec.tables).map(([name, table]) => [name, { ...table, extras: 0 }] as const);
  return { ...spec, tables: Object.fromEntries(tables) };
}

/** A key stack, the stack of the primary region, then those of the others. */
export function stacksOf(spec: DeploymentSpec, isTarget: boolean): StackInfo[] {
  const keyOf = (region: string, stackName: string): string => stackKey({ account: ACCOUNT, region, stackName });
  const keys = { name: `${spec.id}-keys`, region: spec.primary };
  const primary = keyOf(spec.primary, stackOf(spec, spec.primary));
  const info = (region: string, stackName: string, dependsOn: readonly string[]): StackInfo => ({
    key: keyOf(region, stackName),
    stackName,
    region,
    selector: stackName,
    dependsOn,
    isTarget,
    isSettled: false,
    isPrepared: () => false,
    importsFrom: [],
    hasOldExports: false,
  });
  return [
    info(keys.region, keys.name, []),
    info(spec.primary, stackOf(spec, spec.primary), [keyOf(keys.region, keys.name)]),
    ...spec.regions.filter((region) => region !== spec.primary).map((region) => info(region, stackOf(spec, region), [primary])),
  ];
}

/** What may be lost without being asked about, for tests of what comes to be lost. */
export const ANYTHING: ReadonlySet<string> = new Set(
  ['accounts', 'sessions', 'tokens'].flatMap((name) => REGIONS.map((region) => `${name}@${region}`)),
);

/** A plan from states to a deployment. */
export function inputOf(current: readonly TableState[], target: DeploymentSpec, more: Partial<PlanInput> = {}): PlanInput {
  return {
    from: 'live',
    current,
    target: statesOf(target),
    deployed: [],
    singleRegion: [],
    stacks: stacksOf(target, true),
    resourceOf: { current: resourceOf, target: resourcesOf(target) },
    accepted: ANYTHING,
    inBetween: [],
    ttlChanging: [],
    scalingTargets: [],
    expiredItems: [],
    legacyGlobalTables: [],
    ...more,
  };
}

export function tablesOfSpec(spec: DeploymentSpec): ReturnType<typeof tablesOf> {
  return tablesOf(statesOf(spec), resourcesOf(spec));
}
