import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';

/** The table that the suite uses. It makes two further ones for a moment, whose names begin alike. */
export const TABLE = 'sessions-test';
export const REGION = 'eu-central-1';

const PACKAGE = path.join(__dirname, '..', '..', 'node_modules', 'connect-dynamodb');
const MOCHA = path.join(__dirname, '..', '..', 'node_modules', 'mocha', 'bin', 'mocha.js');

export interface SuiteResult {
  readonly passes: number;
  readonly failures: readonly string[];
}

interface MochaReport {
  readonly stats: { readonly passes: number };
  readonly failures: ReadonlyArray<{ readonly fullTitle: string; readonly err: { readonly message?: string } }>;
}

/** The two tests that make and delete tables of their own, which a server in production does not. */
const OTHER_TABLES = ['--grep', 'creating a table|using an existing table', '--invert'];

/** The command that runs the suite of connect-dynamodb as the package's own `npm test` does, in the package's directory. */
export function suiteCommand(report: string): string[] {
  return [process.execPath, MOCHA, '--timeout', '5000', '--reporter', 'json', '--reporter-option', `output=${report}`];
}

export const SUITE_DIRECTORY = PACKAGE;

export async function runSuite(
  endpoint: string,
  directory: string,
  { ownTableOnly = false }: { ownTableOnly?: boolean } = {},
): Promise<SuiteResult> {
  const report = path.join(directory, 'mocha.json');
  const [program, ...args] = [...suiteCommand(report), ...(ownTableOnly ? OTHER_TABLES : [])];
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ENDPOINT: endpoint,
  };
  const suite = spawn(program, args, { cwd: PACKAGE, stdio: 'ignore', env });
  await once(suite, 'close');
  return suiteResult(report);
}

export function suiteResult(report: string): SuiteResult {
  const { stats, failures } = JSON.parse(readFileSync(report, 'utf8')) as MochaReport;
  return { passes: stats.passes, failures: failures.map(({ fullTitle, err }) => `${fullTitle}: ${err.message}`) };
}
