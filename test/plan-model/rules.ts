import { isDeepStrictEqual } from 'node:util';
import type { IndexSchema } from '../../lib/schema';
import type { TableState } from '../../lib/state';
import { kinesisOf, type Resource, type World } from './world';

// What CloudFormation and DynamoDB refuse, one rule each. They are written from the vendors' documents and know nothing of the
// planner.

const GLOBAL_TABLE =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html';
const GLOBAL_TABLES = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html';
const UPDATE_TABLE = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html';
const UPDATE_TTL = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html';
const STREAM = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html';
const QUOTAS = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html';
const NAMES = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html';
const PROTECTION = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html';
const KINESIS = 'https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/707';
const POLICIES = 'https://github.com/aws/aws-cdk/issues/30705';

interface Rule<T> {
  readonly says: string;
  readonly source: string;
  readonly breaks: (subject: T, world: World) => boolean;
}

/** A resource as a template has it, for the first time or after others. */
interface Written {
  readonly stackRegion: string;
  readonly after: Resource;
}

interface Updated extends Written {
  readonly before: Resource;
}

const states = (resource: Resource): TableState[] => [...resource.replicas.values()];
const regions = (resource: Resource): string[] => [...resource.replicas.keys()];
const first = (resource: Resource): TableState => states(resource)[0];
const indexesOf = (resource: Resource): readonly IndexSchema[] => first(resource).schema.globalIndexes;
const placesOf = (resource: Resource, chosen = regions(resource)): string[] =>
  chosen.map((region) => `${resource.name}@${region}`);
const added = (update: Updated): string[] => regions(update.after).filter((region) => !update.before.replicas.has(region));
const removed = (update: Updated): string[] => regions(update.before).filter((region) => !update.after.replicas.has(region));
const same = isDeepStrictEqual;

function indexChanges({ before, after }: Updated): string[] {
  const [from, to] = [before, after].map((resource) => new Map(indexesOf(resource).map((index) => [index.indexName, index])));
  const names = [...new Set([...from.keys(), ...to.keys()])];
  return names.flatMap((name) => {
    const [old, now] = [from.get(name), to.get(name)];
    // Another key or projection is a deletion and a creation.
    return same(old, now) ? [] : old !== undefined && now !== undefined ? [name, name] : [name];
  });
}

/** What a state says beside its regions, owner and global indexes. */
function settings(state: TableState): object {
  const { partitionKey, sortKey, localIndexes } = state.schema;
  return { ...state, owner: undefined, replicaRegions: undefined, schema: { partitionKey, sortKey, localIndexes } };
}

/** Properties beside the state of a table, as far as the table has the indexes and replicas before and after. */
function extrasOfBoth({ before, after }: Updated): [unknown, unknown] {
  const indexNames = new Set(indexesOf(before).map(({ indexName }) => indexName));
  const indexes = indexesOf(after).filter(({ indexName }) => indexNames.has(indexName));
  const shared = regions(after).filter((region) => before.replicas.has(region));
  const of = ({ extras }: Resource): unknown => [
    extras.table,
    indexes.map(({ indexName }) => extras.indexes[indexName] ?? {}),
    shared.map((region) => extras.replicas[region] ?? {}),
  ];
  return [of(before), of(after)];
}

function hasStreamPolicy({ extras }: Resource, region: string): boolean {
  return extras.replicas[region]?.ReplicaStreamSpecification !== undefined;
}

/** What any template has to keep to. */
export const TEMPLATE_RULES: readonly Rule<Written>[] = [
  {
    says: 'the region of the stack is one of the replicas',
    source: GLOBAL_TABLE,
    breaks: ({ after, stackRegion }) => !after.replicas.has(stackRegion),
  },
  {
    says: 'a table with more than one replica has a stream',
    source: GLOBAL_TABLE,
    breaks: ({ after }) => after.replicas.size > 1 && states(after).some(({ stream }) => stream === undefined),
  },
  {
    says: 'what is synchronised is the same in every replica',
    source: GLOBAL_TABLES,
    breaks: ({ after }) => {
      const shared = states(after).map(({ schema, stream, timeToLive, billing, encryption, consistency }) => [
        schema,
        stream,
        timeToLive,
        billing.mode,
        billing.table.write,
        encryption.key,
        consistency,
      ]);
      return shared.some((each) => !same(each, shared[0]));
    },
  },
  {
    says: 'a table has at most 20 global indexes, 5 local ones, and 100 projected attributes in all',
    source: QUOTAS,
    breaks: ({ after }) => {
      const { globalIndexes, localIndexes } = first(after).schema;
      const projected = [...globalIndexes, ...localIndexes].flatMap(({ nonKeyAttributes }) => nonKeyAttributes);
      return globalIndexes.length > 20 || localIndexes.length > 5 || projected.length > 100;
    },
  },
  {
    says: 'an attribute has one type',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeDefinition.html',
    breaks: ({ after }) => {
      const { schema } = first(after);
      const attributes = [...schema.globalIndexes, ...schema.localIndexes].flatMap((index) => [
        ...index.partitionKeys,
        ...index.sortKeys,
      ]);
      const all = [schema.partitionKey, ...(schema.sortKey ? [schema.sortKey] : []), ...attributes];
      return new Set(all.map(({ name, type }) => `${name} ${type}`)).size !== new Set(all.map(({ name }) => name)).size;
    },
  },
  {
    says: 'with provisioned billing the table and every index scale their write capacity; on-demand ones have none',
    source: GLOBAL_TABLE,
    breaks: ({ after }) =>
      after.type === 'AWS::DynamoDB::GlobalTable' &&
      states(after).some(({ billing, schema }) => {
        const carriers = [billing.table, ...schema.globalIndexes.map(({ indexName }) => billing.indexes[indexName] ?? {})];
        return billing.mode === 'PROVISIONED'
          ? carriers.some(({ write }) => write === undefined || write.min === write.max)
          : carriers.some(({ read, write }) => read !== undefined || write !== undefined);
      }),
  },
  {
    says: 'settings of an index are those of an index that the table has',
    source: GLOBAL_TABLE,
    breaks: ({ after }) =>
      states(after).some(({ billing, contributorInsights, schema }) => {
        const names = new Set(schema.globalIndexes.map(({ indexName }) => indexName));
        return [...Object.keys(billing.indexes), ...contributorInsights.indexes].some((name) => !names.has(name));
      }),
  },
  {
    says: 'a customer managed key is given for every replica, and is one of its region',
    source: GLOBAL_TABLE,
    breaks: ({ after }) =>
      states(after).some(
        ({ encryption: { key, keyId }, region }) =>
          key === 'CUSTOMER_MANAGED' && (keyId === undefined || !keyId.includes(`:${region}:`)),
      ),
  },
];

/** What a table has to keep to that is made by CloudFormation. */
export const CREATION_RULES: readonly Rule<Written>[] = [
  {
    says: 'the name is free in every region',
    source: NAMES,
    breaks: ({ after }, world) => placesOf(after).some((place) => world.live.has(place) || world.deleting.has(place)),
  },
  {
    says: 'the resource policy of a replica is not set in the operation that makes the replica',
    source: POLICIES,
    breaks: ({ after, stackRegion }) =>
      states(after).some(({ region, resourcePolicy }) => region !== stackRegion && resourcePolicy !== undefined),
  },
  {
    says: 'the policy of the stream of a replica is not set in the operation that makes the replica',
    source: POLICIES,
    breaks: ({ after, stackRegion }) => regions(after).some((region) => region !== stackRegion && hasStreamPolicy(after, region)),
  },
];

/** What an update has to keep to. */
export const UPDATE_RULES: readonly Rule<Updated>[] = [
  {
    says: 'warm throughput, Kinesis streams and stream policies change in an update without an index or replica',
    source: UPDATE_TABLE,
    breaks: (update) => {
      const [old, now] = extrasOfBoth(update);
      return !same(old, now) && indexChanges(update).length + added(update).length + removed(update).length > 0;
    },
  },
  {
    says: 'a Kinesis stream is enabled where the table has none',
    source: KINESIS,
    breaks: ({ before, after }, world) =>
      regions(after).some((region) => {
        const [old, now] = [before, after].map(({ extras }) => kinesisOf(extras, region));
        return old === undefined && now !== undefined && world.live.get(`${after.name}@${region}`)?.kinesis !== undefined;
      }),
  },
  {
    says: 'warm throughput is not lowered',
    source: GLOBAL_TABLE,
    breaks: ({ before, after }) => {
      const unitsOf = ({ extras }: Resource, index?: string): Readonly<Record<string, number>> =>
        ((index === undefined ? extras.table : extras.indexes[index])?.WarmThroughput ?? {}) as Readonly<Record<string, number>>;
      return [undefined, ...Object.keys(after.extras.indexes)].some((index) =>
        Object.entries(unitsOf(after, index)).some(([units, value]) => unitsOf(before, index)[units] > value),
      );
    },
  },
  {
    says: 'the policy of the stream of a replica is not set in the operation that makes the replica',
    source: POLICIES,
    breaks: (update) => added(update).some((region) => hasStreamPolicy(update.after, region)),
  },
  {
    says: 'an index is created that does not stand, and deleted that stands',
    source: UPDATE_TABLE,
    breaks: (update, world) =>
      indexChanges(update).some((name) => {
        const isCreated = indexesOf(update.after).some(({ indexName }) => indexName === name);
        const live = world.live.get(placesOf(update.before)[0])?.state.schema.globalIndexes ?? [];
        return isCreated === live.some(({ indexName }) => indexName === name);
      }),
  },
  {
    says: 'a change to provisioned billing seeds the capacity of the table and of every index',
    source: GLOBAL_TABLE,
    breaks: ({ before, after }) => {
      const { billing, schema } = first(after);
      const carriers = [billing.table, ...schema.globalIndexes.map(({ indexName }) => billing.indexes[indexName] ?? {})];
      return (
        first(before).billing.mode === 'PAY_PER_REQUEST' &&
        billing.mode === 'PROVISIONED' &&
        carriers.some(({ write }) => write?.seedCapacity === undefined)
      );
    },
  },
  {
    says: 'the type of a resource, its table name, key, local indexes and consistency are never changed',
    source: GLOBAL_TABLE,
    breaks: ({ before, after }) => {
      const identity = ({ type, name, ...rest }: Resource): unknown[] => {
        const { schema, consistency } = first({ type, name, ...rest });
        return [type, name, schema.partitionKey, schema.sortKey, schema.localIndexes, consistency];
      };
      return !same(identity(before), identity(after));
    },
  },
  {
    says: 'one index is created or deleted per update',
    source: GLOBAL_TABLE,
    breaks: (update) => indexChanges(update).length > 1,
  },
  {
    says: 'one replica is added or removed per update',
    source: GLOBAL_TABLE,
    breaks: (update) => added(update).length + removed(update).length > 1,
  },
  {
    says: 'nothing else changes in an update that adds or removes a replica',
    source: GLOBAL_TABLE,
    breaks: (update) =>
      added(update).length + removed(update).length > 0 &&
      (indexChanges(update).length > 0 ||
        states(update.after).some((state) => {
          const old = update.before.replicas.get(state.region);
          return old !== undefined && !same(settings(old), settings(state));
        })),
  },
  {
    says: 'an index changes in an update without changes of the billing mode, stream or TTL',
    source: UPDATE_TABLE,
    breaks: (update) => {
      const [old, now] = [first(update.before), first(update.after)];
      return (
        indexChanges(update).length > 0 &&
        (old.billing.mode !== now.billing.mode || old.stream !== now.stream || !same(old.timeToLive, now.timeToLive))
      );
    },
  },
  {
    says: 'a stream changes only while the table has one replica',
    source: GLOBAL_TABLE,
    breaks: ({ before, after }) =>
      first(before).stream !== first(after).stream && (before.replicas.size > 1 || after.replicas.size > 1),
  },
  {
    says: 'the view type of a stream changes only by way of no stream',
    source: STREAM,
    breaks: ({ before, after }) => {
      const [old, now] = [first(before).stream, first(after).stream];
      return old !== undefined && now !== undefined && old !== now;
    },
  },
  {
    says: 'the attribute of TTL changes only by way of TTL turned off',
    source: UPDATE_TTL,
    breaks: ({ before, after }) => {
      const [old, now] = [first(before).timeToLive, first(after).timeToLive];
      return old.enabled && now.enabled && old.attribute !== now.attribute;
    },
  },
  {
    says: 'TTL changes once within an hour',
    source: UPDATE_TTL,
    breaks: ({ before, after }, world) =>
      !same(first(before).timeToLive, first(after).timeToLive) && placesOf(before).some((place) => world.ttlChanged.has(place)),
  },
  {
    says: 'a table takes no update while it, an index or a replica is being made',
    source: UPDATE_TABLE,
    breaks: ({ before }, world) => placesOf(before).some((place) => world.unsettled.has(place)),
  },
  {
    says: 'the name is free in the region of a new replica',
    source: GLOBAL_TABLES,
    breaks: (update, world) =>
      placesOf(update.after, added(update)).some((place) => world.live.has(place) || world.deleting.has(place)),
  },
  {
    says: 'the resource policy of a replica is not set in the operation that makes the replica',
    source: POLICIES,
    breaks: (update) => added(update).some((region) => update.after.replicas.get(region)?.resourcePolicy !== undefined),
  },
  {
    says: 'a protected replica is not removed',
    source: PROTECTION,
    breaks: (update, world) =>
      placesOf(update.before, removed(update)).some((place) => world.live.get(place)?.state.deletionProtection === true),
  },
  {
    says: 'a replica that was the source of a new one is not removed for 24 hours',
    source: GLOBAL_TABLES,
    breaks: (update, world) => placesOf(update.before, removed(update)).some((place) => world.locked.has(place)),
  },
];

/** What a stack has to keep to that deletes a table with its template. */
export const DELETION_RULES: readonly Rule<Resource>[] = [
  {
    says: 'a protected table is not deleted',
    source: PROTECTION,
    breaks: (resource, world) => placesOf(resource).some((place) => world.live.get(place)?.state.deletionProtection === true),
  },
  {
    says: 'a table takes no deletion while it, an index or a replica is being made',
    source: UPDATE_TABLE,
    breaks: (resource, world) => placesOf(resource).some((place) => world.unsettled.has(place)),
  },
];

/** A setting of a table that is changed by a call of DynamoDB itself. */
interface Called {
  readonly place: string;
  readonly before: TableState;
  readonly after: TableState;
}

/** What a call that changes a setting has to keep to. */
export const CALL_RULES: readonly Rule<Called>[] = [
  {
    says: 'TTL is turned on where it is off, and off where it is on',
    source: UPDATE_TTL,
    breaks: ({ before: { timeToLive: old }, after: { timeToLive: now } }) => !same(old, now) && old.enabled === now.enabled,
  },
  {
    says: 'TTL changes once within an hour, also by calls',
    source: UPDATE_TTL,
    breaks: ({ place, before, after }, world) => !same(before.timeToLive, after.timeToLive) && world.ttlChanged.has(place),
  },
];

const IMPORT = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html';

/** What an import has to keep to. */
export const IMPORT_RULES: readonly Rule<Written>[] = [
  {
    says: 'an import says of what no state knows which Kinesis streams the table has, and nothing that nobody has read',
    source: IMPORT,
    breaks: ({ after: { name, extras, replicas } }, world) =>
      [extras.table, ...Object.values(extras.indexes)].some((part) => Object.keys(part).length > 0) ||
      [...replicas.keys()].some((region) => {
        const { KinesisStreamSpecification: kinesis, ...others } = extras.replicas[region] ?? {};
        return Object.keys(others).length > 0 || !same(kinesis, world.live.get(`${name}@${region}`)?.kinesis);
      }),
  },
  {
    says: 'the table stands, in exactly the regions of the template and with exactly its settings',
    source: IMPORT,
    breaks: ({ after }, world) =>
      states(after).some((state) => {
        const live = world.live.get(`${after.name}@${state.region}`);
        const text = (each: TableState): object => ({ ...settings(each), indexes: each.schema.globalIndexes });
        return live === undefined || !same(live.state.replicaRegions, regions(after)) || !same(text(live.state), text(state));
      }),
  },
  {
    says: 'the table is in no other stack',
    source: IMPORT,
    breaks: ({ after }, world) =>
      [...world.stacks.values()].some((resources) =>
        [...resources.values()].some(
          ({ name, replicas }) => name === after.name && regions(after).some((each) => replicas.has(each)),
        ),
      ),
  },
  {
    says: 'an imported table has the policy to be retained',
    source: IMPORT,
    breaks: ({ after }) => after.deletionPolicy !== 'Retain',
  },
  {
    says: 'nothing is being made or changed while a table is imported',
    source: IMPORT,
    breaks: ({ after }, world) => placesOf(after).some((place) => world.unsettled.has(place)),
  },
];

/** The rules that a subject breaks, as sentences. */
export function broken<T>(rules: readonly Rule<T>[], subject: T, world: World): string[] {
  return rules.filter(({ breaks }) => breaks(subject, world)).map(({ says, source }) => `broken: ${says} (${source})`);
}
