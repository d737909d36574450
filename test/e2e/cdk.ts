import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { MiniStack } from './ministack';

/** The root of this project, where its cdk.json is. */
export const PROJECT = path.join(__dirname, '..', '..');

const CLI = path.join(PROJECT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

export interface Run {
  readonly exitCode: number | null;
  /** Standard output and standard error, in the order of arrival. */
  readonly output: string;
}

/** Runs the real CDK CLI, by default in a directory without a cdk.json. */
export async function cdk(cloud: MiniStack, args: readonly string[], cwd = cloud.directory): Promise<Run> {
  const child = spawn(process.execPath, [CLI, ...args, '--no-notices', '--no-color'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...cloud.environment,
      // The CLI remembers the account of an access key under its home.
      CDK_HOME: path.join(cloud.directory, 'cdk-home'),
      CDK_DISABLE_CLI_TELEMETRY: '1',
      NODE_NO_WARNINGS: '1',
      // The built-in validation of templates has a test of its own, and takes two seconds a call.
      CDK_VALIDATION: 'false',
    },
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
}

/** The same, for a command that has to succeed: its output is the error otherwise. */
export async function cdkDone(cloud: MiniStack, args: readonly string[], cwd?: string): Promise<string> {
  const { exitCode, output } = await cdk(cloud, args, cwd);
  if (exitCode !== 0) throw new Error(`cdk ${args.join(' ')} ended with ${exitCode}\n${output}`);
  return output;
}

export async function bootstrap(cloud: MiniStack, regions: readonly string[]): Promise<void> {
  await cdkDone(cloud, ['bootstrap', ...regions.map((region) => `aws://${MiniStack.account}/${region}`)]);
}
