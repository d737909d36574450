import { creationOf } from './adopt';
import { dataMigrations } from './data-migrations';
import type { ExpiredItems } from './input';
import { movesOf, type Move } from './lane';
import type { Match } from './match';
import type { Progress } from './progress';
import { homeState, regionsOf, type Table } from './table';
import { INDEX_USE_WORDS, MIGRATION_WORDS } from './server-words';

/** The updates of all tables, in as few deployments as their rules allow: each takes one update of every table of a stack. */
export class Lanes {
  private readonly byStack = new Map<string, Table[]>();
  private readonly migrated = new Set<string>();

  public constructor(
    private readonly progress: Progress,
    matches: readonly Match[],
    /** Keys of the stacks in the order of their deployment. */
    private readonly order: readonly string[],
    private readonly expired: readonly ExpiredItems[],
  ) {
    for (const { target } of matches) {
      if (target.owner !== undefined) {
        const targets = this.byStack.get(target.owner.stack);
        if (targets === undefined) {
          this.byStack.set(target.owner.stack, [target]);
        } else {
          targets.push(target);
        }
      }
    }
  }

  /** One deployment of each stack that has something to do. */
  public forEachStack(moveOf: (target: Table) => Move | undefined): void {
    for (const stack of this.order) {
      const moves = (this.byStack.get(stack) ?? []).flatMap((target) => moveOf(target) ?? []);
      if (moves.length > 0) {
        this.progress.deploy(stack, moves);
      }
    }
  }

  /** Creates what is missing and changes what stands, in every region where the table stands. */
  public run(time: 'early' | 'late'): void {
    for (const stack of this.order) {
      const lanes = (this.byStack.get(stack) ?? []).map((target) => this.lane(target, time)).filter((lane) => lane.length > 0);
      const rounds = Math.max(0, ...lanes.map((lane) => lane.length));
      for (let round = 0; round < rounds; round++) {
        this.deployRound(
          stack,
          lanes.flatMap((lane) => lane.slice(round, round + 1)),
        );
      }
    }
  }

  private lane(target: Table, time: 'early' | 'late'): Move[] {
    const table = this.progress.ownedBy(target.owner);
    if (table !== undefined) {
      return movesOf(table, target, time, this.expired);
    }
    if (this.progress.standing(target, target.home) !== undefined) {
      return [];
    }
    const created = creationOf(target, (region) => this.progress.standing(target, region) === undefined);
    const text = `created in ${regionsOf(created).join(', ')} with ${homeState(created).schema.globalIndexes.length} indexes`;
    return [{ change: { name: 'create', table: target.name, text }, after: created }, ...movesOf(created, target, time)];
  }

  private deployRound(stack: string, moves: readonly Move[]): void {
    for (const migration of dataMigrations(moves)) {
      if (!this.migrated.has(migration.id)) {
        this.migrated.add(migration.id);
        this.progress.server({ ...MIGRATION_WORDS, title: migration.title }, migration.instructions);
      }
    }
    const removed = moves.filter(({ change }) => change.name === 'index-removed');
    if (removed.length > 0) {
      const instructions = removed.map(({ change }) => `no server queries it any more: ${change.table}, ${change.text}`);
      this.progress.server(INDEX_USE_WORDS, instructions);
    }
    this.progress.deploy(stack, moves);
  }
}
