import { apiCall } from './api-calls';
import type { Move } from './lane';
import type { Progress } from './progress';
import { otherAppInstructions } from './release';
import { OTHER_APP_WORDS } from './server-words';
import type { Loss } from './step';
import { placesOf, regionsOf, withDeletionPolicy, withStates, type Table } from './table';
import { API_WORDS, CONFIRM_WORDS } from './words';

/** Deletes tables with all their replicas: by the stacks that own them, as far as those are at hand, else by calls. */
export function dropTables(progress: Progress, tables: readonly Table[], why: string): void {
  const stacks = [...new Set(tables.flatMap(({ owner }) => owner?.stack ?? []))];
  const ofStack = (stack: string): Table[] => tables.filter(({ owner }) => owner?.stack === stack);
  for (const stack of stacks.filter((each) => progress.info(each) === undefined)) {
    progress.letGoElsewhere(ofStack(stack), OTHER_APP_WORDS, otherAppInstructions(stack, ofStack(stack)));
  }
  for (const stack of stacks.filter((each) => progress.info(each) !== undefined)) {
    dropOwned(progress, stack, ofStack(stack), why);
  }
  dropLoose(
    progress,
    tables.flatMap((table) => {
      const standing = progress.standing(table, table.home);
      return standing === undefined || standing.owner !== undefined ? [] : [standing];
    }),
    why,
  );
}

function dropOwned(progress: Progress, stack: string, tables: readonly Table[], why: string): void {
  const moves = tables.map((table): Move => ({
    change: { name: 'unprotect', table: table.name, text: 'deletion protection off, DeletionPolicy Delete' },
    after: withDeletionPolicy(
      withStates(table, (state) => ({ ...state, deletionProtection: false })),
      'Delete',
    ),
  }));
  if (!tables.every(isOpen)) {
    progress.deploy(stack, moves);
  }
  waitForReplicas(progress, tables);
  progress.confirm(tables.flatMap(lossesOf), CONFIRM_WORDS);
  progress.drop(
    stack,
    moves.map(({ after }) => after),
    why,
  );
}

function isOpen({ owner, replicas }: Table): boolean {
  return owner?.deletionPolicy === 'Delete' && [...replicas.values()].every(({ deletionProtection }) => !deletionProtection);
}

function dropLoose(progress: Progress, tables: readonly Table[], why: string): void {
  if (tables.length === 0) {
    return;
  }
  progress.api(
    tables.flatMap((table) =>
      [...table.replicas.values()]
        .filter(({ deletionProtection }) => deletionProtection)
        .map(({ region }) => apiCall('protection-off', table, region)),
    ),
    API_WORDS['protection-off'],
  );
  waitForReplicas(progress, tables);
  progress.confirm(tables.flatMap(lossesOf), CONFIRM_WORDS);
  progress.api(
    tables.flatMap((table) => regionsOf(table).map((region) => apiCall('delete-table', table, region))),
    { ...API_WORDS['delete-table'], why },
  );
  tables.forEach((table) => progress.remove(table));
  progress.wait('gone', tables.flatMap(placesOf));
}

function waitForReplicas(progress: Progress, tables: readonly Table[]): void {
  progress.wait('replica-lock', tables.filter(({ replicas }) => replicas.size > 1).flatMap(placesOf));
}

function lossesOf(table: Table): Loss[] {
  return regionsOf(table).map((region) => {
    const text = `the items of ${table.name} in ${region} that were not copied before`;
    return { tableName: table.name, region, text };
  });
}
