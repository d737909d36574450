import type { TableState } from '../../state';
import { apiCall, deregisterCall } from './api-calls';
import type { PlanInput } from './input';
import type { Match } from './match';
import type { Progress } from './progress';
import type { ApiCall } from './step';
import { NO_EXTRAS, replicaExtras, type Extras } from './extras';
import { withStandingValues } from './moved-values';
import { standingStreams } from './standing-streams';
import { homeState, placesOf, tableOf, withExtras, withOwner, withStates, type Table } from './table';
import { API_WORDS, IMPORT_WORDS } from './words';

/** Stacks take over the tables that stand without one: first what no template can describe, then the import as they are. */
export function adoptTables(progress: Progress, matches: readonly Match[], input: PlanInput): void {
  const loose = matches.flatMap(({ target, current }) => {
    const table = current && progress.standing(current, target.home);
    return current === undefined || table === undefined || table.owner !== undefined ? [] : [{ target, current, table }];
  });
  progress.settle(loose.map(({ table }) => table));
  protect(progress, loose);
  const changed = turnToOnDemand(progress, loose, input);
  progress.noteUnsettled(changed);
  progress.settle(changed);
  const stacks = new Set(loose.flatMap(({ target }) => target.owner?.stack ?? []));
  for (const stack of stacks) {
    const targets = matches.map(({ target }) => target).filter(({ owner }) => owner?.stack === stack);
    importInto(progress, stack, targets, { loose, input });
  }
}

interface Loose {
  readonly target: Table;
  /** The table as it was before any step, with the owner that it had then. */
  readonly current: Table;
  readonly table: Table;
}

/**
 * AWS::DynamoDB::GlobalTable cannot describe a fixed write capacity, and a scaled one has scaling targets that no template made: they
 * would go on beside those of the stack.
 */
function turnToOnDemand(progress: Progress, loose: readonly Loose[], input: PlanInput): Table[] {
  const provisioned = loose
    .map(({ target, table }) => progress.standing(table, target.home) ?? table)
    .filter((table) => homeState(table).billing.mode === 'PROVISIONED');
  const places = new Set(provisioned.flatMap(placesOf));
  const scaled = input.scalingTargets.filter(({ tableName, region }) => places.has(`${tableName}@${region}`));
  progress.api(scaled.map(deregisterCall), API_WORDS['deregister-scaling']);
  progress.api(
    provisioned.map((table) => apiCall('billing-on-demand', table, table.home)),
    API_WORDS['billing-on-demand'],
  );
  return provisioned.map((table) => {
    const after = withStates(table, (state) => ({ ...state, billing: { mode: 'PAY_PER_REQUEST', table: {}, indexes: {} } }));
    progress.replace(table, after);
    return after;
  });
}

/** An import that goes wrong must not be able to delete a table. */
function protect(progress: Progress, loose: readonly Loose[]): void {
  const calls: ApiCall[] = [];
  for (const { target, table } of loose) {
    const open = [...table.replicas.values()].filter(
      ({ region, deletionProtection }) => !deletionProtection && target.replicas.get(region)?.deletionProtection === true,
    );
    const regions = new Set(open.map(({ region }) => region));
    if (regions.size > 0) {
      calls.push(...[...regions].map((region) => apiCall('protection-on', table, region)));
      progress.replace(
        table,
        withStates(table, (state) => (regions.has(state.region) ? { ...state, deletionProtection: true } : state)),
      );
    }
  }
  progress.api(calls, API_WORDS['protection-on']);
}

function importInto(
  progress: Progress,
  stack: string,
  targets: readonly Table[],
  { loose, input }: { readonly loose: readonly Loose[]; readonly input: PlanInput },
): void {
  // An import must change nothing else, so all else is deployed before.
  if (!progress.isDeployed(stack)) {
    progress.deployOthers(stack);
  }
  // A global table may stand in the region of another target than the one that takes it over.
  const tables = loose
    .filter(({ target }) => targets.includes(target))
    .flatMap(({ target, current }) => {
      const table = progress.standing(target, target.home);
      return table === undefined || table.owner !== undefined ? [] : [imported(table, current, target, input)];
    });
  const missing = targets.filter((target) => progress.standing(target, target.home) === undefined).map(({ name }) => name);
  const notes =
    missing.length === 0 ? [] : [`not imported, since they do not stand; a later step creates them: ${missing.join(', ')}`];
  progress.import(stack, tables, { ...IMPORT_WORDS, notes: [...(IMPORT_WORDS.notes ?? []), ...notes] });
  progress.wait('verified', tables.flatMap(placesOf));
}

/** What no state knows, but for Kinesis streams, cannot be said of a table as it stands: it is changed after the import. */
function imported(table: Table, current: Table, target: Table, input: PlanInput): Table {
  const extras = { ...NO_EXTRAS, replicas: standingStreams(table, current, target, input) };
  const standing = withStandingValues(table, current, target, input);
  return withOwner(standing, target.owner && { ...target.owner, deletionPolicy: 'Retain', extras }, target.home);
}

/** A table to create: whole, but for what has to wait. */
export function creationOf(target: Table, isFree: (region: string) => boolean): Table {
  const states = [...target.replicas.values()]
    .filter(({ region }) => region === target.home || isFree(region))
    .map((state) => withoutPolicyAbroad(state, target.home));
  const created = tableOf(target, states);
  const { extras } = target.owner ?? {};
  return withExtras(created, extras && { ...extras, replicas: creationExtras(extras.replicas, target.home) });
}

/** CloudFormation cannot set the resource policy of a replica in the operation that makes the replica. */
export function withoutPolicyAbroad(state: TableState, home: string): TableState {
  return state.region === home ? state : { ...state, resourcePolicy: undefined };
}

function creationExtras(replicas: Extras['replicas'], home: string): Extras['replicas'] {
  return Object.fromEntries(
    Object.entries(replicas).map(([region, extras]) => [region, region === home ? extras : replicaExtras(extras)]),
  );
}
