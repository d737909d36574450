// What the apps of both teams have to agree on, such as a package of their own.
import { IdentityServer, Replication } from '../../lib';

export const ACCOUNT = '111122223333';
export const PRIMARY_REGION = 'eu-central-1';

export const SET = {
  server: IdentityServer.curity({ version: '11.0' }),
  replicaRegions: ['us-east-1'],
  replication: Replication.minimal(),
  tablePrefix: 'prod-',
};
