import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { IdentityServer, IdentityTablesStacks } from '../../lib';
import { startEmbeddedEngine } from '../../lib/cli/engine';
import { makeTables, synthesize } from '../clients/tables';
import { temporaryDirectory } from './schema-directory';
import { runCommand } from './support';
import { globalTable, writeAssembly } from './verify-assembly';
import { StubDynamo } from './verify-stub';

// Cases from users, through the command: what went wrong for each is told above its test.

const EU = 'eu-central-1';
const US = 'us-east-1';
const AP = 'ap-southeast-2';

let directory: string;
let stub: StubDynamo;
beforeEach(async () => {
  directory = temporaryDirectory();
  stub = await StubDynamo.start();
});
afterEach(async () => {
  await stub.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface Verified {
  readonly code: number;
  readonly out: string;
  readonly changes: readonly { readonly region: string; readonly tableName: string; readonly kind: string }[];
}

async function verified(app: string, ...args: string[]): Promise<Verified> {
  const { out, code } = await runCommand(['verify', '--app', app, '--json', ...args]);
  return { code, out, changes: (JSON.parse(out) as Verified).changes };
}

// aws/aws-cdk issues 13106, 10576 and 25655: a renamed time to live kept its old name in some places, and the deployment succeeded.
test('time to live is compared by attribute and state, in every region', async () => {
  const app = path.join(directory, 'app');
  const ttl = { TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' } };
  const regions = [EU, US, AP];
  writeAssembly(
    app,
    regions.map((region) => ({ name: `Identity-${region}`, region, tables: { Codes: globalTable('codes', [region], ttl) } })),
  );
  stub.set(EU, 'codes', { timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' } });
  stub.set(US, 'codes', { timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' } });
  // That a name is remembered while it is off makes no difference.
  stub.set(AP, 'codes', { timeToLive: { TimeToLiveStatus: 'DISABLED', AttributeName: 'expires' } });
  const { code, changes } = await verified(app, '--endpoint', stub.endpoint);
  expect(code).toBe(1);
  const wanted = { tableName: 'codes', kind: 'time-to-live', after: { enabled: true, attribute: 'expires' } };
  expect(changes).toEqual([
    { ...wanted, region: AP, before: { enabled: false }, severity: 'in place' },
    { ...wanted, region: US, before: { enabled: true, attribute: 'ttl' }, severity: 'staged' },
  ]);
});

// govuk-one-login/authentication-api, ci/terraform/shared/dynamodb.tf at 0122fdadd089: four of six indexes share their partition
// key, and three are sorted by a number.
describe('a table with six indexes', () => {
  const index = (IndexName: string, keys: string[], ProjectionType: string, more: object = {}): Record<string, unknown> => ({
    IndexName,
    KeySchema: keys.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
    Projection: { ProjectionType, ...more },
  });
  const indexes = [
    index('SubjectIDIndex', ['SubjectID'], 'ALL'),
    index('PublicSubjectIDIndex', ['PublicSubjectID'], 'ALL'),
    index('VerifiedAccountIndex', ['SubjectID', 'accountVerified'], 'KEYS_ONLY'),
    index('TestUserIndex', ['SubjectID', 'testUser'], 'KEYS_ONLY'),
    index('PhoneNumberIndex', ['PhoneNumber'], 'INCLUDE', { NonKeyAttributes: ['PhoneNumberVerified'] }),
    index('CountUserIndex', ['testUser', 'accountVerified'], 'KEYS_ONLY'),
  ];
  const attributes = Object.entries({
    Email: 'S',
    SubjectID: 'S',
    PublicSubjectID: 'S',
    PhoneNumber: 'S',
    accountVerified: 'N',
    testUser: 'N',
  }).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
  const KeySchema = [{ AttributeName: 'Email', KeyType: 'HASH' }];
  const rotated = <T>(list: readonly T[], by: number): T[] => [...list.slice(by), ...list.slice(0, by)];
  const orders = [0, 1, 2, 3, 4, 5].map((by) => [rotated(indexes, by), rotated([...attributes].reverse(), by)] as const);

  /** The file, read and made into an assembly as any custom server is. */
  const app = (): string => {
    const files = path.join(directory, 'files');
    mkdirSync(files);
    const file = { TableName: 'user-profile', AttributeDefinitions: attributes, KeySchema, GlobalSecondaryIndexes: indexes };
    writeFileSync(path.join(files, 'create-table-user-profile.json'), JSON.stringify(file));
    writeFileSync(path.join(files, 'server.json'), JSON.stringify({ server: 'govuk-one-login' }));
    const cdkApp = new App({ outdir: path.join(directory, 'app'), analyticsReporting: false });
    const server = IdentityServer.fromSchemaDirectory(files);
    new IdentityTablesStacks(cdkApp, 'Identity', { server, primaryRegion: EU, tablePrefix: 'staging-' });
    return cdkApp.synth().directory;
  };
  const live = (GlobalSecondaryIndexes: readonly object[], AttributeDefinitions: readonly object[]): Record<string, unknown> => ({
    KeySchema,
    AttributeDefinitions,
    GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((each) => ({ ...each, IndexStatus: 'ACTIVE' })),
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    DeletionProtectionEnabled: true,
  });
  const place = (table: Record<string, unknown>): void =>
    stub.set(EU, 'staging-user-profile', {
      table,
      recovery: { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 35 },
      tags: {
        'identity-tables:data-class': 'durable',
        'identity-tables:placement': 'regional',
        'identity-tables:server': 'govuk-one-login',
        'identity-tables:table': 'user-profile',
      },
    });

  test('stands as its file says, in whatever order the server tells indexes and attributes', async () => {
    const assembly = app();
    for (const [ofIndexes, ofAttributes] of orders) {
      place(live(ofIndexes, ofAttributes));
      const { code, changes } = await verified(assembly, '--endpoint', stub.endpoint);
      expect({ code, changes }).toEqual({ code: 0, changes: [] });
    }
  });

  test('and differs by the one index that is sorted by text, or is not there', async () => {
    const assembly = app();
    const texts = attributes.map((each) => (each.AttributeName === 'testUser' ? { ...each, AttributeType: 'S' } : each));
    place(live(indexes, texts));
    expect((await verified(assembly, '--endpoint', stub.endpoint)).changes).toMatchObject([
      { kind: 'index-changed', indexName: 'CountUserIndex' },
      { kind: 'index-changed', indexName: 'TestUserIndex' },
    ]);
    place(live(indexes.slice(1), attributes));
    expect((await verified(assembly, '--endpoint', stub.endpoint)).changes).toMatchObject([
      { kind: 'index-added', indexName: 'SubjectIDIndex' },
    ]);
  });

  test('read from files of describe-table too', async () => {
    const assembly = app();
    const files = path.join(directory, 'described');
    mkdirSync(files);
    const TableArn = `arn:aws:dynamodb:${EU}:111122223333:table/staging-user-profile`;
    const Table = {
      TableName: 'staging-user-profile',
      TableArn,
      TableStatus: 'ACTIVE',
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      ...live(...orders[4]),
    };
    writeFileSync(path.join(files, 'user-profile.json'), JSON.stringify({ Table }));
    const { code, changes } = await verified(assembly, '--against', files);
    expect({ code, changes }).toEqual({ code: 0, changes: [] });
  });
});

// tarachandverma/easy-oidc-provider, dynamodb-local/readme.txt at 405ab4cd: the manual calls the key of the refresh tokens by two
// names, and each environment was made by hand after one of them.
test('two environments, one of which has another key: one replacement', async () => {
  const byHand = async (prefix: string, refreshKey: string): Promise<string> => {
    const table = (key: string, indexes: readonly string[]): Record<string, unknown> => ({
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      AttributeDefinitions: [key, ...indexes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map((name) => ({
          IndexName: `${name}_index`,
          IndexStatus: 'ACTIVE',
          KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        })),
      }),
    });
    stub.set(EU, `${prefix}oidc-authorization-codes`, { table: table('code', ['session_id']) });
    stub.set(EU, `${prefix}oidc-refresh-tokens`, { table: table(refreshKey, ['session_id', 'user_id']) });
    stub.set(EU, `${prefix}oidc-sso-sessions`, { table: table('id', ['user_id']) });
    stub.set(EU, `${prefix}oidc-client-credentials`, { table: table('client_id', ['client_name']) });
    const output = path.join(directory, `${prefix}files`);
    const args = ['--region', EU, '--prefix', prefix, '--endpoint', stub.endpoint, '--server', 'easy-oidc', '--output', output];
    expect(await runCommand(['pull', ...args])).toMatchObject({ code: 0, err: '' });
    return synthesize(IdentityServer.fromSchemaDirectory(output), EU, path.join(directory, `${prefix}app`));
  };
  const [laptop, production] = [await byHand('laptop-', 'token'), await byHand('prod-', 'refresh_token')];
  const engine = await startEmbeddedEngine({ regions: [EU] });
  try {
    await makeTables(production, EU, engine.endpoint);
    expect((await verified(production, '--endpoint', engine.endpoint)).code).toBe(0);
    const { code, changes } = await verified(laptop, '--endpoint', engine.endpoint);
    expect(code).toBe(1);
    expect(changes).toMatchObject([{ tableName: 'oidc-refresh-tokens', kind: 'key-schema', severity: 'replacement' }]);
  } finally {
    await engine.stop();
  }
});

// aaronshaf/dynamodb-admin issue 52 and localstack/localstack issue 3213: one server keeps tables apart by region and key, another
// one shows them everywhere.
describe('the region in which tables were made on a laptop', () => {
  const app = (regions: readonly string[]): string => {
    const assembly = path.join(directory, 'app');
    writeAssembly(
      assembly,
      regions.map((region) => ({ name: `Identity-${region}`, region, tables: { Codes: globalTable('codes', [region]) } })),
    );
    return assembly;
  };

  test('is said with the server and the key, and another region is empty, not another set of tables', async () => {
    const engine = await startEmbeddedEngine({ regions: [EU, US] });
    try {
      await makeTables(app([EU]), EU, engine.endpoint);
      const { code, out } = await runCommand(['verify', '--app', app([EU, US]), '--endpoint', engine.endpoint]);
      expect(code).toBe(1);
      expect(out).toContain(`against ${engine.endpoint} (credentials: made up, access key id 'local')`);
      expect(out).toMatch(/eu-central-1 +000000000000 +1 of 1\n/);
      expect(out).toMatch(/us-east-1 +- +0 of 1 +no table at all: another account or region\?/);
    } finally {
      await engine.stop();
    }
  });

  test('keys of the environment that go there are named as such', async () => {
    stub.set(EU, 'codes');
    const env = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
    const { out } = await runCommand(['verify', '--app', app([EU]), '--endpoint', stub.endpoint], env);
    expect(out).toContain(`against ${stub.endpoint} (credentials: AWS_ACCESS_KEY_ID)`);
  });
});
