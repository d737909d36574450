// Runs the app of a guide against the sources of this project: node guide-app.js app.ts, in the directory of the app.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { transformSync } = require('@swc/core');

const OPTIONS = { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } };
const others = { ...Module._extensions };
Object.keys(others).forEach((extension) => delete Module._extensions[extension]);
// First: else the compiled files of an earlier build would be found.
Module._extensions['.ts'] = (module, file) =>
  module._compile(transformSync(readFileSync(file, 'utf8'), { ...OPTIONS, filename: file }).code, file);
Object.assign(Module._extensions, others);

// The app imports the package and its peers by name, and has no node_modules of its own.
const app = path.resolve(process.argv[2]);
const resolve = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  if (parent?.filename !== app) return resolve(request, parent, ...rest);
  return request === 'cdk-identity-tables' ? require.resolve('../../lib/index.ts') : require.resolve(request);
};
require(app);
