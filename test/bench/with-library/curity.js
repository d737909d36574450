// Curity 11.0, every table in five regions.
const { Stack } = require('aws-cdk-lib/core');
const { IdentityServer, IdentityTables, Replication } = require('../../..');

module.exports = (app) => {
  new IdentityTables(new Stack(app, 'Identity', { env: { region: 'eu-central-1' } }), 'IdentityTables', {
    server: IdentityServer.curity({ version: '11.0' }),
    replicaRegions: ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-southeast-2'],
    replication: Replication.full(),
    tablePrefix: 'prod-',
  });
};
