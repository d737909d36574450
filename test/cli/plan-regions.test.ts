import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { IdentityServer, IdentityTablesStacks, Protection, Replication, type IdentityTablesStacksProps } from '../../lib';
import { planSteps } from '../../lib/cli/plan/plan-steps';
import { planFromAssembly, planFromLive, readSource, type Source } from '../../lib/cli/plan/source';
import type { Step } from '../../lib/cli/plan/step';
import type { TableState } from '../../lib/state';
import { World } from '../plan-model/world';

// What a plan says of whole regions and of the servers in them: a region that is left, a smaller preset, an upgrade.

const HOME = 'eu-central-1';
const OTHER = 'us-east-1';
const ACCOUNT = '000000000000';

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'plan-regions-'));
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

function deployment(name: string, props: Partial<IdentityTablesStacksProps>): Source {
  const outdir = path.join(directory, name);
  const app = new App({ outdir, analyticsReporting: false });
  new IdentityTablesStacks(app, 'Identity', {
    server: IdentityServer.curity({ version: '11.0' }),
    primaryRegion: HOME,
    ...props,
  });
  app.synth();
  return readSource(outdir, { account: ACCOUNT, region: HOME });
}

const two = (replication: Replication): Partial<IdentityTablesStacksProps> => ({ replicaRegions: [OTHER], replication });
const everywhere = (...sources: Source[]): Set<string> =>
  new Set(sources.flatMap(({ states }) => states.map(({ tableName, region }) => `${tableName}@${region}`)));
const titles = (steps: readonly Step[]): string[] => steps.map(({ kind, title }) => `${kind} ${title}`);
const lossesOf = (steps: readonly Step[]): string[] =>
  steps.flatMap((step) => (step.kind === 'confirm' ? step.losses.map((loss) => `${loss.tableName}@${loss.region}`) : []));
const FACTS = { inBetween: [], ttlChanging: [], scalingTargets: [], expiredItems: [], legacyGlobalTables: [] };

/** What stands after an app was deployed, as a plan from live tables finds it: policies are known to templates only. */
function standing({ states }: Source, more: Partial<TableState> = {}): TableState[] {
  return states.map((state): TableState => {
    const policy = { deletionPolicy: 'unresolved:DeletionPolicy' };
    const owner = state.owner.kind === 'stack' ? { ...state.owner, ...policy } : ({ kind: 'nobody' } as const);
    return { ...state, owner, ...(state.region === OTHER && more) };
  });
}

function withoutStream(state: TableState): TableState {
  return JSON.parse(JSON.stringify({ ...state, stream: undefined })) as TableState;
}

describe('a region that is left', () => {
  const REGIONAL = 'curity-nonces, curity-sessions';
  const STANDS = `these tables stand on in us-east-1, protected, with their items; delete them when nobody needs those: ${REGIONAL}`;
  const DELETE =
    'when nothing else is in it that you need: aws cloudformation delete-stack --stack-name Identity-us-east-1 --region us-east-1';
  const replicas = (source: Source): string[] =>
    source.states
      .filter(({ region, replicaRegions }) => region === OTHER && replicaRegions.length > 1)
      .map(({ tableName, region }) => `${tableName}@${region}`);

  test('from an assembly: replicas go, regional tables stand on, and the stack is removed by hand', () => {
    const [old, target] = [deployment('old', two(Replication.minimal())), deployment('new', {})];
    const steps = planSteps(planFromAssembly(old, target, everywhere(old)));
    expect(lossesOf(steps)).toEqual(replicas(old));
    const leaving = steps.find(({ title }) => title === 'remove the stack of a region that is left');
    expect(leaving).toMatchObject({ kind: 'server', region: OTHER, instructions: [DELETE, STANDS] });
  });

  test('from live tables: the owners of the regional tables tell the stack', () => {
    const [old, target] = [deployment('old', two(Replication.minimal())), deployment('new', {})];
    const current = standing(old);
    const steps = planSteps(planFromLive({ ...FACTS, current }, target, everywhere(old)));
    expect(lossesOf(steps)).toEqual(replicas(old));
    expect(steps.at(-1)).toMatchObject({ kind: 'server', region: OTHER, instructions: [DELETE, STANDS] });
    const world = World.of([...old.tables.values()].flat());
    steps.forEach((step) => world.take(step));
    expect([...world.live.keys()].filter((place) => place.endsWith(OTHER))).toEqual(
      ['curity-nonces', 'curity-sessions'].map((name) => `${name}@${OTHER}`),
    );
    expect(planSteps(planFromLive({ ...FACTS, current: world.states() }, target, new Set()))).toEqual([]);
  });

  test('unprotected tables of a stack whose template is not at hand are protected before the stack goes', () => {
    const [old, target] = [deployment('old', two(Replication.minimal())), deployment('new', {})];
    const current = standing(old, { deletionProtection: false });
    const steps = planSteps(planFromLive({ ...FACTS, current }, target, everywhere(old)));
    const protect = (name: string): string =>
      `protect the table before: aws dynamodb update-table --table-name ${name} --deletion-protection-enabled --region us-east-1`;
    expect(steps.at(-1)).toMatchObject({
      title: 'remove the stack of a region that is left',
      instructions: [protect('curity-nonces'), protect('curity-sessions'), DELETE, STANDS],
    });
  });

  test('with preset full the stack has no table, and is removed all the same', () => {
    const [old, target] = [deployment('old', two(Replication.full())), deployment('new', {})];
    const steps = planSteps(planFromAssembly(old, target, everywhere(old)));
    const leaving = steps.find(({ title }) => title === 'remove the stack of a region that is left');
    expect(leaving).toMatchObject({ instructions: [DELETE] });
  });

  test('with no replica there is nothing to accept: the server stops, tables of a development set are kept', () => {
    const props = { ...two(Replication.none()), protection: Protection.development() };
    const [old, target] = [deployment('old', props), deployment('new', { protection: Protection.development() })];
    const steps = planSteps(planFromAssembly(old, target, new Set()));
    expect(titles(steps)).toEqual([
      'server stop the server of the region',
      'deploy Identity/us-east-1: retain tables that leave the stack',
      'server remove the stack of a region that is left',
    ]);
    const world = World.of([...old.tables.values()].flat());
    steps.forEach((step) => world.take(step));
    expect(world.live.size).toBe(22);
  });

  test('a stack of another app with tables of other names is none of our business', () => {
    const target = deployment('new', {});
    const foreign = target.states.map((state): TableState => ({
      ...state,
      tableName: `x-${state.tableName}`,
      region: OTHER,
      replicaRegions: [OTHER],
      owner: { kind: 'stack', stackName: 'Other', logicalId: state.tableName, deletionPolicy: 'Delete' },
    }));
    expect(planSteps(planFromLive({ ...FACTS, current: [...standing(target), ...foreign] }, target, new Set()))).toEqual([]);
  });
});

test('a smaller preset: the way to begin with the items of the backup is told where the empty tables are created', () => {
  const [old, target] = [deployment('old', two(Replication.full())), deployment('new', two(Replication.minimal()))];
  const steps = planSteps(planFromAssembly(old, target, everywhere(old)));
  const creation = steps.find((step) => step.kind === 'deploy' && step.changes.some(({ name }) => name === 'create'));
  expect(creation?.kind === 'deploy' && creation.changes.map(({ table, note }) => [table, note])).toEqual(
    ['curity-nonces', 'curity-sessions'].map((name) => [
      name,
      'to begin with the items of the backup, restore it under this name before this step, and plan again',
    ]),
  );
});

test('a backup that was restored in the place of the replica is imported, with its items', () => {
  const [old, target] = [deployment('old', two(Replication.full())), deployment('new', two(Replication.minimal()))];
  const world = World.of([...old.tables.values()].flat());
  const steps = planSteps(planFromAssembly(old, target, everywhere(old)));
  const creation = steps.findIndex((step) => step.kind === 'deploy' && step.changes.some(({ name }) => name === 'create'));
  steps.slice(0, creation).forEach((step) => world.take(step));
  // A restored table has keys, indexes and items, and none of the settings.
  const regional = target.states.filter(({ region, replicaRegions }) => region === OTHER && replicaRegions.length === 1);
  for (const state of regional) {
    const bare = { tags: {}, deletionProtection: false, pointInTimeRecovery: { enabled: false } } as const;
    const restored: TableState = { ...state, ...bare, timeToLive: { enabled: false }, owner: { kind: 'nobody' } };
    world.live.set(`${state.tableName}@${OTHER}`, { state: withoutStream(restored), items: new Set(['of the backup']) });
  }
  const facts = { ...FACTS, current: world.states(), inBetween: [...world.unsettled] };
  const rest = planSteps(planFromLive(facts, target, new Set()));
  expect(rest.flatMap((step) => (step.kind === 'import' ? step.imported.map(({ name }) => name) : []))).toEqual([
    'curity-nonces',
    'curity-sessions',
  ]);
  rest.forEach((step) => world.take(step));
  expect([...(world.live.get(`curity-sessions@${OTHER}`)?.items ?? [])]).toEqual(['of the backup']);
});

describe('an upgrade of the server', () => {
  const curity = (version: string): IdentityServer => IdentityServer.curity({ version });
  const isOfUpgrade = ({ title }: Step): boolean =>
    ['grant the new release its permissions', 'upgrade the server'].includes(title);

  test('permissions first, the server last, when its tables and indexes stand in every region', () => {
    const props = two(Replication.minimal());
    const [old, target] = [
      deployment('old', { ...props, server: curity('8.0') }),
      deployment('new', { ...props, server: curity('11.0') }),
    ];
    const steps = planSteps(planFromAssembly(old, target, new Set()));
    expect(steps[0]).toMatchObject({
      kind: 'server',
      title: 'grant the new release its permissions',
      instructions: [
        'a policy in a stack of these tables comes with the first deployment of that stack: nothing to do for it here',
        'deploy a policy of another stack or account now; identity-tables policy runtime --server curity prints what it needs',
      ],
    });
    expect(steps.at(-2)).toMatchObject({ kind: 'wait', name: 'settled' });
    expect(steps.at(-1)).toMatchObject({
      kind: 'server',
      title: 'upgrade the server',
      instructions: [
        'install the new release of curity in eu-central-1, then in us-east-1',
        'what it uses and the former one did not: table curity-database-clients, table curity-database-service-providers, index deviceId-index of curity-devices',
      ],
    });
  });

  test.each<[string, Partial<IdentityTablesStacksProps>, Partial<IdentityTablesStacksProps>]>([
    ['a lowered version', {}, { server: curity('7.4') }],
    ['a further region', {}, two(Replication.minimal())],
    ['a smaller preset', two(Replication.minimal()), two(Replication.absoluteMinimal())],
    ['a larger preset', two(Replication.minimal()), two(Replication.full())],
    ['other protection', {}, { protection: Protection.development() }],
  ])('is not seen in %s', (_, before, after) => {
    const [old, target] = [deployment('old', before), deployment('new', after)];
    const steps = planSteps(planFromAssembly(old, target, everywhere(old)));
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.filter(isOfUpgrade)).toEqual([]);
  });
});
