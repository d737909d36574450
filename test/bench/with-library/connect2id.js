// Connect2id 18.0, every table in three regions.
const { Stack } = require('aws-cdk-lib/core');
const { IdentityServer, IdentityTables, Replication } = require('../../..');

module.exports = (app) => {
  new IdentityTables(new Stack(app, 'Identity', { env: { region: 'eu-central-1' } }), 'IdentityTables', {
    server: IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true }),
    replicaRegions: ['us-east-1', 'ap-southeast-2'],
    replication: Replication.full(),
    tablePrefix: 'prod-',
  });
};
