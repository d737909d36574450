import type { EngineCall } from '../engine/direct-calls';
import { Isolation } from './isolation';
import { Replica, type ReplicaSurroundings } from './replica';

/** A table whose items are the same in several regions. */
export interface ReplicatedTable {
  readonly tableName: string;
  readonly regions: readonly string[];
}

/** Where the streams were read to, by region and table. */
export interface Positions {
  readonly [region: string]: { readonly [tableName: string]: string };
}

export interface ReplicatorOptions {
  readonly tables: readonly ReplicatedTable[];
  readonly call: EngineCall;
  /** How long a write takes to another region. */
  readonly lagMs: number;
  /** Regions that are cut off at first. */
  readonly isolated: readonly string[];
  readonly positions: Positions;
  /** Called when everything read of a table is where it belongs: it need not be read again. */
  readonly onSettled: (positions: Positions) => void;
  readonly onProblem: (tableName: string, region: string, error: unknown) => void;
}

/** Copies items of replicated tables between the engines of their regions; the last writer wins. */
export class Replicator {
  public readonly isolation: Isolation;
  private readonly replicas = new Map<string, Replica>();
  private settled: Positions;
  private count = 0;

  public constructor(private readonly options: ReplicatorOptions) {
    this.settled = options.positions;
    this.isolation = new Isolation(options.isolated, () => this.all.forEach((replica) => replica.wake()));
    this.add(options.tables);
  }

  /** Items written to another region. */
  public get replicated(): number {
    return this.count;
  }

  /** Takes up what is in the streams already. */
  public async start(): Promise<void> {
    await Promise.all(this.all.map((replica) => replica.catchUp()));
  }

  /** What is still on its way stays in the streams. */
  public async stop(): Promise<void> {
    await Promise.all(this.all.map((replica) => replica.stop()));
  }

  public noticeWrite(region: string, tableName: string): void {
    this.replicas.get(replicaKey(region, tableName))?.wake();
  }

  /** Takes up further tables. */
  public add(tables: readonly ReplicatedTable[]): void {
    tables.forEach((table) => this.addTable(table));
  }

  private get all(): Replica[] {
    return [...this.replicas.values()];
  }

  private addTable({ tableName, regions }: ReplicatedTable): void {
    const { call, lagMs, onProblem } = this.options;
    const surroundings: ReplicaSurroundings = {
      call,
      lagMs,
      isolation: this.isolation,
      onReplicated: () => this.count++,
      onProblem: (region, error) => onProblem(tableName, region, error),
      onRest: () => this.settle(tableName, replicas),
    };
    const replicas = regions.map((region) => new Replica(region, tableName, surroundings, this.settled[region]?.[tableName]));
    for (const replica of replicas) {
      replica.siblings = replicas.filter((other) => other !== replica);
      this.replicas.set(replicaKey(replica.region, tableName), replica);
      replica.wake();
    }
  }

  private settle(tableName: string, replicas: readonly Replica[]): void {
    if (!replicas.every((replica) => replica.isSettled)) {
      return;
    }
    replicas.forEach((replica) => replica.forgetVersions());
    for (const { region, position } of replicas) {
      if (position !== undefined) {
        this.settled = { ...this.settled, [region]: { ...this.settled[region], [tableName]: position } };
      }
    }
    this.options.onSettled(this.settled);
  }
}

function replicaKey(region: string, tableName: string): string {
  return `${region}/${tableName}`;
}
