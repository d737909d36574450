import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import {
  CreateTableCommand,
  DeleteResourcePolicyCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeContributorInsightsCommand,
  DescribeTableCommand,
  GetItemCommand,
  GetResourcePolicyCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateContributorInsightsCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { startEmbeddedEngine, type EmbeddedEngine } from '../../lib/cli/engine';
import { engineBinary, INSTALLED } from '../../lib/cli/engine/binary';
import { startEngine, WRAPPER } from '../../lib/cli/engine/dynoxide';
import { clientOf, enginesOnPort, eventually, freePort } from './support';

let engine: EmbeddedEngine;
let frankfurt: DynamoDBClient;
let virginia: DynamoDBClient;
beforeAll(async () => {
  engine = await startEmbeddedEngine({ regions: ['eu-central-1'] });
  frankfurt = clientOf(engine.endpoint, 'eu-central-1');
  virginia = clientOf(engine.endpoint, 'us-east-1');
});
afterAll(async () => {
  frankfurt.destroy();
  virginia.destroy();
  await engine.stop();
});

let tables = 0;
/** A new table with the key `id` and the index `user-index`. */
async function newTable(client: DynamoDBClient, extra: { ResourcePolicy?: string } = {}): Promise<string> {
  const TableName = `table-${++tables}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'user', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'user-index',
          KeySchema: [{ AttributeName: 'user', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      ...extra,
    }),
  );
  return TableName;
}

const arnIn = (region: string, table: string): string => `arn:aws:dynamodb:${region}:000000000000:table/${table}`;

const SIGNED = 'AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00';

interface Raw {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

/** A request that no SDK would send. */
function raw(options: {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}): Promise<Raw> {
  const { method = 'POST', path = '/', headers = {}, body = '{}' } = options;
  return new Promise((resolve, reject) => {
    const sent = request(`${engine.endpoint}${path}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const type = /"__type":"[^#]*#(\w+)"/.exec(text)?.[1];
        resolve({ status: response.statusCode ?? 0, type, body: text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('the region of a request', () => {
  test('is that of its signature, whatever the access key', async () => {
    const table = await newTable(frankfurt);
    const seen = async (region: string, key: string): Promise<string[] | undefined> => {
      const client = clientOf(engine.endpoint, region, key);
      const { TableNames } = await client.send(new ListTablesCommand({}));
      client.destroy();
      return TableNames;
    };
    expect(await seen('eu-central-1', 'other')).toContain(table);
    expect(await seen('us-east-1', 'local')).not.toContain(table);
  });

  test('is read from a presigned request', async () => {
    const table = await newTable(frankfurt);
    const ask = (region: string): Promise<Raw> => {
      const credential = encodeURIComponent(`local/20260101/${region}/dynamodb/aws4_request`);
      const signature =
        'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=00';
      return raw({
        path: `/?${signature}&X-Amz-Credential=${credential}`,
        headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables', 'content-type': 'application/x-amz-json-1.0' },
      });
    };
    expect((await ask('eu-central-1')).body).toContain(`"${table}"`);
    expect((await ask('us-east-1')).body).not.toContain(`"${table}"`);
  });

  test('is in the ARNs of the answers, with the partition of the region', async () => {
    const china = clientOf(engine.endpoint, 'cn-north-1');
    const [here, there] = [await newTable(virginia), await newTable(china)];
    const described = await virginia.send(new DescribeTableCommand({ TableName: here }));
    const inChina = await china.send(new DescribeTableCommand({ TableName: there }));
    china.destroy();
    expect(described.Table?.TableArn).toBe(arnIn('us-east-1', here));
    expect(inChina.Table?.TableArn).toBe(`arn:aws-cn:dynamodb:cn-north-1:000000000000:table/${there}`);
  });

  test('must be that of the ARNs in the request', async () => {
    const table = await newTable(frankfurt);
    const tag = (region: string): Promise<unknown> =>
      frankfurt.send(new TagResourceCommand({ ResourceArn: arnIn(region, table), Tags: [{ Key: 'owner', Value: 'identity' }] }));
    await expect(tag('us-east-1')).rejects.toThrow(`Invalid AWS region in '${arnIn('us-east-1', table)}'`);
    await tag('eu-central-1');
    const { Tags } = await frankfurt.send(new ListTagsOfResourceCommand({ ResourceArn: arnIn('eu-central-1', table) }));
    expect(Tags).toEqual([{ Key: 'owner', Value: 'identity' }]);
  });

  test('leaves ARNs in items as they are', async () => {
    const table = await newTable(frankfurt);
    const Item = {
      id: { S: '1' },
      own: { S: arnIn('eu-central-1', 'x') },
      other: { S: arnIn('us-east-1', 'x') },
      engine: { S: arnIn('dynoxide', 'x') },
    };
    await frankfurt.send(new PutItemCommand({ TableName: table, Item }));
    const read = await frankfurt.send(new GetItemCommand({ TableName: table, Key: { id: { S: '1' } } }));
    expect(read.Item).toEqual(Item);
  });
});

describe('requests that are no requests', () => {
  const json = { 'content-type': 'application/x-amz-json-1.0' };
  const target = { ...json, 'x-amz-target': 'DynamoDB_20120810.ListTables' };
  const signed = { authorization: SIGNED, 'x-amz-date': '20260101T000000Z' };

  test.each([
    ['without a signature', { headers: target }, 400, 'MissingAuthenticationTokenException'],
    [
      'with half a signature',
      { headers: { ...target, authorization: 'AWS4-HMAC-SHA256 Foo' } },
      400,
      'IncompleteSignatureException',
    ],
    [
      'for no region',
      { headers: { ...target, ...signed, authorization: SIGNED.replace('eu-central-1', '../..') } },
      400,
      'InvalidSignatureException',
    ],
    ['with a broken body', { headers: { ...target, ...signed }, body: '{"Limit":' }, 400, 'SerializationException'],
    [
      'with a broken body for a call from memory',
      { headers: { ...target, 'x-amz-target': 'DynamoDB_20120810.UpdateContinuousBackups', ...signed }, body: '[1]' },
      400,
      'SerializationException',
    ],
    [
      'for an unknown operation',
      { headers: { ...target, 'x-amz-target': 'DynamoDB_20120810.Nope', ...signed } },
      400,
      'UnknownOperationException',
    ],
    [
      'that are too large',
      { headers: { ...target, ...signed }, body: Buffer.alloc(16 * 1024 * 1024 + 1, 32) },
      413,
      'RequestEntityTooLargeException',
    ],
    ['without a target', { headers: signed }, 404, undefined],
    ['of another method', { method: 'PUT' }, 404, undefined],
  ])('are refused as DynamoDB does: %s', async (_, options, status, type) => {
    const answer = await raw(options);
    expect({ status: answer.status, type: answer.type }).toEqual({ status, type });
    // And it goes on.
    expect((await raw({ headers: { ...target, ...signed } })).status).toBe(200);
  });

  test('say which parts of the signature are missing', async () => {
    const answer = await raw({ headers: { ...target, authorization: 'AWS4-HMAC-SHA256 Signature=00' } });
    expect(JSON.parse(answer.body)).toMatchObject({
      message:
        "Authorization header requires 'Credential' parameter. Authorization header requires 'SignedHeaders' parameter. " +
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
        'Authorization=AWS4-HMAC-SHA256 Signature=00',
    });
  });

  test('a request of exactly the largest size is taken', async () => {
    const padded = Buffer.alloc(16 * 1024 * 1024, 32);
    padded.write('{}');
    expect((await raw({ headers: { ...target, ...signed }, body: padded })).status).toBe(200);
  });

  test('a client that goes away in the middle takes nothing else with it', async () => {
    const cut = request(engine.endpoint, {
      method: 'POST',
      headers: { ...target, ...signed, 'content-length': '100' },
    });
    cut.on('error', () => undefined);
    cut.write('{');
    await new Promise((resolve) => setTimeout(resolve, 20));
    cut.destroy();
    expect((await raw({ headers: { ...target, ...signed } })).status).toBe(200);
  });

  test('answers the health check', async () => {
    const { status, body } = await raw({ method: 'GET', body: '' });
    expect([status, body]).toEqual([200, 'healthy: dynamodb\n']);
  });
});

describe('settings that are kept in memory', () => {
  const backups = async (client: DynamoDBClient, TableName: string): Promise<object | undefined> => {
    const answer = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
    return answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  };
  const recover = (client: DynamoDBClient, TableName: string, enabled: boolean, days?: number): Promise<unknown> =>
    client.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: enabled, RecoveryPeriodInDays: days },
      }),
    );

  test('point-in-time recovery, of the table and no other', async () => {
    const [table, other] = [await newTable(frankfurt), await newTable(frankfurt)];
    expect(await backups(frankfurt, table)).toEqual({ PointInTimeRecoveryStatus: 'DISABLED' });
    await recover(frankfurt, table, true, 7);
    expect(await backups(frankfurt, table)).toEqual({
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 7,
      EarliestRestorableDateTime: expect.any(Date) as Date,
      LatestRestorableDateTime: expect.any(Date) as Date,
    });
    expect(await backups(frankfurt, other)).toEqual({ PointInTimeRecoveryStatus: 'DISABLED' });
    await recover(frankfurt, table, true);
    expect(await backups(frankfurt, table)).toMatchObject({ RecoveryPeriodInDays: 35 });
    await recover(frankfurt, table, false);
    expect(await backups(frankfurt, table)).toEqual({ PointInTimeRecoveryStatus: 'DISABLED' });
  });

  test('are gone with the table', async () => {
    const table = await newTable(frankfurt);
    await recover(frankfurt, table, true);
    await frankfurt.send(new DeleteTableCommand({ TableName: table }));
    tables--;
    expect(await newTable(frankfurt)).toBe(table);
    expect(await backups(frankfurt, table)).toEqual({ PointInTimeRecoveryStatus: 'DISABLED' });
  });

  test('fails for a period that AWS refuses, and for a table of another region', async () => {
    const table = await newTable(frankfurt);
    await expect(recover(frankfurt, table, true, 36)).rejects.toThrow('RecoveryPeriodInDays must be between 1 and 35, but is 36');
    await expect(recover(virginia, table, true, 7)).rejects.toMatchObject({
      name: 'TableNotFoundException',
      message: `Table not found: ${table}`,
    });
  });

  test('resource policies, also those of CreateTable', async () => {
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    const table = await newTable(frankfurt, { ResourcePolicy: policy });
    const ResourceArn = arnIn('eu-central-1', table);
    expect(await frankfurt.send(new GetResourcePolicyCommand({ ResourceArn }))).toMatchObject({ Policy: policy });

    const own = JSON.stringify({ Version: '2012-10-17', Statement: [{ Resource: ResourceArn }] });
    const { RevisionId } = await frankfurt.send(new PutResourcePolicyCommand({ ResourceArn, Policy: own }));
    expect(await frankfurt.send(new GetResourcePolicyCommand({ ResourceArn }))).toMatchObject({ Policy: own, RevisionId });

    const stale = new DeleteResourcePolicyCommand({ ResourceArn, ExpectedRevisionId: 'another' });
    await expect(frankfurt.send(stale)).rejects.toMatchObject({ name: 'PolicyNotFoundException' });
    await frankfurt.send(new DeleteResourcePolicyCommand({ ResourceArn, ExpectedRevisionId: RevisionId }));
    await expect(frankfurt.send(new GetResourcePolicyCommand({ ResourceArn }))).rejects.toMatchObject({
      name: 'PolicyNotFoundException',
      message: `Resource-based policy not found for the provided ResourceArn: ${ResourceArn}`,
    });
  });

  test('fails for a policy that is no JSON or too large, and for no table', async () => {
    const ResourceArn = arnIn('eu-central-1', await newTable(frankfurt));
    const put = (arn: string, Policy: string): Promise<unknown> =>
      frankfurt.send(new PutResourcePolicyCommand({ ResourceArn: arn, Policy }));
    await expect(put(ResourceArn, '{')).rejects.toThrow('Invalid policy document: it is not valid JSON');
    await expect(put(ResourceArn, `"${'x'.repeat(20 * 1024)}"`)).rejects.toThrow(
      'The resource policy is larger than 20480 bytes',
    );
    await expect(put(arnIn('eu-central-1', 'nowhere'), '{}')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('contributor insights, of tables and indexes apart', async () => {
    const TableName = await newTable(frankfurt);
    const status = async (IndexName?: string): Promise<string | undefined> =>
      (await frankfurt.send(new DescribeContributorInsightsCommand({ TableName, IndexName }))).ContributorInsightsStatus;
    const enable = (ContributorInsightsAction: 'ENABLE' | 'DISABLE', IndexName?: string): Promise<unknown> =>
      frankfurt.send(new UpdateContributorInsightsCommand({ TableName, IndexName, ContributorInsightsAction }));

    await enable('ENABLE', 'user-index');
    expect([await status(), await status('user-index')]).toEqual(['DISABLED', 'ENABLED']);
    await enable('ENABLE');
    await enable('DISABLE', 'user-index');
    expect([await status(), await status('user-index')]).toEqual(['ENABLED', 'DISABLED']);
    await expect(status('no-index')).rejects.toThrow('Requested resource not found: Index: no-index not found');
    await expect(enable('TOGGLE' as 'ENABLE')).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('the engine processes', () => {
  test('end with the command', async () => {
    const own = await startEmbeddedEngine({ regions: ['eu-west-1'] });
    const { port, pid } = await own.engines.of('eu-west-1');
    expect(enginesOnPort(port)).toHaveLength(1);
    await own.stop();
    expect(enginesOnPort(port)).toEqual([]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('end with a parent that is killed', async () => {
    const port = await freePort();
    const script = `
      const { spawn } = require('node:child_process');
      const args = ['-c', ${JSON.stringify(WRAPPER)}, ${JSON.stringify(engineBinary(INSTALLED))}, 'serve', '--port', '${port}'];
      spawn('sh', args, { stdio: ['pipe', 'inherit', 'inherit'] });
    `;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'pipe'] });
    await once(parent.stderr, 'data');
    const running = enginesOnPort(port);
    parent.kill('SIGKILL');
    expect(running).toHaveLength(1);
    await eventually(() => enginesOnPort(port).length === 0, 'the engine ends');
  });

  test('fails with the reason when an engine has ended, in its region only', async () => {
    const own = await startEmbeddedEngine({ regions: ['eu-west-1', 'eu-west-2'] });
    const [ireland, london] = [clientOf(own.endpoint, 'eu-west-1'), clientOf(own.endpoint, 'eu-west-2')];
    await ireland.send(new ListTablesCommand({}));
    const { port, failure } = await own.engines.of('eu-west-1');
    enginesOnPort(port).forEach((pid) => process.kill(pid, 'SIGKILL'));
    await eventually(() => failure() !== undefined, 'the end is noticed');
    await expect(ireland.send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'InternalServerError',
      message: expect.stringContaining('The engine of eu-west-1 has ended: it ended with exit code 137') as string,
    });
    expect((await london.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    ireland.destroy();
    london.destroy();
    await own.stop();
  });

  test('an engine whose wrapper is killed does not live on', async () => {
    const own = await startEngine({ binary: engineBinary(INSTALLED), region: 'eu-west-1' });
    process.kill(own.pid, 'SIGKILL');
    await eventually(() => enginesOnPort(own.port).length === 0, 'the engine ends');
    expect(own.failure()).toContain('it ended by SIGKILL');
  });

  test('fails for a program that ends at once', async () => {
    await expect(startEmbeddedEngine({ regions: ['eu-west-1'], binary: '/bin/false' })).rejects.toMatchObject({
      problems: [
        { code: 'IDT0711', what: 'the embedded engine for eu-west-1 did not start', given: 'it ended with exit code 1' },
      ],
    });
  });
});

describe('engineBinary', () => {
  const nothing = { env: { PATH: '/nonexistent' }, platform: 'darwin-arm64', packageDirectory: () => undefined };

  test('takes the package, then the PATH, then the variable', () => {
    const binary = engineBinary(INSTALLED);
    const directory = binary.replace(/\/dynoxide$/, '');
    const env = { PATH: `/nonexistent:${directory}`, IDENTITY_TABLES_ENGINE: '/bin/true' };
    expect(engineBinary({ ...nothing, env, packageDirectory: () => directory })).toBe(`${directory}/dynoxide`);
    expect(engineBinary({ ...nothing, env })).toBe(`${directory}/dynoxide`);
    expect(engineBinary({ ...nothing, env: { IDENTITY_TABLES_ENGINE: '/bin/true' } })).toBe('/bin/true');
  });

  test('fails with the way to get it on each platform', () => {
    const problemOn = (platform: string): unknown => {
      try {
        return engineBinary({ ...nothing, platform });
      } catch (error) {
        return (error as { problems: unknown[] }).problems[0];
      }
    };
    expect(problemOn('darwin-arm64')).toMatchObject({
      code: 'IDT0710',
      fix: 'cargo install dynoxide-rs --no-default-features --features native-sqlite,http-server,cli; or pass --endpoint with the address of a server that runs',
    });
    expect(problemOn('linux-x64')).toMatchObject({
      fix: 'npm install @dynoxide/linux-x64; or pass --endpoint with the address of a server that runs',
    });
  });
});
