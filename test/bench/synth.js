// A whole process: node synth.js <program> <output directory>
const path = require('node:path');
const { App } = require('aws-cdk-lib/core');

const [program, outdir] = process.argv.slice(2);
const app = new App({ outdir });
require(path.resolve(program))(app);
app.synth();
