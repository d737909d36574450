// The app of the platform team: all tables of the primary region, and the replicas of the replicated ones.
import { Annotations, App, Stack } from 'aws-cdk-lib/core';
import { IdentityTables } from '../../lib';
import { ACCOUNT, PRIMARY_REGION, SET } from './shared';

export const app = new App();
const stack = new Stack(app, 'Identity', { env: { account: ACCOUNT, region: PRIMARY_REGION } });
new IdentityTables(stack, 'IdentityTables', SET);

// The regional tables of us-east-1 are in the app of the other team.
Annotations.of(stack).acknowledgeWarning('cdk-identity-tables:region-without-tables', 'made by the app overseas.ts');
