import { compareStates, compareWithLive, difference, type LiveTable, type TableOwner, type TableState } from '../../lib/state';
import { bareTable } from './bare-table';

// Keys, policies and regions that are the same in another form, and those that only look so.

const EU = 'eu-central-1';
const US = 'us-east-1';
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1111-2222';

const NOBODY: TableOwner = { kind: 'nobody' };
const replicaOf = (primaryRegion: string): TableOwner => ({ kind: 'replica', primaryRegion });

function verdict(before: Partial<TableState>, after: Partial<TableState>): string {
  const found = compareStates([bareTable(before)], [bareTable(after)]);
  return found.changes.length > 0 ? 'different' : found.undecided.length > 0 ? 'undecided' : 'same';
}

describe('keys', () => {
  const key = (keyId: string): Partial<TableState> => ({ encryption: { key: 'CUSTOMER_MANAGED', keyId } });

  test('one alias is one key; two aliases that nobody resolves may be one', () => {
    expect(verdict(key('alias/identity'), key('alias/identity'))).toBe('same');
    expect(verdict(key('alias/identity'), key('arn:aws:kms:eu-central-1:111122223333:alias/identity'))).toBe('same');
    expect(verdict(key('alias/identity'), key('alias/other'))).toBe('undecided');
    expect(verdict(key('alias/identity'), key('arn:aws:kms:us-east-1:111122223333:alias/identity'))).toBe('different');
  });

  test('a key of DynamoDB, of AWS and of the customer are three', () => {
    const [owned, managed] = [{ key: 'AWS_OWNED' }, { key: 'AWS_MANAGED' }] as const;
    expect(verdict({ encryption: owned }, { encryption: managed })).toBe('different');
    expect(verdict({ encryption: managed }, key(KEY))).toBe('different');
    expect(verdict({ encryption: owned }, key('alias/aws/dynamodb'))).toBe('different');
    expect(verdict({ encryption: managed }, key('arn:aws:kms:eu-central-1:111122223333:alias/aws/dynamodb'))).toBe('same');
  });

  test('of a live key that was not looked up, only that is in doubt which its ARN does not tell', () => {
    const unread = [{ kind: 'encryption', cause: 'refused', reason: 'no' }] as const;
    const compared = (live: TableState['encryption'], wanted: TableState['encryption']): string[] => {
      const table1: LiveTable = { state: bareTable({ encryption: live }), inBetween: [], unread };
      const { changes, unchecked } = compareWithLive([table1], [bareTable({ encryption: wanted })]);
      return [...changes.map(({ kind }) => `${kind} differs`), ...unchecked.map(({ kind }) => `${kind} unknown`)];
    };
    const live = { key: 'CUSTOMER_MANAGED', keyId: KEY } as const;
    expect(compared(live, { key: 'AWS_MANAGED' })).toEqual(['encryption unknown']);
    expect(compared(live, { key: 'CUSTOMER_MANAGED', keyId: 'alias/identity' })).toEqual(['encryption unknown']);
    expect(compared(live, { key: 'CUSTOMER_MANAGED', keyId: '1111-2222' })).toEqual([]);
    expect(compared(live, { key: 'CUSTOMER_MANAGED', keyId: '9999' })).toEqual(['encryption differs']);
    expect(compared(live, { key: 'AWS_OWNED' })).toEqual(['encryption differs']);
    expect(compared({ key: 'AWS_OWNED' }, { key: 'AWS_MANAGED' })).toEqual(['encryption differs']);
  });
});

describe('policies', () => {
  const policy = (...Statement: object[]): Partial<TableState> => ({ resourcePolicy: { Version: '2012-10-17', Statement } });
  const read = { Effect: 'Allow', Principal: '*', Action: ['dynamodb:Query', 'dynamodb:GetItem'], Resource: '*' };
  const write = { Effect: 'Deny', Principal: { AWS: ['111122223333'] }, Action: 'dynamodb:PutItem', Resource: ['a', 'b'] };
  const turned = (statement: object): object => Object.fromEntries(Object.entries(statement).reverse());

  test('the order of statements, and of what is in them, has no meaning', () => {
    expect(verdict(policy(read, write), policy(write, read))).toBe('same');
    expect(verdict(policy(read, write), policy(turned(write), turned(read)))).toBe('same');
    expect(verdict(policy(read, write), policy(turned(read), write))).toBe('same');
    expect(verdict(policy({ ...write, Resource: ['b', 'a'] }), policy(write))).toBe('same');
    expect(verdict({ resourcePolicy: { Statement: read } }, { resourcePolicy: { Statement: [read] } })).toBe('same');
  });

  test('everything else has', () => {
    expect(verdict(policy(read), policy(read, write))).toBe('different');
    expect(verdict(policy(read), policy({ ...read, Effect: 'Deny' }))).toBe('different');
    expect(verdict(policy(read), policy({ ...read, Sid: 'Read' }))).toBe('different');
    expect(verdict(policy(write), policy({ ...write, Principal: { Federated: ['111122223333'] } }))).toBe('different');
    expect(verdict(policy(read), { resourcePolicy: { Version: '2008-10-17', Statement: [read] } })).toBe('different');
    expect(verdict(policy(read), {})).toBe('different');
    expect(verdict({}, policy(read))).toBe('different');
  });

  test('a statement without resources is not one of all, and no statement is an empty list of them', () => {
    const bare = { Effect: read.Effect, Principal: read.Principal, Action: read.Action };
    expect(verdict(policy(bare), policy(bare))).toBe('same');
    expect(verdict(policy(bare), policy(read))).toBe('different');
    expect(verdict({ resourcePolicy: { Version: '2012-10-17' } }, policy())).toBe('same');
  });
});

describe('regions', () => {
  const brief = (before: TableState[], after: TableState[]): string[] =>
    difference(before, after).map(({ region, kind, severity }) => `${region} ${kind}: ${severity}`);
  /** A global table, primary in the first region. */
  const replicated = (primary: string, other: string, owner?: TableOwner): TableState[] =>
    [primary, other].map((region) =>
      bareTable({
        region,
        replicaRegions: [EU, US],
        owner: owner ?? (region === primary ? bareTable().owner : replicaOf(primary)),
      }),
    );

  test('a new region that is to be the primary one is a table, not a replica', () => {
    expect(brief([bareTable()], replicated(US, EU))).toEqual([`${EU} placement: migration`, `${US} table-missing: in place`]);
    expect(brief([bareTable()], replicated(EU, US))).toEqual([`${US} replica-added: in place`]);
  });

  test('a primary region that goes is a table, not a replica', () => {
    const us = bareTable({ region: US });
    expect(brief(replicated(US, EU), [bareTable()])).toEqual([`${EU} placement: migration`, `${US} table-extra: cosmetic`]);
    expect(brief(replicated(EU, US), [us])).toEqual([`${EU} table-extra: cosmetic`, `${US} placement: migration`]);
  });

  test('of replicas without an owner, the region that the app keeps was the primary one', () => {
    const live = replicated(EU, US, NOBODY);
    expect(brief(live, [bareTable({ region: US })])).toEqual([`${EU} replica-removed: data loss`, `${US} owner: staged`]);
    expect(brief(live, [bareTable()])).toEqual([`${EU} owner: staged`, `${US} replica-removed: data loss`]);
  });

  test('a replica tells its primary region, also when nobody read the table there', () => {
    const [replica] = replicated(US, EU).filter(({ region }) => region === EU);
    expect(brief([replica], [bareTable({ region: US })])).toEqual([`${EU} replica-removed: data loss`]);
    expect(brief([bareTable({ region: US })], [replica])).toEqual([`${EU} replica-added: in place`]);
  });

  test('a region of which nobody read the table is told where a state tells of it, and only there', () => {
    const [home] = replicated(EU, US);
    expect(brief([], [home])).toEqual([`${EU} table-missing: in place`]);
    expect(brief([home], [])).toEqual([`${EU} table-extra: cosmetic`]);
    expect(brief([home], replicated(EU, US))).toEqual([]);
    expect(brief(replicated(EU, US), [home])).toEqual([]);
  });

  test('a stack that lets go of a global table is told in its region alone', () => {
    expect(brief(replicated(EU, US), replicated(EU, US, NOBODY))).toEqual([`${EU} owner: staged`]);
  });
});

test('one new index is one update, whatever else changes beside it', () => {
  const index = {
    indexName: 'mail-index',
    partitionKeys: [{ name: 'mail', type: 'S' }],
    sortKeys: [],
    projectionType: 'ALL',
    nonKeyAttributes: [],
  } as const;
  const after = bareTable({
    schema: { ...bareTable().schema, globalIndexes: [index] },
    deletionProtection: true,
    tags: { team: 'identity' },
    timeToLive: { enabled: true, attribute: 'expires' },
  });
  const added = difference([bareTable()], [after]).find(({ kind }) => kind === 'index-added');
  expect(added?.severity).toBe('in place');
});

test('what is not known of a table is measured by the wanted table of its name and region', () => {
  const provisioned = (more: Partial<TableState>): TableState =>
    bareTable({ billing: { mode: 'PROVISIONED', table: { read: { min: 1, max: 1 } }, indexes: {} }, ...more });
  const live: LiveTable = {
    state: provisioned({}),
    inBetween: [],
    unread: [{ kind: 'capacity', cause: 'refused', reason: 'no' }],
  };
  const wanted = [bareTable({ tableName: 'codes' }), bareTable({ region: US }), provisioned({})];
  for (const order of [wanted, [...wanted].reverse()]) {
    expect(compareWithLive([live], order).unchecked).toMatchObject([{ region: EU, tableName: 'users', kind: 'capacity' }]);
  }
});
