import { AP, EU, PlanSetup, US, type PlannedStack } from './plan-setup';
import { globalTable } from './verify-assembly';

// Which stacks a plan tells the operator to remove: none that holds something else, and none of a region that stays.

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

type Json = Record<string, unknown>;

const QUEUE = { Queue: { Type: 'AWS::SQS::Queue', Properties: {} } };
const STREAM: Json = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };
const LEAVE = 'remove the stack of a region that is left';

/** A stack that is deployed behind the one of the first region. */
function further(name: string, region: string, tables: PlannedStack['tables'], ...dependencies: string[]): PlannedStack {
  return { name, region, tables, dependencies: ['Identity', ...dependencies] };
}

const home = (tables: PlannedStack['tables']): PlannedStack => ({ name: 'Identity', region: EU, tables });

/** The stacks that are to be removed, a list for each step. */
const removed = (): string[][] =>
  setup.steps
    .filter(({ title }) => title === LEAVE)
    .map(({ stacks }) => stacks.map(({ region, stackName }) => `${region} ${stackName}`));
const stopped = (): (string | undefined)[] =>
  setup.steps.filter(({ title }) => title === 'stop the server of the region').map(({ region }) => region);

const accept = (...places: string[]): string[] => ['--accept-data-loss', places.join()];

test('each region that is left is a step of its own, in the order of their names, and its server is stopped once', async () => {
  const own = (region: string): PlannedStack['tables'] => ({ Nonces: globalTable('nonces', [region]) });
  const from = setup.app(
    'old',
    home({ ...own(EU), Users: globalTable('users', [EU, US, AP]) }),
    further('Us', US, own(US)),
    further('Ap', AP, own(AP)),
  );
  const to = setup.app('new', home({ ...own(EU), Users: globalTable('users', [EU], STREAM) }));
  const places = accept('users@us-east-1', 'users@ap-southeast-2');
  expect(await setup.between(from, to, ...places)).toMatchObject({ code: 0, err: '' });
  expect(removed()).toEqual([['ap-southeast-2 Ap'], ['us-east-1 Us']]);
  expect(stopped()).toEqual([AP, US]);
});

test('the server of a region without replicas is stopped too, before its stack is removed', async () => {
  const own = (region: string): PlannedStack['tables'] => ({ Nonces: globalTable('nonces', [region]) });
  const from = setup.app(
    'old',
    home({ ...own(EU), Users: globalTable('users', [EU, AP]) }),
    further('Us', US, own(US)),
    further('Ap', AP, own(AP)),
  );
  const to = setup.app('new', home({ ...own(EU), Users: globalTable('users', [EU], STREAM) }));
  expect(await setup.between(from, to, ...accept('users@ap-southeast-2'))).toMatchObject({ code: 0, err: '' });
  expect(stopped()).toEqual([AP, US]);
  const us = setup.steps.filter(({ region }) => region === US);
  expect(us.map(({ title, instructions }) => [title, instructions[0]])).toEqual([
    ['stop the server of the region', 'stop the server in us-east-1 for good'],
    [LEAVE, 'when nothing else is in it that you need: aws cloudformation delete-stack --stack-name Us --region us-east-1'],
  ]);
});

test('of a region that is left, stacks that hold none of the tables and came behind none of them stay', async () => {
  const own = (region: string): PlannedStack['tables'] => ({ Nonces: globalTable('nonces', [region]) });
  const from = setup.app(
    'old',
    home(own(EU)),
    further('Us', US, own(US)),
    { name: 'Keys', region: US, tables: QUEUE },
    { name: 'Shop', region: US, tables: { Orders: globalTable('orders', [US]) } },
    further('Behind', US, QUEUE, 'Keys'),
    further('Elsewhere', AP, QUEUE),
  );
  expect(await setup.between(from, setup.app('new', home(own(EU))))).toMatchObject({ code: 0, err: '' });
  expect(removed()).toEqual([['us-east-1 Behind', 'us-east-1 Us']]);
  const { instructions } = setup.step(({ title }) => title === LEAVE);
  expect(instructions.at(-1)).toBe(
    'these tables stand on in us-east-1, protected, with their items; delete them when nobody needs those: nonces',
  );
});

test('a stack that the app still has in the region is not removed', async () => {
  const from = setup.app('old', home({ Users: globalTable('users', [EU, US]) }), further('Us', US, QUEUE));
  const to = setup.app('new', home({ Users: globalTable('users', [EU], STREAM) }), further('Us', US, QUEUE));
  expect(await setup.between(from, to, ...accept('users@us-east-1'))).toMatchObject({ code: 0, err: '' });
  expect(removed()).toEqual([]);
});

test('a stack that the app still has is not removed though its last table leaves it', async () => {
  const own = (region: string): PlannedStack['tables'] => ({ Nonces: globalTable('nonces', [region]) });
  const from = setup.app('old', home(own(EU)), further('Us', US, { ...QUEUE, ...own(US) }));
  expect(await setup.between(from, setup.app('new', home(own(EU)), further('Us', US, QUEUE)))).toMatchObject({
    code: 0,
    err: '',
  });
  expect(removed()).toEqual([]);
  expect(setup.steps.flatMap(({ changes }) => changes)).toContain('nonces: leaves the stack and stands on without one');
});

test('a region where other tables of the app stay is not left, though a stack of it goes', async () => {
  const users = (region: string): PlannedStack['tables'] => ({ Users: globalTable('users', [region]) });
  const from = setup.app('old', home(users(EU)), further('Former', US, users(US)));
  const to = setup.app('new', home(users(EU)), further('Us', US, users(US)));
  expect(await setup.between(from, to)).toMatchObject({ code: 0, err: '' });
  expect({ removed: removed(), stopped: stopped() }).toEqual({ removed: [], stopped: [] });
  expect(setup.steps.filter(({ kind }) => kind === 'import').map(({ changes }) => changes)).toEqual([
    ['users: imported in us-east-1'],
  ]);
});

test('a region with tables of other names alone is not left', async () => {
  const users = { Users: globalTable('users', [EU]) };
  const from = setup.app('old', home(users), further('Shop', US, { Orders: globalTable('orders', [US]) }));
  const { code, out } = await setup.between(from, setup.app('new', home(users)));
  expect({ code, isNothing: out.startsWith('nothing to do') }).toEqual({ code: 0, isNothing: true });
});

describe('the tables of a stack that is removed', () => {
  const own = (region: string, policy: string): PlannedStack['tables'] => ({
    Nonces: { ...globalTable('nonces', [region]), DeletionPolicy: policy },
  });

  test('are retained by a deployment before, where the older assembly would have them deleted', async () => {
    const from = setup.app('old', home(own(EU, 'Retain')), further('Us', US, own(US, 'Delete')));
    await setup.between(from, setup.app('new', home(own(EU, 'Retain'))));
    const { number } = setup.step(({ changes }) => changes.join() === 'nonces: DeletionPolicy Retain, deletion protection on');
    expect(setup.template(number, 'Us').Resources.Nonces).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { Replicas: [{ Region: US, DeletionProtectionEnabled: true }] },
    });
    expect(setup.steps.map(({ title }) => title).indexOf(LEAVE)).toBeGreaterThan(Number(number) - 1);
  });

  test('are left as they are where it retains them', async () => {
    const from = setup.app('old', home(own(EU, 'Retain')), further('Us', US, own(US, 'RetainExceptOnCreate')));
    await setup.between(from, setup.app('new', home(own(EU, 'Retain'))));
    expect(setup.steps.map(({ kind }) => kind)).toEqual(['server', 'server']);
  });
});
