// The app of the team of a further region: its regional tables, its server, and somebody who may only look.
import { App, Stack } from 'aws-cdk-lib/core';
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IdentityTables, RegionalIdentityTables } from '../../lib';
import { ACCOUNT, PRIMARY_REGION, SET } from './shared';

export const app = new App();
const stack = new Stack(app, 'IdentityOverseas', { env: { account: ACCOUNT, region: 'us-east-1' } });
const primary = IdentityTables.fromIdentityTablesAttributes(stack, 'Primary', { ...SET, primaryRegion: PRIMARY_REGION });
const tables = new RegionalIdentityTables(stack, 'IdentityTables', { primary });

tables.grants.runtime(new Role(stack, 'ServerRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }));
tables.grants.readOnly(new Role(stack, 'Auditor', { assumedBy: new AccountPrincipal(ACCOUNT) }));
