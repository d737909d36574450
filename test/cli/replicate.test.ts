import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, Stack } from 'aws-cdk-lib/core';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { startLocal, streamRecords, type RunningLocal } from './running-local';

const REGIONS = ['ap-southeast-2', 'eu-central-1', 'us-east-1'];
const [SYDNEY, FRANKFURT, VIRGINIA] = REGIONS;
const TABLE = 'prod-clients';

const root = mkdtempSync(path.join(tmpdir(), 'replicate-'));
afterAll(() => rmSync(root, { recursive: true }));

/** One replicated table with time to live, and a regional one in every region. */
const assembly = path.join(root, 'assembly');
const app = new App({ outdir: assembly, analyticsReporting: false });
for (const region of REGIONS) {
  const stack = new Stack(app, `Identity-${region}`, { env: { account: '111122223333', region } });
  const partitionKey = { name: 'id', type: AttributeType.STRING };
  new TableV2(stack, 'Regional', { tableName: 'prod-nonces', partitionKey, timeToLiveAttribute: 'expires' });
  if (region === FRANKFURT) {
    const replicas = [{ region: SYDNEY }, { region: VIRGINIA }];
    new TableV2(stack, 'Replicated', { tableName: TABLE, partitionKey, replicas, timeToLiveAttribute: 'expires' });
  }
}
app.synth();

let local: RunningLocal;
afterEach(async () => {
  expect(local.said.filter((text) => text.includes('failed'))).toEqual([]);
  await local.stop();
});
const start = async (...args: string[]): Promise<void> => {
  local = await startLocal('--app', assembly, ...args);
};

type Item = Record<string, AttributeValue>;

const put = (region: string, id: string, value: string, more: Item = {}, TableName = TABLE): Promise<unknown> =>
  local.client(region).send(new PutItemCommand({ TableName, Item: { id: { S: id }, value: { S: value }, ...more } }));
const remove = (region: string, id: string): Promise<unknown> =>
  local.client(region).send(new DeleteItemCommand({ TableName: TABLE, Key: { id: { S: id } } }));
const item = async (region: string, id: string, TableName = TABLE): Promise<Item | undefined> =>
  (await local.client(region).send(new GetItemCommand({ TableName, Key: { id: { S: id } } }))).Item;
const value = async (region: string, id: string): Promise<string | undefined> => (await item(region, id))?.value.S;
const values = (id: string): Promise<(string | undefined)[]> => Promise.all(REGIONS.map((region) => value(region, id)));

async function items(region: string, TableName = TABLE): Promise<Item[]> {
  const all: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await local.client(region).send(new ScanCommand({ TableName, ExclusiveStartKey }));
    all.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return all.sort((a, b) => ((a.id.S ?? '') < (b.id.S ?? '') ? -1 : 1));
}

async function within(seconds: number, what: () => Promise<void>): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await what();
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await sleep(20);
    }
  }
}

describe('items of a replicated table', () => {
  test('go to every other region, whichever call writes them, and items of a regional table do not', async () => {
    await start();
    const everything: Item = {
      binary: { B: new Uint8Array([0, 1, 255]) },
      number: { N: '12345678901234567890.123' },
      set: { SS: ['b', 'a'] },
      numbers: { NS: ['2', '1'] },
      nested: { M: { list: { L: [{ NULL: true }, { BOOL: false }, { S: 'prod-clients' }] } } },
    };
    await put(FRANKFURT, 'put', '1', everything);
    await put(FRANKFURT, 'own', '1', {}, 'prod-nonces');
    await local.client(VIRGINIA).send(
      new BatchWriteItemCommand({
        RequestItems: { [TABLE]: [{ PutRequest: { Item: { id: { S: 'batch' }, value: { S: '2' } } } }] },
      }),
    );
    await local.client(SYDNEY).send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: TABLE, Item: { id: { S: 'transaction' }, value: { S: '3' } } } }],
      }),
    );
    await within(5, async () => {
      for (const region of REGIONS) {
        expect((await items(region)).map(({ id, value: found }) => [id.S, found.S])).toEqual([
          ['batch', '2'],
          ['put', '1'],
          ['transaction', '3'],
        ]);
      }
    });
    expect(await item(SYDNEY, 'put')).toEqual(await item(FRANKFURT, 'put'));
    expect((await item(SYDNEY, 'put'))?.binary).toEqual(everything.binary);

    await local.client(SYDNEY).send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: { id: { S: 'put' } },
        UpdateExpression: 'SET #v = :v REMOVE nested',
        ExpressionAttributeNames: { '#v': 'value' },
        ExpressionAttributeValues: { ':v': { S: '4' } },
      }),
    );
    await remove(VIRGINIA, 'transaction');
    await within(5, async () => {
      expect(await values('put')).toEqual(['4', '4', '4']);
      expect(await values('transaction')).toEqual([undefined, undefined, undefined]);
    });
    expect((await item(FRANKFURT, 'put'))?.nested).toBeUndefined();
    expect(await items(FRANKFURT, 'prod-nonces')).toHaveLength(1);
    expect([await items(SYDNEY, 'prod-nonces'), await items(VIRGINIA, 'prod-nonces')]).toEqual([[], []]);
  }, 20_000);

  test('arrive each once: 1,000 items in two more regions, none lost, none doubled, none going round', async () => {
    await start();
    const ids = Array.from({ length: 1_000 }, (_, i) => `item-${String(i).padStart(4, '0')}`);
    const queue = ids.values();
    const writer = async (): Promise<void> => {
      for (const id of queue) {
        await put(FRANKFURT, id, `value of ${id}`);
      }
    };
    await Promise.all(Array.from({ length: 10 }, writer));
    await within(15, async () => {
      for (const region of [SYDNEY, VIRGINIA]) {
        expect((await items(region)).map(({ id }) => id.S)).toEqual(ids);
      }
    });
    expect(await items(SYDNEY)).toEqual(await items(FRANKFURT));
    expect(await items(VIRGINIA)).toEqual(await items(FRANKFURT));
    await sleep(300);
    for (const region of REGIONS) {
      const records = await streamRecords(local.endpoint, region, TABLE);
      expect(records).toHaveLength(1_000);
      expect(new Set(records.map(({ eventName }) => eventName))).toEqual(new Set(['INSERT']));
    }
    const { err } = await local.stop();
    expect(err).toBe('ended; 2000 items replicated, 0 items expired');
  }, 40_000);

  test('are the last one written, in whichever region', async () => {
    await start();
    for (let round = 0; round < 20; round++) {
      for (const region of REGIONS) {
        await put(region, 'contested', `${round} ${region}`);
      }
    }
    // Writes of one moment are ordered by when they are noticed, since a stream tells the second: all regions agree on one of them.
    await within(5, async () => expect(new Set(await values('contested')).size).toBe(1));
    await put(FRANKFURT, 'contested', 'last but one');
    await sleep(300);
    await put(VIRGINIA, 'contested', 'last');
    await within(5, async () => expect(await values('contested')).toEqual(['last', 'last', 'last']));
    await put(SYDNEY, 'contested', 'again');
    await remove(FRANKFURT, 'contested');
    await sleep(300);
    expect(await values('contested')).toEqual([undefined, undefined, undefined]);
    await remove(SYDNEY, 'contested');
    await put(VIRGINIA, 'contested', 'back');
    await within(5, async () => expect(await values('contested')).toEqual(['back', 'back', 'back']));
  }, 30_000);

  test('end the same when they are written in all regions at once', async () => {
    await start();
    const write = async (region: string): Promise<void> => {
      for (let i = 0; i < 100; i++) {
        const id = `hot-${i % 5}`;
        await (i % 7 === 3 ? remove(region, id) : put(region, id, `${region} ${i}`));
      }
    };
    await Promise.all(REGIONS.map(write));
    await within(5, async () => {
      const [first, ...others] = await Promise.all(REGIONS.map((region) => items(region)));
      expect(others).toEqual([first, first]);
    });
    await sleep(300);
    const [first, ...others] = await Promise.all(REGIONS.map((region) => items(region)));
    expect(others).toEqual([first, first]);
  }, 30_000);

  test('take the replication lag', async () => {
    await start('--replication-lag', '1s');
    const written = Date.now();
    await put(FRANKFURT, 'late', '1');
    await sleep(500);
    await put(FRANKFURT, 'late', '2');
    await sleep(Math.max(0, written + 800 - Date.now()));
    expect(await values('late')).toEqual([undefined, '2', undefined]);
    await within(5, async () => expect(await values('late')).toEqual(['1', '2', '1']));
    await within(5, async () => expect(await values('late')).toEqual(['2', '2', '2']));
    expect(Date.now() - written).toBeGreaterThanOrEqual(1_500);
  }, 20_000);

  test('do not leave or reach a region that is cut off, until it is joined again', async () => {
    await start('--isolate', SYDNEY);
    await put(SYDNEY, 'mine', 'Sydney');
    await put(FRANKFURT, 'yours', 'Frankfurt');
    await put(SYDNEY, 'both', 'Sydney, first');
    await put(VIRGINIA, 'both', 'Virginia, last');
    await within(5, async () => {
      expect(await values('yours')).toEqual([undefined, 'Frankfurt', 'Frankfurt']);
      expect(await values('both')).toEqual(['Sydney, first', 'Virginia, last', 'Virginia, last']);
    });
    await sleep(200);
    expect(await values('mine')).toEqual(['Sydney', undefined, undefined]);
    expect(await values('yours')).toEqual([undefined, 'Frankfurt', 'Frankfurt']);
    process.emit('SIGUSR2');
    await within(5, async () => {
      expect(await values('mine')).toEqual(Array(3).fill('Sydney'));
      expect(await values('yours')).toEqual(Array(3).fill('Frankfurt'));
      expect(await values('both')).toEqual(Array(3).fill('Virginia, last'));
    });
    expect(local.said).toEqual(['all regions are joined']);
  }, 20_000);
});

test('a table that a client deletes and makes anew is read from its new stream, and has no time to live until it is on', async () => {
  await start();
  for (const id of ['1', '2', '3']) {
    await put(SYDNEY, id, 'old');
  }
  await within(5, async () => expect(await items(FRANKFURT)).toHaveLength(3));
  for (const TableName of [TABLE, 'prod-nonces']) {
    await local.client(SYDNEY).send(new DeleteTableCommand({ TableName }));
    await local.client(SYDNEY).send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
  }
  await put(SYDNEY, '1', 'new');
  await put(SYDNEY, 'expired', '1', { expires: { N: '1700000000' } }, 'prod-nonces');
  await within(5, async () => expect(await value(FRANKFURT, '1')).toBe('new'));
  await put(FRANKFURT, '4', 'new');
  await within(5, async () => expect(await value(SYDNEY, '4')).toBe('new'));
  await sleep(1_200);
  expect(await items(SYDNEY, 'prod-nonces')).toHaveLength(1);
}, 20_000);

describe('items that have expired', () => {
  const seconds = (from: number): Item => ({ expires: { N: String(Date.now() / 1000 + from) } });

  test('go from every region soon, and nothing else does', async () => {
    await start();
    await put(FRANKFURT, 'expired', '1', seconds(-10));
    await put(FRANKFURT, 'expires', '1', seconds(1.5));
    await put(FRANKFURT, 'stays', '1', seconds(3600));
    await put(FRANKFURT, 'ancient', '1', seconds(-6 * 365 * 24 * 3600));
    await put(FRANKFURT, 'text', '1', { expires: { S: '1' } });
    await put(FRANKFURT, 'without', '1');
    await put(VIRGINIA, 'expired', '1', seconds(-10), 'prod-nonces');
    const rest = ['ancient', 'stays', 'text', 'without'];
    const ids = async (region: string, table = TABLE): Promise<unknown[]> => (await items(region, table)).map(({ id }) => id.S);
    await within(1.4, async () => expect(await ids(FRANKFURT)).toEqual(['ancient', 'expires', 'stays', 'text', 'without']));
    await within(3, async () => {
      for (const region of REGIONS) {
        expect(await ids(region)).toEqual(rest);
      }
      expect(await ids(VIRGINIA, 'prod-nonces')).toEqual([]);
    });
    const { eventName } = (await streamRecords(local.endpoint, VIRGINIA, TABLE)).at(-1) ?? {};
    expect(eventName).toBe('REMOVE');
  }, 20_000);

  test('stay with --ttl late', async () => {
    await start('--ttl', 'late');
    await put(FRANKFURT, 'expired', '1', seconds(-10));
    await sleep(1_500);
    expect(await values('expired')).toEqual(['1', '1', '1']);
  }, 20_000);
});

describe('with --data', () => {
  test('items are there after a restart, and what was on its way arrives', async () => {
    const data = path.join(root, 'data');
    await start('--data', data, '--replication-lag', '60s');
    await put(FRANKFURT, 'waiting', '1');
    await put(SYDNEY, 'removed', '1', { expires: { N: String(Date.now() / 1000 + 2) } });
    expect(await values('waiting')).toEqual([undefined, '1', undefined]);
    await local.stop();
    await start('--data', data);
    await within(5, async () => expect(await values('waiting')).toEqual(['1', '1', '1']));
    await within(5, async () => expect(await values('removed')).toEqual([undefined, undefined, undefined]));
    await put(VIRGINIA, 'waiting', '2');
    await within(5, async () => expect(await values('waiting')).toEqual(['2', '2', '2']));
    const before = (await streamRecords(local.endpoint, SYDNEY, TABLE)).length;
    await local.stop();
    await start('--data', data);
    expect(await values('waiting')).toEqual(['2', '2', '2']);
    await sleep(200);
    // Nothing is replicated a second time.
    expect(await streamRecords(local.endpoint, SYDNEY, TABLE)).toHaveLength(before);
  }, 40_000);
});
