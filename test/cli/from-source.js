// Runs the command from its sources, as a process of its own: node from-source.js <arguments>.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { transformSync } = require('@swc/core');

const OPTIONS = { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } };
const others = { ...Module._extensions };
Object.keys(others).forEach((extension) => delete Module._extensions[extension]);
// First: else the compiled files of an earlier build would be found.
Module._extensions['.ts'] = (module, file) =>
  module._compile(transformSync(readFileSync(file, 'utf8'), { ...OPTIONS, filename: file }).code, file);
Object.assign(Module._extensions, others);

require('../../bin/identity-tables.ts');
