import type { IndexSchema } from '../../lib/schema';
import {
  compareStates,
  difference,
  differenceOf,
  severitySource,
  worstSeverity,
  type Change,
  type ChangeKind,
  type Severity,
  type TableState,
} from '../../lib/state';
import { bareTable } from './bare-table';

const EU = 'eu-central-1';
const US = 'us-east-1';
const AP = 'ap-southeast-2';
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1111-2222';

const gsi: IndexSchema = {
  indexName: 'email-index',
  partitionKeys: [{ name: 'email', type: 'S' }],
  sortKeys: [],
  projectionType: 'ALL',
  nonKeyAttributes: [],
};
const lsi: IndexSchema = {
  ...gsi,
  indexName: 'by-age',
  partitionKeys: [{ name: 'id', type: 'S' }],
  sortKeys: [{ name: 'age', type: 'N' }],
};

/** A bare table in a stack that is called by its region. */
function table(changes: Partial<TableState> = {}): TableState {
  const owner = {
    kind: 'stack',
    stackName: `Identity-${changes.region ?? EU}`,
    logicalId: 'Users1234',
    deletionPolicy: 'Retain',
  } as const;
  return bareTable({ owner, ...changes });
}

/** The states of a global table; the first region is the primary one. */
function replicated(regions: readonly string[], changes: Partial<TableState> = {}): TableState[] {
  const replicaRegions = [...regions].sort();
  return regions.map((region) =>
    table({
      region,
      replicaRegions,
      stream: 'NEW_AND_OLD_IMAGES',
      ...(region !== regions[0] && { owner: { kind: 'replica', primaryRegion: regions[0] } }),
      ...changes,
    }),
  );
}

function withIndexes(...globalIndexes: IndexSchema[]): Partial<TableState> {
  return { schema: { ...table().schema, globalIndexes } };
}

/** `region kind severity`, which is all that most of the tests ask for. */
function brief(changes: readonly Change[]): string[] {
  return changes.map(({ region, kind, severity }) => `${region} ${kind}: ${severity}`);
}

function between(before: Partial<TableState>, after: Partial<TableState>): string[] {
  return brief(difference([table(before)], [table(after)]));
}

describe('settings of one table', () => {
  const on = { enabled: true, attribute: 'expires' } as const;
  const rows: readonly [string, Partial<TableState>, Partial<TableState>, ChangeKind, Severity][] = [
    ['ttl on', {}, { timeToLive: on }, 'time-to-live', 'in place'],
    ['ttl off', { timeToLive: on }, {}, 'time-to-live', 'in place'],
    ['another ttl attribute', { timeToLive: on }, { timeToLive: { enabled: true, attribute: 'ttl' } }, 'time-to-live', 'staged'],
    ['stream on', {}, { stream: 'NEW_AND_OLD_IMAGES' }, 'stream', 'in place'],
    ['stream off', { stream: 'NEW_AND_OLD_IMAGES' }, {}, 'stream', 'in place'],
    ['another view of the stream', { stream: 'KEYS_ONLY' }, { stream: 'NEW_AND_OLD_IMAGES' }, 'stream', 'staged'],
    ['pitr on', {}, { pointInTimeRecovery: { enabled: true, days: 35 } }, 'point-in-time-recovery', 'in place'],
    [
      'another pitr period',
      { pointInTimeRecovery: { enabled: true, days: 7 } },
      { pointInTimeRecovery: { enabled: true, days: 35 } },
      'point-in-time-recovery',
      'in place',
    ],
    ['deletion protection', {}, { deletionProtection: true }, 'deletion-protection', 'in place'],
    ['table class', {}, { tableClass: 'STANDARD_INFREQUENT_ACCESS' }, 'table-class', 'in place'],
    ['another key', {}, { encryption: { key: 'AWS_MANAGED' } }, 'encryption', 'in place'],
    ['tags', { tags: { team: 'login' } }, { tags: { team: 'identity' } }, 'tags', 'cosmetic'],
    ['insights', {}, { contributorInsights: { enabled: true, indexes: [] } }, 'contributor-insights', 'in place'],
    [
      'the mode of an index beside its table',
      { contributorInsights: { enabled: true, indexes: ['a'] } },
      { contributorInsights: { enabled: true, indexes: ['a'], indexModes: { a: 'THROTTLED_KEYS' } } },
      'contributor-insights',
      'in place',
    ],
    [
      'the mode of an index alone',
      { contributorInsights: { enabled: false, indexes: ['a'] } },
      { contributorInsights: { enabled: false, mode: 'THROTTLED_KEYS', indexes: ['a'] } },
      'contributor-insights',
      'in place',
    ],
    ['a policy', {}, { resourcePolicy: { Statement: [] } }, 'resource-policy', 'in place'],
    ['consistency', {}, { consistency: 'STRONG' }, 'consistency', 'replacement'],
    ['billing', {}, { billing: { mode: 'PROVISIONED', table: {}, indexes: {} } }, 'billing', 'in place'],
    [
      'a limit of on-demand throughput',
      {},
      { billing: { mode: 'PAY_PER_REQUEST', table: { maxReadRequestUnits: 100 }, indexes: {} } },
      'capacity',
      'in place',
    ],
    [
      'another type of the key',
      {},
      { schema: { ...table().schema, partitionKey: { name: 'id', type: 'N' } } },
      'key-schema',
      'replacement',
    ],
    ['a sort key', {}, { schema: { ...table().schema, sortKey: { name: 'tid', type: 'S' } } }, 'key-schema', 'replacement'],
    ['a local index', {}, { schema: { ...table().schema, localIndexes: [lsi] } }, 'local-index', 'replacement'],
    ['one new index', {}, withIndexes(gsi), 'index-added', 'in place'],
    ['one index less', withIndexes(gsi), {}, 'index-removed', 'in place'],
    ['another projection', withIndexes(gsi), withIndexes({ ...gsi, projectionType: 'KEYS_ONLY' }), 'index-changed', 'staged'],
  ];

  test.each(rows)('%s', (_, before, after, kind, severity) => {
    expect(between(before, after)).toEqual([`${EU} ${kind}: ${severity}`]);
    expect(severitySource(kind)).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
  });

  test('before and after are those of the setting', () => {
    const [change] = difference([table()], [table({ timeToLive: on })]);
    expect(change).toEqual({
      kind: 'time-to-live',
      region: EU,
      tableName: 'users',
      before: { enabled: false },
      after: { enabled: true, attribute: 'expires' },
      severity: 'in place',
    });
  });

  test('a change of the view type of a replicated table needs its replicas to go first', () => {
    const changes = difference(replicated([EU, US], { stream: 'KEYS_ONLY' }), replicated([EU, US]));
    expect(brief(changes)).toEqual([`${EU} stream: migration`, `${US} stream: migration`]);
  });

  test('two new indexes are two updates, on a single table and on a replicated one', () => {
    const both = withIndexes(gsi, { ...gsi, indexName: 'phone-index' });
    expect(between({}, both)).toEqual([`${EU} index-added: staged`, `${EU} index-added: staged`]);
    expect(brief(difference(replicated([EU, US]), replicated([EU, US], withIndexes(gsi))))).toEqual([
      `${EU} index-added: in place`,
      `${US} index-added: in place`,
    ]);
  });

  test('tables of one name that are not replicated are updated each for itself', () => {
    const [eu, us] = [table(), table({ region: US })];
    const other = { ...gsi, indexName: 'phone-index' };
    const changes = difference(
      [eu, us],
      [
        { ...eu, ...withIndexes(gsi) },
        { ...us, ...withIndexes(other) },
      ],
    );
    expect(brief(changes)).toEqual([`${EU} index-added: in place`, `${US} index-added: in place`]);
  });

  test('capacity is that of the new mode when the mode changes', () => {
    const provisioned = { mode: 'PROVISIONED', table: { read: { min: 5, max: 5 } }, indexes: {} } as const;
    expect(between({ billing: provisioned }, {})).toEqual([`${EU} billing: in place`]);
  });

  test('differenceOf leaves out where the table stands and who owns it', () => {
    const changes = differenceOf(
      table({ owner: { kind: 'nobody' } }),
      table({ deletionProtection: true, replicaRegions: [EU, US] }),
    );
    expect(brief(changes)).toEqual([`${EU} deletion-protection: in place`]);
  });
});

describe('what is no difference', () => {
  const provisioned = (indexes: TableState['billing']['indexes']): Partial<TableState> => ({
    ...withIndexes(gsi),
    billing: { mode: 'PROVISIONED', table: { read: { min: 5, max: 5 }, write: { min: 5, max: 5 } }, indexes },
  });
  const both = [gsi, { ...gsi, indexName: 'phone-index', nonKeyAttributes: ['a', 'b'] }];
  const rows: readonly [string, Partial<TableState>, Partial<TableState>][] = [
    ['the order of indexes', withIndexes(...both), withIndexes(...[...both].reverse())],
    [
      'the order of projected attributes',
      withIndexes({ ...gsi, nonKeyAttributes: ['a', 'b'] }),
      withIndexes({ ...gsi, nonKeyAttributes: ['b', 'a'] }),
    ],
    ['the order of tags', { tags: { a: '1', b: '2' } }, { tags: { b: '2', a: '1' } }],
    [
      'the default mode of insights',
      { contributorInsights: { enabled: true, indexes: ['b', 'a'] } },
      { contributorInsights: { enabled: true, indexes: ['a', 'b'], mode: 'ACCESSED_AND_THROTTLED_KEYS' } },
    ],
    [
      'the mode of an index alone, and an index of its own mode',
      { contributorInsights: { enabled: true, indexes: ['a'], indexModes: { a: 'THROTTLED_KEYS' } } },
      {
        contributorInsights: {
          enabled: true,
          mode: 'ACCESSED_AND_THROTTLED_KEYS',
          indexes: ['a'],
          indexModes: { a: 'THROTTLED_KEYS' },
        },
      },
    ],
    [
      'a mode of insights that are off',
      { contributorInsights: { enabled: false, indexes: [], mode: 'THROTTLED_KEYS' } },
      { contributorInsights: { enabled: false, indexes: [] } },
    ],
    [
      'an index without capacity of its own, which has that of its table',
      provisioned({}),
      provisioned({ 'email-index': { read: { min: 5, max: 5 }, write: { min: 5, max: 5 } } }),
    ],
    [
      'the id and the ARN of a key',
      { encryption: { key: 'CUSTOMER_MANAGED', keyId: KEY } },
      { encryption: { key: 'CUSTOMER_MANAGED', keyId: '1111-2222' } },
    ],
    [
      'the alias of the key that AWS manages',
      { encryption: { key: 'CUSTOMER_MANAGED', keyId: 'alias/aws/dynamodb' } },
      { encryption: { key: 'AWS_MANAGED' } },
    ],
    [
      'a deletion policy that is not known',
      { owner: { kind: 'stack', stackName: 'S', logicalId: 'T', deletionPolicy: 'unresolved:DeletionPolicy' } },
      { owner: { kind: 'stack', stackName: 'S', logicalId: 'T', deletionPolicy: 'Retain' } },
    ],
  ];

  test.each(rows)('%s', (_, before, after) => {
    expect(between(before, after)).toEqual([]);
    expect(between(after, before)).toEqual([]);
  });

  test('forms of a policy: lists of one, order, an account and its root', () => {
    const one = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'dynamodb:GetItem', Resource: '*' },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: ['dynamodb:b', 'dynamodb:a'],
          Resource: ['*'],
          Condition: { Bool: { 'aws:SecureTransport': false } },
        },
      ],
    };
    const other = {
      Version: '2012-10-17',
      Statement: [
        {
          Resource: '*',
          Condition: { Bool: { 'aws:SecureTransport': ['false'] } },
          Action: ['dynamodb:a', 'dynamodb:b'],
          Principal: { AWS: ['*'] },
          Effect: 'Deny',
        },
        {
          Effect: 'Allow',
          Principal: { AWS: ['arn:aws:iam::111122223333:root'] },
          Action: ['dynamodb:GetItem'],
          Resource: ['*'],
        },
      ],
    };
    expect(between({ resourcePolicy: one }, { resourcePolicy: other })).toEqual([]);
    const wider = { ...one, Statement: [{ ...one.Statement[0], Action: 'dynamodb:*' }, one.Statement[1]] };
    expect(between({ resourcePolicy: one }, { resourcePolicy: wider })).toEqual([`${EU} resource-policy: in place`]);
  });
});

describe('what cannot be compared', () => {
  const alias = { encryption: { key: 'CUSTOMER_MANAGED', keyId: 'alias/identity' } } as const;
  const key = { encryption: { key: 'CUSTOMER_MANAGED', keyId: KEY } } as const;

  test('an alias and a key, unless the alias can be resolved', () => {
    const undecided = compareStates([table(alias)], [table(key)]);
    expect(undecided.changes).toEqual([]);
    expect(undecided.undecided.map(({ region, tableName, kind }) => [region, tableName, kind])).toEqual([
      [EU, 'users', 'encryption'],
    ]);

    const asked: string[] = [];
    const resolveKey = (found: string) => (name: string, region: string) => {
      asked.push(`${name} ${region}`);
      return found;
    };
    expect(compareStates([table(alias)], [table(key)], { resolveKey: resolveKey('1111-2222') })).toEqual({
      changes: [],
      undecided: [],
    });
    expect(brief(difference([table(alias)], [table(key)], { resolveKey: resolveKey('9999') }))).toEqual([
      `${EU} encryption: in place`,
    ]);
    expect(asked).toContain(`alias/identity ${EU}`);
  });

  test('a value that only CloudFormation knows', () => {
    const before = table({
      tags: { team: 'login' },
      encryption: { key: 'CUSTOMER_MANAGED', keyId: KEY },
      resourcePolicy: { Statement: [] },
    });
    const after = table({
      tags: { team: 'unresolved:{"Fn::ImportValue":"Team"}' },
      encryption: { key: 'CUSTOMER_MANAGED', keyId: 'unresolved:{"Fn::GetStackOutput":{}}' },
      resourcePolicy: { Statement: [{ Resource: 'unresolved:{"Ref":"Role"}' }] },
    });
    const { changes, undecided } = compareStates([before], [after]);
    expect(changes).toEqual([]);
    expect(undecided.map(({ kind }) => kind)).toEqual(['encryption', 'resource-policy', 'tags']);
  });

  test('fails to hide a difference behind one: another tag, another kind of key', () => {
    const unknown = 'unresolved:{"Ref":"Name"}';
    expect(between({ tags: { a: '1', b: '1' } }, { tags: { a: unknown, b: '2' } })).toEqual([`${EU} tags: cosmetic`]);
    expect(between({ tags: {} }, { tags: { a: unknown } })).toEqual([`${EU} tags: cosmetic`]);
    expect(between({}, { encryption: { key: 'CUSTOMER_MANAGED', keyId: unknown } })).toEqual([`${EU} encryption: in place`]);
    const other = KEY.replace(EU, US);
    expect(
      between({ encryption: { key: 'CUSTOMER_MANAGED', keyId: KEY } }, { encryption: { key: 'CUSTOMER_MANAGED', keyId: other } }),
    ).toEqual([`${EU} encryption: in place`]);
  });
});

describe('where tables stand', () => {
  const own = (region: string): TableState => table({ region });
  const rows: readonly [string, TableState[], TableState[], string[]][] = [
    ['a new table', [], [own(EU)], [`${EU} table-missing: in place`]],
    ['a new table in every region', [], replicated([EU, US]), [`${EU} table-missing: in place`, `${US} table-missing: in place`]],
    ['a region more', replicated([EU, US]), replicated([EU, US, AP]), [`${AP} replica-added: in place`]],
    [
      'two regions more',
      replicated([EU]),
      replicated([EU, US, AP]),
      [`${AP} replica-added: staged`, `${US} replica-added: staged`],
    ],
    ['a region less', replicated([EU, US, AP]), replicated([EU, US]), [`${AP} replica-removed: data loss`]],
    ['regional to replicated', [own(EU), own(US)], replicated([EU, US]), [`${US} placement: migration`]],
    ['replicated to regional', replicated([EU, US]), [own(EU), own(US)], [`${US} placement: migration`]],
    ['another primary region', replicated([EU, US]), replicated([US, EU]), [`${EU} owner: staged`, `${US} owner: staged`]],
    ['the primary region goes', replicated([EU, US]), [own(US)], [`${EU} table-extra: cosmetic`, `${US} placement: migration`]],
    ['one regional table goes', [own(EU), own(US)], [own(EU)], [`${US} table-extra: cosmetic`]],
  ];

  test.each(rows)('%s', (_, before, after, expected) => {
    const stream = { stream: 'NEW_AND_OLD_IMAGES' } as const;
    const streaming = (states: TableState[]): TableState[] => states.map((state) => ({ ...state, ...stream }));
    expect(brief(difference(streaming(before), streaming(after)))).toEqual(expected);
  });

  test('a replica tells the regions of the global table before and after', () => {
    const [change] = difference(replicated([EU]), replicated([EU, US]));
    expect(change).toEqual({
      kind: 'replica-added',
      region: US,
      tableName: 'users',
      before: [EU],
      after: [EU, US],
      severity: 'in place',
    });
  });

  test('a replica in a region that nobody read is known from the others', () => {
    const [live] = replicated([EU, US, AP]);
    expect(brief(difference([live], replicated([EU, US])))).toEqual([`${AP} replica-removed: data loss`]);
  });

  test('live replicas without known owner are part of the table that the assembly replicates', () => {
    const nobody = { owner: { kind: 'nobody' } } as const;
    const live = replicated([EU, US], nobody);
    expect(brief(difference(live, replicated([EU, US])))).toEqual([`${EU} owner: staged`]);
    expect(brief(difference(live, replicated([US, EU])))).toEqual([`${US} owner: staged`]);
    expect(
      brief(
        difference(
          live,
          [own(EU), own(US)].map((state) => ({ ...state, stream: 'NEW_AND_OLD_IMAGES' as const })),
        ),
      ),
    ).toEqual([`${EU} owner: staged`, `${US} placement: migration`]);
  });

  test('what happens to a table that is not wanted depends on who answers for it', () => {
    const stack = (deletionPolicy: string) => ({ kind: 'stack', stackName: 'S', logicalId: 'T', deletionPolicy }) as const;
    const severities = [
      { kind: 'nobody' } as const,
      stack('Retain'),
      stack('RetainExceptOnCreate'),
      stack('Delete'),
      stack('Snapshot'),
    ].map((owner) => difference([table({ owner })], [])[0].severity);
    expect(severities).toEqual(['none', 'cosmetic', 'cosmetic', 'data loss', 'data loss']);
    const removed = difference(replicated([EU, US]), []);
    expect(brief(removed)).toEqual([`${EU} table-extra: cosmetic`, `${US} table-extra: cosmetic`]);
  });

  test('another stack or logical id is an import, another deletion policy one update', () => {
    const owner = (stackName: string, deletionPolicy: string) =>
      ({ owner: { kind: 'stack', stackName, logicalId: 'T', deletionPolicy } }) as const;
    expect(between(owner('A', 'Retain'), owner('B', 'Retain'))).toEqual([`${EU} owner: staged`]);
    expect(between(owner('A', 'Retain'), owner('A', 'Delete'))).toEqual([`${EU} owner: cosmetic`]);
    expect(between({ owner: { kind: 'nobody' } }, owner('A', 'Retain'))).toEqual([`${EU} owner: staged`]);
  });

  test('tables are told apart by exact name', () => {
    const changes = difference([table({ tableName: 'users' })], [table({ tableName: 'users-2' })]);
    expect(changes.map(({ tableName, kind }) => `${tableName} ${kind}`)).toEqual(['users table-extra', 'users-2 table-missing']);
  });
});

test('the worst severity of changes', () => {
  expect(worstSeverity([])).toBe('none');
  expect(worstSeverity(difference([], [table()]))).toBe('in place');
  expect(worstSeverity(difference([table()], [table({ consistency: 'STRONG', tags: { a: '1' } })]))).toBe('replacement');
});

// The same two tables under a key of another name: one environment of easy-oidc-provider calls it token, one refresh_token.
test('another name of the key is one replacement', () => {
  const tokens = (name: string): TableState => {
    const schema = {
      ...table().schema,
      tableName: 'oidc-refresh-tokens',
      partitionKey: { name, type: 'S' } as const,
      globalIndexes: [gsi],
    };
    return table({ tableName: 'oidc-refresh-tokens', schema });
  };
  expect(brief(difference([tokens('token')], [tokens('refresh_token')]))).toEqual([`${EU} key-schema: replacement`]);
});
