import { App, Stack, Stage } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import {
  IdentityServer,
  IdentityTables,
  IdentityTablesKey,
  IdentityTablesStacks,
  Protection,
  type IdentityTablesProps,
} from '../../lib';
import { replicaOf, tablesOf, type TemplateJson } from './snapshot';

const EU = 'eu-central-1';
const US = 'us-east-1';
const CURITY = IdentityServer.curity({ version: '11.0' });
const KEY = (region: string, id = 'a') => `arn:aws:kms:${region}:111111111111:key/${id}`;

const json = (stack: Stack) => Template.fromStack(stack).toJSON() as TemplateJson & { Outputs?: Record<string, unknown> };

function stacks(props: Partial<IdentityTablesProps>, scope = new Stage(new App(), 'Prod')): IdentityTablesStacks {
  return new IdentityTablesStacks(scope, 'Identity', { server: CURITY, primaryRegion: EU, replicaRegions: [US], ...props });
}

function codes(props: Partial<IdentityTablesProps>, env: { region?: string } = { region: EU }): string[] {
  try {
    new IdentityTables(new Stack(new App(), 'Stack', { env }), 'I', { server: CURITY, ...props });
  } catch (error) {
    return [...String(error).matchAll(/\[(IDT\d{4})\]/g)].map((match) => match[1]);
  }
  return [];
}

describe('keys that IdentityTablesStacks makes', () => {
  const set = stacks({ encryption: TableEncryption.CUSTOMER_MANAGED });
  const [, keysUs, primary, regional] = set.stacks;

  test('stand in a stack per region, before all others', () => {
    expect(set.stacks.map((stack) => stack.stackName)).toEqual([
      'Prod-Identity-keys-eu-central-1',
      'Prod-Identity-keys-us-east-1',
      'Prod-Identity-eu-central-1',
      'Prod-Identity-us-east-1',
    ]);
    Template.fromStack(primary);
    const before = (stack: Stack) => stack.dependencies.map((other) => other.stackName).sort();
    expect(before(primary)).toEqual(['Prod-Identity-keys-eu-central-1', 'Prod-Identity-keys-us-east-1']);
    expect(before(regional)).toContain('Prod-Identity-eu-central-1');
  });

  test('are rotated, kept, deleted after 30 days only, and reached through DynamoDB of their region', () => {
    Template.fromStack(keysUs).hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Retain',
      Properties: {
        EnableKeyRotation: true,
        PendingWindowInDays: 30,
        KeyPolicy: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: {
                AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] },
              },
              Action: [
                'kms:CancelKeyDeletion',
                'kms:Create*',
                'kms:Describe*',
                'kms:Disable*',
                'kms:Enable*',
                'kms:Get*',
                'kms:List*',
                'kms:Put*',
                'kms:Revoke*',
                'kms:ScheduleKeyDeletion',
                'kms:TagResource',
                'kms:UntagResource',
                'kms:Update*',
              ],
            },
            {
              Effect: 'Allow',
              Action: [
                'kms:CreateGrant',
                'kms:Decrypt',
                'kms:DescribeKey',
                'kms:Encrypt',
                'kms:GenerateDataKey*',
                'kms:ReEncrypt*',
              ],
              Condition: {
                StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['dynamodb.us-east-1.', { Ref: 'AWS::URLSuffix' }]] } },
              },
            },
          ],
        },
      },
    });
    expect(json(keysUs).Outputs).toHaveProperty('IdentityTablesKeyArn');
  });

  test('are read by name of stack and output, and every replica has the key of its region', () => {
    const output = (region: string) => ({
      'Fn::GetStackOutput': { StackName: `Prod-Identity-keys-${region}`, OutputName: 'IdentityTablesKeyArn', Region: region },
    });
    for (const table of Object.values(tablesOf(json(primary)))) {
      expect(table.Properties).toMatchObject({ SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } });
      for (const replica of table.Properties.Replicas) {
        expect(replica.SSESpecification).toEqual({ KMSMasterKeyId: output(replica.Region) });
      }
    }
    const nonces = tablesOf(json(regional))['curity-nonces'];
    expect(replicaOf(nonces, US).SSESpecification).toEqual({ KMSMasterKeyId: output(US) });
    expect(JSON.stringify(json(primary))).not.toMatch(/Custom::|Fn::ImportValue/);
  });

  test('are kept by default, and known in their own stack without an output', () => {
    const key = new IdentityTablesKey(new Stack(new App(), 'Keys', { env: { region: EU } }), 'Key');
    const stack = Stack.of(key);
    expect(Object.keys(Template.fromStack(stack).findResources('AWS::KMS::Key', { DeletionPolicy: 'Retain' }))).toHaveLength(1);
    expect(stack.resolve(key.keyArn)).toEqual({ 'Fn::GetAtt': [expect.stringContaining('Key'), 'Arn'] });
  });

  test('go with the stack in development', () => {
    const [keys] = stacks({ encryption: TableEncryption.CUSTOMER_MANAGED, protection: Protection.development() }).stacks;
    Template.fromStack(keys).hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
  });

  test('come before a stack whose role only uses the tables', () => {
    const app = new App();
    const own = new IdentityTablesStacks(app, 'Identity', {
      server: CURITY,
      primaryRegion: EU,
      encryption: TableEncryption.CUSTOMER_MANAGED,
    });
    const server = new Stack(app, 'Server', { env: { region: EU } });
    own.primary.grants.runtime(new Role(server, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
    expect(JSON.stringify(Template.fromStack(server).toJSON())).toContain('"StackName":"Identity-keys-eu-central-1"');
    expect(server.dependencies.map((stack) => stack.stackName)).toEqual(['Identity-keys-eu-central-1']);
  });
});

describe('keys from elsewhere', () => {
  test('reach the table and its replicas', () => {
    const [primary] = stacks({ keyArns: { [EU]: KEY(EU), [US]: KEY(US, 'b') } }).stacks;
    const accounts = tablesOf(json(primary))['curity-accounts'];
    expect(replicaOf(accounts, EU).SSESpecification).toEqual({ KMSMasterKeyId: KEY(EU) });
    expect(replicaOf(accounts, US).SSESpecification).toEqual({ KMSMasterKeyId: KEY(US, 'b') });
  });

  test('fail when one is missing, of another region, unused or no key', () => {
    const replicaRegions = [US];
    expect(codes({ replicaRegions, keyArns: { [EU]: KEY(EU) } })).toEqual(['IDT0901']);
    expect(codes({ replicaRegions, keyArns: { [EU]: KEY(EU), [US]: KEY(EU) } })).toEqual(['IDT0903']);
    expect(codes({ keyArns: { [EU]: KEY(EU), [US]: KEY(US) } })).toEqual(['IDT0902']);
    expect(codes({ keyArns: { [EU]: 'arn:aws:kms:eu-central-1:111111111111:alias/tables' } })).toEqual(['IDT0903']);
    expect(codes({ keyArns: { [EU]: KEY(EU) }, encryption: TableEncryption.AWS_MANAGED })).toEqual(['IDT0902']);
  });

  test('fail without any, and without a region', () => {
    expect(codes({ encryption: TableEncryption.CUSTOMER_MANAGED })).toEqual(['IDT0901']);
    expect(codes({ keyArns: { [EU]: KEY(EU) } }, {})).toEqual(['IDT0306']);
  });
});

test('an AWS-managed key, and by default one that DynamoDB owns', () => {
  const sse = (encryption?: TableEncryption) => {
    const { Properties } = tablesOf(json(stacks({ encryption }).stacks[0]))['curity-accounts'];
    return (Properties as { SSESpecification?: unknown }).SSESpecification;
  };
  expect(sse(TableEncryption.AWS_MANAGED)).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
  expect(sse()).toBeUndefined();
});
