// What is ours within one process, printed as JSON: loading of the library, and constructs beyond those of TableV2.
// Nothing of ours has run before it is measured, as in a real app; TableV2 and the core have.
const { performance } = require('node:perf_hooks');
const { App } = require('aws-cdk-lib/core');

const SERVERS = ['connect2id', 'curity'];
const TABLES = 16 + 11;

function time(run) {
  const start = performance.now();
  run();
  return performance.now() - start;
}

const construct = (directory) => SERVERS.forEach((server) => require(`./${directory}/${server}.js`)(new App()));

const byHand = () => construct('by-hand');
byHand();
// What a program names when it makes tables; monitoring and checks are loaded by programs that use them.
const loadMs = time(() => {
  const { IdentityServer, IdentityTables, Replication } = require('../..');
  return [IdentityServer, IdentityTables, Replication];
});
SERVERS.forEach((server) => require(`./with-library/${server}.js`));
const byHandMs = time(byHand);
const withLibraryMs = time(() => construct('with-library'));
console.log(JSON.stringify({ loadMs, ownMsPerTable: (withLibraryMs - byHandMs) / TABLES }));
