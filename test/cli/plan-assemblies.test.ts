import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { TableClass } from 'aws-cdk-lib/aws-dynamodb';
import * as fc from 'fast-check';
import { IdentityServer, IdentityTablesStacks, Protection, Replication } from '../../lib';
import { planSteps } from '../../lib/cli/plan/plan-steps';
import { planFromAssembly, planFromLive, readSource, sourceOf, type Source } from '../../lib/cli/plan/source';
import type { Step } from '../../lib/cli/plan/step';
import { stepNumber, writeAssemblies } from '../../lib/cli/plan/write-assemblies';
import { tableStatesOfAssembly, type TableState } from '../../lib/state';
import { changeBeside } from '../plan-model/change-beside';
import { World } from '../plan-model/world';

const DEFAULTS = { account: '000000000000', region: 'eu-central-1' };
const REGIONS = ['eu-central-1', 'us-east-1', 'ap-southeast-2'];
const SERVER_TABLE = {
  timeToLive: { enabled: false },
  pointInTimeRecovery: { enabled: false },
  deletionProtection: false,
} as const;

interface AppSpec {
  readonly version: string;
  readonly regions: readonly string[];
  readonly preset: 'none' | 'absoluteMinimal' | 'minimal' | 'full';
  readonly isProduction: boolean;
  readonly hasOverride: boolean;
}

const appSpec = fc.record<AppSpec>({
  version: fc.constantFrom('7.4', '8.0', '9.3', '11.0'),
  regions: fc.subarray(REGIONS.slice(1)),
  preset: fc.constantFrom('none', 'absoluteMinimal', 'minimal', 'full'),
  isProduction: fc.boolean(),
  hasOverride: fc.boolean(),
});

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'plan-assemblies-'));
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

function synthesize(name: string, spec: AppSpec): Source {
  const outdir = path.join(directory, name);
  const app = new App({ outdir, analyticsReporting: false });
  new IdentityTablesStacks(app, 'Identity', {
    server: IdentityServer.curity({ version: spec.version }),
    primaryRegion: REGIONS[0],
    ...(spec.regions.length > 0 && { replicaRegions: [...spec.regions], replication: Replication[spec.preset]() }),
    protection: spec.isProduction ? Protection.production() : Protection.development(),
    ...(spec.hasOverride && {
      tableOverrides: {
        'curity-sessions': { timeToLiveAttribute: 'expires', tableClass: TableClass.STANDARD_INFREQUENT_ACCESS },
        'curity-accounts': { contributorInsights: true },
      },
    }),
  });
  app.synth();
  return readSource(outdir, DEFAULTS);
}

/** Every file of a directory with its content. */
function contents(root: string): Map<string, string> {
  const files = fs.readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(root, file), fs.readFileSync(file, 'utf8')] as const;
    }),
  );
}

interface Manifest {
  readonly artifacts: Record<
    string,
    { type: string; properties?: { templateFile?: string; stackTemplateAssetObjectUrl?: string } }
  >;
}

/** The chain from a template to its place in the bucket: content, name of the asset, key of the object, address in the manifest. */
function checkAssets(assembly: string): void {
  const { artifacts } = JSON.parse(fs.readFileSync(path.join(assembly, 'manifest.json'), 'utf8')) as Manifest;
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  expect(stacks.length).toBeGreaterThan(0);
  for (const [id, { properties }] of stacks) {
    const file = properties?.templateFile ?? '';
    const hash = createHash('sha256')
      .update(fs.readFileSync(path.join(assembly, file)))
      .digest('hex');
    const assets = JSON.parse(fs.readFileSync(path.join(assembly, `${id}.assets.json`), 'utf8')) as {
      files: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>;
    };
    expect(assets.files[hash].source.path).toBe(file);
    expect(Object.values(assets.files[hash].destinations).map(({ objectKey }) => objectKey)).toEqual([`${hash}.json`]);
    expect(properties?.stackTemplateAssetObjectUrl?.endsWith(`/${hash}.json`)).toBe(true);
  }
}

/** The order of indexes has no meaning. */
function inOrder(state: TableState): TableState {
  const globalIndexes = [...state.schema.globalIndexes].sort((a, b) => (a.indexName < b.indexName ? -1 : 1));
  return { ...state, schema: { ...state.schema, globalIndexes } };
}

const byPlace = (states: readonly TableState[]): TableState[] =>
  states.map(inOrder).sort((a, b) => (`${a.tableName}@${a.region}` < `${b.tableName}@${b.region}` ? -1 : 1));

/** What the written assemblies say is what the steps say. */
function checkWritten(output: string, steps: readonly Step[], target: Source): void {
  steps.forEach((step, index) => {
    if (step.kind !== 'deploy' && step.kind !== 'import') return;
    const assembly = path.join(output, stepNumber(index, steps.length));
    checkAssets(assembly);
    const states = tableStatesOfAssembly(assembly, DEFAULTS);
    for (const { stack, tables } of step.kind === 'deploy' ? step.stacks : [step.stack]) {
      const [, region, stackName] = stack.split('/');
      const own = states.filter(({ owner, tableName }) => {
        const primary =
          owner.kind === 'replica'
            ? states.find((s) => s.tableName === tableName && s.region === owner.primaryRegion)
            : undefined;
        const inCharge = primary?.owner ?? owner;
        return inCharge.kind === 'stack' && inCharge.stackName === stackName && (primary?.region ?? region) === region;
      });
      const intended = tables.flatMap(({ replicas }) => [...replicas.values()]);
      expect(byPlace(own)).toEqual(byPlace(intended));
    }
    if (step.kind === 'deploy' && step.isTarget) {
      expect(contents(assembly)).toEqual(contents(target.directory));
    }
  });
}

function run(world: World, steps: readonly Step[], target: Source): void {
  steps.forEach((step) => world.take(step));
  const wanted = byPlace(target.states);
  const reached = world
    .states()
    .filter((state) => wanted.some((each) => each.tableName === state.tableName && each.region === state.region));
  expect(byPlace(reached)).toEqual(wanted);
}

const anything = (...sources: Source[]): Set<string> =>
  new Set(sources.flatMap(({ states }) => states.map(({ tableName, region }) => `${tableName}@${region}`)));

test('each of 40 plans between two synthesized apps is written as it is meant, and its last deployment is the target as it is', () => {
  let pair = 0;
  fc.assert(
    fc.property(appSpec, appSpec, (before, after) => {
      pair += 1;
      const [old, target] = [synthesize(`old-${pair}`, before), synthesize(`new-${pair}`, after)];
      const unchanged = contents(target.directory);
      const steps = planSteps(planFromAssembly(old, target, anything(old, target)));
      const output = path.join(directory, `plan-${pair}`);
      writeAssemblies(output, steps, { target, old });

      checkWritten(output, steps, target);
      run(World.of([...old.tables.values()].flat()), steps, target);
      expect(contents(target.directory)).toEqual(unchanged);
      // A stack of the older app alone, in a region that is left, has no target.
      const keys = new Set(target.stacks.map(({ key }) => key));
      const last = steps.filter((step) => step.kind === 'deploy' && step.stacks.some(({ stack }) => keys.has(stack))).at(-1);
      if (last !== undefined) {
        const index = steps.indexOf(last);
        expect(contents(path.join(output, stepNumber(index, steps.length)))).toEqual(unchanged);
      }
      fs.rmSync(directory, { recursive: true, force: true });
    }),
    { numRuns: 40 },
  );
});

test('each of 10 plans that adopts the tables of a server is written as it is meant', () => {
  let plan = 0;
  fc.assert(
    fc.property(appSpec, fc.boolean(), (spec, isEverywhere) => {
      plan += 1;
      const target = synthesize(`new-${plan}`, spec);
      const current = target.states
        .filter(({ region, owner }) => owner.kind === 'stack' && (isEverywhere || region === REGIONS[0]))
        .map((state): TableState => ({
          ...state,
          stream: undefined,
          ...SERVER_TABLE,
          owner: { kind: 'nobody' },
          billing: { mode: 'PROVISIONED', table: { read: { min: 5, max: 5 }, write: { min: 5, max: 5 } }, indexes: {} },
          tags: {},
          replicaRegions: [state.region],
        }));
      const facts = { current, inBetween: [], ttlChanging: [], scalingTargets: [], expiredItems: [], legacyGlobalTables: [] };
      const steps = planSteps(planFromLive(facts, target, anything(target)));
      const output = path.join(directory, `plan-${plan}`);
      writeAssemblies(output, steps, { target });

      checkWritten(output, steps, target);
      const imports = steps.filter(({ kind }) => kind === 'import');
      expect(imports.length).toBe(new Set(current.map(({ region }) => region)).size);
      fs.rmSync(directory, { recursive: true, force: true });
    }),
    { numRuns: 10 },
  );
});

test('each of 15 plans from live tables, whose deployed templates are known and some of which were changed by hand, is written as it is meant', () => {
  let pair = 0;
  fc.assert(
    fc.property(appSpec, appSpec, fc.array(changeBeside, { maxLength: 2 }), (before, after, changes) => {
      pair += 1;
      const [old, target] = [synthesize(`old-${pair}`, before), synthesize(`new-${pair}`, after)];
      const world = World.of([...old.tables.values()].flat());
      changes.forEach((change) => change(world));
      const keys = new Set(target.stacks.map(({ key }) => key));
      const stacks = old.stacks.filter(({ key }) => keys.has(key));
      const states = stacks.flatMap(({ key }) => (old.tables.get(key) ?? []).flatMap(({ replicas }) => [...replicas.values()]));
      const deployed = sourceOf('', states, stacks);
      const facts = { inBetween: [], ttlChanging: [], scalingTargets: [], expiredItems: [], legacyGlobalTables: [] };
      const live = { ...facts, current: world.states(), deployed, resourceOf: old.resourceOf };
      const steps = planSteps(planFromLive(live, target, anything(old, target)));
      const output = path.join(directory, `plan-${pair}`);
      writeAssemblies(output, steps, { target, old: deployed });

      checkWritten(output, steps, target);
      run(world, steps, target);
      fs.rmSync(directory, { recursive: true, force: true });
    }),
    { numRuns: 15 },
  );
});
