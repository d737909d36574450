import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { IdentityServer, IdentityTablesStacks, Replication } from '../../lib';
import { replicaOf, tablesOf, type TemplateJson } from './snapshot';

// eric-minassian/ericauth, cdk/lib/constructs/database.ts at 110d3113: five tables in one region, with the defaults of TableV2, three
// of which expire items. The facts as a schema directory, with what its tables hold.

const EU = 'eu-central-1';
const US = 'us-east-1';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'custom-server-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function createTable(name: string, key: string, index?: { readonly name: string; readonly key: string }): void {
  const attributes = [key, ...(index === undefined ? [] : [index.key])];
  const file = {
    TableName: name,
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    BillingMode: 'PAY_PER_REQUEST',
    ...(index && {
      GlobalSecondaryIndexes: [
        {
          IndexName: index.name,
          KeySchema: [{ AttributeName: index.key, KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  };
  writeFileSync(path.join(directory, `create-table-${name}.json`), JSON.stringify(file));
}

test('five tables of a server of ones own, replicated to a second region: expiry on three, recovery where a restore makes sense', () => {
  createTable('users', 'id', { name: 'emailIndex', key: 'email' });
  createTable('sessions', 'id');
  createTable('refresh-tokens', 'token_hash');
  createTable('credentials', 'credential_id', { name: 'userIdIndex', key: 'user_id' });
  createTable('challenges', 'challenge_id');
  const timeToLive = { attribute: 'expires_at', use: 'always' };
  const tables = {
    users: { dataClass: 'durable' },
    credentials: { dataClass: 'durable' },
    sessions: { dataClass: 'recoverable', timeToLive },
    'refresh-tokens': { dataClass: 'recoverable', timeToLive },
    challenges: { dataClass: 'transient', timeToLive, pointInTimeRecovery: false, restore: 'no' },
  };
  writeFileSync(path.join(directory, 'server.json'), JSON.stringify({ server: 'ericauth', tables }));
  const set = new IdentityTablesStacks(new App(), 'Identity', {
    server: IdentityServer.fromSchemaDirectory(directory),
    primaryRegion: EU,
    replicaRegions: [US],
    replication: Replication.full(),
    tablePrefix: 'ericauth-prod-',
  });
  const [primary, regional] = set.stacks.map((stack) => tablesOf(Template.fromStack(stack).toJSON() as TemplateJson));
  expect(regional).toEqual({});
  const rows = Object.entries(primary).map(([name, table]) => {
    const { Properties, DeletionPolicy } = table;
    const [indexes, expiry] = [Properties.GlobalSecondaryIndexes ?? [], Properties.TimeToLiveSpecification];
    const recovery = [EU, US].map(
      (region) =>
        (replicaOf(table, region).PointInTimeRecoverySpecification as { PointInTimeRecoveryEnabled: boolean })
          .PointInTimeRecoveryEnabled,
    );
    return [
      name,
      Properties.KeySchema.map(({ AttributeName }) => AttributeName).join(),
      indexes.map(({ IndexName, KeySchema }) => `${IndexName} ${KeySchema[0].AttributeName}`).join(),
      expiry?.Enabled === true ? expiry.AttributeName : 'never',
      recovery,
      Properties.Replicas.map(({ Region }) => Region).sort(),
      DeletionPolicy,
    ];
  });
  const both = [EU, US];
  expect(rows.sort()).toEqual([
    ['ericauth-prod-challenges', 'challenge_id', '', 'expires_at', [false, false], both, 'Retain'],
    ['ericauth-prod-credentials', 'credential_id', 'userIdIndex user_id', 'never', [true, true], both, 'Retain'],
    ['ericauth-prod-refresh-tokens', 'token_hash', '', 'expires_at', [true, true], both, 'Retain'],
    ['ericauth-prod-sessions', 'id', '', 'expires_at', [true, true], both, 'Retain'],
    ['ericauth-prod-users', 'id', 'emailIndex email', 'never', [true, true], both, 'Retain'],
  ]);
});
