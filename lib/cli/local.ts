import { fail, IdentityTablesError } from '../errors';
import { tableStatesOfAssembly, type TableState } from '../state';
import { Clients } from './aws/endpoint';
import { loadDynamoSdk } from './aws/sdk';
import type { Command, Context, ExitCode } from './command';
import { localProblems, standingTables } from './local-problems';
import { localReport } from './local-report';
import { openServer, type LocalServer } from './local-server';
import { checkBuildable, provision, type Provisioned } from './provision';

/** The account of stacks that name none, and of every table of the embedded engine. */
const LOCAL_ACCOUNT = '000000000000';
const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

export const local: Command = {
  name: 'local',
  summary: 'create the tables of every region of a CDK app on this machine',
  description:
    'Creates every table of a cloud assembly, in every region, on an embedded engine or on any DynamoDB-compatible server,\n' +
    'and prints what stands. Tables that stand already with the same schema are kept.',
  options: {
    app: { value: 'DIRECTORY', summary: 'the cloud assembly, output of cdk synth (default: cdk.out)' },
    once: { summary: 'create the tables, print them and end' },
    endpoint: { value: 'URL', summary: 'use the server at this address instead of the embedded engine' },
    region: { value: 'REGION', summary: 'the region of stacks that name none (default: AWS_REGION)' },
  },
  example: 'npx cdk synth -q\nnpx identity-tables local --once --app cdk.out',
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { values, env, progress, report } = context;
  checkOnce(values.isOn('once'));
  const assembly = values.text('app') ?? 'cdk.out';
  const states = tableStatesOfAssembly(assembly, { account: LOCAL_ACCOUNT, region: defaultRegion(context) });
  checkBuildable(states, assembly);
  const started = performance.now();
  const server = await openServer(values.text('endpoint'), env, regionsOf(states));
  try {
    const provisioned = await make(states, server, progress);
    const problems = localProblems(server, provisioned);
    if (standingTables(provisioned) === 0) {
      throw new IdentityTablesError(problems);
    }
    report(localReport({ assembly, server, provisioned, problems, seconds: (performance.now() - started) / 1000 }), problems);
    return exitCode(provisioned);
  } finally {
    await server.stop();
  }
}

async function make(states: readonly TableState[], server: LocalServer, progress: Context['progress']): Promise<Provisioned> {
  const sdk = await loadDynamoSdk();
  const clients = new Clients(sdk, server.endpoint);
  try {
    return await provision(states, {
      sdk,
      clients,
      onProgress: (finished, total) => progress(`${finished} of ${total} tables`),
    });
  } finally {
    clients.close();
  }
}

function exitCode({ outcomes, endings }: Provisioned): ExitCode {
  const has = (...fates: string[]): boolean => outcomes.some(({ fate }) => fates.includes(fate));
  if (endings.length > 0 || has('failed', 'untried')) {
    return 2;
  }
  return has('different') ? 1 : 0;
}

function checkOnce(isOnce: boolean): void {
  if (!isOnce) {
    fail('IDT0703', {
      what: "command 'local' needs the option '--once'",
      given: 'no --once',
      allowed: '--once, which creates the tables, prints them and ends',
      fix: 'add --once',
    });
  }
}

function defaultRegion({ values, env }: Context): string | undefined {
  const given = values.text('region');
  if (given !== undefined && !REGION.test(given)) {
    fail('IDT0703', {
      what: "option '--region' is not a region",
      given: `'${given}'`,
      allowed: 'the code of a region, such as eu-central-1',
    });
  }
  return given ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
}

function regionsOf(states: readonly TableState[]): string[] {
  return [...new Set(states.map(({ region }) => region))];
}
