import { apiCall } from './api-calls';
import type { PlanInput } from './input';
import type { Progress } from './progress';
import { retainTables } from './release';
import { homeState, regionsOf, withStates, type Table } from './table';
import { LEAVE_WORDS, SERVER_WORDS } from './server-words';

/**
 * The stacks of regions that the target has no table in any more. Their tables are never deleted: they stand on, protected, and the
 * operator removes the stack, since nobody else knows what is in it beside them.
 */
export function leaveRegions(progress: Progress, input: PlanInput, today: readonly Table[], targets: readonly Table[]): void {
  for (const region of leftRegions(today, targets)) {
    const stacks = stacksToLeave(progress, input, region, targets);
    if (stacks.length > 0) {
      stopServer(progress, region);
      const before = stacks.flatMap((stack) => keepTables(progress, stack));
      const tables = stacks.flatMap((stack) => progress.tablesOf(stack));
      const removals = stacks.map((stack) => removalOf(stack, region));
      progress.leave(region, stacks, LEAVE_WORDS, [...before, ...removals, ...remainderOf(tables, region)]);
    }
  }
}

/** Regions where tables of these names stand today, and none of them is wanted. */
function leftRegions(today: readonly Table[], targets: readonly Table[]): string[] {
  const names = new Set(targets.map(({ name }) => name));
  const wanted = new Set(targets.flatMap(regionsOf));
  const standing = today.filter(({ name }) => names.has(name)).flatMap(regionsOf);
  return [...new Set(standing)].filter((region) => !wanted.has(region)).sort();
}

/** Stacks with tables of these names, and those that were deployed after the stacks of the target. */
function stacksToLeave(progress: Progress, input: PlanInput, region: string, targets: readonly Table[]): string[] {
  const names = new Set(targets.map(({ name }) => name));
  const owners = new Set(targets.map(({ owner }) => owner?.stack));
  const emptied = input.stacks.filter(
    (stack) => !stack.isTarget && stack.region === region && stack.dependsOn.some((key) => owners.has(key)),
  );
  const holding = progress
    .all()
    .filter((table) => table.home === region && names.has(table.name))
    .flatMap(({ owner }) => owner?.stack ?? [])
    .filter((stack) => progress.info(stack)?.isTarget !== true);
  return [...new Set([...holding, ...emptied.map(({ key }) => key)])].sort();
}

function stopServer(progress: Progress, region: string): void {
  const isStopped = progress.steps.some((step) => step.kind === 'server' && step.region === region);
  if (!isStopped) {
    progress.server(SERVER_WORDS.stop, [`stop the server in ${region} for good`], region);
  }
}

/** A stack at hand is deployed with the policy to retain its tables; of another one the operator protects them. */
function keepTables(progress: Progress, stack: string): string[] {
  const tables = progress.tablesOf(stack);
  if (progress.info(stack) !== undefined) {
    retainTables(progress, stack, tables);
    return [];
  }
  // A call of the plan would leave a setting that the template does not know, should the stack stay after all.
  const open = tables.filter((table) => !homeState(table).deletionProtection);
  open.forEach((table) =>
    progress.replace(
      table,
      withStates(table, (state) => ({ ...state, deletionProtection: true })),
    ),
  );
  return open.map((table) => `protect the table before: ${apiCall('protection-on', table, table.home).command}`);
}

function removalOf(stack: string, region: string): string {
  const name = stack.slice(stack.lastIndexOf('/') + 1);
  return `when nothing else is in it that you need: aws cloudformation delete-stack --stack-name ${name} --region ${region}`;
}

function remainderOf(tables: readonly Table[], region: string): string[] {
  const names = tables.map(({ name }) => name).join(', ');
  return tables.length === 0
    ? []
    : [`these tables stand on in ${region}, protected, with their items; delete them when nobody needs those: ${names}`];
}
