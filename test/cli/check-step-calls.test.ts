import { EU, notReached, PlanSetup, PROVISIONED, reached, ttl, unknown, US, type PlannedStack } from './plan-setup';
import { globalTable } from './verify-assembly';

// What `plan --check` says of calls, imports and of what is done outside the plan.

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

describe('calls on a table that the server made', () => {
  const step = (name: string): string => setup.step(({ calls }) => calls.some((call) => call.name === name)).number;

  beforeEach(async () => {
    setup.stub.set(EU, 'users', { table: PROVISIONED });
    const replica = { DeletionProtectionEnabled: true };
    await setup.fromLive(setup.app('new', stack('Identity', { Users: globalTable('users', [EU], {}, replica) })));
  });

  test('that protect it are reached when it is protected', async () => {
    const number = step('protection-on');
    expect(await setup.checked(number)).toEqual(
      notReached(number, 'users@eu-central-1: deletion protection: live off, wanted on'),
    );
    setup.stub.set(EU, 'users', { table: { ...PROVISIONED, DeletionProtectionEnabled: true } });
    expect(await setup.checked(number)).toMatchObject(reached(number));
  });

  test('that turn it to on-demand are reached when it is billed by request', async () => {
    const number = step('billing-on-demand');
    expect(await setup.checked(number)).toEqual(
      notReached(number, 'users@eu-central-1: billing: live provisioned, wanted on-demand'),
    );
    setup.stub.remove(EU, 'users');
    expect(await setup.checked(number)).toEqual(notReached(number, 'users@eu-central-1 does not stand'));
    setup.stub.set(EU, 'users');
    expect(await setup.checked(number)).toMatchObject(reached(number));
  });

  test('an import is not verified by a table that is not as its template says, nor by one that is being changed', async () => {
    const { number } = setup.step(({ wait }) => wait === 'verified');
    const { number: imported } = setup.step(({ kind }) => kind === 'import');
    const asWritten = { DeletionProtectionEnabled: true };
    setup.stub.set(EU, 'users', { table: { ...asWritten, TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' } } });
    expect(await setup.checked(number)).toEqual(
      notReached(number, 'users@eu-central-1: table class: live STANDARD_INFREQUENT_ACCESS, wanted STANDARD'),
    );
    setup.stub.set(EU, 'users', { table: { ...asWritten, TableStatus: 'UPDATING' } });
    expect(await setup.checked(number)).toEqual(notReached(number, 'users@eu-central-1: table is UPDATING'));
    setup.stub.set(EU, 'users', { table: asWritten });
    expect(await setup.checked(number)).toMatchObject(reached(number));
    expect(await setup.checked(imported)).toEqual(
      unknown(imported, 'CloudFormation does not tell: there is none beside these tables'),
    );
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    expect(await setup.checked(imported)).toMatchObject(reached(imported));
  });
});

describe('what is done outside the plan', () => {
  test('a stack without tables is left when it is gone', async () => {
    const queue = { Queue: { Type: 'AWS::SQS::Queue', Properties: {} } };
    const from = setup.app('old', stack('Eu', { Users: globalTable('users', [EU, US]) }), {
      ...stack('Us', queue, US),
      dependencies: ['Eu'],
    });
    const to = setup.app('new', stack('Eu', { Users: globalTable('users', [EU], STREAM) }));
    await setup.between(from, to, '--accept-data-loss', 'users@us-east-1');
    const { number, places, stacks } = setup.step(({ title }) => title === 'remove the stack of a region that is left');
    expect({ places, stacks }).toEqual({ places: [], stacks: [{ region: US, stackName: 'Us' }] });
    expect(await setup.checked(number)).toEqual(
      unknown(number, 'CloudFormation does not tell: there is none beside these tables'),
    );
    setup.stub.stacks = { [`${US}/Us`]: { Queue: 'queue' } };
    expect(await setup.checked(number)).toEqual(notReached(number, 'stack Us in us-east-1 still stands'));
    setup.stub.stacks = { [`${EU}/Us`]: { Queue: 'queue' } };
    expect(await setup.checked(number)).toMatchObject(reached(number));
  });

  test('a table that another app has deleted instead of letting it go is told, also where there is no CloudFormation', async () => {
    setup.stub.stacks = { [`${EU}/Legacy`]: { Users: 'users' } };
    setup.stub.set(EU, 'users');
    await setup.fromLive(setup.app('new', stack('Identity', { Users: globalTable('users', [EU]) })));
    expect(await setup.checked('01')).toEqual(notReached('01', 'users@eu-central-1 is still in stack Legacy'));
    setup.stub.stacks = undefined;
    setup.stub.remove(EU, 'users');
    expect(await setup.checked('01')).toEqual(notReached('01', 'users@eu-central-1 does not stand'));
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
  expect(await setup.checked(number)).toEqual({ ...reached(number), reasons: [`step ${later} is reached, which comes later`] });
  // However many steps are compared, a table is read once.
  expect(setup.stub.callsOf('DescribeTable')).toHaveLength(1);
  setup.stub.stacks = undefined;
  const { number: others } = setup.step(({ kind }) => kind === 'deploy');
  expect(await setup.checked(others)).toEqual(unknown(others, 'live tables do not tell what it changes'));
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
    expect(await setup.checked(number)).toEqual(notReached(number, 'users@us-east-1: deletion protection: live on, wanted off'));
    setup.stub.set(US, 'users');
    expect(await setup.checked(number)).toMatchObject(reached(number));
  });

  test('it is deleted, and waited for, until it stands no more', async () => {
    const number = step('delete-table');
    const { number: gone } = setup.step(({ wait }) => wait === 'gone');
    setup.stub.set(US, 'users');
    expect(await setup.checked(number)).toEqual(notReached(number, 'users@us-east-1 still stands'));
    expect(await setup.checked(gone)).toEqual(notReached(gone, 'users@us-east-1 still stands'));
    setup.stub.remove(US, 'users');
    expect(await setup.checked(number)).toMatchObject(reached(number));
    expect(await setup.checked(gone)).toMatchObject(reached(gone));
  });

  test('a backup, a server and a consent are for the operator to know', async () => {
    const number = step('create-backup');
    expect(await setup.checked(number)).toEqual(unknown(number, 'a table does not tell; the call may be made twice'));
    for (const { number: each } of setup.steps.filter(({ kind }) => kind === 'server' || kind === 'confirm')) {
      expect(await setup.checked(each)).toEqual(unknown(each, 'only you know'));
    }
  });
});
