import { readFileSync } from 'node:fs';
import { AP, EU, PlanSetup, US, type PlannedStack } from './plan-setup';
import { globalTable } from './verify-assembly';

// What the operator of a region is told to do, and when, while its tables change between regional ones and replicas.

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

const ofClass = (value: string): object => ({ Tags: [{ Key: 'identity-tables:data-class', Value: value }] });

/** Each region has its own tables, as before replication; the one called nonces stays so. */
const regional = (...regions: string[]): PlannedStack[] =>
  [EU, ...regions].map((region) => ({
    name: `Identity-${region}`,
    region,
    tables: {
      Users: globalTable('users', [region]),
      Codes: globalTable('codes', [region], {}, { ...ofClass('transient') }),
      Clients: globalTable('clients', [region], {}, { ...ofClass('durable') }),
      Nonces: globalTable('nonces', [region]),
    },
  }));

const replicated = (...regions: string[]): PlannedStack[] => {
  const everywhere = [EU, ...regions];
  const shared = {
    Users: globalTable('users', everywhere),
    Codes: globalTable('codes', everywhere, {}, { ...ofClass('transient') }),
    Clients: globalTable('clients', everywhere, {}, { ...ofClass('durable') }),
  };
  return everywhere.map((region) => ({
    name: `Identity-${region}`,
    region,
    tables: { ...(region === EU && shared), Nonces: globalTable('nonces', [region]) },
  }));
};

const NAMES = ['users', 'codes', 'clients'];
const accepting = (...regions: string[]): string[] => [
  '--accept-data-loss',
  regions.flatMap((region) => NAMES.map((name) => `${name}@${region}`)).join(),
];

/** What is done in a region or to its tables, in order; a word for each step. */
function storyOf(region: string): string[] {
  return setup.steps.flatMap((step) => {
    if (step.kind === 'server') {
      return step.region === region ? [step.title] : [];
    }
    if (step.kind === 'api') {
      return step.calls.filter((call) => call.region === region).map(({ name, tableName }) => `${name} ${tableName}`);
    }
    if (step.kind === 'confirm') {
      return step.losses.filter((loss) => loss.region === region).map(({ tableName }) => `lose ${tableName}`);
    }
    return step.changes.filter((change) => change.includes(region)).map((change) => change.split(';')[0]);
  });
}

const started = (region: string): (string | undefined)[] =>
  setup.steps
    .filter(({ title, region: where }) => title === 'start the server of the region' && where === region)
    .map(({ instructions }) => instructions.join());

test('tables that make way for replicas are backed up before their loss is confirmed, and the server starts behind the replicas', async () => {
  const [from, to] = [setup.app('old', ...regional(US)), setup.app('new', ...replicated(US))];
  expect(await setup.between(from, to, ...accepting(US))).toMatchObject({ code: 0, err: '' });
  const story = storyOf(US);
  const sorted = (start: number, end: number): string[] => story.slice(start, end).sort();
  expect(story[0]).toBe('stop the server of the region');
  expect(sorted(1, 4)).toEqual(['create-backup clients', 'create-backup codes', 'create-backup users']);
  expect(story[4]).toBe('copy what must survive into the primary region');
  expect(sorted(5, 8)).toEqual(['lose clients', 'lose codes', 'lose users']);
  expect(sorted(8, 11)).toEqual(['clients', 'codes', 'users'].map((name) => `${name}: replica in us-east-1 added`));
  expect(story.slice(11)).toEqual(['start the server of the region']);
  expect(setup.step(({ kind }) => kind === 'api').commands).toContain(
    'aws dynamodb create-backup --table-name users --backup-name before-plan --region us-east-1',
  );
});

test('the server starts again when the replicas are filled, and not before', async () => {
  const [from, to] = [setup.app('old', ...regional(US)), setup.app('new', ...replicated(US))];
  await setup.between(from, to, ...accepting(US));
  const start = setup.steps.findIndex(({ title }) => title === 'start the server of the region');
  expect(started(US)).toEqual(['start the server in us-east-1: it finds the replicated tables']);
  expect(setup.steps[start].downtime).toBe('ends');
  expect(setup.steps[start - 1]).toMatchObject({
    wait: 'settled',
    places: ['clients', 'codes', 'users'].flatMap((name) => [`${name}@${EU}`, `${name}@${US}`]),
  });
});

test('durable items are copied first, also where no tag tells that they are; those of another class may go', async () => {
  const [from, to] = [setup.app('old', ...regional(US)), setup.app('new', ...replicated(US))];
  await setup.between(from, to, ...accepting(US));
  const merge = setup.step(({ title }) => title === 'copy what must survive into the primary region');
  const copy = 'put each of its items into the primary region on condition attribute_not_exists(#k), where #k is id';
  expect([...merge.instructions].sort()).toEqual([
    `clients@us-east-1 is durable: ${copy}`,
    'codes@us-east-1 is transient: its items may go',
    `users@us-east-1 is durable: ${copy}`,
  ]);
});

test('the region is told beside what is done with its server: in the list, in plan.md and by a check', async () => {
  const [from, to] = [setup.app('old', ...regional(AP, US)), setup.app('new', ...replicated(AP, US))];
  const { out } = await setup.between(from, to, ...accepting(AP, US));
  const stops = setup.steps.filter(({ title }) => title === 'stop the server of the region').map(({ number }) => number);
  const shown = [`ap-southeast-2: stop the server of the region`, `us-east-1: stop the server of the region`];
  const text = readFileSync(setup.file('plan/plan.md'), 'utf8');
  for (const [i, title] of shown.entries()) {
    expect(out).toContain(`\n  ${stops[i]}  server   ${title}\n`);
    expect(text).toContain(`\n| ${stops[i]} | server | ${title} | `);
    expect(text).toContain(`\n## ${stops[i]} ${title}\n`);
    expect((await setup.check(stops[i])).out).toMatch(`step ${stops[i]} cannot be checked: ${title}\n`);
  }
});

test('each region is emptied, filled and started before the next one is stopped', async () => {
  const [from, to] = [setup.app('old', ...regional(AP, US)), setup.app('new', ...replicated(AP, US))];
  expect(await setup.between(from, to, ...accepting(AP, US))).toMatchObject({ code: 0, err: '' });
  const servers = setup.steps.filter(({ kind, region }) => kind === 'server' && region !== undefined);
  expect(servers.map(({ title, region }) => [title.split(' ')[0], region])).toEqual([
    ['stop', AP],
    ['copy', AP],
    ['start', AP],
    ['stop', US],
    ['copy', US],
    ['start', US],
  ]);
});

test('a region that has no table in the way is not stopped', async () => {
  const [from, to] = [setup.app('old', ...regional()), setup.app('new', ...replicated(US))];
  expect(await setup.between(from, to)).toMatchObject({ code: 0, err: '' });
  expect(storyOf(US).filter((line) => line.includes('server'))).toEqual([]);
});

describe('replicas that become tables of their own', () => {
  beforeEach(async () => {
    const [from, to] = [setup.app('old', ...replicated(US)), setup.app('new', ...regional(US))];
    expect(await setup.between(from, to, ...accepting(US))).toMatchObject({ code: 0, err: '' });
  });

  test('are backed up before their loss is confirmed, and the server starts with the empty tables', () => {
    const story = storyOf(US);
    const sorted = (start: number, end: number): string[] => story.slice(start, end).sort();
    expect(story[0]).toBe('stop the server of the region');
    expect(sorted(1, 4)).toEqual(['create-backup clients', 'create-backup codes', 'create-backup users']);
    expect(sorted(4, 7)).toEqual(['lose clients', 'lose codes', 'lose users']);
    expect(sorted(7, 10)).toEqual(['clients', 'codes', 'users'].map((name) => `${name}: replica in us-east-1 removed`));
    expect(sorted(10, 13)).toEqual(['clients', 'codes', 'users'].map((name) => `${name}: created in us-east-1 with 0 indexes`));
    expect(story.slice(13)).toEqual(['start the server of the region']);
    expect(started(US)).toEqual(['start the server in us-east-1: its own tables are empty']);
  });

  test('are taken away a day after they were added at the earliest', () => {
    const [first] = setup.steps.filter(({ kind }) => kind === 'wait');
    expect(first).toMatchObject({ wait: 'replica-lock', commands: [] });
    expect(first.places).toEqual(['clients@us-east-1', 'codes@us-east-1', 'users@us-east-1']);
  });
});

test('a region that loses its replicas and gets nothing in their place is not started again', async () => {
  const stacks = replicated(US);
  const [from, to] = [setup.app('old', ...stacks), setup.app('new', ...regional())];
  expect(await setup.between(from, to, ...accepting(US))).toMatchObject({ code: 0, err: '' });
  expect(started(US)).toEqual([]);
  expect(setup.step(({ title }) => title === 'stop the server of the region').region).toBe(US);
});
