import { IdentityTablesError, Problems, type Problem } from '../../errors';
import type { TableState } from '../../state';
import type { Clients } from '../aws/endpoint';
import type { DynamoSdk } from '../aws/sdk';
import { errorKind, errorText } from '../aws/service-error';
import type { NotApplied } from './create-request';
import { makeTable } from './make-table';
import { inParallel } from './parallel';
import { isSameTable } from './regions-apart';

/** What became of a table: `different` stands with another schema and is untouched, `untried` was left out. */
export type Fate = 'created' | 'kept' | 'different' | 'failed' | 'untried';

export interface TableOutcome {
  readonly state: TableState;
  readonly fate: Fate;
  readonly notApplied: readonly NotApplied[];
}

/** Why nothing more was tried in some regions. */
export interface Ending {
  readonly kind: 'unreachable' | 'credentials' | 'shared';
  readonly regions: readonly string[];
  /** What the server said, or the table that is seen in all of the regions. */
  readonly said: string;
}

export interface Provisioned {
  /** One for each state, in the same order. */
  readonly outcomes: readonly TableOutcome[];
  /** What happened to single tables. */
  readonly problems: readonly Problem[];
  readonly endings: readonly Ending[];
}

export interface ProvisionOptions {
  readonly sdk: DynamoSdk;
  readonly clients: Clients;
  /** Called whenever a table is finished. */
  readonly onProgress: (finished: number, total: number) => void;
}

/** Tables of one region that are worked on at the same time. */
const TABLES_AT_ONCE = 4;

/**
 * Makes every table in its region, with all settings that the server knows. A problem of one table does not stop the others;
 * in a region where the server does not answer or refuses the credentials, the rest is not tried.
 */
export async function provision(states: readonly TableState[], options: ProvisionOptions): Promise<Provisioned> {
  const run = new ProvisionRun(states, options);
  await run.checkAccess();
  // Whether other regions see the first table must be known before anything is made there.
  await run.make(states[0]);
  await run.checkRegionsApart(states[0]);
  await Promise.all(
    run.regions.map((region) =>
      inParallel(
        states.slice(1).filter((state) => state.region === region),
        TABLES_AT_ONCE,
        (state) => run.make(state),
      ),
    ),
  );
  return run.result();
}

class ProvisionRun {
  public readonly regions: readonly string[];
  private readonly outcomes = new Map<TableState, TableOutcome>();
  private readonly problems = new Problems();
  private readonly ended = new Map<string, Omit<Ending, 'regions'>>();

  public constructor(
    private readonly states: readonly TableState[],
    private readonly options: ProvisionOptions,
  ) {
    this.regions = [...new Set(states.map(({ region }) => region))];
  }

  /** The first call to each region, so that a region that cannot be used is left at once. */
  public async checkAccess(): Promise<void> {
    const { sdk, clients } = this.options;
    await Promise.all(
      this.regions.map(async (region) => {
        try {
          await clients.of(region).send(new sdk.ListTablesCommand({ Limit: 1 }));
        } catch (error) {
          this.end(region, error);
        }
      }),
    );
  }

  public async make(state: TableState): Promise<void> {
    const { sdk, clients, onProgress } = this.options;
    if (this.ended.has(state.region)) {
      return;
    }
    try {
      const made = await makeTable(sdk, clients.of(state.region), state);
      this.outcomes.set(state, { state, ...made });
    } catch (error) {
      this.outcomes.set(state, { state, fate: this.fateOf(state, error), notApplied: [] });
    }
    onProgress(this.outcomes.size, this.states.length);
  }

  public async checkRegionsApart({ tableName, region }: TableState): Promise<void> {
    const { sdk, clients } = this.options;
    const others = this.regions.filter((other) => other !== region && !this.ended.has(region));
    await Promise.all(
      others.map(async (other) => {
        try {
          if (await isSameTable(sdk, tableName, clients.of(region), clients.of(other))) {
            this.regions.forEach((each) => this.ended.set(each, { kind: 'shared', said: tableName }));
          }
        } catch (error) {
          this.end(other, error);
        }
      }),
    );
  }

  public result(): Provisioned {
    const outcomes = this.states.map(
      (state): TableOutcome => this.outcomes.get(state) ?? { state, fate: 'untried', notApplied: [] },
    );
    return { outcomes, problems: this.problems.all, endings: this.endings() };
  }

  private fateOf({ tableName, region }: TableState, error: unknown): Fate {
    if (error instanceof IdentityTablesError) {
      error.problems.forEach(({ code, ...detail }) => this.problems.add(code, detail));
      return error.problems.some(({ code }) => code === 'IDT0714') ? 'different' : 'failed';
    }
    if (this.end(region, error)) {
      return 'failed';
    }
    this.problems.add('IDT0715', { what: `table '${tableName}' in ${region} could not be made`, given: errorText(error) });
    return 'failed';
  }

  /** Whether the error ends the work in the region. One that no server sent is a mistake of this program. */
  private end(region: string, error: unknown): boolean {
    const kind = errorKind(error);
    if (kind === undefined) {
      throw error;
    }
    if (kind === 'refused') {
      return false;
    }
    if (!this.ended.has(region)) {
      // A server that does not know the calls for tables is no DynamoDB server.
      this.ended.set(region, { kind: kind === 'credentials' ? kind : 'unreachable', said: errorText(error) });
    }
    return true;
  }

  /** Regions that ended for the same reason, together. */
  private endings(): Ending[] {
    const groups = new Map<string, Ending>();
    for (const [region, { kind, said }] of [...this.ended].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const key = `${kind} ${said}`;
      groups.set(key, { kind, said, regions: [...(groups.get(key)?.regions ?? []), region] });
    }
    return [...groups.values()];
  }
}
