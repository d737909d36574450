import { EngineError, type EngineCall } from '../engine/direct-calls';
import { inParallel } from '../provision/parallel';
import { expiredRange, type ExpiredRange } from './expiry';

/** Between two looks at a table that is written to. */
const LOOK_EVERY_MS = 1_000;
/** A look may take this part of the time at most. */
const LOOK_SHARE = 0.05;
/** A timer cannot wait for much longer than three weeks. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;
const DELETES_AT_ONCE = 8;

interface Item {
  readonly [attribute: string]: { readonly N?: string };
}

export interface ExpiringTableOptions {
  readonly call: EngineCall;
  readonly region: string;
  readonly tableName: string;
  readonly attribute: string;
  readonly onRemoved: () => void;
  readonly onProblem: (error: unknown) => void;
}

/** Removes the expired items of a table in one region. It looks when items are written, and when the next one expires. */
export class ExpiringTable {
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;
  private looking: Promise<void> | undefined;
  private notBefore = 0;
  private isStopped = false;

  public constructor(private readonly options: ExpiringTableOptions) {}

  /** Looks for expired items by this time, or as soon as it may. */
  public lookAt(time: number): void {
    const at = Math.max(time, this.notBefore);
    if (this.isStopped || at >= this.timerAt) {
      return;
    }
    clearTimeout(this.timer);
    this.timerAt = at;
    this.timer = setTimeout(() => this.start(), Math.min(Math.max(0, at - Date.now()), LONGEST_WAIT_MS));
  }

  public async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private start(): void {
    this.timerAt = Infinity;
    this.looking = this.look()
      .catch((error: unknown) => this.options.onProblem(error))
      .finally(() => (this.looking = undefined));
  }

  private async look(): Promise<void> {
    const started = Date.now();
    this.notBefore = started + LOOK_EVERY_MS;
    const range = expiredRange(started);
    const { expired, next } = await this.scan(range);
    await inParallel(expired, DELETES_AT_ONCE, (key) => this.remove(key, range));
    const took = Date.now() - started;
    this.notBefore = started + Math.max(LOOK_EVERY_MS, took / LOOK_SHARE);
    if (next !== undefined) {
      this.lookAt(next * 1000 + 1);
    }
  }

  /** The keys of expired items, and when the next one expires, in seconds since 1970. */
  private async scan({ from, to }: ExpiredRange): Promise<{ expired: Item[]; next?: number }> {
    const { call, region, tableName, attribute } = this.options;
    const keyNames = await this.keyNames();
    const names = Object.fromEntries([...keyNames, attribute].map((name, i) => [`#${i}`, name]));
    const expired: Item[] = [];
    let next: number | undefined;
    let start: unknown;
    do {
      const page = await call(region, 'Scan', {
        TableName: tableName,
        ProjectionExpression: Object.keys(names).join(', '),
        FilterExpression: `#${keyNames.length} > :from`,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':from': { N: String(from) } },
        ExclusiveStartKey: start,
      });
      for (const item of page.Items as Item[]) {
        const time = Number(item[attribute].N);
        if (time < to) {
          expired.push(Object.fromEntries(keyNames.map((name) => [name, item[name]])));
        } else {
          next = Math.min(next ?? time, time);
        }
      }
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return { expired, next };
  }

  /** A client may have given the item another time in the meantime. */
  private async remove(key: Item, { from, to }: ExpiredRange): Promise<void> {
    const { call, region, tableName, attribute, onRemoved } = this.options;
    try {
      await call(region, 'DeleteItem', {
        TableName: tableName,
        Key: key,
        ConditionExpression: '#time > :from AND #time < :to',
        ExpressionAttributeNames: { '#time': attribute },
        ExpressionAttributeValues: { ':from': { N: String(from) }, ':to': { N: String(to) } },
      });
      onRemoved();
    } catch (error) {
      if (!(error instanceof EngineError && error.name === 'ConditionalCheckFailedException')) {
        throw error;
      }
    }
  }

  private async keyNames(): Promise<string[]> {
    const { call, region, tableName } = this.options;
    const { Table: table } = await call(region, 'DescribeTable', { TableName: tableName });
    return (table as { readonly KeySchema: { readonly AttributeName: string }[] }).KeySchema.map(
      ({ AttributeName: name }) => name,
    );
  }
}
