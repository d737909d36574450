import type { PlanInput } from './input';
import type { Move } from './lane';
import type { ChangeName } from './step';
import { placesOf, type Table } from './table';

/** Changes after which the table takes no other change for a while. */
const UNSETTLING: ReadonlySet<ChangeName> = new Set([
  'create',
  'index-added',
  'index-removed',
  'replica-added',
  'replica-removed',
]);

/** Changes after which TTL takes no other change for up to an hour. */
const TURNING: ReadonlySet<ChangeName> = new Set(['ttl-off', 'ttl-on']);

export function turnsTimeToLive({ change }: Move): boolean {
  return TURNING.has(change.name);
}

/** The places where tables still change, so that the next step has to wait. Each is waited for once. */
export class Unrest {
  private readonly unsettled: Set<string>;
  private readonly turned: Set<string>;
  /** What was in between before the first step. */
  private readonly left: Set<string>;

  public constructor({ inBetween, ttlChanging }: Pick<PlanInput, 'inBetween' | 'ttlChanging'>) {
    this.unsettled = new Set(inBetween);
    this.turned = new Set(ttlChanging);
    this.left = new Set(inBetween);
  }

  public note(move: Move): void {
    if (UNSETTLING.has(move.change.name)) {
      this.noteUnsettled([move.after]);
    }
    if (turnsTimeToLive(move)) {
      placesOf(move.after).forEach((place) => this.turned.add(place));
    }
  }

  public noteUnsettled(tables: readonly Table[]): void {
    tables.flatMap(placesOf).forEach((place) => this.unsettled.add(place));
  }

  public takeUnsettled(tables: readonly Table[]): string[] {
    return take(this.unsettled, tables);
  }

  /** Places whose TTL was turned within the hour. */
  public takeTurned(tables: readonly Table[]): string[] {
    return take(this.turned, tables);
  }

  /** The template that a stack has of a table may differ from the table that an earlier plan left in between. */
  public takeLeft(tables: readonly Table[]): string[] {
    if (this.left.size === 0) {
      return [];
    }
    const left = tables.filter((table) => placesOf(table).some((place) => this.left.has(place)));
    left.flatMap(placesOf).forEach((place) => this.left.delete(place));
    return this.takeUnsettled(left);
  }
}

function take(places: Set<string>, tables: readonly Table[]): string[] {
  return places.size === 0 ? [] : tables.flatMap(placesOf).filter((place) => places.delete(place));
}
