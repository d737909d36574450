import fc from 'fast-check';
import type { IndexSchema } from '../../lib/schema';
import {
  compareStates,
  difference,
  differenceOf,
  SEVERITIES,
  type ChangeKind,
  type TableOwner,
  type TableState,
} from '../../lib/state';

const REGIONS = ['ap-southeast-2', 'eu-central-1', 'us-east-1', 'us-west-2'];
const ATTRIBUTES = ['a', 'b', 'c'] as const;

const attribute = fc.record({ name: fc.constantFrom(...ATTRIBUTES), type: fc.constantFrom('S', 'N', 'B') } as const);
const index = (indexName: string): fc.Arbitrary<IndexSchema> =>
  fc.record({
    indexName: fc.constant(indexName),
    partitionKeys: fc.array(attribute, { minLength: 1, maxLength: 2 }),
    sortKeys: fc.array(attribute, { maxLength: 2 }),
    projectionType: fc.constantFrom('ALL', 'KEYS_ONLY', 'INCLUDE'),
    nonKeyAttributes: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
  });
const indexes = (names: readonly string[]): fc.Arbitrary<IndexSchema[]> =>
  fc.subarray([...names]).chain((chosen) => fc.tuple(...chosen.map(index)));

/** The settings of a table, the same in all of its regions. */
const settings = fc.record({
  schema: fc.record({
    tableName: fc.constant('users'),
    partitionKey: attribute,
    globalIndexes: indexes(['index-1', 'index-2', 'index-3']),
    localIndexes: indexes(['local-1']),
  }),
  billing: fc.constantFrom<TableState['billing']>(
    { mode: 'PAY_PER_REQUEST', table: {}, indexes: {} },
    { mode: 'PAY_PER_REQUEST', table: { maxReadRequestUnits: 100 }, indexes: { 'index-1': { maxReadRequestUnits: 50 } } },
    { mode: 'PROVISIONED', table: { read: { min: 5, max: 5 } }, indexes: { 'index-1': { read: { min: 1, max: 9 } } } },
  ),
  timeToLive: fc.constantFrom<TableState['timeToLive']>({ enabled: false }, { enabled: true, attribute: 'ttl' }),
  pointInTimeRecovery: fc.constantFrom<TableState['pointInTimeRecovery']>({ enabled: false }, { enabled: true, days: 7 }),
  deletionProtection: fc.boolean(),
  tableClass: fc.constantFrom('STANDARD', 'STANDARD_INFREQUENT_ACCESS'),
  encryption: fc.constantFrom<TableState['encryption']>(
    { key: 'AWS_OWNED' },
    { key: 'AWS_MANAGED' },
    { key: 'CUSTOMER_MANAGED', keyId: 'alias/identity' },
    { key: 'CUSTOMER_MANAGED', keyId: '1111-2222' },
  ),
  tags: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', 'unresolved:x')),
  contributorInsights: fc.record({ enabled: fc.boolean(), indexes: fc.subarray(['index-1', 'index-2']) }),
  resourcePolicy: fc.constantFrom(undefined, {
    Statement: [
      { Action: ['b', 'a'], Effect: 'Allow' },
      { Action: 'a', Effect: 'Deny' },
    ],
  }),
  consistency: fc.constantFrom('EVENTUAL', 'STRONG'),
} as const);

/** How the regions of one table name belong together: each list is one global table, its first region the primary one. */
const groups = fc.shuffledSubarray(REGIONS).chain((regions) =>
  fc.array(fc.boolean(), { minLength: regions.length, maxLength: regions.length }).map((starts) => {
    const split: string[][] = [];
    regions.forEach((region, i) => (i === 0 || starts[i] ? split.push([region]) : split.at(-1)?.push(region)));
    return split;
  }),
);

const isOwnerKnown = fc.boolean();
const tables: fc.Arbitrary<TableState[]> = fc
  .tuple(groups, settings, fc.constantFrom('Retain', 'Delete'), isOwnerKnown)
  .map(([split, { resourcePolicy, ...common }, deletionPolicy, isKnown]) =>
    split.flatMap((regions) =>
      regions.map((region): TableState => {
        const owner: TableOwner = !isKnown
          ? { kind: 'nobody' }
          : region === regions[0]
            ? { kind: 'stack', stackName: 'Identity', logicalId: 'Users', deletionPolicy }
            : { kind: 'replica', primaryRegion: regions[0] };
        return {
          ...common,
          ...(resourcePolicy && { resourcePolicy }),
          tableName: 'users',
          account: '111122223333',
          region,
          owner,
          replicaRegions: [...regions].sort(),
        };
      }),
    ),
  );

const MIRRORED: { readonly [kind in ChangeKind]?: ChangeKind } = {
  'table-missing': 'table-extra',
  'table-extra': 'table-missing',
  'replica-added': 'replica-removed',
  'replica-removed': 'replica-added',
  'index-added': 'index-removed',
  'index-removed': 'index-added',
};

function kinds(before: TableState[], after: TableState[], mirror = false): string[] {
  return difference(before, after)
    .map(({ region, kind }) => `${region} ${mirror ? (MIRRORED[kind] ?? kind) : kind}`)
    .sort();
}

/** The same state with every list and object in the reverse order, where order has no meaning. */
function reversed(states: TableState[]): TableState[] {
  const backwards = <T>(list: readonly T[]): T[] => [...list].reverse();
  const keysBackwards = <T extends object>(object: T): T => Object.fromEntries(backwards(Object.entries(object))) as T;
  const withIndexesBackwards = (list: readonly IndexSchema[]): IndexSchema[] =>
    backwards(list).map((each) => ({ ...each, nonKeyAttributes: backwards(each.nonKeyAttributes) }));
  return backwards(states).map((state) =>
    keysBackwards({
      ...state,
      tags: keysBackwards(state.tags),
      replicaRegions: backwards(state.replicaRegions),
      contributorInsights: { ...state.contributorInsights, indexes: backwards(state.contributorInsights.indexes) },
      schema: {
        ...state.schema,
        globalIndexes: withIndexesBackwards(state.schema.globalIndexes),
        localIndexes: withIndexesBackwards(state.schema.localIndexes),
      },
      billing: { ...state.billing, indexes: keysBackwards(state.billing.indexes) },
      ...(state.resourcePolicy && {
        resourcePolicy: {
          Statement: backwards((state.resourcePolicy as { Statement: { Action: string | string[] }[] }).Statement).map(
            (statement) =>
              keysBackwards({
                ...statement,
                Action: Array.isArray(statement.Action) ? backwards(statement.Action) : [statement.Action],
              }),
          ),
        },
      }),
    }),
  );
}

test('nothing differs from itself, and order has no meaning', () => {
  fc.assert(
    fc.property(tables, (states) => {
      expect(compareStates(states, states)).toEqual({ changes: [], undecided: [] });
      expect(compareStates(states, reversed(states))).toEqual({ changes: [], undecided: [] });
    }),
    { numRuns: 1000 },
  );
});

test('the way back has the mirrored kinds', () => {
  fc.assert(
    fc.property(tables, tables, (before, after) => {
      expect(kinds(after, before)).toEqual(kinds(before, after, true));
    }),
    { numRuns: 2000 },
  );
});

test('every wanted region is reached: with the changes of regions applied, no region is missing or left over', () => {
  fc.assert(
    fc.property(tables, tables, (before, after) => {
      const regions = new Set(before.map(({ region }) => region));
      for (const { kind, region } of difference(before, after)) {
        if (kind === 'table-missing' || kind === 'replica-added') {
          expect(regions.has(region)).toBe(false);
          regions.add(region);
        } else if (kind === 'table-extra' || kind === 'replica-removed') {
          expect(regions.delete(region)).toBe(true);
        }
      }
      expect([...regions].sort()).toEqual(after.map(({ region }) => region).sort());
    }),
    { numRuns: 2000 },
  );
});

test('items are only lost where a table or replica goes, and every change has a severity of the list', () => {
  fc.assert(
    fc.property(tables, tables, (before, after) => {
      for (const { kind, severity } of difference(before, after)) {
        expect(SEVERITIES).toContain(severity);
        if (severity === 'data loss') {
          expect(['table-extra', 'replica-removed']).toContain(kind);
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test('the settings of a table that stays in place are those of differenceOf', () => {
  fc.assert(
    fc.property(tables, tables, (before, after) => {
      const places: readonly ChangeKind[] = [
        'table-missing',
        'table-extra',
        'placement',
        'replica-added',
        'replica-removed',
        'owner',
      ];
      const all = difference(before, after).filter(({ kind }) => !places.includes(kind));
      const each = after.flatMap((to) => {
        const from = before.find(({ region }) => region === to.region);
        return from === undefined ? [] : differenceOf(from, to).map(({ region, kind }) => `${region} ${kind}`);
      });
      expect(all.map(({ region, kind }) => `${region} ${kind}`).sort()).toEqual(each.sort());
    }),
    { numRuns: 1000 },
  );
});
