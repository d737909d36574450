// Sessions of an Express app: one table in the app's own stack, which may be of any account and region.
import { App, CfnOutput, Stack } from 'aws-cdk-lib/core';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IdentityServer, IdentityTables } from '../lib';

export const app = new App();
const stack = new Stack(app, 'WebShop');

const tables = new IdentityTables(stack, 'Sessions', {
  server: IdentityServer.connectDynamoDb(),
  tablePrefix: 'shop-',
});

const role = new Role(stack, 'WebRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
tables.grants.runtime(role);

// The option `table` of the store.
new CfnOutput(stack, 'SessionsTable', { value: tables.tableName('sessions') });
