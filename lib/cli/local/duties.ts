import { isReplicated, type TableState } from '../../state';
import type { Step } from '../engine/answer';
import type { EngineCall } from '../engine/direct-calls';
import { noticeWrites } from '../engine/writes';
import { Sweeper } from '../expire';
import { Replicator, type ReplicatedTable } from '../replicate';
import type { DataDirectory } from './data-directory';
import type { RuntimePolicy } from './runtime-policy';

export interface DutiesOptions {
  readonly lagMs: number;
  /** Regions that are cut off at first. */
  readonly isolated: readonly string[];
  /** Whether expired items go. */
  readonly expires: boolean;
  readonly policy?: RuntimePolicy;
  readonly data?: DataDirectory;
  /** Called with what went wrong beside the requests of clients. */
  readonly onProblem: (text: string) => void;
}

const EVERYTHING: Step = (request, next) => next(request);

/** What DynamoDB does beside answering requests: replication, expiry, permissions. They begin once the tables stand. */
export class Duties {
  private permission = EVERYTHING;
  private expiry = EVERYTHING;
  private sweeper: Sweeper | undefined;
  private replicator: Replicator | undefined;
  private readonly told = new Set<string>();

  public readonly steps: readonly Step[] = [
    (request, next) => this.permission(request, next),
    (request, next) => this.expiry(request, next),
    noticeWrites((region, tableName) => {
      this.replicator?.noticeWrite(region, tableName);
      this.sweeper?.noticeWrite(region, tableName);
    }),
  ];

  /** Items written to another region, and items that expired. */
  public get counts(): { readonly replicated: number; readonly removed: number } {
    return { replicated: this.replicator?.replicated ?? 0, removed: this.sweeper?.removed ?? 0 };
  }

  /** Waits until what is in the streams already, from a run before, is on its way. */
  public async begin(call: EngineCall, states: readonly TableState[], options: DutiesOptions): Promise<Replicator> {
    const { lagMs, isolated, expires, policy, data, onProblem } = options;
    const problem = (duty: string) => (tableName: string, region: string, error: unknown) => {
      const text = `${duty} of '${tableName}' in ${region} failed: ${error instanceof Error ? error.message : String(error)}`;
      if (!this.told.has(text)) {
        this.told.add(text);
        onProblem(text);
      }
    };
    const replicator = new Replicator({
      tables: replicatedTables(states),
      call,
      lagMs,
      isolated,
      positions: data?.readPositions() ?? {},
      onSettled: (positions) => data?.keepPositions(positions),
      onProblem: problem('replication'),
    });
    this.replicator = replicator;
    await replicator.start();
    if (expires) {
      const sweeper = new Sweeper({
        call,
        onRemoved: (region, tableName) => replicator.noticeWrite(region, tableName),
        onProblem: problem('expiry'),
      });
      this.sweeper = sweeper;
      this.expiry = sweeper.step;
      await Promise.all([...new Set(states.map(({ region }) => region))].map((region) => sweeper.start(region)));
    }
    if (policy !== undefined) {
      this.enforce(policy);
    }
    return replicator;
  }

  /** Takes up tables that were made later. */
  public add(states: readonly TableState[]): void {
    this.replicator?.add(replicatedTables(states));
  }

  /** Refuses from now on what the policy does not allow. */
  public enforce(policy: RuntimePolicy): void {
    this.permission = policy.step;
  }

  /** Allows everything: for what this command does itself, as whoever deploys. */
  public allowEverything(): void {
    this.permission = EVERYTHING;
  }

  public async stop(): Promise<void> {
    await this.sweeper?.stop();
    await this.replicator?.stop();
  }
}

/** The global tables among the states of single regions. */
function replicatedTables(states: readonly TableState[]): ReplicatedTable[] {
  const tables = new Map<string, ReplicatedTable>();
  for (const state of states.filter(isReplicated)) {
    const { tableName, replicaRegions } = state;
    const regions = replicaRegions.filter((region) =>
      states.some((other) => other.tableName === tableName && other.region === region),
    );
    tables.set([tableName, ...replicaRegions].join(), { tableName, regions });
  }
  return [...tables.values()];
}
