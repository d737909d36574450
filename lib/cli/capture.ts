import { formatProblem, IdentityTablesError, Problems, quoted, type Problem } from '../errors';
import { denyActions } from './capture/deny';
import { openEndpoint } from './capture/endpoint';
import { existingTables, makeExisting } from './capture/existing';
import { captureOptions, CAPTURE_OPTIONS, type CaptureOptions } from './capture/options';
import { OutputDirectory } from './capture/output-directory';
import { Recording, type Recorded } from './capture/recording';
import { captureReport } from './capture/report';
import { schemaFiles } from './capture/schema-files';
import { untilEnd } from './capture/until-end';
import { watch } from './capture/watch';
import { columns } from './columns';
import type { Command, Context, ExitCode } from './command';
import { pointers } from './local/pointers';
import { stopSignal } from './stop-signal';
import { countOf } from './words';

const DEFAULT_REGION = 'us-east-1';

export const capture: Command = {
  name: 'capture',
  summary: 'record a server that makes its own tables, and write them as schema files',
  description:
    'Gives a server an empty DynamoDB endpoint and records what it asks for. Afterwards it writes a schema directory: a\n' +
    'create-table file for each table that the server made, and server.json with time to live and the actions that it\n' +
    'used. With a command behind -- it starts the server and ends with it; without one it runs until Ctrl-C. SIGUSR2\n' +
    'writes the files at once. No item, key value, header or credential is kept.',
  rest: 'COMMAND...',
  options: CAPTURE_OPTIONS,
  example:
    'npx identity-tables capture --server-version 18.0 --mode stateless --edition regular --range-key none --output captured\n' +
    'npx identity-tables capture -- node server.js',
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const options = captureOptions(context);
  const existing = options.existing === undefined ? [] : existingTables(options.existing, options.region);
  const region = options.region ?? existing[0]?.region ?? DEFAULT_REGION;
  const output = await OutputDirectory.claim(options.output, options);
  const stop = stopSignal();
  try {
    const recording = new Recording();
    const session: Session = { context, options, output, recording };
    const endpoint = await openEndpoint({ ...options, region, steps: recording.steps(denyActions(options.deny)) });
    try {
      if (existing.length > 0) {
        await makeExisting(existing, endpoint.url, options.upstream === undefined, context.progress);
        existing.forEach((state) => recording.created.add(state));
      }
      recording.start();
      announce(context, options, endpoint.url, region);
      const unwatch = watch({ onTick: () => count(session), onDemand: () => writeNow(session) });
      const problems = await untilEnd(options.command, { endpoint, region, env: context.env, stop }).finally(unwatch);
      return finish(session, endpoint.url, problems);
    } finally {
      await endpoint.stop();
    }
  } finally {
    stop.dispose();
    await output.release();
  }
}

interface Session {
  readonly context: Context;
  readonly options: CaptureOptions;
  readonly output: OutputDirectory;
  readonly recording: Recording;
}

function announce({ warn }: Context, { command }: CaptureOptions, url: string, region: string): void {
  warn(`recording at ${url}, region ${region}${command.length > 0 ? ', while the command runs' : ''}`);
  if (command.length === 0) {
    warn(columns(pointers({ endpoint: url, regions: [region] }).map(({ who, how }) => ['', who, how])));
    warn('Ctrl-C ends it and writes the files');
  }
}

function count({ context, recording }: Session): void {
  context.progress(`${countOf(recording.requests, 'request')}, ${countOf(recording.created.size, 'table')}`);
}

interface Written {
  readonly recorded: Recorded;
  readonly files: readonly string[];
  readonly leftOver: readonly string[];
  readonly problems: readonly Problem[];
}

/** @throws IdentityTablesError when there is nothing to write, or it cannot be written */
function write({ options, output, recording }: Session): Written {
  const recorded = recording.result(options);
  const { server, tables, leftOut, prefix } = recorded;
  const problems = new Problems();
  if (leftOut.length > 0) {
    problems.add('IDT1412', {
      what: `${countOf(leftOut.length, 'table')} without the prefix '${prefix.prefix}' left out`,
      given: quoted(leftOut),
    });
  }
  if (tables.length === 0) {
    problems.add('IDT1404', {
      what: 'no table was made, so that nothing is written',
      given: `${countOf(recorded.requests, 'request')}${recorded.unknown.length > 0 ? `, about ${quoted(recorded.unknown)}` : ''}`,
    });
    problems.throwIfAny();
  }
  const source = 'requests of the server, recorded by identity-tables capture';
  const files = schemaFiles({ id: server, captured: options.captured, source }, tables);
  return { recorded, files: files.map(({ name }) => name), leftOver: output.write(files), problems: problems.all };
}

/** A problem now is none at the end: the recording goes on. */
function writeNow(session: Session): void {
  const { warn } = session.context;
  try {
    const { recorded } = write(session);
    warn(`${countOf(recorded.tables.length, 'table')} written to ${session.options.output}; recording goes on`);
  } catch (error) {
    if (!(error instanceof IdentityTablesError)) {
      throw error;
    }
    error.problems.forEach((problem) => warn(formatProblem(problem)));
  }
}

function finish(session: Session, endpoint: string, ending: readonly Problem[]): ExitCode {
  const { context, options } = session;
  try {
    const { recorded, files, leftOver, problems } = write(session);
    const all = [...ending, ...problems];
    context.report(captureReport({ output: options.output, endpoint, recorded, files, leftOver, problems: all }), all);
    return all.length === 0 ? 0 : 2;
  } catch (error) {
    throw error instanceof IdentityTablesError ? new IdentityTablesError([...ending, ...error.problems]) : error;
  }
}
