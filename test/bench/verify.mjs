// verify of 60 tables in 5 regions against a stub endpoint: requests for each table and region, time and memory of the command.
// Usage: node test/bench/verify.mjs [tables] [regions], after npm run build
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';

const TABLES = Number(process.argv[2] ?? 60);
const REGIONS = ['eu-central-1', 'us-east-1', 'ap-southeast-2', 'us-west-2', 'eu-west-1'].slice(0, Number(process.argv[3] ?? 5));
/** Milliseconds that the stub takes for a request, and the requests of each region that it answers in a second. */
const RUNS = [
  { latency: 0, limit: Infinity },
  { latency: 20, limit: Infinity },
  { latency: 20, limit: 50 },
];
const ACCOUNT = '111122223333';
const ROOT = path.join(import.meta.dirname, '..', '..');
const PEAK_MEGABYTES = 300;

const INDEXES = ['email', 'phone'].map((name) => ({
  IndexName: `${name}-index`,
  KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
  Projection: { ProjectionType: 'ALL' },
}));
const KEYS = {
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: ['id', 'email', 'phone'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
};

/** As the library tags its tables, so that the command knows their prefix and lists the tables of each region. */
function tagsOf(tableName) {
  return [{ Key: 'identity-tables:table', Value: tableName.slice('identity-'.length) }];
}

function writeAssembly(directory) {
  const tables = Array.from({ length: TABLES }, (_, i) => [
    `Table${i}`,
    {
      Type: 'AWS::DynamoDB::GlobalTable',
      DeletionPolicy: 'Retain',
      Properties: {
        TableName: `identity-table-${i}`,
        BillingMode: 'PAY_PER_REQUEST',
        ...KEYS,
        GlobalSecondaryIndexes: INDEXES,
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        Replicas: REGIONS.map((region) => ({ Region: region, Tags: tagsOf(`identity-table-${i}`) })),
      },
    },
  ]);
  const stack = {
    type: 'aws:cloudformation:stack',
    environment: `aws://${ACCOUNT}/${REGIONS[0]}`,
    properties: { templateFile: 'Identity.template.json' },
  };
  fs.writeFileSync(path.join(directory, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts: { Identity: stack } }));
  fs.writeFileSync(path.join(directory, 'Identity.template.json'), JSON.stringify({ Resources: Object.fromEntries(tables) }));
}

const ANSWERS = {
  DescribeTable: (region, { TableName: name }) => ({
    Table: {
      ...KEYS,
      TableName: name,
      TableArn: `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${name}`,
      TableStatus: 'ACTIVE',
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      GlobalSecondaryIndexes: INDEXES.map((index) => ({ ...index, IndexStatus: 'ACTIVE' })),
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      Replicas: REGIONS.filter((other) => other !== region).map((other) => ({ RegionName: other, ReplicaStatus: 'ACTIVE' })),
    },
  }),
  DescribeTimeToLive: () => ({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } }),
  DescribeContinuousBackups: () => ({
    ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' } },
  }),
  DescribeContributorInsights: () => ({ ContributorInsightsStatus: 'DISABLED' }),
  ListTables: () => ({ TableNames: Array.from({ length: TABLES }, (_, i) => `identity-table-${i}`) }),
  ListTagsOfResource: (region, { ResourceArn: arn }) => ({ Tags: tagsOf(arn.split('/')[1]) }),
};

/** Refuses what is above the limit of a region, with a reserve of one second, as a token bucket does. */
function limiter(limit) {
  const buckets = new Map();
  return (region) => {
    const now = performance.now();
    const { tokens, at } = buckets.get(region) ?? { tokens: limit, at: now };
    const left = Math.min(limit, tokens + ((now - at) / 1000) * limit);
    const isAllowed = left >= 1;
    buckets.set(region, { tokens: isAllowed ? left - 1 : left, at: now });
    return isAllowed;
  };
}

function startStub({ latency, limit }) {
  const counts = {};
  const isAllowed = limiter(limit);
  let refused = 0;
  let inFlight = 0;
  let most = 0;
  const server = http.createServer((request, response) => {
    const chunks = [];
    most = Math.max(most, ++inFlight);
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const operation = request.headers['x-amz-target']?.split('.')[1] ?? 'CloudFormation';
      const region = /Credential=[^/]+\/\d+\/([^/]+)/.exec(request.headers.authorization)?.[1];
      if (limit < Infinity && !isAllowed(region)) {
        refused++;
        inFlight--;
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' }));
        return;
      }
      counts[operation] = (counts[operation] ?? 0) + 1;
      const answer = ANSWERS[operation]?.(region, JSON.parse(Buffer.concat(chunks)));
      const refusal = { __type: operation === 'GetResourcePolicy' ? 'PolicyNotFoundException' : 'UnknownOperationException' };
      setTimeout(() => {
        inFlight--;
        response.writeHead(answer === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify(answer ?? refusal));
      }, latency);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        endpoint: `http://127.0.0.1:${server.address().port}`,
        counts,
        most: () => most,
        refused: () => refused,
        close: () => server.close(),
      });
    });
  });
}

/** Runs the command in a process of its own, which tells its peak memory at the end. */
function runVerify(directory, endpoint) {
  const program = `
    const { main } = require(${JSON.stringify(path.join(ROOT, 'lib', 'cli'))});
    const terminal = { env: {}, print: (text) => process.stdout.write(text), warn: () => undefined, progress: () => undefined };
    main(['verify', '--json', '--app', ${JSON.stringify(directory)}, '--endpoint', ${JSON.stringify(endpoint)}], terminal)
      .then((code) => process.stderr.write(JSON.stringify({ code, megabytes: process.resourceUsage().maxRSS / 1024 })));`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err] = [[], []];
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => err.push(chunk));
    child.on('error', reject);
    child.on('close', () => resolve({ result: JSON.parse(Buffer.concat(out)), ...JSON.parse(Buffer.concat(err)) }));
  });
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-verify-'));
let failed = false;
try {
  writeAssembly(directory);
  for (const run of RUNS) {
    const stub = await startStub(run);
    const start = performance.now();
    const { result, code, megabytes } = await runVerify(directory, stub.endpoint);
    const seconds = (performance.now() - start) / 1000;
    stub.close();
    const requests = Object.values(stub.counts).reduce((sum, count) => sum + count, 0);
    const perTable = requests / (TABLES * REGIONS.length);
    const least = requests / REGIONS.length / run.limit - 1;
    const bound =
      run.limit < Infinity
        ? `, at most ${run.limit}/s a region (${stub.refused()} refused, so at least ${least.toFixed(1)} s)`
        : '';
    console.log(
      `${TABLES} tables x ${REGIONS.length} regions, ${run.latency} ms a request${bound}: ${requests} requests (${perTable.toFixed(2)} a table and region), ` +
        `${stub.most()} at most in flight, ${seconds.toFixed(2)} s with start, ${result.seconds.toFixed(2)} s reading, ${megabytes.toFixed(0)} MB`,
    );
    failed ||= code !== 0 || result.changes.length > 0 || megabytes > PEAK_MEGABYTES;
  }
} finally {
  fs.rmSync(directory, { recursive: true });
}
if (failed) {
  console.error(`failed: exit code, differences or more than ${PEAK_MEGABYTES} MB`);
  process.exitCode = 1;
}
