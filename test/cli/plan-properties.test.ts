import * as fc from 'fast-check';
import { IdentityTablesError } from '../../lib/errors';
import { planSteps } from '../../lib/cli/plan/plan-steps';
import type { Step } from '../../lib/cli/plan/step';
import type { ResourceOf } from '../../lib/cli/plan/table';
import { difference, type TableState } from '../../lib/state';
import {
  currentDeployment,
  inputOf,
  movedDeployment,
  stacksOf,
  statesOf,
  tablesOfSpec,
  targetDeployment,
  withoutExtras,
  type DeploymentSpec,
} from '../plan-model/generate';
import { changeBeside } from '../plan-model/change-beside';
import { World } from '../plan-model/world';

/** The normal run judges the same plans each time, so that it tells of the change at hand; `npm run test:deep` takes new ones. */
const SAME_PAIRS = process.env.DEEP === '1' ? {} : { seed: 6 };
const PAIRS = process.env.DEEP === '1' ? 20_000 : 2_000;
const HALF_DONE = PAIRS / 2;
const FROM_ASSEMBLY = PAIRS / 4;
const CHANGED_BESIDE = PAIRS / 2;
const MOVED = PAIRS / 4;

const place = ({ tableName, region }: { readonly tableName: string; readonly region: string }): string =>
  `${tableName}@${region}`;
const lossesOf = (steps: readonly Step[]): string[] =>
  steps.flatMap((step) => (step.kind === 'confirm' ? step.losses.map((loss) => `${loss.tableName}@${loss.region}`) : []));

/** The order of indexes has no meaning. */
function inOrder(state: TableState): TableState {
  const globalIndexes = [...state.schema.globalIndexes].sort((a, b) => (a.indexName < b.indexName ? -1 : 1));
  const indexes = [...state.contributorInsights.indexes].sort();
  return {
    ...state,
    schema: { ...state.schema, globalIndexes },
    contributorInsights: { ...state.contributorInsights, indexes },
  };
}

/** A replica goes with its items, and so does a table that makes way for a replica, comes in place of one or gets another key. */
function expectedLosses(standing: readonly TableState[], target: DeploymentSpec): string[] {
  // Of a global table that no stack owns, the region that is deployed first keeps the items.
  const order = [target.primary, ...target.regions.filter((region) => region !== target.primary)];
  const led = standing.map((state) => {
    const primaryRegion = order.find((region) => state.replicaRegions.includes(region)) ?? state.region;
    return state.owner.kind === 'nobody' && state.region !== primaryRegion
      ? { ...state, owner: { kind: 'replica', primaryRegion } as const }
      : state;
  });
  const changes = difference(led, statesOf(target));
  return changes
    .filter(({ kind }) => kind === 'replica-removed' || kind === 'placement' || kind === 'key-schema')
    .map(place)
    .filter((each, i, all) => all.indexOf(each) === i)
    .sort();
}

/** Plans from what stands in the world: with the templates that CloudFormation tells, or where there is no CloudFormation. */
function plan(world: World, target: DeploymentSpec, isTold: boolean): readonly Step[] {
  const input = inputOf(world.states().map(withoutPolicy), target, {
    inBetween: [...world.unsettled],
    ttlChanging: [...world.ttlChanged],
    liveExtras: world.liveExtras(),
  });
  const atHand = input.stacks.map(({ key }) => key);
  const resourceOf: ResourceOf = (stack, id) => {
    const { type, extras } = world.resourceOf(stack, id);
    return { type, ...(atHand.includes(stack) && { extras }) };
  };
  const told = { deployed: world.templates(atHand), resourceOf: { ...input.resourceOf, current: resourceOf } };
  const steps = planSteps(isTold ? { ...input, ...told } : input);
  expect(stacksIn(steps).filter((stack) => !atHand.includes(stack))).toEqual([]);
  return steps;
}

/** Stacks whose templates a plan has to have. */
function stacksIn(steps: readonly Step[]): string[] {
  return steps.flatMap((step) =>
    step.kind === 'deploy' ? step.stacks.map(({ stack }) => stack) : step.kind === 'import' ? [step.stack.stack] : [],
  );
}

function withoutPolicy(state: TableState): TableState {
  const { owner } = state;
  return owner.kind === 'stack' ? { ...state, owner: { ...owner, deletionPolicy: 'unresolved:DeletionPolicy' } } : state;
}

/** Takes all steps and checks what they promise. */
function carryOut(world: World, steps: readonly Step[], target: DeploymentSpec, isTold: boolean): void {
  const standing = world.states();
  const before = new Map([...world.live].map(([at, { items }]) => [at, items]));
  steps.forEach((step) => world.take(step));

  const reached = new Map(world.states().map((state) => [place(state), state]));
  for (const wanted of statesOf(target)) {
    const state = reached.get(place(wanted));
    // A policy that no template has told is changed by the next deployment of the app.
    expect(state && withoutPolicy(inOrder(state))).toEqual(withoutPolicy(inOrder(wanted)));
  }
  for (const { owner } of tablesOfSpec(target)) {
    expect(owner && world.resourceOf(owner.stack, owner.logicalId)).toEqual({ type: owner?.type, extras: owner?.extras });
  }
  const lost = new Set(lossesOf(steps));
  expect([...lost].sort()).toEqual(expectedLosses(standing, target));
  for (const [at, items] of before) {
    if (!lost.has(at)) {
      expect([...(world.live.get(at)?.items ?? [])]).toEqual(expect.arrayContaining([...items]));
    }
  }
  expect(plan(world, target, isTold)).toEqual([]);
}

/** Extras of tables that stand are known from templates only. */
const asTold = (spec: DeploymentSpec, isTold: boolean): DeploymentSpec => (isTold ? spec : withoutExtras(spec));

test(`each of ${PAIRS} plans takes legal steps, loses what it says and nothing else, ends at the target and has no more to do`, () => {
  fc.assert(
    fc.property(currentDeployment, targetDeployment, fc.boolean(), (from, to, isTold) => {
      const [current, target] = [from, to].map((spec) => asTold(spec, isTold));
      const world = World.of(tablesOfSpec(current));
      carryOut(world, plan(world, target, isTold), target, isTold);
    }),
    { numRuns: PAIRS, ...SAME_PAIRS },
  );
});

test(`each of ${HALF_DONE} plans that is left half done and planned again, for the same target or another one, ends there`, () => {
  fc.assert(
    fc.property(
      currentDeployment,
      targetDeployment,
      targetDeployment,
      fc.nat(30),
      fc.record({ isSame: fc.boolean(), isTold: fc.boolean() }),
      (from, to, then, done, { isSame, isTold }) => {
        const [current, first, other] = [from, to, then].map((spec) => asTold(spec, isTold));
        const world = World.of(tablesOfSpec(current));
        plan(world, first, isTold)
          .slice(0, done)
          .forEach((step) => world.take(step));
        const again = World.resumed(world);
        const target = isSame ? first : other;
        carryOut(again, plan(again, target, isTold), target, isTold);
      },
    ),
    { numRuns: HALF_DONE, ...SAME_PAIRS },
  );
});

test(`each of ${CHANGED_BESIDE} plans for tables that somebody changed or deleted beside their stacks ends at the target`, () => {
  fc.assert(
    fc.property(
      currentDeployment,
      targetDeployment,
      fc.array(changeBeside, { minLength: 1, maxLength: 3 }),
      (current, to, changes) => {
        const target = to;
        const world = World.of(tablesOfSpec(current));
        changes.forEach((change) => change(world));
        carryOut(world, plan(world, target, true), target, true);
      },
    ),
    { numRuns: CHANGED_BESIDE, ...SAME_PAIRS },
  );
});

test(`each of ${FROM_ASSEMBLY} plans from an assembly, whose other stacks are at hand, ends at the target`, () => {
  fc.assert(
    fc.property(currentDeployment, targetDeployment, (current, target) => {
      const world = World.of(tablesOfSpec(current));
      const targetStacks = stacksOf(target, true);
      const known = new Set(targetStacks.map(({ key }) => key));
      const stacks = [...targetStacks, ...stacksOf(current, false).filter(({ key }) => !known.has(key))];
      const input = inputOf(world.states(), target, { from: 'assembly', stacks });
      const steps = planSteps({ ...input, resourceOf: { ...input.resourceOf, current: world.resourceOf } });
      carryOut(world, steps, target, true);
    }),
    { numRuns: FROM_ASSEMBLY, ...SAME_PAIRS },
  );
});

test(`each of ${MOVED} plans to another primary region ends there, or is refused where another global table stands in the way`, () => {
  let refused = 0;
  fc.assert(
    fc.property(currentDeployment, movedDeployment, fc.boolean(), (from, to, isTold) => {
      const [current, target] = [from, to].map((spec) => asTold(spec, isTold));
      const world = World.of(tablesOfSpec(current));
      let steps: readonly Step[];
      try {
        steps = plan(world, target, isTold);
      } catch (error) {
        if (!(error instanceof IdentityTablesError) || error.problems.some(({ code }) => code !== 'IDT1307')) throw error;
        refused += 1;
        return;
      }
      carryOut(world, steps, target, isTold);
    }),
    { numRuns: MOVED, ...SAME_PAIRS },
  );
  expect(refused).toBeLessThan(MOVED / 10);
});
