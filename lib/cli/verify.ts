import { IdentityTablesError } from '../errors';
import { tableStatesOfAssembly, UNKNOWN_ACCOUNT, type AssemblyDefaults, type TableState } from '../state';
import type { Command, Context, ExitCode } from './command';
import { checkKnownRegions } from './known-regions';
import { DeployedParameters, withDeployedParameters } from './verify/deployed-parameters';
import { checkBuildable } from './provision';
import { LiveAccess } from './verify/live-access';
import { VERIFY_OPTIONS, verifyOptions, type VerifyOptions } from './verify/options';
import { readFiles, readLive, type LiveReading } from './verify/read-live';
import { verificationOf } from './verify/verification';
import { verifyProblems } from './verify/verify-problems';
import { verifyReport } from './verify/verify-report';

export const verify: Command = {
  name: 'verify',
  summary: 'compare a cloud assembly with the live tables of every region',
  description:
    'Reads the live tables of every region of a cloud assembly, by their exact names, and prints what differs, what is in\n' +
    'between two states, and what could not be checked. It changes nothing. Exit code 1 tells of a difference or of\n' +
    'something in between, 2 of something that could not be read. Tables that the assembly does not have and whose names\n' +
    'begin with its prefix are listed and left alone; they are no difference. A service that throttles or is unavailable is\n' +
    'waited for, until it has answered no call of a kind for a minute.',
  options: VERIFY_OPTIONS,
  example: 'npx cdk synth -q\nnpx identity-tables verify --app cdk.out --wait --timeout 30m',
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const options = verifyOptions(context);
  const { assembly } = options;
  const started = performance.now();
  const { wanted, reading } = await read(options, context);
  const { source, readings, tables, neighbours } = reading;
  const verification = verificationOf(readings, tables, wanted, neighbours);
  const problems = [...verifyProblems(source, verification, wanted), ...reading.problems];
  if (problems.length > 0 && isNothingRead(reading)) {
    throw new IdentityTablesError(problems);
  }
  const seconds = (performance.now() - started) / 1000;
  const { place, credentialSource: credentials } = source;
  context.report(verifyReport({ assembly, place, credentials, verification, problems, seconds }), problems);
  if (problems.length > 0) {
    return 2;
  }
  return verification.changes.length > 0 || verification.inBetween.length > 0 ? 1 : 0;
}

interface Read {
  readonly wanted: readonly TableState[];
  readonly reading: LiveReading;
}

async function read(options: VerifyOptions, context: Context): Promise<Read> {
  const { assembly, against, defaultRegion, waitMs } = options;
  const defaults = { account: UNKNOWN_ACCOUNT, region: defaultRegion };
  if (against !== undefined) {
    const wanted = wantedTables(options, defaults);
    return { wanted, reading: readFiles(against, wanted, options.regions) };
  }
  const access = await LiveAccess.open(options.endpoint, context);
  try {
    const parameters = new DeployedParameters(access);
    const wanted = wantedTables(options, await withDeployedParameters(assembly, defaults, parameters));
    const regions = options.regions ?? [...new Set(wanted.map(({ region }) => region))].sort();
    return { wanted, reading: await readLive(access, { wanted, regions, waitMs, progress: context.progress }) };
  } finally {
    access.close();
  }
}

function wantedTables({ assembly, regions }: VerifyOptions, defaults: AssemblyDefaults): TableState[] {
  const wanted = tableStatesOfAssembly(assembly, defaults);
  checkBuildable(wanted, assembly);
  checkKnownRegions(
    regions ?? [],
    wanted.map(({ region }) => region),
    { assembly, otherwise: 'name regions of the assembly, or leave --region out for all of them' },
  );
  return wanted;
}

function isNothingRead({ readings }: LiveReading): boolean {
  return readings.every(({ tables, missing }) => tables.length === 0 && missing.length === 0);
}
