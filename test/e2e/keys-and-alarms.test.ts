import * as path from 'node:path';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { App, Stack } from 'aws-cdk-lib/core';
import { IdentityServer, IdentityTablesMonitoring, IdentityTablesStacks, Replication } from '../../lib';
import { bootstrap, cdkDone } from './cdk';
import { tableNames } from './live-tables';
import { MiniStack } from './ministack';

// Customer-managed keys, grants and monitoring in every region, all stacks in one deploy.

const REGIONS = ['eu-central-1', 'us-east-1', 'ap-southeast-2'];
const MINUTE = 60_000;

let cloud: MiniStack;
let output: string;
const alarms = new Map<string, number>();

beforeAll(async () => {
  cloud = await MiniStack.start();
  const outdir = path.join(cloud.directory, 'cdk.out');
  const app = new App({ outdir, analyticsReporting: false });
  const set = new IdentityTablesStacks(app, 'Login', {
    server: IdentityServer.curity({ version: '11.0' }),
    primaryRegion: REGIONS[0],
    replicaRegions: REGIONS.slice(1),
    replication: Replication.minimal(),
    encryption: TableEncryption.CUSTOMER_MANAGED,
  });
  for (const region of REGIONS) {
    const tables = set.tablesIn(region);
    const stack = Stack.of(tables);
    alarms.set(region, new IdentityTablesMonitoring(stack, 'Monitoring', { tables }).alarms.length);
    tables.grants.runtime(new Role(stack, 'Server', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
  }
  app.synth();
  await bootstrap(cloud, REGIONS);
  output = await cdkDone(cloud, ['deploy', '--app', outdir, '--all', '--require-approval', 'never']);
}, 5 * MINUTE);

afterAll(() => cloud?.stop());

test('one deploy makes the key stacks first', () => {
  const deployed = [...output.matchAll(/\(Login-([a-z0-9-]+)\): deploying/g)].map((match) => match[1]);
  expect(deployed.slice(0, 3).sort()).toEqual(REGIONS.map((region) => `keys-${region}`).sort());
  expect(deployed[3]).toBe('eu-central-1');
  expect(deployed.slice(4).sort()).toEqual(['ap-southeast-2', 'us-east-1']);
});

test.each(REGIONS)('every table in %s is under the key of that region', async (region) => {
  const client = cloud.dynamoDb(region);
  const names = await tableNames(client);
  expect(names).toHaveLength(11);
  const arns = new Set<string>();
  for (const name of names) {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName: name }));
    expect(table?.SSEDescription).toMatchObject({ Status: 'ENABLED', SSEType: 'KMS' });
    arns.add(table?.SSEDescription?.KMSMasterKeyArn ?? '');
  }
  expect([...arns]).toEqual([expect.stringMatching(new RegExp(`^arn:aws:kms:${region}:000000000000:key/`))]);
});

test.each(REGIONS)('the alarms of %s stand', async (region) => {
  const answer = await fetch(`${cloud.endpoint}/`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      Authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/monitoring/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: 'Action=DescribeAlarms&Version=2010-08-01',
  });
  const names = [...(await answer.text()).matchAll(/<AlarmName>([^<]+)<\/AlarmName>/g)].map((match) => match[1]);
  expect(names.length).toBe(alarms.get(region));
});
