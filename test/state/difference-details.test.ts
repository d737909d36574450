import type { IndexSchema } from '../../lib/schema';
import {
  compareStates,
  compareWithLive,
  difference,
  type BillingState,
  type Change,
  type LiveTable,
  type TableOwner,
  type TableState,
} from '../../lib/state';
import { bareTable } from './bare-table';

// What a change tells beside its kind, and the pairs that lie next to a difference without being one.

const EU = 'eu-central-1';
const US = 'us-east-1';
const AP = 'ap-southeast-2';

const index = (indexName: string, more: Partial<IndexSchema> = {}): IndexSchema => ({
  indexName,
  partitionKeys: [{ name: 'mail', type: 'S' }],
  sortKeys: [],
  projectionType: 'ALL',
  nonKeyAttributes: [],
  ...more,
});

const stack = (logicalId = 'Users', stackName = 'Identity', deletionPolicy = 'Retain'): TableOwner => ({
  kind: 'stack',
  stackName,
  logicalId,
  deletionPolicy,
});
const replicaOf = (primaryRegion: string): TableOwner => ({ kind: 'replica', primaryRegion });
const NOBODY: TableOwner = { kind: 'nobody' };

const withIndexes = (...globalIndexes: IndexSchema[]): Partial<TableState> => ({
  schema: { ...bareTable().schema, globalIndexes },
});
const withLocal = (...localIndexes: IndexSchema[]): Partial<TableState> => ({ schema: { ...bareTable().schema, localIndexes } });

/** The changes of one table without what all of them have. */
function changes(before: Partial<TableState>, after: Partial<TableState>): object[] {
  return difference([bareTable(before)], [bareTable(after)]).map(({ region, tableName, severity, ...change }) => {
    expect([region, tableName, severity]).toEqual([EU, 'users', expect.any(String)]);
    return change;
  });
}

const brief = (found: readonly Change[]): string[] => found.map(({ region, kind }) => `${region} ${kind}`);

describe('indexes', () => {
  const [one, two] = [index('one'), index('two')];
  const other = index('one', { projectionType: 'KEYS_ONLY' });

  test('a global index is told as it was and as it is to be, by name', () => {
    expect(changes({}, withIndexes(two, one))).toStrictEqual([
      { kind: 'index-added', indexName: 'one', after: one },
      { kind: 'index-added', indexName: 'two', after: two },
    ]);
    expect(changes(withIndexes(one, two), withIndexes(two))).toStrictEqual([
      { kind: 'index-removed', indexName: 'one', before: one },
    ]);
    expect(changes(withIndexes(one, two), withIndexes(two, other))).toStrictEqual([
      { kind: 'index-changed', indexName: 'one', before: one, after: other },
    ]);
  });

  test('a local index is told with the side that has it', () => {
    expect(changes({}, withLocal(one))).toStrictEqual([{ kind: 'local-index', indexName: 'one', after: one }]);
    expect(changes(withLocal(one), {})).toStrictEqual([{ kind: 'local-index', indexName: 'one', before: one }]);
    expect(changes(withLocal(one), withLocal(other))).toStrictEqual([
      { kind: 'local-index', indexName: 'one', before: one, after: other },
    ]);
  });

  test('other projected attributes are another index', () => {
    const include = (...nonKeyAttributes: string[]): IndexSchema => index('one', { projectionType: 'INCLUDE', nonKeyAttributes });
    expect(changes(withIndexes(include('a', 'b')), withIndexes(include('a', 'c')))).toMatchObject([{ kind: 'index-changed' }]);
    expect(changes(withIndexes(include('a', 'b')), withIndexes(include('b', 'a')))).toEqual([]);
  });

  test('the key of a table is told with its sort key where it has one', () => {
    const sorted = { ...bareTable().schema, sortKey: { name: 'at', type: 'N' } } as const;
    expect(changes({}, { schema: sorted })).toStrictEqual([
      {
        kind: 'key-schema',
        before: { partitionKey: { name: 'id', type: 'S' } },
        after: { partitionKey: { name: 'id', type: 'S' }, sortKey: { name: 'at', type: 'N' } },
      },
    ]);
  });
});

describe('capacity', () => {
  const [two, five] = [
    { min: 2, max: 2 },
    { min: 5, max: 5 },
  ];
  const provisioned = (own: BillingState['table'], indexes: BillingState['indexes'] = {}): BillingState => ({
    mode: 'PROVISIONED',
    table: own,
    indexes,
  });
  const onDemand = (own: BillingState['table'], indexes: BillingState['indexes'] = {}): BillingState => ({
    mode: 'PAY_PER_REQUEST',
    table: own,
    indexes,
  });
  const indexed = withIndexes(index('one'), index('two'));
  const between = (before: BillingState, after: BillingState, more = indexed, less = indexed): object[] =>
    changes({ ...more, billing: before }, { ...less, billing: after });

  test('of reads, of writes and of an index is told each with all of the table', () => {
    const before = provisioned({ read: two, write: two }, { one: { read: two, write: two } });
    const read = provisioned({ read: five, write: two }, { one: { read: two, write: two } });
    const write = provisioned({ read: two, write: five }, { one: { read: two, write: two } });
    const ofIndex = provisioned({ read: two, write: two }, { one: { read: two, write: five } });
    for (const after of [read, write, ofIndex]) {
      const told = ({ table: own, indexes }: BillingState): object => ({ table: own, indexes });
      expect(between(before, after)).toStrictEqual([{ kind: 'capacity', before: told(before), after: told(after) }]);
    }
  });

  test('an index with capacity for reads alone has that of its table for writes', () => {
    const own = { read: five, write: two };
    expect(between(provisioned(own, { one: { read: two } }), provisioned(own, { one: { read: two, write: two } }))).toEqual([]);
    expect(between(provisioned(own, { one: { read: two } }), provisioned(own, { one: { read: five } }))).toMatchObject([
      { kind: 'capacity' },
    ]);
    expect(between(provisioned(own), provisioned(own, { two: { read: two } }))).toMatchObject([{ kind: 'capacity' }]);
  });

  test('an index without a limit of its own has none when it is billed by request', () => {
    const limit = { maxReadRequestUnits: 40 };
    expect(between(onDemand(limit), onDemand(limit, { one: limit }))).toMatchObject([{ kind: 'capacity' }]);
    expect(between(onDemand(limit), onDemand(limit, { one: {} }))).toEqual([]);
  });

  test('of an index that comes or goes is no change beside that of the index', () => {
    const own = { read: two, write: two };
    const [one, both] = [withIndexes(index('one')), indexed];
    expect(between(provisioned(own, { two: { read: five } }), provisioned(own), both, one)).toMatchObject([
      { kind: 'index-removed', indexName: 'two' },
    ]);
    expect(between(provisioned(own), provisioned(own, { two: { read: five } }), one, both)).toMatchObject([
      { kind: 'index-added', indexName: 'two' },
    ]);
  });

  test('the units to begin with say nothing of a table that stands; the bounds and the aim do', () => {
    const scaled = { min: 1, max: 9, targetUtilization: 70 };
    const seeded = { ...scaled, seedCapacity: 3 };
    const of = (read: object, write: object): BillingState => provisioned({ read, write } as BillingState['table']);
    expect(between(of(seeded, seeded), of(scaled, scaled))).toEqual([]);
    expect(between(of(scaled, scaled), of({ ...scaled, targetUtilization: 50 }, scaled))).toMatchObject([{ kind: 'capacity' }]);
    expect(between(of(scaled, scaled), of(scaled, { ...seeded, max: 10 }))).toMatchObject([{ kind: 'capacity' }]);
  });
});

describe('tags', () => {
  const unknown = 'unresolved:{"Ref":"Name"}';
  const verdict = (before: TableState['tags'], after: TableState['tags']): string => {
    const found = compareStates([bareTable({ tags: before })], [bareTable({ tags: after })]);
    return found.changes.length > 0 ? 'different' : found.undecided.length > 0 ? 'undecided' : 'same';
  };

  test('that only one side has are a difference, also under the name of a method', () => {
    expect(verdict({ a: '1' }, {})).toBe('different');
    expect(verdict({}, { a: '1' })).toBe('different');
    expect(verdict({}, { toString: '1' })).toBe('different');
    expect(verdict({ a: '' }, {})).toBe('different');
    expect(verdict({ toString: '1' }, { toString: '1' })).toBe('same');
  });

  test('whose value nobody knows are no difference, unless one side has no such tag', () => {
    expect(verdict({ a: '1' }, { a: unknown })).toBe('undecided');
    expect(verdict({ a: unknown }, { a: '1' })).toBe('undecided');
    expect(verdict({ a: unknown }, { a: unknown })).toBe('same');
    expect(verdict({ a: unknown }, {})).toBe('different');
    expect(verdict({ a: '1', b: '1' }, { a: unknown, b: '1' })).toBe('undecided');
  });
});

describe('owners', () => {
  const kinds = (before: TableOwner, after: TableOwner): string[] =>
    difference([bareTable({ owner: before })], [bareTable({ owner: after })]).map(({ kind, severity }) => `${kind} ${severity}`);

  test('another stack, or another id in it, is an import; another policy alone is none', () => {
    expect(kinds(stack('A'), stack('A'))).toEqual([]);
    expect(kinds(stack('A'), stack('B'))).toEqual(['owner staged']);
    expect(kinds(stack('A', 'One'), stack('A', 'Two'))).toEqual(['owner staged']);
    expect(kinds(stack('A', 'One', 'Retain'), stack('A', 'One', 'Delete'))).toEqual(['owner cosmetic']);
    expect(kinds(stack('A', 'One', 'Retain'), stack('A', 'One', 'unresolved:DeletionPolicy'))).toEqual([]);
    expect(kinds(stack('A', 'One', 'Retain'), stack('B', 'One', 'unresolved:DeletionPolicy'))).toEqual(['owner staged']);
  });

  test('a stack that lets go of a table, or takes one, is told', () => {
    expect(kinds(stack(), NOBODY)).toEqual(['owner staged']);
    expect(kinds(NOBODY, stack())).toEqual(['owner staged']);
    expect(kinds(NOBODY, NOBODY)).toEqual([]);
  });

  test('a replica is owned in its primary region: it is told only where that changes', () => {
    const regions = [AP, EU, US];
    const set = (owners: Record<string, TableOwner>): TableState[] =>
      regions.map((region) => bareTable({ region, replicaRegions: regions, owner: owners[region] }));
    const byEu = set({ [EU]: stack(), [US]: replicaOf(EU), [AP]: replicaOf(EU) });
    const byUs = set({ [US]: stack(), [EU]: replicaOf(US), [AP]: replicaOf(US) });
    const live = set({ [EU]: stack(), [US]: NOBODY, [AP]: NOBODY });
    expect(difference(byEu, byEu)).toEqual([]);
    expect(brief(difference(live, byEu))).toEqual([]);
    expect(brief(difference(byEu, byUs))).toEqual([`${AP} owner`, `${EU} owner`, `${US} owner`]);
  });
});

test('a replica that only another region tells of keeps its region within the table', () => {
  const replicaRegions = [EU, US];
  const home = bareTable({ replicaRegions });
  expect(difference([home], [home, bareTable({ region: US, replicaRegions, owner: replicaOf(EU) })])).toEqual([]);
  expect(brief(difference([bareTable()], [home]))).toEqual([`${US} replica-added`]);
});

describe('with live tables', () => {
  const live = (state: TableState, ...kinds: LiveTable['unread'][number]['kind'][]): LiveTable => ({
    state,
    inBetween: [],
    unread: kinds.map((kind) => ({ kind, cause: 'refused', reason: 'no' })),
  });

  test('what is not known of a table hides no change of another region or name', () => {
    const wanted = [EU, US].map((region) => bareTable({ region, tags: { a: '1' } }));
    const codes = bareTable({ tableName: 'codes', tags: { a: '1' } });
    const found = compareWithLive(
      [live(bareTable(), 'tags'), live(bareTable({ region: US })), live({ ...codes, tags: {} })],
      [...wanted, codes],
    );
    expect(brief(found.changes)).toEqual([`${EU} tags`, `${US} tags`]);
    expect(found.changes[0].tableName).toBe('codes');
    expect(found.unchecked).toEqual([{ region: EU, tableName: 'users', kind: 'tags', cause: 'refused', reason: 'no' }]);
  });

  test('what is not known of a table that nobody wants is not told', () => {
    const { unchecked, changes: found } = compareWithLive([live(bareTable(), 'tags', 'owner')], []);
    expect(unchecked).toEqual([]);
    expect(brief(found)).toEqual([`${EU} table-extra`]);
  });

  test('a value that no side knows is told once, with the reason why it was not read', () => {
    const unknown = bareTable({ tags: { a: 'unresolved:{"Ref":"Name"}' } });
    const read = compareWithLive([live(bareTable({ tags: { a: '1' } }))], [unknown]);
    expect(read.unchecked).toMatchObject([{ kind: 'tags', cause: 'not known before deployment' }]);
    const refused = compareWithLive([live(bareTable({ tags: { a: '1' } }), 'tags')], [unknown]);
    expect(refused.unchecked).toMatchObject([{ kind: 'tags', cause: 'refused' }]);
    expect(refused.unchecked).toHaveLength(1);
  });

  test('capacity that is not known does not matter beside another billing mode', () => {
    const provisioned = bareTable({ billing: { mode: 'PROVISIONED', table: { read: { min: 1, max: 1 } }, indexes: {} } });
    expect(compareWithLive([live(provisioned, 'capacity')], [bareTable()])).toMatchObject({
      changes: [{ kind: 'billing' }],
      unchecked: [],
    });
    expect(compareWithLive([live(provisioned, 'capacity')], [provisioned]).unchecked).toMatchObject([{ kind: 'capacity' }]);
  });
});
