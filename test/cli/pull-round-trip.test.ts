import { rmSync } from 'node:fs';
import * as path from 'node:path';
import { CreateTableCommand, UpdateContinuousBackupsCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { IdentityServer } from '../../lib';
import { startEmbeddedEngine, type EmbeddedEngine } from '../../lib/cli/engine';
import { makeTables, synthesize } from '../clients/tables';
import { filesIn, mistakesIn, temporaryDirectory } from './schema-directory';
import { clientOf, runCommand } from './support';

const EU = 'eu-central-1';

let directory: string;
const engines: EmbeddedEngine[] = [];
beforeAll(async () => {
  directory = temporaryDirectory();
  engines.push(await startEmbeddedEngine({ regions: [EU] }), await startEmbeddedEngine({ regions: [EU] }));
});
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.stop()));
  rmSync(directory, { recursive: true, force: true });
});

async function makeByHand({ endpoint }: EmbeddedEngine): Promise<void> {
  const client = clientOf(endpoint, EU);
  await client.send(
    new CreateTableCommand({
      TableName: 'prod-grants',
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      AttributeDefinitions: [
        { AttributeName: 'subject', AttributeType: 'S' },
        { AttributeName: 'grant', AttributeType: 'S' },
        { AttributeName: 'made', AttributeType: 'N' },
        { AttributeName: 'client', AttributeType: 'B' },
      ],
      KeySchema: [
        { AttributeName: 'subject', KeyType: 'HASH' },
        { AttributeName: 'grant', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: ['z-client', 'a-client'].map((IndexName) => ({
        IndexName,
        KeySchema: [{ AttributeName: 'client', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['scope', 'audience'] },
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      })),
      LocalSecondaryIndexes: [
        {
          IndexName: 'by-date',
          KeySchema: [
            { AttributeName: 'subject', KeyType: 'HASH' },
            { AttributeName: 'made', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  await client.send(
    new UpdateContinuousBackupsCommand({
      TableName: 'prod-grants',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
  await client.send(
    new CreateTableCommand({
      TableName: 'prod-codes',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'code', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'code', KeyType: 'HASH' }],
    }),
  );
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: 'prod-codes',
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'exp' },
    }),
  );
  client.destroy();
}

async function pull({ endpoint }: EmbeddedEngine, output: string, ...args: string[]): Promise<Record<string, string>> {
  const { code, err } = await runCommand(['pull', '--region', EU, '--endpoint', endpoint, '--output', output, ...args]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return filesIn(output);
}

test('what is pulled, made by the construct and pulled again is the same, byte for byte', async () => {
  const [byHand, byConstruct] = engines;
  await makeByHand(byHand);
  const first = await pull(byHand, path.join(directory, 'first'), '--prefix', 'prod-');
  expect(Object.keys(first)).toEqual(['create-table-codes.json', 'create-table-grants.json', 'server.json']);
  expect(mistakesIn(path.join(directory, 'first'))).toEqual([]);

  const server = IdentityServer.fromSchemaDirectory(path.join(directory, 'first'));
  await makeTables(synthesize(server, EU, path.join(directory, 'cdk.out')), EU, byConstruct.endpoint);
  const second = await pull(byConstruct, path.join(directory, 'second'), '--tables', 'codes,grants');
  expect(second).toEqual(first);
});
