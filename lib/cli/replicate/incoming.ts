import type { Attributes } from './item-image';
import type { Version } from './version';

/** A version of an item on its way to another region. */
export interface Change {
  readonly key: string;
  readonly keys: Attributes;
  /** Undefined for a deleted item. */
  readonly image?: Attributes;
  readonly fingerprint: string;
  readonly version: Version;
}

interface Waiting {
  readonly change: Change;
  readonly due: number;
}

/** Changes that wait for a region, in order of their origin. */
export class Incoming {
  private readonly waiting = new Map<string, Waiting[]>();

  public get isEmpty(): boolean {
    return [...this.waiting.values()].every((changes) => changes.length === 0);
  }

  public add(origin: string, change: Change, due: number): void {
    const changes = this.waiting.get(origin) ?? [];
    changes.push({ change, due });
    this.waiting.set(origin, changes);
  }

  /** Takes out what is due of the origins that can be reached. */
  public takeDue(now: number, isReachable: (origin: string) => boolean): Change[] {
    return this.reachable(isReachable).flatMap((changes) => {
      const count = changes.findIndex(({ due }) => due > now);
      return changes.splice(0, count < 0 ? changes.length : count).map(({ change }) => change);
    });
  }

  /** When the next change is due; undefined when none can come. */
  public nextDue(isReachable: (origin: string) => boolean): number | undefined {
    const first = this.reachable(isReachable).flatMap((changes) => changes[0]?.due ?? []);
    return first.length === 0 ? undefined : Math.min(...first);
  }

  private reachable(isReachable: (origin: string) => boolean): Waiting[][] {
    return [...this.waiting].filter(([origin]) => isReachable(origin)).map(([, changes]) => changes);
  }
}
