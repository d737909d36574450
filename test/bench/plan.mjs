// plan for 400 tables in 8 regions from an older assembly: time and memory of the whole command, its files included.
// Usage: node test/bench/plan.mjs [tables] [regions], after npm run build
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';

const TABLES = Number(process.argv[2] ?? 400);
const REGIONS = [
  'eu-central-1',
  'us-east-1',
  'ap-southeast-2',
  'us-west-2',
  'eu-west-1',
  'ap-northeast-1',
  'ca-central-1',
  'sa-east-1',
].slice(0, Number(process.argv[3] ?? 8));
const ROOT = process.env.BENCH_ROOT ?? path.join(import.meta.dirname, '..', '..');
const TARGET_SECONDS = 2;
const RUNS = 5;
/** Runs a program and ends with the megabytes that it took. */
const MEASURED = `
  process.on('exit', () => console.error(process.resourceUsage().maxRSS / 1024));
  require(process.argv[1]);`;

const replica = (region) => ({
  Region: region,
  DeletionProtectionEnabled: true,
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
  Tags: ['server', 'table', 'data-class', 'placement'].map((key) => ({ Key: `identity-tables:${key}`, Value: key })),
});

function table(name, indexes, regions) {
  const attributes = ['id', ...indexes.map((index) => `${index}-key`)];
  return {
    Type: 'AWS::DynamoDB::GlobalTable',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map((IndexName) => ({
          IndexName,
          KeySchema: [{ AttributeName: `${IndexName}-key`, KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        })),
      }),
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      Replicas: regions.map(replica),
    },
  };
}

/** An assembly as cdk synth writes it: a stack for each region, and its template among the assets. */
function writeAssembly(directory, { indexes, isReplicated }) {
  fs.mkdirSync(directory, { recursive: true });
  const artifacts = {};
  for (const region of REGIONS) {
    const stack = `Identity-${region}`;
    const names = isReplicated && region !== REGIONS[0] ? [] : Array.from({ length: TABLES }, (_, i) => `identity-table-${i}`);
    const others = REGIONS.filter((other) => other !== region);
    const resources = names.map((name, i) => [`Table${i}`, table(name, indexes, isReplicated ? [...others, region] : [region])]);
    const body = JSON.stringify({ Resources: { ...Object.fromEntries(resources), Role: { Type: 'AWS::IAM::Role' } } });
    const hash = createHash('sha256').update(body).digest('hex');
    fs.writeFileSync(path.join(directory, `${stack}.template.json`), body);
    const asset = { source: { path: `${stack}.template.json` }, destinations: { here: { objectKey: `${hash}.json` } } };
    fs.writeFileSync(path.join(directory, `${stack}.assets.json`), JSON.stringify({ files: { [hash]: asset } }));
    artifacts[`${stack}.assets`] = { type: 'cdk:asset-manifest', properties: { file: `${stack}.assets.json` } };
    artifacts[stack] = {
      type: 'aws:cloudformation:stack',
      environment: `aws://111122223333/${region}`,
      dependencies: [`${stack}.assets`],
      properties: { templateFile: `${stack}.template.json`, stackTemplateAssetObjectUrl: `s3://assets/${hash}.json` },
    };
  }
  fs.writeFileSync(path.join(directory, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
}

const CASES = {
  'two more indexes on every replicated table': [
    { indexes: [], isReplicated: true },
    { indexes: ['email', 'phone'], isReplicated: true },
  ],
  'every regional table becomes a replicated one': [
    { indexes: ['email'], isReplicated: false },
    { indexes: ['email'], isReplicated: true },
  ],
};

const out = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-plan-'));
const places = REGIONS.slice(1).flatMap((region) => Array.from({ length: TABLES }, (_, i) => `identity-table-${i}@${region}`));
let isSlow = false;
try {
  for (const [name, [before, after]] of Object.entries(CASES)) {
    const [from, app] = ['from', 'app'].map((directory) => path.join(out, directory));
    writeAssembly(from, before);
    writeAssembly(app, after);
    const seconds = [];
    let steps = 0;
    let peak = 0;
    for (let run = 0; run < RUNS; run++) {
      const output = path.join(out, `plan-${run}`);
      const accepted = ['--accept-data-loss', places.join(',')];
      const start = performance.now();
      const command = [path.join(ROOT, 'bin', 'identity-tables.js'), 'plan', '--from', from, '--app', app, '--output', output];
      const { status, stderr } = spawnSync(process.execPath, ['-e', MEASURED, ...command, ...accepted], { encoding: 'utf8' });
      seconds.push((performance.now() - start) / 1000);
      if (status !== 0) throw new Error(stderr);
      peak = Math.max(peak, Number(stderr.trim().split('\n').at(-1)));
      steps = JSON.parse(fs.readFileSync(path.join(output, 'plan.json'), 'utf8')).steps.length;
      fs.rmSync(output, { recursive: true });
    }
    const median = seconds.sort((a, b) => a - b)[Math.floor(RUNS / 2)];
    isSlow ||= median > TARGET_SECONDS;
    console.log(`${TABLES} tables, ${REGIONS.length} regions, ${name}:`);
    console.log(`  ${steps} steps in ${median.toFixed(2)} s (target ${TARGET_SECONDS} s), at most ${peak.toFixed(0)} MB`);
    fs.rmSync(from, { recursive: true });
    fs.rmSync(app, { recursive: true });
  }
} finally {
  fs.rmSync(out, { recursive: true, force: true });
}
process.exitCode = isSlow ? 1 : 0;
