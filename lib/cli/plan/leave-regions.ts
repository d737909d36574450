import { apiCall } from './api-calls';
import type { PlanInput } from './input';
import type { Progress } from './progress';
import { retainTables } from './release';
import { homeState, regionsOf, withStates, type Table } from './table';
import { API_WORDS, LEAVE_WORDS, SERVER_WORDS } from './words';

/**
 * The stacks of regions that the target has no table in any more. Their tables are never deleted: they stand on, protected, and the
 * operator removes the stack, since only he knows what else is in it.
 */
export function leaveRegions(progress: Progress, input: PlanInput, today: readonly Table[], targets: readonly Table[]): void {
  for (const region of leftRegions(today, targets)) {
    const stacks = stacksToLeave(progress, input, region, targets);
    if (stacks.length > 0) {
      stopServer(progress, region);
      stacks.forEach((stack) => keepTables(progress, stack));
      progress.leave(region, stacks, LEAVE_WORDS, instructionsFor(progress, region, stacks));
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

function keepTables(progress: Progress, stack: string): void {
  const tables = progress.tablesOf(stack);
  if (progress.info(stack) !== undefined) {
    retainTables(progress, stack, tables);
    return;
  }
  // The template is not at hand: what is protected cannot be deleted with it, whatever its policy is.
  const open = tables.filter((table) => !homeState(table).deletionProtection);
  progress.settle(open);
  progress.api(
    open.map((table) => apiCall('protection-on', table, table.home)),
    API_WORDS['protection-on'],
  );
  open.forEach((table) =>
    progress.replace(
      table,
      withStates(table, (state) => ({ ...state, deletionProtection: true })),
    ),
  );
}

function instructionsFor(progress: Progress, region: string, stacks: readonly string[]): string[] {
  const tables = stacks.flatMap((stack) => progress.tablesOf(stack)).map(({ name }) => name);
  return [
    ...stacks.map((stack) => {
      const name = stack.slice(stack.lastIndexOf('/') + 1);
      return `when nothing else is in it that you need: aws cloudformation delete-stack --stack-name ${name} --region ${region}`;
    }),
    ...(tables.length === 0
      ? []
      : [
          `these tables stand on in ${region}, protected, with their items; delete them when nobody needs those: ${tables.join(', ')}`,
        ]),
  ];
}
