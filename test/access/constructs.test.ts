import { App, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  IdentityServer,
  IdentityTables,
  IdentityTablesStacks,
  RegionalIdentityTables,
  StartUp,
  type IdentityTablesProps,
} from '../../lib';
import type { Statement } from '../../lib/access';
import { ACCOUNT } from './regional-access';

const EU = 'eu-central-1';
const US = 'us-east-1';
const EXPRESS: IdentityTablesProps = { server: IdentityServer.connectDynamoDb(), replicaRegions: [US], tablePrefix: 'prod-' };
const arn = (region: string) => `arn:aws:dynamodb:${region}:${ACCOUNT}:table/prod-sessions`;
const keyArn = (region: string) => `arn:aws:kms:${region}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

const stackIn = (app: App, region: string) => new Stack(app, `Stack-${region}`, { env: { account: ACCOUNT, region } });
const roleIn = (stack: Stack) => new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });

function statements(stack: Stack): Statement[] {
  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy') as Record<
    string,
    { Properties: { PolicyDocument: { Statement: Statement[] } } }
  >;
  return Object.values(policies).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

const resources = (stack: Stack) => statements(stack).map(({ Resource }) => Resource);

test('each construct grants in its own region', () => {
  const app = new App();
  const [eu, us] = [stackIn(app, EU), stackIn(app, US)];
  const primary = new IdentityTables(eu, 'Tables', EXPRESS);
  const regional = new RegionalIdentityTables(us, 'Tables', { primary });
  primary.grants.runtime(roleIn(eu));
  regional.grants.runtime(roleIn(us));
  expect([resources(eu), resources(us)]).toEqual([[arn(EU)], [arn(US)]]);
});

test('a role of another stack gets the names of the tables, and no export', () => {
  const app = new App();
  const eu = stackIn(app, EU);
  const server = new Stack(app, 'Server', { env: { account: ACCOUNT, region: EU } });
  new IdentityTables(eu, 'Tables', EXPRESS).grants.runtime(roleIn(server), { startUp: StartUp.MAY_CREATE });
  expect(resources(server)).toEqual([arn(EU)]);
  expect(Template.fromStack(eu).toJSON()).not.toHaveProperty('Outputs');
});

test('tables that another app owns are granted in the region of the stack, with its key', () => {
  const us = stackIn(new App(), US);
  const tables = IdentityTables.fromIdentityTablesAttributes(us, 'Tables', {
    ...EXPRESS,
    primaryRegion: EU,
    keyArns: { [EU]: keyArn(EU), [US]: keyArn(US) },
  });
  tables.grants.runtime(roleIn(us));
  expect(resources(us)).toEqual([arn(US), keyArn(US)]);
});

test('IdentityTablesStacks grants in all regions, each with its key', () => {
  const app = new App();
  const keyArns = { [EU]: keyArn(EU), [US]: keyArn(US) };
  const set = new IdentityTablesStacks(app, 'Identity', { ...EXPRESS, account: ACCOUNT, primaryRegion: EU, keyArns });
  const server = new Stack(app, 'Server', { env: { account: ACCOUNT, region: EU } });
  set.grants.runtime(roleIn(server));
  expect(resources(server)).toEqual([arn(EU), keyArn(EU), arn(US), keyArn(US)]);
});

test('keys that are made by the same app are named by the output of their stack', () => {
  const app = new App();
  const set = new IdentityTablesStacks(app, 'Identity', {
    ...EXPRESS,
    account: ACCOUNT,
    primaryRegion: EU,
    encryption: TableEncryption.CUSTOMER_MANAGED,
  });
  const [eu] = set.stacks.filter((stack) => stack.node.tryFindChild('IdentityTables') !== undefined);
  set.primary.grants.runtime(roleIn(eu));
  const [table, key] = statements(eu);
  expect(table.Resource).toBe(arn(EU));
  expect(key.Action).toContain('kms:Decrypt');
  expect(JSON.stringify(key.Resource)).toMatch(/Fn::GetStackOutput/);
  expect(key.Condition).toEqual({ StringEquals: { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' } });
});
