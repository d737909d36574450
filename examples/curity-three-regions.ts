// Curity in three regions: every stack, and the role of the server in each region.
import { App, CfnOutput } from 'aws-cdk-lib/core';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IdentityServer, IdentityTablesStacks, Replication } from '../lib';

export const app = new App();

const identity = new IdentityTablesStacks(app, 'Identity', {
  server: IdentityServer.curity({ version: '11.0' }),
  primaryRegion: 'eu-central-1',
  replicaRegions: ['us-east-1', 'ap-southeast-2'],
  replication: Replication.minimal(),
  tablePrefix: 'prod-',
});

for (const stack of identity.stacks) {
  const tables = identity.tablesIn(stack.region);
  const role = new Role(stack, 'ServerRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  tables.grants.runtime(role);
  new CfnOutput(stack, 'DataSource', { value: tables.serverSettings(stack.region).render('xml') });
}
