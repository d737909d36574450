import { rmSync, writeFileSync } from 'node:fs';
import { EU, notReached, PlanSetup, reached, replicaOf, ttl, unknown, US, type PlannedStack } from './plan-setup';
import { globalTable } from './verify-assembly';
import { refusal } from './verify-stub';

// What `plan --check` says of a step, from what stands: never that it was reached when it was not.

type Json = Record<string, unknown>;

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

const stack = (name: string, tables: PlannedStack['tables'], region = EU): PlannedStack => ({ name, region, tables });
const STREAM: Json = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };
const LIVE_STREAM: Json = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } };
const EXPIRES = { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' };

describe('a deployment', () => {
  test('that adds a replica is not reached by a table of its own in that region', async () => {
    const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU], STREAM) }));
    const to = setup.app('new', stack('Identity', { Users: globalTable('users', [EU, US]) }));
    await setup.between(from, to);
    const { number } = setup.step(({ changes }) => changes.join() === 'users: replica in us-east-1 added');
    [EU, US].forEach((region) => setup.stub.set(region, 'users', { table: LIVE_STREAM }));
    expect(await setup.checked(number)).toEqual(
      notReached(number, 'users@eu-central-1: stands in eu-central-1', 'users@us-east-1: stands in us-east-1'),
    );
    setup.stub.set(EU, 'users', { table: replicaOf(US) });
    setup.stub.set(US, 'users', { table: replicaOf(EU) });
    expect(await setup.checked(number)).toMatchObject(reached(number));
  });

  test('that removes a replica is not reached while the replica stands', async () => {
    const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU, US]) }));
    const to = setup.app('new', stack('Identity', { Users: globalTable('users', [EU], STREAM) }));
    await setup.between(from, to, '--accept-data-loss', 'users@us-east-1');
    const { number } = setup.step(({ changes }) => changes.join() === 'users: replica in us-east-1 removed');
    setup.stub.set(EU, 'users', { table: replicaOf(US) });
    expect(await setup.checked(number)).toEqual(notReached(number, 'users@eu-central-1: stands in eu-central-1, us-east-1'));
    setup.stub.set(EU, 'users', { table: LIVE_STREAM });
    expect(await setup.checked(number)).toMatchObject(reached(number));
  });

  describe('of one of two stacks', () => {
    const two = (name: string, more: Json): string =>
      setup.app(
        name,
        stack('A', { Users: globalTable('users', [EU], more) }),
        stack('B', { Codes: globalTable('codes', [EU], more) }),
      );
    const numberOf = (stackName: string): string => setup.step(({ stacks }) => stacks[0]?.stackName === stackName).number;

    beforeEach(async () => {
      await setup.between(two('old', {}), two('new', ttl('expires')));
      setup.stub.set(EU, 'users');
      setup.stub.set(EU, 'codes');
    });

    test('is reached by the tables of its own stack alone', async () => {
      setup.stub.set(EU, 'users', { timeToLive: EXPIRES });
      expect(await setup.checked(numberOf('A'))).toMatchObject({ ...reached(numberOf('A')), reasons: [] });
      expect(await setup.checked(numberOf('B'))).toEqual(
        notReached(numberOf('B'), "codes@eu-central-1: ttl: live off, wanted on, attribute 'expires'"),
      );
    });

    test('is not reached when a later one is that changes another table', async () => {
      const [first, second] = [numberOf('A'), numberOf('B')].sort();
      const [firstTable, secondTable] = first === numberOf('A') ? ['users', 'codes'] : ['codes', 'users'];
      setup.stub.set(EU, secondTable, { timeToLive: EXPIRES });
      expect(await setup.checked(second)).toMatchObject(reached(second));
      expect(await setup.checked(first)).toEqual(
        notReached(first, `${firstTable}@eu-central-1: ttl: live off, wanted on, attribute 'expires'`),
      );
    });
  });

  test('is about its own stack where another region has one of the same name', async () => {
    const both = (name: string, more: Json): string =>
      setup.app(
        name,
        { ...stack('IdentityEu', { Users: globalTable('users', [EU], more) }), stackName: 'Identity' },
        { ...stack('IdentityUs', { Users: globalTable('users', [US], more) }, US), stackName: 'Identity' },
      );
    await setup.between(both('old', {}), both('new', ttl('expires')));
    const { number } = setup.step(({ stacks }) => stacks[0]?.region === EU);
    setup.stub.set(EU, 'users', { timeToLive: EXPIRES });
    setup.stub.set(US, 'users');
    expect(await setup.checked(number)).toMatchObject({ ...reached(number), reasons: [] });
  });

  test('of several stacks is not reached before each of them is as it says', async () => {
    const table = (name: string): Json => globalTable(name, [EU]);
    const from = setup.app(
      'old',
      stack('A', { Users: table('users'), Former: table('former') }),
      stack('B', { Codes: table('codes'), Past: table('past') }),
    );
    await setup.between(from, setup.app('new', stack('A', { Users: table('users') }), stack('B', { Codes: table('codes') })));
    const { number, stacks } = setup.step(({ kind }) => kind === 'deploy');
    expect(stacks.map(({ stackName }) => stackName)).toEqual(['A', 'B']);
    ['users', 'former', 'codes', 'past'].forEach((name) => setup.stub.set(EU, name));
    const [before, after] = [{ Codes: 'codes', Past: 'past' }, { Codes: 'codes' }];
    setup.stub.stacks = { [`${EU}/A`]: { Users: 'users' }, [`${EU}/B`]: before };
    expect(await setup.checked(number)).toEqual(notReached(number, 'past@eu-central-1 is still in stack B'));
    setup.stub.stacks = { [`${EU}/A`]: { Users: 'users' }, [`${EU}/B`]: after };
    expect(await setup.checked(number)).toMatchObject(reached(number));
  });

  test('tells each table that does not stand', async () => {
    const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU]) }));
    await setup.between(
      from,
      setup.app('new', stack('Identity', { Users: globalTable('users', [EU]), Codes: globalTable('codes', [EU]) })),
    );
    setup.stub.set(EU, 'users');
    expect(await setup.checked('1')).toEqual(notReached('01', 'codes@eu-central-1 does not stand'));
    setup.stub.set(EU, 'codes');
    expect(await setup.checked('1')).toMatchObject(reached('01'));
  });

  test('is not reached while its stack does not have its tables, or has others beside them', async () => {
    const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU]) }));
    await setup.between(from, setup.app('new', stack('Identity', { Users: globalTable('users', [EU], ttl('expires')) })));
    setup.stub.set(EU, 'users', { timeToLive: EXPIRES });
    const stacks = (tables: Readonly<Record<string, string>>): void => {
      setup.stub.stacks = { [`${EU}/Identity`]: tables };
    };
    stacks({ Users: 'users' });
    expect(await setup.checked('01')).toMatchObject(reached('01'));
    stacks({ Codes: 'codes' });
    expect(await setup.checked('01')).toEqual(
      notReached('01', 'users@eu-central-1 is not in stack Identity', 'codes@eu-central-1 is still in stack Identity'),
    );
    setup.stub.stacks = {};
    expect(await setup.checked('01')).toEqual(notReached('01', 'stack Identity in eu-central-1 does not stand'));
  });

  test('that keeps a table before it moves is reached, though the stack that it moves to says it too', async () => {
    const users = globalTable('users', [EU]);
    const topic = { Topic: { Type: 'AWS::SNS::Topic' } };
    const from = setup.app('old', stack('App', { Users: { ...users, DeletionPolicy: 'Delete' }, ...topic }));
    await setup.between(from, setup.app('new', stack('Data', { Users: users }), stack('App', topic)));
    const { number } = setup.step(({ changes }) => changes.join() === 'users: DeletionPolicy Retain, deletion protection on');
    setup.stub.stacks = { [`${EU}/App`]: { Users: 'users' } };
    setup.stub.set(EU, 'users');
    expect(await setup.checked(number)).toEqual(
      notReached(number, 'users@eu-central-1: deletion protection: live off, wanted on'),
    );
    setup.stub.set(EU, 'users', { table: { DeletionProtectionEnabled: true } });
    expect(await setup.checked(number)).toMatchObject(reached(number));
  });

  test('of everything but tables is not told by tables', async () => {
    setup.stub.set(EU, 'users');
    await setup.fromLive(setup.app('new', stack('Identity', { Users: globalTable('users', [EU]) })));
    const { number } = setup.step(({ kind }) => kind === 'deploy');
    expect(await setup.checked(number)).toEqual(unknown(number, 'live tables do not tell what it changes'));
  });
});

describe('a wait', () => {
  test('for indexes is over when none is being filled, whatever else differs', async () => {
    const index = (name: string): Json => ({
      IndexName: `${name}-index`,
      KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    });
    const indexed = (...names: string[]): Json => ({
      AttributeDefinitions: ['id', ...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: names.map(index),
    });
    const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU]) }));
    await setup.between(
      from,
      setup.app('new', stack('Identity', { Users: globalTable('users', [EU], indexed('mail', 'name')) })),
    );
    const { number } = setup.step(({ wait }) => wait === 'settled');
    setup.stub.set(EU, 'users');
    // A later step changes the same table, and is not reached either.
    expect(await setup.checked('01')).toEqual(
      notReached('01', "users@eu-central-1: index 'mail-index': live missing, wanted mail (S) ALL"),
    );
    const live = (more: Json): void => {
      const GlobalSecondaryIndexes = [{ ...index('mail'), ...more }];
      const table = { ...indexed('mail'), DeletionProtectionEnabled: true, GlobalSecondaryIndexes };
      setup.stub.set(EU, 'users', { table });
    };
    live({ IndexStatus: 'CREATING', Backfilling: true });
    expect(await setup.checked(number)).toEqual(notReached(number, "users@eu-central-1: index 'mail-index' is CREATING"));
    live({ IndexStatus: 'ACTIVE' });
    expect(await setup.checked(number)).toMatchObject(reached(number));
    setup.stub.remove(EU, 'users');
    expect(await setup.checked(number)).toEqual(
      notReached(number, 'step 01 is not reached', 'users@eu-central-1 does not stand'),
    );
  });

  test('for the day after a replica was added is for the operator to know', async () => {
    const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU, US]) }));
    const to = setup.app('new', stack('Identity', { Users: globalTable('users', [EU], STREAM) }));
    await setup.between(from, to, '--accept-data-loss', 'users@us-east-1');
    const { number } = setup.step(({ wait }) => wait === 'replica-lock');
    setup.stub.set(EU, 'users', { table: replicaOf(US) });
    setup.stub.set(US, 'users', { table: replicaOf(EU) });
    expect(await setup.checked(number)).toEqual(unknown(number, 'AWS does not tell when a replica was added'));
  });
});

test('a table that cannot be read fails the check', async () => {
  const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU]) }));
  await setup.between(from, setup.app('new', stack('Identity', { Users: globalTable('users', [EU], ttl('expires')) })));
  setup.stub.set(EU, 'users');
  for (const [name, said, what] of [
    ['AccessDeniedException', 'no', "[IDT1205] table 'users' in eu-central-1 could not be read"],
    [
      'ExpiredTokenException',
      'too late',
      `[IDT1201] ${setup.stub.endpoint} does not accept the credentials of made up, access key id 'local' in eu-central-1`,
    ],
  ]) {
    setup.stub.before = () => refusal(name, said);
    const { code, err } = await setup.check('01');
    expect(code).toBe(2);
    expect(err).toContain(`${what}\n  given:   ${name}: ${said}`);
  }
});

test('a plan whose files are damaged is named, with a new plan as the way on', async () => {
  const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU]) }));
  await setup.between(from, setup.app('new', stack('Identity', { Users: globalTable('users', [EU], ttl('expires')) })));
  setup.stub.set(EU, 'users');
  rmSync(setup.file('plan/01/manifest.json'));
  const missing = await setup.check('01');
  expect(missing).toMatchObject({ code: 2, out: '' });
  expect(missing.err).toBe(
    [
      `[IDT1309] a part of the plan cannot be read: ${setup.file('plan/01')}`,
      `  given:   no file ${setup.file('plan/01/manifest.json')}`,
      '  allowed: the files as identity-tables plan has written them',
      '  fix:     plan again, with --from live',
    ].join('\n'),
  );
  for (const damaged of ['{', '{}', 'null', '[]']) {
    writeFileSync(setup.file('plan/plan.json'), damaged);
    const { code, err } = await setup.check('01');
    const isTold = err.startsWith(`[IDT1309] a part of the plan cannot be read: ${setup.file('plan/plan.json')}\n`);
    expect({ damaged, code, isTold }).toEqual({ damaged, code: 2, isTold: true });
  }
});
