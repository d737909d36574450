import { EU, PlanSetup, PROVISIONED, replicaOf, ttl, US, type PlannedStack } from './plan-setup';
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

/** The exit code and what is said of a step, without its title. */
async function checked(number: string): Promise<{ code: number; says: string; reasons: string[] }> {
  const { code, out } = await setup.check(number);
  const [says, ...reasons] = out.split('\n');
  return { code, says: says.split(':')[0], reasons: reasons.map((reason) => reason.trim()) };
}

const reached = (number: string): object => ({ code: 0, says: `step ${number} is reached` });
const notReached = (number: string, ...reasons: string[]): object => ({
  code: 1,
  says: `step ${number} is not reached`,
  reasons,
});
const unknown = (number: string, reason: string): object => ({
  code: 1,
  says: `step ${number} cannot be checked`,
  reasons: [reason],
});

describe('a deployment', () => {
  test('that adds a replica is not reached by a table of its own in that region', async () => {
    const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU], STREAM) }));
    const to = setup.app('new', stack('Identity', { Users: globalTable('users', [EU, US]) }));
    await setup.between(from, to);
    const { number } = setup.step(({ changes }) => changes.join() === 'users: replica in us-east-1 added');
    [EU, US].forEach((region) => setup.stub.set(region, 'users', { table: LIVE_STREAM }));
    expect(await checked(number)).toEqual(
      notReached(number, 'users@eu-central-1: stands in eu-central-1', 'users@us-east-1: stands in us-east-1'),
    );
    setup.stub.set(EU, 'users', { table: replicaOf(US) });
    setup.stub.set(US, 'users', { table: replicaOf(EU) });
    expect(await checked(number)).toMatchObject(reached(number));
  });

  test('that removes a replica is not reached while the replica stands', async () => {
    const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU, US]) }));
    const to = setup.app('new', stack('Identity', { Users: globalTable('users', [EU], STREAM) }));
    await setup.between(from, to, '--accept-data-loss', 'users@us-east-1');
    const { number } = setup.step(({ changes }) => changes.join() === 'users: replica in us-east-1 removed');
    setup.stub.set(EU, 'users', { table: replicaOf(US) });
    expect(await checked(number)).toEqual(notReached(number, 'users@eu-central-1: stands in eu-central-1, us-east-1'));
    setup.stub.set(EU, 'users', { table: LIVE_STREAM });
    expect(await checked(number)).toMatchObject(reached(number));
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
      expect(await checked(numberOf('A'))).toMatchObject({ ...reached(numberOf('A')), reasons: [] });
      expect(await checked(numberOf('B'))).toEqual(notReached(numberOf('B'), 'codes@eu-central-1: time-to-live'));
    });

    test('is not reached when a later one is that changes another table', async () => {
      const [first, second] = [numberOf('A'), numberOf('B')].sort();
      const [firstTable, secondTable] = first === numberOf('A') ? ['users', 'codes'] : ['codes', 'users'];
      setup.stub.set(EU, secondTable, { timeToLive: EXPIRES });
      expect(await checked(second)).toMatchObject(reached(second));
      expect(await checked(first)).toEqual(notReached(first, `${firstTable}@eu-central-1: time-to-live`));
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
    expect(await checked(number)).toMatchObject({ ...reached(number), reasons: [] });
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
    expect(await checked(number)).toEqual(notReached(number, 'past@eu-central-1 is still in stack B'));
    setup.stub.stacks = { [`${EU}/A`]: { Users: 'users' }, [`${EU}/B`]: after };
    expect(await checked(number)).toMatchObject(reached(number));
  });

  test('tells each table that does not stand', async () => {
    const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU]) }));
    await setup.between(
      from,
      setup.app('new', stack('Identity', { Users: globalTable('users', [EU]), Codes: globalTable('codes', [EU]) })),
    );
    setup.stub.set(EU, 'users');
    expect(await checked('1')).toEqual(notReached('01', 'codes@eu-central-1 does not stand'));
    setup.stub.set(EU, 'codes');
    expect(await checked('1')).toMatchObject(reached('01'));
  });

  test('is not reached while its stack does not have its tables, or has others beside them', async () => {
    const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU]) }));
    await setup.between(from, setup.app('new', stack('Identity', { Users: globalTable('users', [EU], ttl('expires')) })));
    setup.stub.set(EU, 'users', { timeToLive: EXPIRES });
    const stacks = (tables: Readonly<Record<string, string>>): void => {
      setup.stub.stacks = { [`${EU}/Identity`]: tables };
    };
    stacks({ Users: 'users' });
    expect(await checked('01')).toMatchObject(reached('01'));
    stacks({ Codes: 'codes' });
    expect(await checked('01')).toEqual(
      notReached('01', 'users@eu-central-1 is not in stack Identity', 'codes@eu-central-1 is still in stack Identity'),
    );
    setup.stub.stacks = {};
    expect(await checked('01')).toEqual(notReached('01', 'stack Identity in eu-central-1 does not stand'));
  });

  test('of everything but tables is not told by tables', async () => {
    setup.stub.set(EU, 'users');
    await setup.fromLive(setup.app('new', stack('Identity', { Users: globalTable('users', [EU]) })));
    const { number } = setup.step(({ kind }) => kind === 'deploy');
    expect(await checked(number)).toEqual(unknown(number, 'only the tables of a stack are compared'));
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
    const live = (more: Json): void => {
      const GlobalSecondaryIndexes = [{ ...index('mail'), ...more }];
      const table = { ...indexed('mail'), DeletionProtectionEnabled: true, GlobalSecondaryIndexes };
      setup.stub.set(EU, 'users', { table });
    };
    live({ IndexStatus: 'CREATING', Backfilling: true });
    expect(await checked(number)).toEqual(notReached(number, "users@eu-central-1: index 'mail-index' is CREATING"));
    live({ IndexStatus: 'ACTIVE' });
    expect(await checked(number)).toMatchObject(reached(number));
    setup.stub.remove(EU, 'users');
    expect(await checked(number)).toEqual(notReached(number, 'users@eu-central-1 does not stand'));
  });

  test('for the day after a replica was added is for the operator to know', async () => {
    const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU, US]) }));
    const to = setup.app('new', stack('Identity', { Users: globalTable('users', [EU], STREAM) }));
    await setup.between(from, to, '--accept-data-loss', 'users@us-east-1');
    const { number } = setup.step(({ wait }) => wait === 'replica-lock');
    setup.stub.set(EU, 'users', { table: replicaOf(US) });
    setup.stub.set(US, 'users', { table: replicaOf(EU) });
    expect(await checked(number)).toEqual(unknown(number, 'AWS does not tell when a replica was added'));
  });
});

test('a table that cannot be read fails the check', async () => {
  const from = setup.app('old', stack('Identity', { Users: globalTable('users', [EU]) }));
  await setup.between(from, setup.app('new', stack('Identity', { Users: globalTable('users', [EU], ttl('expires')) })));
  setup.stub.set(EU, 'users');
  for (const [name, said] of [
    ['AccessDeniedException', 'no'],
    ['ExpiredTokenException', 'too late'],
  ]) {
    setup.stub.before = () => refusal(name, said);
    const { code, err } = await setup.check('01');
    expect(code).toBe(2);
    expect(err).toContain(`[IDT1205] table 'users' in eu-central-1 could not be read\n  given:   ${name}: ${said}`);
  }
});

describe('calls on a table that the server made', () => {
  const step = (name: string): string => setup.step(({ calls }) => calls.some((call) => call.name === name)).number;

  beforeEach(async () => {
    setup.stub.set(EU, 'users', { table: PROVISIONED });
    const replica = { DeletionProtectionEnabled: true };
    await setup.fromLive(setup.app('new', stack('Identity', { Users: globalTable('users', [EU], {}, replica) })));
  });

  test('that protect it are reached when it is protected', async () => {
    const number = step('protection-on');
    expect(await checked(number)).toEqual(notReached(number, 'users@eu-central-1: protection-on'));
    setup.stub.set(EU, 'users', { table: { ...PROVISIONED, DeletionProtectionEnabled: true } });
    expect(await checked(number)).toMatchObject(reached(number));
  });

  test('that turn it to on-demand are reached when it is billed by request', async () => {
    const number = step('billing-on-demand');
    expect(await checked(number)).toEqual(notReached(number, 'users@eu-central-1: billing-on-demand'));
    setup.stub.remove(EU, 'users');
    expect(await checked(number)).toEqual(notReached(number, 'users@eu-central-1: billing-on-demand'));
    setup.stub.set(EU, 'users');
    expect(await checked(number)).toMatchObject(reached(number));
  });

  test('an import is not verified by a table that is not as its template says, nor by one that is being changed', async () => {
    const { number } = setup.step(({ wait }) => wait === 'verified');
    const { number: imported } = setup.step(({ kind }) => kind === 'import');
    const asWritten = { DeletionProtectionEnabled: true };
    setup.stub.set(EU, 'users', { table: { ...asWritten, TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' } } });
    expect(await checked(number)).toEqual(notReached(number, 'users@eu-central-1: table-class'));
    setup.stub.set(EU, 'users', { table: { ...asWritten, TableStatus: 'UPDATING' } });
    expect(await checked(number)).toEqual(notReached(number, 'users@eu-central-1: table is UPDATING'));
    setup.stub.set(EU, 'users', { table: asWritten });
    expect(await checked(number)).toMatchObject(reached(number));
    expect(await checked(imported)).toEqual(unknown(imported, 'CloudFormation does not tell: there is none beside these tables'));
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    expect(await checked(imported)).toMatchObject(reached(imported));
  });
});

test('an import is reached when a later deployment has changed the imported table', async () => {
  setup.stub.set(EU, 'users');
  await setup.fromLive(setup.app('new', stack('Identity', { Users: globalTable('users', [EU], ttl('expires')) })));
  const { number } = setup.step(({ kind }) => kind === 'import');
  const { number: later } = setup.step(({ changes }) =>
    changes.some((change) => change.startsWith("users: TTL on 'expires' on")),
  );
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
  setup.stub.set(EU, 'users', { timeToLive: EXPIRES });
  setup.stub.calls.length = 0;
  expect(await checked(number)).toEqual({ ...reached(number), reasons: [`step ${later} is reached, which comes later`] });
  // However many steps are compared, a table is read once.
  expect(setup.stub.callsOf('DescribeTable')).toHaveLength(1);
});

describe('a table without a stack that makes way for a replica', () => {
  const step = (name: string): string => setup.step(({ calls }) => calls.some((call) => call.name === name)).number;

  beforeEach(async () => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    setup.stub.set(EU, 'users', { table: LIVE_STREAM });
    setup.stub.set(US, 'users', { table: { DeletionProtectionEnabled: true } });
    const to = setup.app('new', stack('Identity', { Users: globalTable('users', [EU, US]) }));
    expect(await setup.fromLive(to, '--accept-data-loss', 'users@us-east-1')).toMatchObject({ code: 0, err: '' });
  });

  test('its protection is lifted when it is not protected any more', async () => {
    const number = step('protection-off');
    expect(await checked(number)).toEqual(notReached(number, 'users@us-east-1: protection-off'));
    setup.stub.set(US, 'users');
    expect(await checked(number)).toMatchObject(reached(number));
  });

  test('it is deleted, and waited for, until it stands no more', async () => {
    const number = step('delete-table');
    const { number: gone } = setup.step(({ wait }) => wait === 'gone');
    setup.stub.set(US, 'users');
    expect(await checked(number)).toEqual(notReached(number, 'users@us-east-1: delete-table'));
    expect(await checked(gone)).toEqual(notReached(gone, 'users@us-east-1 still stands'));
    setup.stub.remove(US, 'users');
    expect(await checked(number)).toMatchObject(reached(number));
    expect(await checked(gone)).toMatchObject(reached(gone));
  });

  test('a backup, a server and a consent are for the operator to know', async () => {
    const number = step('create-backup');
    expect(await checked(number)).toEqual(unknown(number, 'a table does not tell; the call may be made twice'));
    for (const { number: each } of setup.steps.filter(({ kind }) => kind === 'server' || kind === 'confirm')) {
      expect(await checked(each)).toEqual(unknown(each, 'only you know'));
    }
  });
});
