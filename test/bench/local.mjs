// local and capture against the engine alone: latency, requests a second, start, memory, replication.
// Usage: node test/bench/local.mjs [the command's program], after npm run build. Linux only: it reads /proc.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = path.join(import.meta.dirname, '..', '..');
const COMMAND = process.argv[2] ?? path.join(ROOT, 'bin', 'identity-tables.js');
const ENGINE = path.join(path.dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
const REGIONS = ['eu-central-1', 'us-east-1', 'ap-southeast-2'];
const [PRIMARY] = REGIONS;
const TABLES = 16;
const STARTS = 7;
const LATENCY_ROUNDS = 8;
const LATENCY_REQUESTS = 500;
const THROUGHPUT_REQUESTS = 4_000;
const CLIENTS = [1, 20];
const DELAYS = 200;
const REPLICATED = 10_000;
const RECORDED = 100_000;
const TARGETS = { readySeconds: 1, addedMilliseconds: 1, recordingGrowthMegabytes: 20 };

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-local-'));
const agent = new http.Agent({ keepAlive: true });

const KEY = {
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
};

/** Replicated tables, and one that is not. */
function writeAssembly(directory) {
  const index = {
    IndexName: 'user-index',
    KeySchema: [{ AttributeName: 'user', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  };
  const replica = (Region) => ({
    Region,
    DeletionProtectionEnabled: true,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
    Tags: [{ Key: 'owner', Value: 'identity' }],
  });
  const table = (TableName, regions) => ({
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: KEY.KeySchema,
      AttributeDefinitions: [...KEY.AttributeDefinitions, { AttributeName: 'user', AttributeType: 'S' }],
      GlobalSecondaryIndexes: [index],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
      Replicas: regions.map(replica),
    },
  });
  const plain = { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'plain', BillingMode: 'PAY_PER_REQUEST', ...KEY } };
  const names = Array.from({ length: TABLES }, (_, i) => `identity-${i}`);
  const stack = (templateFile, region) => ({
    type: 'aws:cloudformation:stack',
    environment: `aws://111122223333/${region}`,
    properties: { templateFile, stackName: path.parse(templateFile).name },
  });
  fs.mkdirSync(directory);
  const write = (name, value) => fs.writeFileSync(path.join(directory, name), JSON.stringify(value));
  write('identity.template.json', { Resources: Object.fromEntries(names.map((name, i) => [`T${i}`, table(name, REGIONS)])) });
  write('plain.template.json', { Resources: { Plain: plain } });
  write('manifest.json', {
    version: '48.0.0',
    artifacts: { identity: stack('identity.template.json', PRIMARY), plain: stack('plain.template.json', PRIMARY) },
  });
}

/** A call without the weight of the SDK, so that the servers are what is measured. */
function call(endpoint, operation, input, region = PRIMARY) {
  return new Promise((resolve, reject) => {
    const api = ['DescribeStream', 'GetRecords', 'GetShardIterator'].includes(operation) ? 'DynamoDBStreams' : 'DynamoDB';
    const request = http.request(
      endpoint,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `${api}_20120810.${operation}`,
          'x-amz-date': '20260101T000000Z',
          authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
        },
      },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) {
            resolve(JSON.parse(body));
          } else {
            reject(new Error(`${operation}: ${response.statusCode} ${body}`));
          }
        });
      },
    );
    request.on('error', reject);
    request.end(JSON.stringify(input));
  });
}

const get = (endpoint, id, TableName = 'plain', region) =>
  call(endpoint, 'GetItem', { TableName, Key: { id: { S: id } } }, region);
const put = (endpoint, id, TableName = 'plain', region) =>
  call(endpoint, 'PutItem', { TableName, Item: { id: { S: id }, user: { S: 'u' }, data: { S: 'x'.repeat(400) } } }, region);

async function engineAlone() {
  const child = spawn(ENGINE, ['serve', '--port', '39871'], { stdio: ['ignore', 'ignore', 'pipe'] });
  await once(child.stderr, 'data');
  const endpoint = 'http://127.0.0.1:39871';
  await call(endpoint, 'CreateTable', { TableName: 'plain', BillingMode: 'PAY_PER_REQUEST', ...KEY });
  return { endpoint, child };
}

/** Starts the command and waits for what it says when it is ready. */
async function start(args, ready) {
  const started = performance.now();
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const endpoint = await new Promise((resolve, reject) => {
    const look = (chunk) => {
      said += chunk;
      const [, found] = ready.exec(said) ?? [];
      if (found !== undefined) {
        resolve(found);
      }
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.on('exit', () => reject(new Error(`ended before it was ready\n${said}`)));
  });
  return { endpoint, child, seconds: (performance.now() - started) / 1000, said: () => said };
}

const startLocal = () =>
  start(['local', '--app', path.join(scratch, 'assembly'), '--port', '0'], /^endpoint (\S+):[\s\S]*created in/m);
const startCapture = () =>
  start(
    [
      'capture',
      '--existing',
      path.join(scratch, 'assembly'),
      '--port',
      '0',
      '--output',
      path.join(scratch, 'captured'),
      '--force',
    ],
    /(http:\/\/127\.0\.0\.1:\d+)/,
  );

async function end({ child }) {
  child.kill('SIGINT');
  await once(child, 'exit');
}

function residentMegabytes(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/** The process and all below it. */
function family(pid) {
  const parents = fs.readdirSync('/proc').flatMap((entry) => {
    try {
      return /^\d+$/.test(entry)
        ? [[Number(entry), Number(/\) \S (\d+)/.exec(fs.readFileSync(`/proc/${entry}/stat`, 'utf8'))[1])]]
        : [];
    } catch {
      return [];
    }
  });
  const below = (id) => [id, ...parents.filter(([, parent]) => parent === id).flatMap(([child]) => below(child))];
  return below(pid);
}

function percentile(numbers, share) {
  return [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];
}

const rounded = (number, digits = 2) => Number(number.toFixed(digits));

async function timed(count, request) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    await request(i);
    times.push(performance.now() - started);
  }
  return times;
}

async function inParallel(count, clients, request) {
  const queue = Array.from({ length: count }, (_, i) => i).values();
  const worker = async () => {
    for (const i of queue) {
      await request(i);
    }
  };
  await Promise.all(Array.from({ length: clients }, worker));
}

async function measureStart() {
  const [ready, memory] = [[], []];
  for (let run = 0; run < STARTS; run++) {
    const local = await startLocal();
    ready.push(local.seconds);
    const pids = family(local.child.pid);
    memory.push([residentMegabytes(local.child.pid), pids.reduce((sum, pid) => sum + residentMegabytes(pid), 0)]);
    await end(local);
  }
  return {
    tables: `${TABLES} x ${REGIONS.length}`,
    readySeconds: rounded(percentile(ready, 0.5)),
    slowestSeconds: rounded(Math.max(...ready)),
    nodeMegabytes: rounded(
      percentile(
        memory.map(([node]) => node),
        0.5,
      ),
      0,
    ),
    allMegabytes: rounded(
      percentile(
        memory.map(([, all]) => all),
        0.5,
      ),
      0,
    ),
  };
}

/** Interleaved, so that what else the machine does hits all alike. */
async function measureLatency(servers) {
  const times = {};
  for (let round = 0; round <= LATENCY_ROUNDS; round++) {
    for (const [name, { endpoint }] of Object.entries(servers)) {
      const puts = await timed(LATENCY_REQUESTS, (i) => put(endpoint, `item-${i}`));
      const gets = await timed(LATENCY_REQUESTS, (i) => get(endpoint, `item-${i}`));
      // The first round warms up.
      if (round > 0) {
        times[name] ??= { PutItem: [], GetItem: [] };
        times[name].PutItem.push(...puts);
        times[name].GetItem.push(...gets);
      }
    }
  }
  const rows = {};
  for (const [name, operations] of Object.entries(times)) {
    for (const [operation, own] of Object.entries(operations)) {
      const alone = times.engine[operation];
      rows[`${operation}, ${name}`] = {
        p50: rounded(percentile(own, 0.5), 3),
        p99: rounded(percentile(own, 0.99), 3),
        'added p50': rounded(percentile(own, 0.5) - percentile(alone, 0.5), 3),
        'added p99': rounded(percentile(own, 0.99) - percentile(alone, 0.99), 3),
      };
    }
  }
  return rows;
}

async function measureThroughput(servers) {
  const rows = {};
  for (const [name, { endpoint }] of Object.entries(servers)) {
    const row = {};
    for (const clients of CLIENTS) {
      for (const [operation, request] of Object.entries({ put, get })) {
        const started = performance.now();
        await inParallel(THROUGHPUT_REQUESTS, clients, (i) => request(endpoint, `item-${i % 1000}`));
        row[`${operation}/s, ${clients} client${clients === 1 ? '' : 's'}`] = Math.round(
          THROUGHPUT_REQUESTS / ((performance.now() - started) / 1000),
        );
      }
    }
    rows[name] = row;
  }
  return rows;
}

async function measureReplication({ endpoint }) {
  const other = REGIONS[1];
  const delays = await timed(DELAYS, async (i) => {
    await put(endpoint, `delay-${i}`, 'identity-0');
    while ((await get(endpoint, `delay-${i}`, 'identity-0', other)).Item === undefined);
  });
  const started = performance.now();
  await inParallel(REPLICATED, 20, (i) => put(endpoint, `item-${i}`, 'identity-1'));
  const written = (performance.now() - started) / 1000;
  const counts = async () => Promise.all(REGIONS.map((region) => countOf(endpoint, 'identity-1', region)));
  while ((await counts()).some((count) => count < REPLICATED)) {
    await sleep(100);
  }
  const everywhere = (performance.now() - started) / 1000;
  await sleep(1_000);
  const records = [];
  for (const region of REGIONS) {
    records.push(await streamLength(endpoint, 'identity-1', region));
  }
  return {
    'put until read elsewhere, p50 ms': rounded(percentile(delays, 0.5)),
    'put until read elsewhere, p99 ms': rounded(percentile(delays, 0.99)),
    items: REPLICATED,
    'written in s': rounded(written),
    'everywhere in s': rounded(everywhere),
    'items per region': (await counts()).join(' '),
    'stream records per region': records.join(' '),
  };
}

async function countOf(endpoint, TableName, region) {
  let [count, ExclusiveStartKey] = [0];
  do {
    const page = await call(endpoint, 'Scan', { TableName, Select: 'COUNT', ExclusiveStartKey }, region);
    count += page.Count;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return count;
}

async function streamLength(endpoint, TableName, region) {
  const { Table } = await call(endpoint, 'DescribeTable', { TableName }, region);
  const StreamArn = Table.LatestStreamArn;
  const { StreamDescription } = await call(endpoint, 'DescribeStream', { StreamArn }, region);
  const first = { StreamArn, ShardId: StreamDescription.Shards[0].ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  let { ShardIterator } = await call(endpoint, 'GetShardIterator', first, region);
  for (let length = 0; ;) {
    const page = await call(endpoint, 'GetRecords', { ShardIterator }, region);
    if (page.Records.length === 0) {
      return length;
    }
    length += page.Records.length;
    ShardIterator = page.NextShardIterator;
  }
}

async function measureRecording({ endpoint, child }) {
  const memory = [];
  for (let part = 0; part <= 5; part++) {
    memory.push(rounded(residentMegabytes(child.pid), 0));
    if (part < 5) {
      await inParallel(RECORDED / 5, 20, (i) => get(endpoint, `item-${i % 1000}`));
    }
  }
  return { requests: RECORDED, 'MB after each fifth': memory.slice(1).join(' '), grown: memory[5] - memory[1] };
}

writeAssembly(path.join(scratch, 'assembly'));
try {
  const started = await measureStart();
  console.log('start to ready');
  console.table([started]);

  const servers = {
    engine: await engineAlone(),
    'router (local)': await startLocal(),
    'router and recorder (capture)': await startCapture(),
  };
  const latency = await measureLatency(servers);
  console.log(`latency in ms, 1 client, ${LATENCY_ROUNDS * LATENCY_REQUESTS} requests each`);
  console.table(latency);
  const throughput = await measureThroughput(servers);
  console.log('requests a second');
  console.table(throughput);
  const recording = await measureRecording(servers['router and recorder (capture)']);
  console.log('recording');
  console.table([recording]);
  const replication = await measureReplication(servers['router (local)']);
  console.log('replication between 3 regions');
  console.table([replication]);
  servers.engine.child.kill('SIGKILL');
  await end(servers['router (local)']);
  await end(servers['router and recorder (capture)']);

  const added = Object.entries(latency).map(([, row]) => row['added p50']);
  const exact = Array(REGIONS.length).fill(REPLICATED).join(' ');
  const missed = [
    [started.readySeconds < TARGETS.readySeconds, `ready in less than ${TARGETS.readySeconds} s`],
    [Math.max(...added) < TARGETS.addedMilliseconds, `less than ${TARGETS.addedMilliseconds} ms added at p50`],
    [recording.grown < TARGETS.recordingGrowthMegabytes, `${RECORDED} recorded requests without growing memory`],
    [replication['items per region'] === exact, `${REPLICATED} items in every region`],
    [replication['stream records per region'] === exact, `${REPLICATED} writes in every region`],
  ].filter(([isMet]) => !isMet);
  missed.forEach(([, target]) => console.error(`target missed: ${target}`));
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  fs.rmSync(scratch, { recursive: true });
  agent.destroy();
}
