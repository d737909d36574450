import * as path from 'node:path';
import {
  DeleteTableCommand,
  PutItemCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { App } from 'aws-cdk-lib/core';
import { IdentityServer, IdentityTablesStacks } from '../../lib';
import { bootstrap, cdkDone } from './cdk';
import { itemsOf, liveTable } from './live-tables';
import { MiniStack } from './ministack';
import { expectNoDiff, planLive, runLine, takeSteps } from './run-plan';

const REGION = 'eu-central-1';
const PREFIX = 'prod-curity-';
const MINUTE = 60_000;

let cloud: MiniStack;

beforeAll(async () => {
  cloud = await MiniStack.start();
  await bootstrap(cloud, [REGION]);
}, 5 * MINUTE);

afterAll(() => cloud?.stop());

function synthesize(): string {
  const app = new App({ outdir: path.join(cloud.directory, 'app'), analyticsReporting: false });
  new IdentityTablesStacks(app, 'Identity', {
    server: IdentityServer.curity({ version: '11.0' }),
    primaryRegion: REGION,
    tablePrefix: 'prod-',
  });
  app.synth();
  return 'app';
}

test(
  'what was changed by hand beside the stack is set back, taken over or made again, and no item is lost by it',
  async () => {
    const app = synthesize();
    await cdkDone(cloud, ['deploy', '--app', app, '--all', '--require-approval', 'never'], cloud.directory);
    const client = cloud.dynamoDb(REGION);
    const put = (table: string, item: Record<string, string>): Promise<unknown> =>
      client.send(
        new PutItemCommand({
          TableName: PREFIX + table,
          Item: Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { S: value }])),
        }),
      );
    await put('sessions', { id: 'session-1' });
    await put('tokens', { tokenHash: 'token-1' });
    await put('accounts', { pk: 'account-1' });

    // The console, on a bad day.
    const update = (table: string, change: object): Promise<unknown> =>
      client.send(new UpdateTableCommand({ TableName: PREFIX + table, ...change }));
    await update('accounts', { DeletionProtectionEnabled: false });
    const recovery = { PointInTimeRecoveryEnabled: false };
    await client.send(
      new UpdateContinuousBackupsCommand({ TableName: `${PREFIX}accounts`, PointInTimeRecoverySpecification: recovery }),
    );
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: `${PREFIX}sessions`,
        TimeToLiveSpecification: { Enabled: false, AttributeName: 'deletableAt' },
      }),
    );
    await update('tokens', {
      AttributeDefinitions: [{ AttributeName: 'byHand', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'by-hand',
            KeySchema: [{ AttributeName: 'byHand', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        },
      ],
    });
    await update('nonces', { DeletionProtectionEnabled: false });
    await client.send(new DeleteTableCommand({ TableName: `${PREFIX}nonces` }));

    // The stack sees nothing of it.
    await expectNoDiff(cloud, app);
    const { steps } = await planLive(cloud, app, 'plan');
    expect(
      steps.map(({ kind, changes, calls, wait, instructions }) =>
        [
          kind,
          ...changes,
          ...calls.map(({ tableName, setting }) => `${tableName} ${setting}`),
          wait ?? [],
          ...instructions,
        ].flat(),
      ),
    ).toEqual([
      [
        'api',
        'prod-curity-accounts pointInTimeRecovery',
        'prod-curity-accounts deletionProtection',
        'prod-curity-sessions timeToLive',
      ],
      ['deploy', 'prod-curity-nonces: stands no more; it leaves the stack'],
      ['deploy', "prod-curity-tokens: leaves the stack and stands on without one: index 'by-hand' was added beside the stack"],
      ['import', 'prod-curity-tokens: imported in eu-central-1'],
      ['wait', 'verified'],
      ['deploy', 'prod-curity-nonces: created in eu-central-1 with 0 indexes'],
      ['server', "no server queries it any more: prod-curity-tokens, index 'by-hand' removed"],
      ['deploy', "prod-curity-tokens: index 'by-hand' removed"],
    ]);
    await takeSteps(cloud, cloud.directory, steps, () => Promise.resolve());

    expect(await runLine(cloud, 'npx identity-tables verify --app app', cloud.directory)).toMatchObject({ code: 0 });
    expect(await planLive(cloud, app, 'again')).toMatchObject({ steps: [] });
    await expectNoDiff(cloud, app);
    const accounts = await liveTable(client, `${PREFIX}accounts`);
    expect([accounts.recovery, accounts.protectedFromDeletion]).toEqual([true, true]);
    expect((await liveTable(client, `${PREFIX}sessions`)).expiry).toBe('deletableAt');
    expect(await itemsOf(client, `${PREFIX}accounts`)).toEqual([{ pk: { S: 'account-1' } }]);
    expect(await itemsOf(client, `${PREFIX}sessions`)).toEqual([{ id: { S: 'session-1' } }]);
    expect(await itemsOf(client, `${PREFIX}tokens`)).toEqual([{ tokenHash: { S: 'token-1' } }]);
    expect(await itemsOf(client, `${PREFIX}nonces`)).toEqual([]);
  },
  10 * MINUTE,
);
