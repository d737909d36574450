import { inputOf, type Step } from '../engine/answer';
import { tableNameOf } from '../engine/memory/described-table';
import { EngineError, type EngineCall } from '../engine/direct-calls';
import { inParallel } from '../provision/parallel';
import { ExpiringTable } from './expiring-table';

const TABLES_AT_ONCE = 8;
/** Items that have expired already can wait until all tables are there. */
const FIRST_LOOK_MS = 1_000;
const TTL_CHANGES: ReadonlySet<string> = new Set(['DeleteTable', 'UpdateTimeToLive']);

export interface SweeperOptions {
  readonly call: EngineCall;
  readonly onRemoved: (region: string, tableName: string) => void;
  readonly onProblem: (tableName: string, region: string, error: unknown) => void;
}

interface TimeToLive {
  readonly Enabled?: boolean;
  readonly TimeToLiveStatus?: string;
  readonly AttributeName?: string;
}

/** Removes expired items from every table that has time to live, as DynamoDB does, only sooner. */
export class Sweeper {
  private readonly tables = new Map<string, ExpiringTable>();
  private count = 0;

  public constructor(private readonly options: SweeperOptions) {}

  /** Items removed. */
  public get removed(): number {
    return this.count;
  }

  /** Takes up the tables that the engine of a region has. */
  public async start(region: string): Promise<void> {
    await inParallel(await this.tableNames(region), TABLES_AT_ONCE, async (tableName) => {
      const { TimeToLiveDescription: found } = await this.options.call(region, 'DescribeTimeToLive', { TableName: tableName });
      const { TimeToLiveStatus: status, AttributeName: attribute } = (found ?? {}) as TimeToLive;
      await this.set(region, tableName, status === 'ENABLED' ? attribute : undefined);
    });
  }

  public async stop(): Promise<void> {
    await Promise.all([...this.tables.values()].map((table) => table.stop()));
  }

  public noticeWrite(region: string, tableName: string): void {
    this.tables.get(`${region}/${tableName}`)?.lookAt(Date.now());
  }

  /** Learns from requests for which table time to live is turned on or off; a deleted one has none. */
  public readonly step: Step = async (request, next) => {
    const answer = await next(request);
    if (answer.status === 200 && TTL_CHANGES.has(request.operation)) {
      const { TableName: table, TimeToLiveSpecification: specification = {} } = inputOf(request.body);
      const { Enabled: isOn, AttributeName: attribute } = specification as TimeToLive;
      await this.set(request.region, tableNameOf(table as string), isOn === true ? attribute : undefined);
    }
    return answer;
  };

  private async set(region: string, tableName: string, attribute: string | undefined): Promise<void> {
    const key = `${region}/${tableName}`;
    await this.tables.get(key)?.stop();
    this.tables.delete(key);
    if (attribute === undefined) {
      return;
    }
    const table = new ExpiringTable({
      call: this.options.call,
      region,
      tableName,
      attribute,
      onRemoved: () => {
        this.count++;
        this.options.onRemoved(region, tableName);
      },
      onProblem: (error) => {
        // A table that was deleted has nothing to expire.
        if (!(error instanceof EngineError && error.name === 'ResourceNotFoundException')) {
          this.options.onProblem(tableName, region, error);
        }
      },
    });
    this.tables.set(key, table);
    table.lookAt(Date.now() + FIRST_LOOK_MS);
  }

  private async tableNames(region: string): Promise<string[]> {
    const names: string[] = [];
    let last: unknown;
    do {
      const page = await this.options.call(region, 'ListTables', { ExclusiveStartTableName: last });
      names.push(...(page.TableNames as string[]));
      last = page.LastEvaluatedTableName;
    } while (last !== undefined);
    return names;
  }
}
