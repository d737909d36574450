// Connect2id with the schema that was captured from your own server: cdk synth -c schemaDirectory=captured
// Until there is one, the names that the vendor does not publish are assumed, and the tables are easy to replace.
import { App } from 'aws-cdk-lib/core';
import { IdentityServer, IdentityTablesStacks, Protection, Replication } from '../lib';

export function addTables(app: App): IdentityTablesStacks {
  const schemaDirectory = app.node.tryGetContext('schemaDirectory') as string | undefined;
  const isCaptured = schemaDirectory !== undefined;
  return new IdentityTablesStacks(app, 'Identity', {
    server: IdentityServer.connect2id({
      version: '18.0',
      schemaDirectory,
      acceptAssumedSchema: !isCaptured,
      sessionTimeToLive: true,
    }),
    primaryRegion: 'eu-central-1',
    replicaRegions: ['us-east-1'],
    // Leaving access tokens out is right only if they are all self-contained.
    replication: Replication.minimal({ excludeTables: ['id_access_tokens'] }),
    tablePrefix: 'prod-',
    protection: isCaptured ? Protection.production() : Protection.development(),
  });
}

export const app = new App();
addTables(app);
