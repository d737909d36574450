import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, CfnParameter, Stack, Stage, Tags } from 'aws-cdk-lib/core';
import {
  AttributeType,
  Billing,
  Capacity,
  ProjectionType,
  StreamViewType,
  TableClass,
  TableEncryptionV2,
  TableV2,
  type TablePropsV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument, PolicyStatement, AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeContributorInsightsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetResourcePolicyCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { startEmbeddedEngine, type EmbeddedEngine } from '../../lib/cli/engine';
import { bareEngine, clientOf, freePort, runCommand, type Ran } from './support';

const REGIONS = ['ap-southeast-2', 'eu-central-1', 'us-east-1'];
const id = { name: 'id', type: AttributeType.STRING };
const user = { name: 'user', type: AttributeType.STRING };

const root = mkdtempSync(path.join(tmpdir(), 'local-'));
afterAll(() => rmSync(root, { recursive: true }));

let assemblies = 0;
function assemblyOf(build: (app: App) => void): string {
  const outdir = path.join(root, `assembly-${++assemblies}`);
  const app = new App({ outdir, analyticsReporting: false });
  build(app);
  app.synth();
  return outdir;
}

/** One replicated table with every setting, and a regional table in each region. */
function identityApp(app: App, sessions: Partial<TablePropsV2> = {}): void {
  const stacks = REGIONS.map((region) => new Stack(app, `Identity-${region}`, { env: { account: '111122223333', region } }));
  const table = new TableV2(stacks[1], 'Sessions', {
    tableName: 'prod-sessions',
    partitionKey: id,
    sortKey: { name: 'at', type: AttributeType.NUMBER },
    timeToLiveAttribute: 'expires',
    deletionProtection: true,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 7 },
    globalSecondaryIndexes: [
      { indexName: 'user-index', partitionKey: user },
      { indexName: 'client-index', partitionKey: { name: 'client', type: AttributeType.STRING }, sortKey: user },
    ],
    localSecondaryIndexes: [
      {
        indexName: 'state-index',
        sortKey: { name: 'state', type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      },
    ],
    replicas: [{ region: 'us-east-1' }, { region: 'ap-southeast-2', contributorInsightsSpecification: { enabled: true } }],
    ...sessions,
  });
  Tags.of(table).add('owner', 'identity');
  for (const stack of stacks) {
    new TableV2(stack, 'Nonces', { tableName: 'prod-nonces', partitionKey: id, timeToLiveAttribute: 'deletableAt' });
  }
}

const identity = assemblyOf((app) => identityApp(app));
const withOtherIndex = assemblyOf((app) =>
  identityApp(app, {
    globalSecondaryIndexes: [{ indexName: 'user-index', partitionKey: user, projectionType: ProjectionType.KEYS_ONLY }],
  }),
);
const oneTable = assemblyOf((app) => {
  const stack = new Stack(app, 'One', { env: { account: '111122223333', region: 'eu-central-1' } });
  new TableV2(stack, 'T', { tableName: 'prod-clients', partitionKey: id, timeToLiveAttribute: 'ttl' });
});

function localOnce(assembly: string, endpoint: string, ...more: string[]): Promise<Ran> {
  return runCommand(['local', '--once', '--app', assembly, '--endpoint', endpoint, ...more]);
}

/** A run's JSON, as far as the tests look at it. */
interface Result {
  readonly tables: readonly { readonly table: string; readonly region: string; readonly fate: string }[];
  readonly notSupported: readonly object[];
  readonly problems: readonly { readonly code: string; readonly given: string }[];
}

const fates = ({ out }: Ran): string[] =>
  (JSON.parse(out) as Result).tables.map(({ table, region, fate }) => `${table} ${region} ${fate}`);

describe('local --once on the embedded engine', () => {
  test('prints every table of every region with what was applied', async () => {
    const { code, out, err } = await runCommand(['local', '--once', '--app', identity]);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      `tables of ${identity} on the embedded engine`,
      '',
      'A ap-southeast-2   B eu-central-1   C us-east-1',
      '',
      'table          key     gsi  lsi  ttl          pitr  protected  stream   placement   A  B  C',
      'prod-nonces    id      0    0    deletableAt  -     -          -        regional    +  +  +',
      'prod-sessions  id, at  2    1    expires      7 d   yes        new+old  replicated  +  +  +',
      '',
      '+ created',
      '',
      'not supported by this engine:',
      '  point-in-time recovery  3 tables  remembered, but no backup is made',
      '  contributor insights    1 table   remembered, but nothing is measured',
      '',
      expect.stringMatching(/^6 tables in 3 regions: 6 created in \d+\.\d\d s$/),
    ]);
  });

  test('gives the same as JSON', async () => {
    const { code, out } = await runCommand(['local', '--once', '--app', identity, '--json']);
    const result = JSON.parse(out) as Result;
    expect(code).toBe(0);
    expect(result).toMatchObject({
      assembly: identity,
      embedded: true,
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      credentials: "made up, access key id 'local'",
      problems: [],
      seconds: expect.any(Number) as number,
    });
    expect(result.tables).toHaveLength(6);
    expect(result.tables[4]).toEqual({
      table: 'prod-sessions',
      region: 'eu-central-1',
      fate: 'created',
      placement: 'replicated',
      partitionKey: 'id',
      sortKey: 'at',
      globalIndexes: ['client-index', 'user-index'],
      localIndexes: ['state-index'],
      timeToLiveAttribute: 'expires',
      recoveryPeriodInDays: 7,
      deletionProtection: true,
      stream: 'NEW_AND_OLD_IMAGES',
      tags: { owner: 'identity' },
      notApplied: [],
    });
    expect(result.notSupported).toContainEqual({
      setting: 'point-in-time recovery',
      reason: 'remembered, but no backup is made',
      tables: 3,
    });
  });

  test('puts stacks without env into the region that is given, else into AWS_REGION', async () => {
    const anywhere = assemblyOf((app) => new TableV2(new Stack(app, 'Any'), 'T', { tableName: 'any-table', partitionKey: id }));
    const ran = (args: string[], env: NodeJS.ProcessEnv): Promise<Ran> =>
      runCommand(['local', '--once', '--json', '--app', anywhere, ...args], env);
    expect(fates(await ran(['--region', 'eu-west-3'], { AWS_REGION: 'eu-west-1' }))).toEqual(['any-table eu-west-3 created']);
    expect(fates(await ran([], { AWS_REGION: 'eu-west-1' }))).toEqual(['any-table eu-west-1 created']);
    expect(fates(await ran([], { AWS_DEFAULT_REGION: 'eu-west-2' }))).toEqual(['any-table eu-west-2 created']);
    expect((await ran([], {})).out).toContain('IDT0706');
  });

  test('fails with what stood when an engine dies midway', async () => {
    let killed = false;
    const { code, out, err } = await runCommand(['local', '--once', '--app', identity], {}, () => {
      if (!killed) {
        killed = true;
        ownEngines().forEach((pid) => process.kill(pid, 'SIGKILL'));
      }
    });
    expect(code).toBe(2);
    expect(out).toContain('. not tried');
    expect(err).toMatch(/^\[IDT0711\] the embedded engine failed in (ap-southeast-2|eu-central-1|us-east-1)/);
    expect(err).toMatch(/[1-5] of 6 tables stands?, and nothing is kept/);
    expect(ownEngines()).toEqual([]);
  }, 30_000);
});

/** Engine processes that this process started, through their wrappers. */
function ownEngines(): number[] {
  const stat = (pid: string): { name: string; parent: string } => {
    try {
      const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      return { name, parent };
    } catch {
      return { name: '', parent: '0' };
    }
  };
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && stat(pid).name === 'dynoxide' && Number(stat(stat(pid).parent).parent) === process.pid)
    .map(Number);
}

describe('local --once on a server with regions', () => {
  let server: EmbeddedEngine;
  beforeEach(async () => {
    server = await startEmbeddedEngine({ regions: [] });
  });
  afterEach(() => server.stop());

  test('makes keys, indexes and every setting, in each region with its own ARN', async () => {
    const { code } = await localOnce(identity, server.endpoint);
    expect(code).toBe(0);
    for (const region of REGIONS) {
      const client = clientOf(server.endpoint, region);
      const TableName = 'prod-sessions';
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      const ResourceArn = `arn:aws:dynamodb:${region}:000000000000:table/prod-sessions`;
      expect(Table).toMatchObject({
        TableArn: ResourceArn,
        TableStatus: 'ACTIVE',
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
        DeletionProtectionEnabled: true,
      });
      const indexes = [...(Table?.GlobalSecondaryIndexes ?? []), ...(Table?.LocalSecondaryIndexes ?? [])];
      expect(
        indexes.map(({ IndexName, KeySchema, Projection }) => [
          IndexName,
          KeySchema?.map((key) => key.AttributeName),
          Projection?.ProjectionType,
        ]),
      ).toEqual([
        ['client-index', ['client', 'user'], 'ALL'],
        ['user-index', ['user'], 'ALL'],
        ['state-index', ['id', 'state'], 'KEYS_ONLY'],
      ]);
      const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName }));
      expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
      const backups = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
      expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
        PointInTimeRecoveryStatus: 'ENABLED',
        RecoveryPeriodInDays: 7,
      });
      const { Tags: tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn }));
      expect(tags).toEqual([{ Key: 'owner', Value: 'identity' }]);
      const insights = await client.send(new DescribeContributorInsightsCommand({ TableName }));
      expect(insights.ContributorInsightsStatus).toBe(region === 'ap-southeast-2' ? 'ENABLED' : 'DISABLED');
      expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(['prod-nonces', 'prod-sessions']);
      client.destroy();
    }
  });

  test('keeps what stands when it runs again, and tells how to look at it', async () => {
    await localOnce(identity, server.endpoint);
    const { code, out } = await localOnce(identity, server.endpoint);
    expect(code).toBe(0);
    expect(out).toContain('prod-sessions  id, at  2    1    expires      7 d   yes        new+old  replicated  =  =  =');
    expect(out).toContain(
      "credentials: made up, access key id 'local'; to look:\n" +
        `  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws dynamodb list-tables --endpoint-url ${server.endpoint} --region ap-southeast-2`,
    );
    expect(out).toMatch(/6 tables in 3 regions: 6 kept in/);
  });

  test('completes a table that stands without its settings', async () => {
    const client = clientOf(server.endpoint, 'eu-central-1');
    await client.send(
      new CreateTableCommand({
        TableName: 'prod-clients',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    const complete = assemblyOf((app) => {
      const stack = new Stack(app, 'One', { env: { account: '111122223333', region: 'eu-central-1' } });
      const table = new TableV2(stack, 'T', {
        tableName: 'prod-clients',
        partitionKey: id,
        timeToLiveAttribute: 'ttl',
        deletionProtection: true,
        replicas: [{ region: 'us-east-1' }],
      });
      Tags.of(table).add('owner', 'identity');
    });
    expect(fates(await localOnce(complete, server.endpoint, '--json'))).toEqual([
      'prod-clients eu-central-1 kept',
      'prod-clients us-east-1 created',
    ]);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'prod-clients' }));
    expect(Table).toMatchObject({
      DeletionProtectionEnabled: true,
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    const { Tags: tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }));
    expect(tags).toEqual([{ Key: 'owner', Value: 'identity' }]);
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: 'prod-clients' }));
    expect(ttl.TimeToLiveDescription?.AttributeName).toBe('ttl');
    client.destroy();
  });

  test('leaves a table with another schema alone and says what differs', async () => {
    await localOnce(identity, server.endpoint);
    const { code, out, err } = await localOnce(withOtherIndex, server.endpoint);
    expect(code).toBe(1);
    expect(out).toMatch(/prod-sessions .* replicated {2}! {2}! {2}!/);
    expect(out).toMatch(/6 tables in 3 regions: 3 kept, 3 different in/);
    expect(err).toContain(
      [
        "[IDT0714] table 'prod-sessions' in eu-central-1 stands already with another schema",
        "  given:   global index 'user-index' is user (S) with ALL, not user (S) with KEYS_ONLY; global index 'client-index' is extra",
        '  allowed: key id (S), at (N), and the indexes of the cloud assembly',
      ].join('\n'),
    );
    const client = clientOf(server.endpoint, 'eu-central-1');
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'prod-sessions' }));
    expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['client-index', 'user-index']);
    client.destroy();
  });

  test('leaves a table that expires items by another attribute alone', async () => {
    await localOnce(oneTable, server.endpoint);
    const client = clientOf(server.endpoint, 'eu-central-1');
    const set = (Enabled: boolean, AttributeName: string): Promise<unknown> =>
      client.send(
        new UpdateTimeToLiveCommand({ TableName: 'prod-clients', TimeToLiveSpecification: { Enabled, AttributeName } }),
      );
    await set(false, 'ttl');
    await set(true, 'other');
    const { code, err } = await localOnce(oneTable, server.endpoint);
    expect(code).toBe(1);
    expect(err).toContain("[IDT0714] table 'prod-clients' in eu-central-1 expires items by another attribute");
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: 'prod-clients' }));
    expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'other' });
    client.destroy();
  });

  test('leaves out what only CloudFormation knows, and says so', async () => {
    const withKey = assemblyOf((app) => {
      const stack = new Stack(app, 'One', { env: { account: '111122223333', region: 'eu-central-1' } });
      const principal = new AccountPrincipal(new CfnParameter(stack, 'Partner').valueAsString);
      const statements = [new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: ['*'], principals: [principal] })];
      const table = new TableV2(stack, 'T', {
        tableName: 'prod-clients',
        partitionKey: id,
        encryption: TableEncryptionV2.customerManagedKey(new Key(stack, 'Key')),
        resourcePolicy: new PolicyDocument({ statements }),
      });
      Tags.of(table).add('stage', new CfnParameter(stack, 'StageName').valueAsString);
    });
    const { code, out } = await localOnce(withKey, server.endpoint, '--json');
    expect(code).toBe(0);
    expect((JSON.parse(out) as Result).notSupported).toEqual([
      { setting: 'encryption with a customer key', reason: 'its value is known to CloudFormation only', tables: 1 },
      { setting: "tag 'stage'", reason: 'its value is known to CloudFormation only', tables: 1 },
      { setting: 'resource policy', reason: 'it holds values that are known to CloudFormation only', tables: 1 },
    ]);
  });

  test('makes capacity, on-demand limits, table class and key as the assembly has them', async () => {
    const special = assemblyOf((app) => {
      const stack = new Stack(app, 'One', { env: { account: '111122223333', region: 'eu-central-1' } });
      const writeCapacity = Capacity.autoscaled({ minCapacity: 2, maxCapacity: 20 });
      new TableV2(stack, 'Provisioned', {
        tableName: 'a-provisioned',
        partitionKey: id,
        billing: Billing.provisioned({ readCapacity: Capacity.fixed(10), writeCapacity }),
        globalSecondaryIndexes: [{ indexName: 'user-index', partitionKey: user, readCapacity: Capacity.fixed(3) }],
      });
      new TableV2(stack, 'Limited', {
        tableName: 'b-limited',
        partitionKey: id,
        billing: Billing.onDemand({ maxReadRequestUnits: 100, maxWriteRequestUnits: 50 }),
        tableClass: TableClass.STANDARD_INFREQUENT_ACCESS,
        encryption: TableEncryptionV2.awsManagedKey(),
      });
    });
    expect((await localOnce(special, server.endpoint)).code).toBe(0);
    const client = clientOf(server.endpoint, 'eu-central-1');
    const provisioned = await client.send(new DescribeTableCommand({ TableName: 'a-provisioned' }));
    const limited = await client.send(new DescribeTableCommand({ TableName: 'b-limited' }));
    client.destroy();
    expect(provisioned.Table).toMatchObject({
      ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 2 },
      GlobalSecondaryIndexes: [{ ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 2 } }],
    });
    expect(limited.Table).toMatchObject({
      OnDemandThroughput: { MaxReadRequestUnits: 100, MaxWriteRequestUnits: 50 },
      TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
      SSEDescription: { SSEType: 'KMS' },
    });
  });

  test('applies a resource policy that is known', async () => {
    const withPolicy = assemblyOf((app) => {
      const stack = new Stack(app, 'One', { env: { account: '111122223333', region: 'eu-central-1' } });
      const principals = [new AccountPrincipal('444455556666')];
      const statements = [new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: ['*'], principals })];
      new TableV2(stack, 'T', {
        tableName: 'prod-clients',
        partitionKey: id,
        resourcePolicy: new PolicyDocument({ statements }),
      });
    });
    expect((await localOnce(withPolicy, server.endpoint)).code).toBe(0);
    const client = clientOf(server.endpoint, 'eu-central-1');
    const ResourceArn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/prod-clients';
    const { Policy } = await client.send(new GetResourcePolicyCommand({ ResourceArn }));
    client.destroy();
    expect(JSON.parse(Policy ?? '')).toMatchObject({ Statement: [{ Principal: { AWS: 'arn:aws:iam::444455556666:root' } }] });
  });
});

describe('local --once on other servers', () => {
  test('says that a server does not keep regions apart, before it builds a second region', async () => {
    const bare = await bareEngine();
    const { code, err } = await localOnce(identity, bare.endpoint);
    const client = clientOf(bare.endpoint, 'us-east-1');
    const { TableNames } = await client.send(new ListTablesCommand({}));
    client.destroy();
    await bare.stop();
    expect(code).toBe(2);
    expect(TableNames).toEqual(['prod-nonces']);
    expect(err).toBe(
      [
        `[IDT0713] ${bare.endpoint} does not keep regions apart`,
        "  given:   table 'prod-nonces' is the same one in ap-southeast-2, eu-central-1, us-east-1; 1 of 6 tables stands",
        '  allowed: a server that holds other tables for each region of the signature',
        '  fix:     use the embedded engine, or a server with a set of tables for each region',
      ].join('\n'),
    );
  });

  test('skips calls that the server does not know, and lists them', async () => {
    const bare = await bareEngine();
    const one = assemblyOf((app) => {
      const stack = new Stack(app, 'One', { env: { account: '111122223333', region: 'eu-central-1' } });
      new TableV2(stack, 'T', {
        tableName: 'prod-clients',
        partitionKey: id,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        contributorInsightsSpecification: { enabled: true },
      });
    });
    const { code, out } = await localOnce(one, bare.endpoint);
    await bare.stop();
    expect(code).toBe(0);
    expect(out).toContain('prod-clients  id   0    0    -    35 d*  -          -       regional   +');
    expect(out).toContain('+ created   * not as the assembly asks, see below');
    expect(out).toContain(
      'not supported by this engine:\n' +
        '  point-in-time recovery  1 table  UnknownOperationException\n' +
        '  contributor insights    1 table  UnknownOperationException\n',
    );
  });

  test('fails in one sentence when nothing listens', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const { code, out, err } = await localOnce(identity, endpoint);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(
      `[IDT0712] ${endpoint} does not answer as a DynamoDB server in ap-southeast-2, eu-central-1, us-east-1`,
    );
    expect(err).toContain('ECONNREFUSED');
    expect(err.match(/IDT/g)).toHaveLength(1);
  });

  /** A server that answers as the test says; records operation and access key of each request. */
  async function stub(answer: (operation: string, request: IncomingMessage) => { status?: number; body: string }) {
    const calls: string[] = [];
    const keys = new Set<string>();
    const server = createServer((request, response) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1];
      calls.push(operation);
      keys.add(/Credential=([^/]*)/.exec(request.headers.authorization ?? '')?.[1] ?? '');
      request.resume().on('end', () => {
        const { status = 200, body } = answer(operation, request);
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { endpoint, calls, keys, stop: () => new Promise((resolve) => server.close(resolve)) };
  }

  const refused = (name: string, message: string) => ({ status: 400, body: JSON.stringify({ __type: `x#${name}`, message }) });

  test('fails in one sentence when the server is another one', async () => {
    const server = await stub(() => ({ status: 501, body: '<html>not here</html>' }));
    const { code, out, err } = await localOnce(identity, server.endpoint);
    await server.stop();
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`[IDT0712] ${server.endpoint} does not answer as a DynamoDB server`);
    expect(err.match(/IDT/g)).toHaveLength(1);
  });

  test('fails in one sentence for credentials that have expired', async () => {
    const server = await stub(() => refused('ExpiredTokenException', 'The security token included in the request is expired'));
    const { code, out, err } = await localOnce(identity, server.endpoint);
    await server.stop();
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`[IDT0716] ${server.endpoint} refuses the credentials in ap-southeast-2, eu-central-1, us-east-1`);
    expect(err).toContain('ExpiredTokenException: The security token included in the request is expired');
    expect(err.match(/IDT/g)).toHaveLength(1);
    // The first refusal ends a region: no table is tried after it.
    expect(server.calls).toEqual(['ListTables', 'ListTables', 'ListTables']);
  });

  const table = (TableStatus: string, index = 'ACTIVE'): { body: string } => ({
    body: JSON.stringify({
      Table: {
        TableName: 'prod-clients',
        TableStatus,
        GlobalSecondaryIndexes: [{ IndexName: 'user-index', IndexStatus: index }],
      },
    }),
  });

  test('waits until table and indexes are ACTIVE before it sets anything', async () => {
    const states = [table('CREATING'), table('CREATING'), table('ACTIVE', 'CREATING'), table('ACTIVE')];
    const server = await stub((operation) =>
      operation === 'DescribeTable' ? (states.shift() ?? table('ACTIVE')) : { body: '{}' },
    );
    const { code } = await localOnce(oneTable, server.endpoint);
    await server.stop();
    expect(code).toBe(0);
    expect(server.calls).toEqual([
      'ListTables',
      'CreateTable',
      'DescribeTable',
      'DescribeTable',
      'DescribeTable',
      'DescribeTable',
      'UpdateTimeToLive',
    ]);
  });

  test('tries again when a table is not ready for a setting', async () => {
    const answers = [refused('ResourceInUseException', 'Table is being updated'), { body: '{}' }];
    const server = await stub((operation) => {
      const ttl = operation === 'UpdateTimeToLive' ? answers.shift() : undefined;
      return ttl ?? table('ACTIVE');
    });
    const { code, out } = await localOnce(oneTable, server.endpoint);
    await server.stop();
    expect(code).toBe(0);
    expect(out).not.toContain('not supported');
    expect(server.calls).toEqual(['ListTables', 'CreateTable', 'DescribeTable', 'UpdateTimeToLive', 'UpdateTimeToLive']);
  });

  test('fails at once for a table that will not become ready', async () => {
    const server = await stub((operation) =>
      operation === 'DescribeTable' ? table('INACCESSIBLE_ENCRYPTION_CREDENTIALS') : { body: '{}' },
    );
    const { code, err } = await localOnce(oneTable, server.endpoint);
    await server.stop();
    expect(code).toBe(2);
    expect(err).toContain("[IDT0717] table 'prod-clients' cannot be used: its key cannot be used");
  });

  test('goes on when one table is refused', async () => {
    const server = await stub((operation) =>
      operation === 'CreateTable' ? refused('LimitExceededException', 'Too many tables') : table('ACTIVE'),
    );
    const { code, err } = await localOnce(oneTable, server.endpoint);
    await server.stop();
    expect(code).toBe(2);
    expect(err).toContain(
      "[IDT0715] table 'prod-clients' in eu-central-1 could not be made\n  given:   LimitExceededException: Too many tables",
    );
  });

  const everything = assemblyOf((app) => {
    const stack = new Stack(app, 'One', { env: { account: '111122223333', region: 'eu-central-1' } });
    const table = new TableV2(stack, 'T', {
      tableName: 'prod-clients',
      partitionKey: id,
      dynamoStream: StreamViewType.KEYS_ONLY,
      deletionProtection: true,
      tableClass: TableClass.STANDARD_INFREQUENT_ACCESS,
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 7 },
    });
    Tags.of(table).add('owner', 'identity');
  });

  test('lists what a server takes without keeping it', async () => {
    const server = await stub((operation) => (operation === 'DescribeTable' ? table('ACTIVE') : { body: '{}' }));
    const { code, out } = await localOnce(everything, server.endpoint, '--json');
    await server.stop();
    expect(code).toBe(0);
    const notKept = { reason: 'the server did not keep it', tables: 1 };
    expect((JSON.parse(out) as Result).notSupported).toEqual([
      { setting: 'stream', ...notKept },
      { setting: 'deletion protection', ...notKept },
      { setting: 'table class', ...notKept },
      { setting: 'encryption', ...notKept },
      { setting: 'tags', ...notKept },
      { setting: 'point-in-time recovery', reason: 'it is on, but the server did not keep the period of 7 days', tables: 1 },
    ]);
  });

  test('says what cannot be added to a table that stands', async () => {
    const stands = {
      TableName: 'prod-clients',
      TableStatus: 'ACTIVE',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    };
    const server = await stub((operation) => {
      if (operation === 'CreateTable') {
        return refused('ResourceInUseException', 'Table already exists: prod-clients');
      }
      return { body: operation === 'DescribeTable' ? JSON.stringify({ Table: stands }) : '{}' };
    });
    const { code, out } = await localOnce(everything, server.endpoint, '--json');
    await server.stop();
    expect(code).toBe(0);
    expect((JSON.parse(out) as Result).notSupported).toEqual([
      { setting: 'stream', reason: 'it has a stream of NEW_IMAGE, which cannot be changed while it is on', tables: 1 },
      { setting: 'encryption', reason: 'the table was made without it', tables: 1 },
      { setting: 'point-in-time recovery', reason: 'it is on, but the server did not keep the period of 7 days', tables: 1 },
    ]);
    // Protection and table class, which can be added.
    expect(server.calls.filter((operation) => operation === 'UpdateTable')).toHaveLength(2);
    expect(server.calls).toContain('TagResource');
  });

  test('sends no keys of a profile, but those of the environment, and says which', async () => {
    const server = await stub((operation) => (operation === 'DescribeTable' ? table('ACTIVE') : { body: '{}' }));
    const run = (env: NodeJS.ProcessEnv): Promise<Ran> =>
      runCommand(['local', '--once', '--app', oneTable, '--endpoint', server.endpoint], env);
    process.env.AWS_ACCESS_KEY_ID = 'REAL';
    process.env.AWS_SECRET_ACCESS_KEY = 'real';
    const ran = await run({});
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    expect(ran.out).toContain("credentials: made up, access key id 'local'");
    expect([...server.keys]).toEqual(['local']);
    const { out } = await run({ AWS_ACCESS_KEY_ID: 'given', AWS_SECRET_ACCESS_KEY: 'given' });
    await server.stop();
    expect(out).toContain('credentials: AWS_ACCESS_KEY_ID');
    expect([...server.keys]).toEqual(['local', 'given']);
  });
});

describe('local refuses', () => {
  const failure = async (...args: string[]): Promise<{ code: number; problems: object[] }> => {
    const { code, out } = await runCommand([...args, '--json']);
    return { code, ...(JSON.parse(out) as { problems: object[] }) };
  };

  test('fails with every argument that is wrong, and what was meant', async () => {
    expect(await failure('local', '--onec', '--app', '--endpoint', 'nowhere')).toEqual({
      code: 2,
      problems: [
        {
          code: 'IDT0702',
          what: "command 'local' has no option '--onec'",
          given: "'--onec'",
          allowed: expect.stringMatching(/^'--app', '--once', '--port', .*, '--prefix', '--json', '--help'$/) as string,
          fix: "did you mean '--once'?",
        },
        {
          code: 'IDT0703',
          what: "option '--app' needs a value",
          given: "the option '--endpoint'",
          allowed: '--app DIRECTORY',
          fix: 'use an allowed value, see identity-tables <command> --help',
        },
        {
          code: 'IDT0703',
          what: "command 'local' takes no argument without an option",
          given: "'nowhere'",
          allowed: expect.stringMatching(/^'--app', '--once', '--port', .*, '--prefix', '--json', '--help'$/) as string,
          fix: "remove 'nowhere'",
        },
      ],
    });
  });

  test.each([
    [['lcoal'], 'IDT0701', { fix: "did you mean 'local'?" }],
    [['local', '--once=yes'], 'IDT0703', { what: "option '--once' takes no value" }],
    [['local', '--once', '--app', identity, '--endpoint', 'localhost:8000'], 'IDT0703', { given: "'localhost:8000'" }],
    [['local', '--once', '--app', identity, '--region', 'Frankfurt'], 'IDT0703', { given: "'Frankfurt'" }],
    [
      ['local', '--once', '--app', path.join(root, 'nowhere')],
      'IDT0704',
      { fix: 'run cdk synth, and pass its output directory as --app' },
    ],
  ])('fails for %j', async (args, code, detail) => {
    expect(await failure(...args)).toMatchObject({ code: 2, problems: [{ code, ...detail }] });
  });

  test('fails for an assembly without tables, with one table twice, or with a name that is not known', async () => {
    const empty = assemblyOf((app) => new Stack(app, 'Empty'));
    const twice = assemblyOf((app) => {
      for (const account of ['111122223333', '444455556666']) {
        const stage = new Stage(app, `Stage${account[0]}`, { env: { account, region: 'eu-west-1' } });
        new TableV2(new Stack(stage, 'Identity'), 'T', { tableName: 'prod-clients', partitionKey: id });
      }
    });
    const unknown = assemblyOf((app) => {
      const stack = new Stack(app, 'Identity', { env: { account: '111122223333', region: 'eu-west-1' } });
      new TableV2(stack, 'T', { tableName: new CfnParameter(stack, 'Name').valueAsString, partitionKey: id });
    });
    expect(await failure('local', '--once', '--app', empty)).toMatchObject({ code: 2, problems: [{ code: 'IDT0705' }] });
    expect(await failure('local', '--once', '--app', twice)).toMatchObject({
      code: 2,
      problems: [
        {
          code: 'IDT0707',
          what: "table 'prod-clients' in eu-west-1 is in the cloud assembly twice",
          given: expect.stringMatching(/^stack 'Stage1-Identity' \(T\w+\) and stack 'Stage4-Identity' \(T\w+\)$/) as string,
        },
      ],
    });
    expect(await failure('local', '--once', '--app', unknown)).toMatchObject({
      code: 2,
      problems: [{ code: 'IDT0708', given: 'unresolved:{"Ref":"Name"}' }],
    });
  });
});
