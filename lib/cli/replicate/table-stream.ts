import { EngineError, type EngineCall } from '../engine/direct-calls';
import type { Attributes } from './item-image';

/** A change of an item, as the stream of its table tells it. */
export interface StreamRecord {
  readonly keys: Attributes;
  readonly oldImage?: Attributes;
  readonly newImage?: Attributes;
  /** The second of the write, since 1970. */
  readonly second: number;
}

interface RawRecord {
  readonly dynamodb: {
    readonly Keys: Attributes;
    readonly OldImage?: Attributes;
    readonly NewImage?: Attributes;
    readonly ApproximateCreationDateTime: number;
  };
}

/** The most that one call gives. */
const MOST_RECORDS = 1_000;

/** Reads the stream of a table in one region, from its beginning or from a position on. The engine's streams have one shard. */
export class TableStream {
  private place: { readonly arn: string; readonly iterator: string } | undefined;

  public constructor(
    private readonly call: EngineCall,
    private readonly region: string,
    private readonly tableName: string,
    private readonly start?: string,
  ) {}

  /** Where the next read starts. The engine's iterators do not expire, not even with the engine. */
  public get position(): string | undefined {
    return this.place && `${this.place.arn} ${this.place.iterator}`;
  }

  /** The next records, none at the end. A table that is gone has none. */
  public async read(): Promise<StreamRecord[]> {
    try {
      this.place ??= await this.open();
      if (this.place === undefined) {
        return [];
      }
      const { arn, iterator } = this.place;
      const input = { ShardIterator: iterator, Limit: MOST_RECORDS };
      const { Records: records, NextShardIterator: next } = await this.call(this.region, 'GetRecords', input);
      this.place = { arn, iterator: next as string };
      return (records as RawRecord[]).map(({ dynamodb }) => ({
        keys: dynamodb.Keys,
        oldImage: dynamodb.OldImage,
        newImage: dynamodb.NewImage,
        second: dynamodb.ApproximateCreationDateTime,
      }));
    } catch (error) {
      if (error instanceof EngineError) {
        this.place = undefined;
      }
      if (error instanceof EngineError && error.name === 'ResourceNotFoundException') {
        return [];
      }
      throw error;
    }
  }

  private async open(): Promise<TableStream['place']> {
    const { Table: table } = await this.call(this.region, 'DescribeTable', { TableName: this.tableName });
    const { LatestStreamArn: arn } = table as { readonly LatestStreamArn?: string };
    if (arn === undefined) {
      return undefined;
    }
    const [startArn, startIterator] = this.start?.split(' ') ?? [];
    if (startArn === arn) {
      return { arn, iterator: startIterator };
    }
    const { StreamDescription: stream } = await this.call(this.region, 'DescribeStream', { StreamArn: arn });
    const [shard] = (stream as { readonly Shards: readonly { readonly ShardId: string }[] }).Shards;
    if (shard === undefined) {
      return undefined;
    }
    const input = { StreamArn: arn, ShardId: shard.ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator: iterator } = await this.call(this.region, 'GetShardIterator', input);
    return { arn, iterator: iterator as string };
  }
}
