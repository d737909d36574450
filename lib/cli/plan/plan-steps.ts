import { Problems } from '../../errors';
import { addReplicas } from './add-replicas';
import { adoptTables } from './adopt';
import { besideTemplates } from './deployed';
import type { PlanInput } from './input';
import { Lanes } from './lanes';
import { leaveRegions } from './leave-regions';
import { matchTables } from './match';
import { Progress } from './progress';
import { dropOthers, startServers } from './rebuild';
import { refuseImpossible, refuseNameless, refuseRenamed, refuseSingleRegion } from './refuse';
import { forgetTables, releaseTables, retainTables } from './release';
import { removeReplicas } from './remove-replicas';
import type { Step } from './step';
import { placeOf, regionsOf, tablesOf, type Table } from './table';
import { setBack } from './set-back';
import { Upgrades } from './upgrade';

/**
 * The steps that lead from the tables of today to those of the target and lose nothing but what is accepted. None when the tables
 * are as in the target already.
 * @throws IdentityTablesError when a change is impossible, or would lose items that are not accepted
 */
export function planSteps(input: PlanInput): readonly Step[] {
  const problems = new Problems();
  const stacks = input.stacks.map(({ key }) => key);
  const target = inDeploymentOrder(tablesOf(input.target, input.resourceOf.target), stacks);
  const current = tablesOf(input.current, input.resourceOf.current);
  const found = matchTables(current, target);
  refuseRenamed(current, target, problems);
  refuseSingleRegion(current, tablesOf(input.singleRegion, input.resourceOf.target), problems);
  refuseImpossible(found.matches, input, problems);
  problems.throwIfAny();

  const templates = tablesOf(input.deployed, input.resourceOf.current);
  const {
    matches: all,
    others,
    drifts,
    missing,
  } = besideTemplates(found, templates, {
    isTold: input.from === 'assembly',
    resolveKey: input.resolveKey,
  });
  refuseNameless(all, drifts, input, problems);
  problems.throwIfAny();

  const today = [...all.flatMap(({ current }) => current ?? []), ...others];
  const progress = new Progress(input, today, target, drifts);
  const lanes = new Lanes(progress, all, stacks, input.expiredItems);
  const upgrades = new Upgrades(progress, all, [...today, ...missing]);

  upgrades.grantPermissions();
  setBack(progress, all, drifts, input.expiredItems);
  forgetTables(progress, missing);
  const { matches, stopped } = dropOthers(progress, all);
  releaseTables(progress, matches);
  adoptTables(progress, matches, input);
  lanes.run('early');
  if (stopped.length > 0) {
    startServers(progress, stopped, input);
  }
  addReplicas(progress, lanes, target);
  removeReplicas(progress, lanes, target);
  addReplicas(progress, lanes, target);
  leaveRegions(progress, input, today, target);
  upgrades.upgradeServers();
  lanes.run('late');
  finish(progress, input, others);

  checkReached(progress, target, problems);
  checkAccepted(progress.steps, input, problems);
  problems.throwIfAny();
  return progress.steps;
}

function inDeploymentOrder(tables: readonly Table[], stacks: readonly string[]): Table[] {
  const rank = new Map(stacks.map((stack, i) => [stack, i]));
  const rankOf = ({ owner }: Table): number => rank.get(owner?.stack ?? '') ?? stacks.length;
  return [...tables].sort((a, b) => rankOf(a) - rankOf(b));
}

/** Tables that are in no stack of the target any more stay; then the target is deployed as it is. */
function finish(progress: Progress, input: PlanInput, others: readonly Table[]): void {
  const targets = input.stacks.filter(({ isTarget }) => isTarget);
  for (const { key } of targets) {
    const leaving = others.flatMap((table) => (table.owner?.stack === key ? (progress.ownedBy(table.owner) ?? []) : []));
    retainTables(progress, key, leaving);
  }
  const isOpen = (key: string): boolean =>
    !progress.isComplete(key) || !progress.hasItsTables(key) || (progress.isBehind(key) && progress.isDeployed(key));
  const open = targets.map(({ key }) => key).filter(isOpen);
  // Live tables tell nothing of other resources; where no table changes, a plan is of no use for them.
  const hasNothingToDo =
    input.from === 'live' && progress.steps.length === 0 && targets.every(({ key }) => progress.hasItsTables(key));
  if (open.length > 0 && !hasNothingToDo) {
    // An export goes when no stack imports it any more.
    const last = open.filter((key) => progress.hasOldExports(key));
    const first = open.filter((key) => !last.includes(key));
    [first, last].filter((keys) => keys.length > 0).forEach((keys) => progress.deployTarget(keys));
  }
}

/** A combination that no rule covers is told instead of planned by halves. */
function checkReached(progress: Progress, target: readonly Table[], problems: Problems): void {
  for (const table of target.filter(({ owner }) => owner !== undefined && progress.info(owner.stack) !== undefined)) {
    const reached = progress.ownedBy(table.owner);
    const missing = regionsOf(table).filter((region) => reached?.replicas.has(region) !== true);
    if (missing.length > 0) {
      const other = progress.standing(table, missing[0]) ?? table;
      problems.add('IDT1307', {
        what: `there is no safe way to table '${table.name}' in ${missing.join(', ')}: another global table of that name stands there`,
        given: `a table of ${regionsOf(other).join(', ')}`,
        allowed: `a region without the table, or with one of its own`,
        ...(other.home !== table.home && { fix: moveFix(table, other) }),
      });
    }
  }
}

/** Another primary region takes over a table when it has a replica of it. */
function moveFix(table: Table, { home }: Table): string {
  return `plan to an app with the primary region ${home} and a replica in ${table.home} first, then to this one: ${table.home} takes over the global table`;
}

function checkAccepted(steps: readonly Step[], { accepted }: PlanInput, problems: Problems): void {
  const losses = steps.flatMap((step) => (step.kind === 'confirm' ? step.losses : []));
  const open = losses
    .map(({ tableName, region }) => placeOf({ name: tableName }, region))
    .filter((place) => !accepted.has(place));
  if (open.length > 0) {
    problems.add('IDT1305', {
      what: `the plan would lose items of ${open.length} tables`,
      given: open.join(', '),
      allowed: 'steps that lose nothing, or losses that are accepted by table and region',
      fix: `back up what you need and accept each: --accept-data-loss ${open.join(',')}`,
    });
  }
}
