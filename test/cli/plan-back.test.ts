import * as fs from 'node:fs';
import { EU, PlanSetup, ttl, US } from './plan-setup';
import { globalTable } from './verify-assembly';

type Json = Record<string, unknown>;

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

const indexed = (...names: string[]): Json => ({
  AttributeDefinitions: ['id', ...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  GlobalSecondaryIndexes: names.map((name) => ({
    IndexName: name,
    KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  })),
});

test('the way back of a deployment is the one before it of the same stack, or what was deployed before the plan', async () => {
  const from = setup.app('old', { name: 'Identity', region: EU, tables: { Users: globalTable('users', [EU]) } });
  const tables = { Users: globalTable('users', [EU], indexed('mail', 'phone')) };
  const to = setup.app('new', { name: 'Identity', region: EU, tables });
  await setup.between(from, to);
  expect(setup.steps.map(({ kind, back }) => [kind, back])).toEqual([
    ['deploy', 'deploy the app as it was before this plan'],
    ['wait', 'nothing to take back'],
    ['deploy', 'deploy step 01 again'],
  ]);
});

const stream = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };
const backs = (): unknown[] => setup.steps.map(({ title, back }) => [title, back]);

test('the way back of the last deployment names the one before it for each of its stacks', async () => {
  const app = (name: string, users: object, codes: object): string =>
    setup.app(
      name,
      { name: 'A', region: EU, tables: { Users: globalTable('users', [EU], { ...stream, ...users }) } },
      { name: 'B', region: EU, tables: { Codes: globalTable('codes', [EU], { ...stream, ...codes }) } },
    );
  await setup.between(app('old', ttl('expires'), ttl('expires')), app('new', {}, {}));
  expect(backs().at(-1)).toEqual([
    'A, B: deploy the unmodified target',
    'deploy step 01 again for A, deploy step 02 again for B',
  ]);
});

test('a table that leaves with the target is imported again: a deployment would try to make it beside itself', async () => {
  const past = { Past: globalTable('past', [EU]) };
  const from = setup.app('old', { name: 'Identity', region: EU, tables: { Users: globalTable('users', [EU]), ...past } });
  await setup.between(from, setup.app('new', { name: 'Identity', region: EU, tables: { Users: globalTable('users', [EU]) } }));
  expect(backs()).toEqual([
    [
      'Identity: deploy the unmodified target',
      'import the tables that left into their stacks again, then deploy the app as it was before this plan',
    ],
  ]);
});

test('a deployment with changes of several kinds speaks of each', async () => {
  const tables = (users: Json, codes: Json): Record<string, Json> => ({
    Users: globalTable('users', [EU], users),
    Codes: globalTable('codes', [EU], codes),
  });
  const from = setup.app('old', { name: 'Identity', region: EU, tables: tables({}, ttl('expires')) });
  await setup.between(from, setup.app('new', { name: 'Identity', region: EU, tables: tables(indexed('mail'), {}) }));
  expect(setup.steps[0]).toMatchObject({
    changes: ["codes: TTL on 'expires' off", "users: index 'mail' added"],
    title: 'Identity: add one index to a table, turn TTL off',
    why:
      'CloudFormation creates or deletes one index of a table per update; ' +
      'DynamoDB changes the attribute of TTL only by way of TTL turned off',
    duration: 'minutes for small tables, hours for large ones: every item is read once',
    billed:
      'a write unit for each KB of each item that the index holds, then its storage; storage of expired items that stay meanwhile',
    back: 'deploy the app as it was before this plan; turn TTL on again, an hour later',
  });
});

describe('a table that is not there any more', () => {
  const keyed = (name: string): Json =>
    globalTable('users', [EU], {
      AttributeDefinitions: [{ AttributeName: name, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
    });
  const target = (): string => setup.app('new', { name: 'Identity', region: EU, tables: { Users: keyed('sub') } });
  beforeEach(() => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    setup.stub.templates = { [`${EU}/Identity`]: JSON.stringify({ Resources: { Users: keyed('id') } }) };
  });

  test('since somebody has deleted it, is not to be imported again', async () => {
    await setup.fromLive(target());
    expect(setup.steps[0]).toMatchObject({
      title: 'Identity: take tables that stand no more out of the template',
      changes: ['users: stands no more; it leaves the stack'],
      back: 'nothing to take back: the tables were deleted before this plan',
    });
  });

  test('since its items are given up, does not speak of replicas', async () => {
    setup.stub.set(EU, 'users');
    await setup.fromLive(target(), '--accept-data-loss', 'users@eu-central-1');
    const { title, why } = setup.step(({ changes }) => changes.join() === 'users: deleted with its items');
    expect({ title, why }).toEqual({
      title: 'Identity: delete tables',
      why: 'what is fixed when a table is made differs in the target, and its name is free only when it is gone',
    });
  });

  test('since it blocks a replica, says so', async () => {
    setup.stub.set(EU, 'users', {
      table: { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } },
    });
    setup.stub.set(US, 'users');
    setup.stub.templates = undefined;
    const to = setup.app('new', { name: 'Identity', region: EU, tables: { Users: globalTable('users', [EU, US]) } });
    await setup.fromLive(to, '--accept-data-loss', 'users@us-east-1');
    const { why } = setup.step(({ calls }) => calls.some(({ name }) => name === 'delete-table'));
    expect(why).toBe('a table of that name in the region blocks the replica');
  });
});

test('plan.md of a plan without steps says that there is nothing to do', async () => {
  const [from, to] = ['old', 'new'].map((name) =>
    setup.app(name, { name: 'Identity', region: EU, tables: { Users: globalTable('users', [EU]) } }),
  );
  await setup.between(from, to);
  expect(fs.readFileSync(setup.file('plan/plan.md'), 'utf8')).toBe(
    `# Plan\n\nFrom ${from} to ${to} there is nothing to do: the tables are as the app says. \`cdk deploy\` applies the rest.\n`,
  );
});
