import { isSameOwner, type Match } from './match';
import type { Progress } from './progress';
import { withDeletionPolicy, withStates, type Table } from './table';
import { OTHER_APP_WORDS } from './server-words';

/** Policies under which a resource that leaves its template stands on. */
export const RETAINING: ReadonlySet<string> = new Set(['Retain', 'RetainExceptOnCreate']);

function isRetained({ owner }: Table): boolean {
  return owner !== undefined && RETAINING.has(owner.deletionPolicy);
}

/** Stacks let go of the tables that another resource is to own, after a deployment that says to retain them. */
export function releaseTables(progress: Progress, matches: readonly Match[]): void {
  const moving = matches.flatMap(({ current, target }) =>
    current?.owner === undefined || (isSameOwner(current, target) && !progress.isAstray(current))
      ? []
      : [{ current, stack: current.owner.stack }],
  );
  for (const stack of new Set(moving.map((each) => each.stack))) {
    const tables = moving.filter((each) => each.stack === stack).map(({ current }) => current);
    if (progress.info(stack) === undefined) {
      progress.letGoElsewhere(tables, OTHER_APP_WORDS, otherAppInstructions(stack, tables));
    } else {
      retainTables(progress, stack, tables);
      progress.letGo(
        stack,
        tables.map((table) => progress.ownedBy(table.owner) ?? table),
      );
    }
  }
}

/** Tables that stand no more leave their templates, so that the target makes them anew. */
export function forgetTables(progress: Progress, missing: readonly Table[]): void {
  for (const stack of new Set(missing.flatMap(({ owner }) => owner?.stack ?? []))) {
    progress.forget(
      stack,
      missing.filter(({ owner }) => owner?.stack === stack),
    );
  }
}

/**
 * A table that leaves a template is deleted, unless the template that is deployed by then says to retain it. It is protected by the
 * same deployment: a call beside it would leave a setting that no template knows of.
 */
export function retainTables(progress: Progress, stack: string, tables: readonly Table[]): void {
  const moves = tables
    .filter((table) => !isRetained(table))
    .map((table) => ({
      change: { name: 'keep', table: table.name, text: 'DeletionPolicy Retain, deletion protection on' } as const,
      after: withDeletionPolicy(
        withStates(table, (state) => ({ ...state, deletionProtection: true })),
        'Retain',
      ),
    }));
  if (moves.length > 0) {
    progress.deploy(stack, moves);
  }
}

/** What the operator does in the app of a stack that is not at hand. */
export function otherAppInstructions(stack: string, tables: readonly Table[]): string[] {
  const [, region, stackName] = stack.split('/');
  const names = tables.map(({ name, owner }) => `${name} (${owner?.logicalId})`).join(', ');
  return [
    `in the app of stack ${stackName} in ${region}, set the removal policy of these tables to RETAIN and deploy: ${names}`,
    'then remove the tables from the app and deploy again; they stand on without a stack',
  ];
}
