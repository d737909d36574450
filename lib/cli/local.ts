import { fail, IdentityTablesError } from '../errors';
import { Clients, type Endpoint } from './aws/endpoint';
import { loadDynamoSdk } from './aws/sdk';
import type { Command, Context, ExitCode } from './command';
import { startControls } from './local/controls';
import { DataDirectory } from './local/data-directory';
import { startLocalEngine, type LocalEngine } from './local/local-engine';
import { followAssembly } from './local/follow-assembly';
import { checkIsolated, LOCAL_OPTIONS, localOptions, type LocalOptions } from './local/options';
import { localProblems, standingTables } from './local/problems';
import { localReport } from './local/report';
import { RuntimePolicy } from './local/runtime-policy';
import type { Running } from './local/running-text';
import { serverAt, type LocalServer } from './local/server';
import { checkWatched, tableSource, type TableSource } from './local/source';
import { checkBuildable, provision, type Provisioned } from './provision';
import { stopSignal, type StopSignal } from './stop-signal';
import { countOf } from './words';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

export const local: Command = {
  name: 'local',
  summary: 'run the tables of every region of a CDK app on this machine',
  description:
    'Creates every table of a cloud assembly, or of a server, in every region on an embedded engine, and keeps one endpoint for all\n' +
    'regions running: items of replicated tables replicate, expired items go. With --once or --endpoint it creates the tables,\n' +
    'prints them and ends. Tables that stand already with the same schema are kept.',
  options: LOCAL_OPTIONS,
  example:
    'npx cdk synth -q && npx identity-tables local --app cdk.out\n' +
    'npx identity-tables local --server curity --version 11.0 --regions eu-central-1,us-east-1 --replication-lag 2s',
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const started = performance.now();
  const options = localOptions(context.values);
  // What only creates tables ends at once when it is stopped; the engines end with this process.
  const stop = options.keepsRunning ? stopSignal() : undefined;
  try {
    const source = tableSource(context);
    checkBuildable(source.states, source.title);
    checkIsolated(options.isolated, source.regions);
    checkWatched(options.watches, source);
    const work: Work = { context, source, started };
    return await (options.endpoint === undefined
      ? onEmbeddedEngine({ ...work, options }, stop)
      : createOnce(work, serverAt(options.endpoint, context.env)));
  } finally {
    stop?.dispose();
  }
}

async function onEmbeddedEngine(work: EmbeddedWork, stop: StopSignal | undefined): Promise<ExitCode> {
  const { source, options } = work;
  const policy = options.enforcesPolicy ? new RuntimePolicy(source.server, source.states) : undefined;
  const data = options.data === undefined ? undefined : await DataDirectory.open(options.data);
  try {
    const engine = await startLocalEngine({ ...options, regions: source.regions, data });
    try {
      return await (stop === undefined ? createOnce(work, engine) : keepRunning({ ...work, engine, policy, data, stop }));
    } finally {
      await engine.stop();
    }
  } finally {
    await data?.close();
  }
}

/** What is to be made, and since when. */
interface Work {
  readonly context: Context;
  readonly source: TableSource;
  readonly started: number;
}

async function createOnce(work: Work, server: LocalServer): Promise<ExitCode> {
  const provisioned = await make(work, server.endpoint);
  report(work, server, provisioned);
  return exitCode(provisioned);
}

interface EmbeddedWork extends Work {
  readonly options: LocalOptions;
}

interface LongWork extends EmbeddedWork {
  readonly engine: LocalEngine;
  readonly policy?: RuntimePolicy;
  readonly data?: DataDirectory;
  readonly stop: StopSignal;
}

/** Until it is asked to stop. Tables that cannot be made as they should end it at once. */
async function keepRunning(work: LongWork): Promise<ExitCode> {
  const { context, source, options, engine, policy, data, stop } = work;
  const provisioned = await make(work, engine.endpoint);
  if (exitCode(provisioned) !== 0) {
    report(work, engine, provisioned);
    return exitCode(provisioned);
  }
  const onProblem = (text: string): void => context.warn(text);
  const { isolation } = await engine.duties.begin(engine.call, source.states, { ...options, policy, data, onProblem });
  report(work, engine, provisioned, { ...options, endpoint: engine.endpoint.url });
  warnIfOpen(work);
  const input = process.stdin.isTTY ? process.stdin : undefined;
  const controls = startControls({ isolation, regions: source.regions, input, say: onProblem });
  const following = options.watches
    ? followAssembly({ context, source, engine, enforcesPolicy: policy !== undefined })
    : undefined;
  try {
    const end = await Promise.race([stop.asked, engine.ended]);
    if (end !== undefined) {
      fail('IDT0711', {
        what: `the embedded engine of ${end.region} has ended`,
        given: end.reason,
        allowed: 'an engine that runs until the command ends',
        fix:
          data === undefined ? 'run the command again: it starts with empty tables' : 'run the command again: the items are kept',
      });
    }
    const { replicated, removed } = engine.duties.counts;
    context.warn(`ended; ${countOf(replicated, 'item')} replicated, ${countOf(removed, 'item')} expired`);
    return 0;
  } finally {
    controls.close();
    await following?.close();
  }
}

function warnIfOpen({ context, options }: LongWork): void {
  const { host } = options;
  if (host !== undefined && !LOOPBACK.test(host)) {
    context.warn(
      `warning: listening at ${host}: everyone who reaches it can read and change all items, since no signature is checked`,
    );
  }
}

async function make({ context, source }: Work, endpoint: Endpoint): Promise<Provisioned> {
  const sdk = await loadDynamoSdk();
  const clients = new Clients(sdk, endpoint);
  try {
    return await provision(source.states, {
      sdk,
      clients,
      onProgress: (finished, total) => context.progress(`${finished} of ${total} tables`),
    });
  } finally {
    clients.close();
  }
}

/** @throws IdentityTablesError when there is nothing to report but problems */
function report({ context, source, started }: Work, server: LocalServer, provisioned: Provisioned, running?: Running): void {
  const problems = localProblems(server, provisioned);
  if (standingTables(provisioned) === 0) {
    throw new IdentityTablesError(problems);
  }
  const seconds = (performance.now() - started) / 1000;
  context.report(localReport({ source, server, running, provisioned, problems, seconds }), problems);
}

function exitCode({ outcomes, endings }: Provisioned): ExitCode {
  const has = (...fates: string[]): boolean => outcomes.some(({ fate }) => fates.includes(fate));
  if (endings.length > 0 || has('failed', 'untried')) {
    return 2;
  }
  return has('different') ? 1 : 0;
}
