// The same tables written by hand in plain TableV2 and with this library: whole processes, interleaved, median of the ratios.
// Usage: node test/bench/run.mjs [runs with validation] [runs without]
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { isDeepStrictEqual } from 'node:util';

const HERE = import.meta.dirname;
const CASES = { 'connect2id-full-16-tables-3-regions': 'connect2id', 'curity-full-11-tables-5-regions': 'curity' };
const RUNS = { on: Number(process.argv[2] ?? 7), off: Number(process.argv[3] ?? 15) };
const RATIO_TARGETS = { on: 1.05, off: 1.15 };
const LOAD_TARGET = 15;
const OWN_TARGET = 0.5;

const out = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));

function node(args, validation) {
  const { CDK_VALIDATION: _, ...env } = process.env;
  const run = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: validation === 'off' ? { ...env, CDK_VALIDATION: 'false' } : env,
  });
  if (run.status !== 0) {
    throw new Error(`node ${args.join(' ')} failed\n${run.stderr}`);
  }
  return run.stdout;
}

function milliseconds(directory, server, validation) {
  const start = performance.now();
  node([path.join(HERE, 'synth.js'), path.join(HERE, directory, `${server}.js`), path.join(out, directory, server)], validation);
  return performance.now() - start;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Order has no meaning in the lists of a table. */
function ordered(value) {
  if (Array.isArray(value)) {
    return value.map(ordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, ordered(item)]));
  }
  return value;
}

/** The tables of a template by name, logical ids aside. */
function resources(directory, server) {
  const template = JSON.parse(fs.readFileSync(path.join(out, directory, server, 'Identity.template.json'), 'utf8'));
  return Object.fromEntries(
    Object.values(template.Resources).map((resource) => [resource.Properties.TableName, ordered(resource)]),
  );
}

function report(name, value, digits, target) {
  const verdict = value <= target ? `target ${target}` : `target ${target} MISSED`;
  console.log(`${name} ${value.toFixed(digits)}  (${verdict})`);
}

function ratio(server, validation) {
  const ratios = [];
  for (let i = 0; i < RUNS[validation]; i++) {
    const order = i % 2 === 0 ? ['by-hand', 'with-library'] : ['with-library', 'by-hand'];
    const times = Object.fromEntries(order.map((directory) => [directory, milliseconds(directory, server, validation)]));
    ratios.push(times['with-library'] / times['by-hand']);
  }
  return median(ratios);
}

try {
  for (const [name, server] of Object.entries(CASES)) {
    for (const directory of ['by-hand', 'with-library']) {
      milliseconds(directory, server, 'off');
    }
    if (!isDeepStrictEqual(resources('by-hand', server), resources('with-library', server))) {
      console.error(`${name}: the templates differ, so their times cannot be compared`);
      process.exitCode = 1;
      continue;
    }
    for (const validation of ['on', 'off']) {
      report(`ratio ${name}-validation-${validation}`, ratio(server, validation), 3, RATIO_TARGETS[validation]);
    }
  }
  const samples = Array.from({ length: RUNS.off }, () => JSON.parse(node([path.join(HERE, 'in-process.js')], 'off')));
  report('lib-load-ms', median(samples.map((sample) => sample.loadMs)), 1, LOAD_TARGET);
  report('own-ms-per-table', median(samples.map((sample) => sample.ownMsPerTable)), 3, OWN_TARGET);
} finally {
  fs.rmSync(out, { recursive: true });
}
