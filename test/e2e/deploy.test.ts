import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  DescribeContributorInsightsCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { Billing, TableClass } from 'aws-cdk-lib/aws-dynamodb';
import { App } from 'aws-cdk-lib/core';
import { IdentityServer, IdentityTablesStacks, Replication } from '../../lib';
import { bootstrap, cdkDone } from './cdk';
import { liveTable, liveTables, tableNames, type LiveTable } from './live-tables';
import { MiniStack } from './ministack';
import {
  CONNECT2ID_18,
  CONNECT_DYNAMODB,
  CURITY_11,
  PRESETS,
  replicates,
  type Preset,
  type ServerFacts,
  type TableFacts,
} from './vendor-facts';

const PRIMARY = 'eu-central-1';
const REPLICAS = ['us-east-1', 'ap-southeast-2'];
const REGIONS = [PRIMARY, ...REPLICAS];
const MINUTE = 60_000;

const SERVERS = {
  connect2id: {
    facts: CONNECT2ID_18,
    server: IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true }),
    replicated: { none: 0, 'absolute-minimal': 5, minimal: 7, full: 16 },
  },
  curity: {
    facts: CURITY_11,
    server: IdentityServer.curity({ version: '11.0' }),
    replicated: { none: 0, 'absolute-minimal': 7, minimal: 9, full: 11 },
  },
  'connect-dynamodb': {
    facts: CONNECT_DYNAMODB,
    server: IdentityServer.connectDynamoDb(),
    replicated: { none: 0, 'absolute-minimal': 0, minimal: 0, full: 1 },
  },
} as const satisfies Record<string, { facts: ServerFacts; server: IdentityServer; replicated: Record<Preset, number> }>;
type ServerName = keyof typeof SERVERS;

const REPLICATION: Record<Preset, Replication> = {
  none: Replication.none(),
  'absolute-minimal': Replication.absoluteMinimal(),
  minimal: Replication.minimal(),
  full: Replication.full(),
};

const CASES = (Object.keys(SERVERS) as ServerName[]).flatMap((name) => PRESETS.map((preset) => ({ name, preset })));

function prefixOf(name: ServerName, preset: Preset): string {
  return `${name}.${preset}.`;
}

/** All deployments in one assembly: one call of the CLI deploys them. */
function synthesize(outdir: string): void {
  const app = new App({ outdir, analyticsReporting: false });
  for (const { name, preset } of CASES) {
    new IdentityTablesStacks(app, `${name}-${preset}`, {
      server: SERVERS[name].server,
      primaryRegion: PRIMARY,
      replicaRegions: REPLICAS,
      replication: REPLICATION[preset],
      tablePrefix: prefixOf(name, preset),
    });
  }
  new IdentityTablesStacks(app, 'overrides', {
    server: IdentityServer.connectDynamoDb(),
    primaryRegion: PRIMARY,
    replicaRegions: REPLICAS,
    tablePrefix: 'overrides.',
    tableOverrides: {
      sessions: {
        timeToLiveAttribute: 'exp',
        pointInTimeRecovery: true,
        deletionProtection: false,
        tableClass: TableClass.STANDARD_INFREQUENT_ACCESS,
        contributorInsights: true,
        billing: Billing.onDemand({ maxReadRequestUnits: 200, maxWriteRequestUnits: 100 }),
      },
    },
  });
  app.synth();
}

function expectedTable(name: ServerName, preset: Preset, baseName: string, table: TableFacts, region: string): LiveTable {
  const replicated = replicates(preset, table);
  return {
    status: 'ACTIVE',
    keys: [...table.keys],
    globalIndexes: [...(table.globalIndexes ?? [])],
    localIndexes: [...(table.localIndexes ?? [])],
    expiry: table.expiry,
    recovery: table.recovery,
    protectedFromDeletion: true,
    stream: 'NEW_AND_OLD_IMAGES',
    billing: 'PAY_PER_REQUEST',
    otherRegions: replicated ? REGIONS.filter((other) => other !== region).sort() : [],
    tags: {
      'identity-tables:server': name,
      'identity-tables:table': baseName,
      'identity-tables:data-class': table.dataClass,
      'identity-tables:placement': replicated ? 'replicated' : 'regional',
      ...(table.evidence && { 'identity-tables:schema-evidence': table.evidence }),
    },
  };
}

function sampleKey(table: TableFacts): Record<string, AttributeValue> {
  return Object.fromEntries(table.keys.map((key) => [key.split(' ')[0], { S: 'written-by-the-test' }]));
}

let cloud: MiniStack;
let assembly: string;

beforeAll(async () => {
  cloud = await MiniStack.start();
  assembly = path.join(cloud.directory, 'cdk.out');
  synthesize(assembly);
  await bootstrap(cloud, REGIONS);
  await cdkDone(cloud, ['deploy', '--app', assembly, '--all', '--concurrency', '12', '--require-approval', 'never']);
}, 5 * MINUTE);

afterAll(() => cloud?.stop());

test('deploy --all leaves no table out and makes none besides', async () => {
  const expected = CASES.flatMap(({ name, preset }) =>
    Object.keys(SERVERS[name].facts).map((baseName) => prefixOf(name, preset) + baseName),
  );
  expect(expected).toHaveLength(4 * (16 + 11 + 1));
  for (const region of REGIONS) {
    expect(await tableNames(cloud.dynamoDb(region))).toEqual([...expected, 'overrides.sessions'].sort());
  }
});

test.each(REGIONS)('overrides of a table reach its replica in %s', async (region) => {
  const client = cloud.dynamoDb(region);
  const TableName = 'overrides.sessions';
  expect(await liveTable(client, TableName)).toMatchObject({ expiry: 'exp', recovery: true, protectedFromDeletion: false });
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table?.TableClassSummary?.TableClass).toBe('STANDARD_INFREQUENT_ACCESS');
  expect(Table?.OnDemandThroughput).toEqual({ MaxReadRequestUnits: 200, MaxWriteRequestUnits: 100 });
  const insights = await client.send(new DescribeContributorInsightsCommand({ TableName }));
  expect(insights.ContributorInsightsStatus).toMatch(/^ENABL(ED|ING)$/);
});

describe.each(CASES)('$name, $preset', ({ name, preset }) => {
  const facts: ServerFacts = SERVERS[name].facts;
  const baseNames = Object.keys(facts);
  const prefix = prefixOf(name, preset);

  test.each(REGIONS)('%s holds exactly its tables, as the vendor describes them', async (region) => {
    const expected = Object.entries(facts).map(([baseName, table]) => [
      baseName,
      expectedTable(name, preset, baseName, table, region),
    ]);
    expect(await liveTables(cloud.dynamoDb(region), prefix)).toEqual(Object.fromEntries(expected));
  });

  test('an item is read in another region when its table is replicated, and only then', async () => {
    const [from, to] = [cloud.dynamoDb(REPLICAS[0]), cloud.dynamoDb(REPLICAS[1])];
    const arrived: string[] = [];
    for (const baseName of baseNames) {
      const TableName = prefix + baseName;
      const key = sampleKey(facts[baseName]);
      await from.send(new PutItemCommand({ TableName, Item: key }));
      const { Item } = await to.send(new GetItemCommand({ TableName, Key: key }));
      if (Item !== undefined) arrived.push(baseName);
    }
    expect(arrived).toEqual(baseNames.filter((baseName) => replicates(preset, facts[baseName])));
    expect(arrived).toHaveLength(SERVERS[name].replicated[preset]);
  });

  // Asserted in the template, since MiniStack keeps no period.
  test('point-in-time recovery reaches back 35 days in every region', () => {
    const days: Record<string, (number | undefined)[]> = {};
    for (const region of REGIONS) {
      for (const { TableName, Replicas } of globalTables(path.join(assembly, templateFile(`${name}-${preset}`, region)))) {
        const periods = Replicas.map((replica) => replica.PointInTimeRecoverySpecification?.RecoveryPeriodInDays);
        days[TableName] = [...(days[TableName] ?? []), ...periods];
      }
    }
    const expected = Object.entries(facts).map(([baseName, table]) => {
      const period = table.recovery ? 35 : undefined;
      return [prefix + baseName, [period, period, period]];
    });
    expect(days).toEqual(Object.fromEntries(expected));
  });
});

interface GlobalTable {
  readonly TableName: string;
  readonly Replicas: ReadonlyArray<{
    readonly Region: string;
    readonly PointInTimeRecoverySpecification?: { readonly RecoveryPeriodInDays?: number };
  }>;
}

/** The template of the stack `<id>-<region>`. */
function templateFile(id: string, region: string): string {
  const manifest = JSON.parse(fs.readFileSync(path.join(assembly, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { properties?: { stackName?: string; templateFile?: string } }>;
  };
  const stack = Object.values(manifest.artifacts).find((artifact) => artifact.properties?.stackName === `${id}-${region}`);
  if (stack?.properties?.templateFile === undefined) throw new Error(`no stack ${id}-${region} in the assembly`);
  return stack.properties.templateFile;
}

function globalTables(file: string): GlobalTable[] {
  const { Resources = {} } = JSON.parse(fs.readFileSync(file, 'utf8')) as {
    Resources?: Record<string, { Type: string; Properties: GlobalTable }>;
  };
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::DynamoDB::GlobalTable')
    .map(({ Properties }) => Properties);
}
