import { IdentityTablesError, Problems, quoted } from '../errors';
import { listTableNames } from '../state';
import { bundledNames } from './capture/bundled-names';
import { OutputDirectory } from './capture/output-directory';
import { schemaFiles } from './capture/schema-files';
import { UNNAMED_SERVER } from './capture/server-facts';
import type { Command, Context, ExitCode } from './command';
import { addEnding, listProblem, pulledTables } from './pull/live-tables';
import { pullOptions, PULL_OPTIONS, type PullOptions } from './pull/options';
import { pullReport } from './pull/report';
import { selectTables, type Selected } from './pull/select';
import { LiveAccess } from './verify/live-access';
import { readRegions, type RegionReading } from './verify/read-regions';
import { untilSettled } from './verify/wait';
import { countOf } from './words';

export const pull: Command = {
  name: 'pull',
  summary: 'write schema files from live tables',
  description:
    'Reads the live tables of one region and writes a schema directory: a create-table file for each table, and server.json\n' +
    'with time to live and point-in-time recovery. It changes no table. Without --prefix, --tables and --map it takes the\n' +
    'tables that have the names of a bundled server.',
  options: PULL_OPTIONS,
  example: 'npx identity-tables pull --region eu-central-1 --prefix prod- --server-version 18.0 --output captured',
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const options = pullOptions(context);
  const output = await OutputDirectory.claim(options.output, options);
  try {
    const access = await LiveAccess.open(options.endpoint, context);
    try {
      return await write(options, access, output, context);
    } finally {
      access.close();
    }
  } finally {
    await output.release();
  }
}

async function write(options: PullOptions, access: LiveAccess, output: OutputDirectory, context: Context): Promise<ExitCode> {
  const { region, wanted, captured } = options;
  const bundled = bundledNames();
  const standing = await namesIn(region, access);
  const selected = selectTables(wanted, standing, bundled.names);
  const problems = new Problems();
  if (selected.length === 0) {
    problems.add('IDT1408', noneFound(options, standing));
    problems.throwIfAny();
  }
  const reading = await read(options, access, selected, context.progress);
  if (reading.ending !== undefined) {
    addEnding(access, region, reading.ending, problems);
    problems.throwIfAny();
  }
  const tables = pulledTables(reading, selected, wanted, problems);
  if (tables.length === 0) {
    throw new IdentityTablesError(problems.all);
  }
  const id = options.server ?? bundled.serverOf(tables.map(({ schema }) => schema)) ?? UNNAMED_SERVER;
  const files = schemaFiles({ id, captured, source: `live tables of ${region}, read by identity-tables pull` }, tables);
  const leftOver = output.write(files);
  context.report(pullReport({ options, place: access.place, id, tables, files, leftOver, problems: problems.all }), problems.all);
  return problems.isEmpty ? 0 : 2;
}

async function namesIn(region: string, access: LiveAccess): Promise<string[]> {
  const { sdk, client } = access.reader(region);
  try {
    return (await listTableNames(sdk, client, region)).sort();
  } catch (error) {
    if (error instanceof IdentityTablesError) {
      throw error;
    }
    throw new IdentityTablesError(listProblem(access, region, error).all);
  }
}

async function read(
  { region, waitMs }: PullOptions,
  access: LiveAccess,
  selected: readonly Selected[],
  progress: Context['progress'],
): Promise<RegionReading> {
  let done = 0;
  const names = selected.map(({ liveName }) => liveName);
  const readings = await readRegions(access, [region], names, () => progress(`${++done} of ${names.length} tables`));
  const [settled] = await untilSettled(readings, {
    access,
    timeoutMs: waitMs,
    onWait: (places) => progress(`waiting for ${places.join(', ')}`),
  });
  return settled;
}

function noneFound({ region, wanted: { prefix } }: PullOptions, standing: readonly string[]): { what: string; given: string } {
  const what =
    prefix === ''
      ? `no table in ${region} has the name of a table of a bundled server`
      : `no table in ${region} has a name that starts with '${prefix}'`;
  const shown = standing.slice(0, 5);
  const given =
    standing.length === 0
      ? 'the region has no table at all: another account or region?'
      : `${countOf(standing.length, 'table')}, such as ${quoted(shown)}`;
  return { what, given };
}
