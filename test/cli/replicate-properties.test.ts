import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import type { EngineCall } from '../../lib/cli/engine/direct-calls';
import { Replicator, type Positions } from '../../lib/cli/replicate';

const REGIONS = ['eu-central-1', 'us-east-1', 'us-west-2'];
const TABLE = 'prod-clients';

interface Image {
  readonly id: { readonly S: string };
  readonly value: { readonly S: string };
}

interface StreamRecord {
  readonly dynamodb: {
    readonly Keys: object;
    readonly OldImage?: Image;
    readonly NewImage?: Image;
    readonly ApproximateCreationDateTime: number;
  };
}

/** Engines that answer in any order, with streams as the real one has them. */
class Engines {
  public readonly streams = new Map<string, StreamRecord[]>(REGIONS.map((region) => [region, []]));
  private readonly items = new Map<string, Map<string, Image>>(REGIONS.map((region) => [region, new Map<string, Image>()]));

  public constructor(private readonly delay: () => Promise<void>) {}

  public itemsOf(region: string): object {
    return Object.fromEntries([...(this.items.get(region) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  public write(region: string, id: string, image: Image | undefined): Image | undefined {
    const items = this.items.get(region) as Map<string, Image>;
    const before = items.get(id);
    if (image !== undefined) {
      items.set(id, image);
    } else {
      items.delete(id);
    }
    if (before !== undefined || image !== undefined) {
      const ApproximateCreationDateTime = Math.floor(Date.now() / 1000);
      this.streams
        .get(region)
        ?.push({ dynamodb: { Keys: { id: { S: id } }, OldImage: before, NewImage: image, ApproximateCreationDateTime } });
    }
    return before;
  }

  public readonly call: EngineCall = async (region, operation, input) => {
    await this.delay();
    const answer = this.answer(region, operation, input as Record<string, never>);
    await this.delay();
    return answer as Record<string, unknown>;
  };

  private answer(region: string, operation: string, input: Record<string, never>): object {
    switch (operation) {
      case 'DescribeTable':
        return { Table: { LatestStreamArn: `arn-of-${region}` } };
      case 'DescribeStream':
        return { StreamDescription: { Shards: [{ ShardId: 'one' }] } };
      case 'GetShardIterator':
        return { ShardIterator: '0' };
      case 'GetRecords': {
        const from = Number(input.ShardIterator);
        const records = this.streams.get(region)?.slice(from, from + 3) ?? [];
        return { Records: records, NextShardIterator: String(from + records.length) };
      }
      case 'PutItem': {
        const image = input.Item as Image;
        return { Attributes: this.write(region, image.id.S, image) };
      }
      case 'DeleteItem':
        return { Attributes: this.write(region, (input.Key as Image).id.S, undefined) };
      default:
        throw new Error(operation);
    }
  }
}

interface Action {
  readonly region: number;
  readonly id: number;
  readonly kind: 'put' | 'delete' | 'toggle';
  /** Whether the client waits for the answer before it goes on. */
  readonly waits: boolean;
}

const action: fc.Arbitrary<Action> = fc.record({
  region: fc.nat(REGIONS.length - 1),
  id: fc.nat(1),
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('put' as const) },
    { weight: 3, arbitrary: fc.constant('delete' as const) },
    { weight: 1, arbitrary: fc.constant('toggle' as const) },
  ),
  waits: fc.boolean(),
});
/** Turns of the event loop that each step of an engine takes, over and over. */
const delays = fc.array(fc.nat(4), { minLength: 1, maxLength: 12 });

class Run {
  public readonly engines: Engines;
  public readonly problems: unknown[] = [];
  public positions: Positions = {};
  private readonly delay: () => Promise<void>;
  private readonly pending: Promise<void>[] = [];
  private written = 0;
  public replicator: Replicator;

  public constructor(turns: readonly number[]) {
    let i = 0;
    this.delay = async () => {
      for (let left = turns[i++ % turns.length]; left > 0; left--) {
        await turn();
      }
    };
    this.engines = new Engines(this.delay);
    this.replicator = this.replicatorOf();
  }

  public async do({ region: index, id, kind, waits }: Action): Promise<void> {
    const region = REGIONS[index];
    if (kind === 'toggle') {
      this.replicator.isolation.toggle(region);
      return;
    }
    const value = `${this.written++}`;
    this.engines.write(region, String(id), kind === 'put' ? { id: { S: String(id) }, value: { S: value } } : undefined);
    const noticed = this.delay().then(() => this.replicator.noticeWrite(region, TABLE));
    this.pending.push(noticed);
    await (waits ? noticed : undefined);
  }

  /** Ends the replication as it stands and takes it up again. */
  public async restart(): Promise<void> {
    await this.replicator.stop();
    this.replicator = this.replicatorOf();
    await this.replicator.start();
  }

  public async settle(): Promise<void> {
    await Promise.all(this.pending);
    this.replicator.isolation.heal();
    let quiet = 0;
    for (let count = -1; quiet < 5; quiet++) {
      await sleep(3);
      const now = [...this.engines.streams.values()].reduce((sum, records) => sum + records.length, 0);
      quiet = now === count ? quiet : 0;
      count = now;
    }
  }

  private replicatorOf(): Replicator {
    return new Replicator({
      tables: [{ tableName: TABLE, regions: REGIONS }],
      call: this.engines.call,
      lagMs: 0,
      isolated: [],
      positions: this.positions,
      onSettled: (positions) => (this.positions = positions),
      onProblem: (_, __, error) => this.problems.push(error),
    });
  }
}

describe('replication, whatever the order in which engines answer', () => {
  test('ends with the same items in every region', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), delays, async (actions, turns) => {
        const run = new Run(turns);
        await run.replicator.start();
        for (const one of actions) {
          await run.do(one);
        }
        await run.settle();
        await run.replicator.stop();
        const [first, ...others] = REGIONS.map((region) => run.engines.itemsOf(region));
        expect(others).toEqual([first, first]);
        expect(run.problems).toEqual([]);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  test('ends with the same items after a restart in the middle', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 20 }),
        fc.array(action, { maxLength: 20 }),
        delays,
        async (before, after, turns) => {
          const run = new Run(turns);
          await run.replicator.start();
          for (const one of before) {
            await run.do(one);
          }
          await run.restart();
          for (const one of after) {
            await run.do(one);
          }
          await run.settle();
          await run.replicator.stop();
          const [first, ...others] = REGIONS.map((region) => run.engines.itemsOf(region));
          expect(others).toEqual([first, first]);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);

  test('writes each item once to each other region', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(REGIONS.length - 1), { maxLength: 30 }), delays, async (regions, turns) => {
        const run = new Run(turns);
        await run.replicator.start();
        for (const [id, region] of regions.entries()) {
          await run.do({ region, id, kind: 'put', waits: false });
        }
        await run.settle();
        await run.replicator.stop();
        for (const region of REGIONS) {
          expect(run.engines.streams.get(region)).toHaveLength(regions.length);
        }
        expect(run.replicator.replicated).toBe(regions.length * 2);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
