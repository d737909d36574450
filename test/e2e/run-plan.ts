import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as sdk from '@aws-sdk/client-dynamodb';
import { main } from '../../lib/cli';
import type { PlanFile, PlannedStep } from '../../lib/cli/plan/plan-file';
import { cdk, cdkDone } from './cdk';
import type { MiniStack } from './ministack';

/** What the command of this project printed. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs identity-tables in this process, with the environment that reaches the cloud. */
export async function identityTables(cloud: MiniStack, args: readonly string[]): Promise<Printed> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await main(args, {
    env: cloud.environment,
    print: (text) => out.push(text),
    warn: (text) => err.push(text),
    progress: () => undefined,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/**
 * Runs one line as its reader would type it in a directory, and as it is: `npx cdk` is the real CLI, `npx identity-tables` runs in
 * this process, a call of the AWS CLI is made by the SDK, and anything else is for the shell.
 */
export async function runLine(cloud: MiniStack, line: string, directory: string): Promise<Printed> {
  const [program, tool] = line.split(' ');
  const [, , ...args] = program === 'npx' || program === 'aws' ? wordsOf(line) : [];
  switch (`${program} ${tool}`) {
    case 'npx cdk':
      // Nobody is there to answer: a command that asks fails, such as an import beside other changes.
      return { code: 0, out: await cdkDone(cloud, args, directory), err: '' };
    case 'npx identity-tables':
      return inDirectory(directory, () => identityTables(cloud, args));
    case 'aws dynamodb':
      return { code: 0, out: await callApi(cloud, args), err: '' };
    default:
      return { code: 0, out: execFileSync('bash', ['-ec', line], { cwd: directory, encoding: 'utf8' }), err: '' };
  }
}

/** The words of a line as the shell reads them. */
function wordsOf(line: string): string[] {
  return execFileSync('bash', ['-ec', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

async function inDirectory<T>(directory: string, run: () => Promise<T>): Promise<T> {
  const before = process.cwd();
  process.chdir(directory);
  try {
    return await run();
  } finally {
    process.chdir(before);
  }
}

/** What is deployed is the app: the real CLI finds nothing to change. */
export async function expectNoDiff(cloud: MiniStack, app: string): Promise<void> {
  const { exitCode, output } = await cdk(cloud, ['diff', '--app', app, '--fail']);
  expect(output).toContain('Number of stacks with differences: 0');
  expect(exitCode).toBe(0);
}

/** Whether the API has the operation of an AWS CLI command. */
export function isOperation(name: string): boolean {
  return `${pascal(name)}Command` in sdk;
}

async function callApi(cloud: MiniStack, [operation, ...args]: readonly string[]): Promise<string> {
  if (!isOperation(operation)) throw new Error(`the API has no operation ${operation}`);
  const { region = '', ...input } = inputOf(args);
  const Command = sdk[`${pascal(operation)}Command` as 'DescribeTableCommand'];
  return JSON.stringify(await cloud.dynamoDb(String(region)).send(new Command(input as never)));
}

function pascal(words: string): string {
  return words
    .split('-')
    .map((word) => word[0].toUpperCase() + word.slice(1))
    .join('');
}

/** Options of the AWS CLI as the members of a request: a flag is true, `--no-` makes it false. */
function inputOf(args: readonly string[]): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  args.forEach((arg, i) => {
    if (!arg.startsWith('--')) return;
    const [name, value] = [arg.slice(2), args[i + 1]];
    const isFlag = value === undefined || value.startsWith('--');
    if (name === 'region') input.region = value;
    else if (isFlag) input[pascal(name.replace(/^no-/, ''))] = !name.startsWith('no-');
    else input[pascal(name)] = structureOf(value) ?? value;
  });
  return input;
}

/** A structure as the AWS CLI writes it short, such as `Enabled=true,AttributeName=ttl`; undefined for another value. */
function structureOf(value: string): Record<string, unknown> | undefined {
  const members = value.split(',').map((member) => /^([A-Z]\w*)=(.*)$/.exec(member));
  if (members.includes(null)) return undefined;
  const typed = (text: string): unknown =>
    text === 'true' ? true : text === 'false' ? false : /^\d+$/.test(text) ? Number(text) : text;
  return Object.fromEntries(members.map((member) => [member?.[1] ?? '', typed(member?.[2] ?? '')] as const));
}

/** The steps of a plan from live tables to an assembly; accepts what is lost only by name. */
export async function planLive(cloud: MiniStack, app: string, output: string, losses: readonly string[] = []): Promise<PlanFile> {
  const accepted = losses.length === 0 ? [] : ['--accept-data-loss', losses.join(',')];
  const args = ['plan', '--app', app, '--output', output, '--force', '--endpoint', cloud.endpoint, ...accepted];
  const { code, out, err } = await inDirectory(cloud.directory, () => identityTables(cloud, args));
  if (code !== 0) throw new Error(err);
  const plan = readPlan(path.join(cloud.directory, output));
  expect(out).toMatch(plan.steps.length === 0 ? /^nothing to do/ : new RegExp(`^${plan.steps.length} steps?, see `));
  expectTargetLast(path.join(cloud.directory, output), path.join(cloud.directory, app), plan.steps);
  return plan;
}

/** The plan for programs, which has the steps and commands of the one to read. */
export function readPlan(directory: string): PlanFile {
  const plan = JSON.parse(fs.readFileSync(path.join(directory, 'plan.json'), 'utf8')) as PlanFile;
  const [, ...sections] = fs.readFileSync(path.join(directory, 'plan.md'), 'utf8').split(/^## /m);
  const toRead = sections.map((section) => {
    const [, number, title] = /^(\S+) (.*)\n/.exec(section) ?? [];
    return { number, title, commands: /^```\n([\s\S]*?)\n```$/m.exec(section)?.[1].split('\n') ?? [] };
  });
  const toRun = plan.steps.map(({ number, title, region, commands }) => {
    const where = region === undefined ? '' : `${region}: `;
    return { number, title: `${where}${title}`, commands };
  });
  expect(toRead).toEqual(toRun);
  return plan;
}

/** The last deployment of each stack has the template of the app, and the very last one its whole assembly, byte for byte. */
function expectTargetLast(output: string, app: string, steps: readonly PlannedStep[]): void {
  const deployments = steps.filter(({ kind }) => kind === 'deploy' || kind === 'import');
  if (deployments.length === 0) return;
  const target = filesOf(app);
  const lastOf = new Map(deployments.flatMap(({ number, stacks }) => stacks.map((stack) => [stack.stackName, number] as const)));
  for (const [stackName, number] of lastOf) {
    const file = templateOf(app, stackName);
    expect(`${stackName} in ${number}: ${filesOf(path.join(output, number))[file]}`).toBe(
      `${stackName} in ${number}: ${target[file]}`,
    );
  }
  expect(filesOf(path.join(output, deployments[deployments.length - 1].number))).toEqual(target);
}

interface Manifest {
  readonly artifacts: Readonly<
    Record<string, { readonly type: string; readonly properties: { readonly stackName?: string; readonly templateFile: string } }>
  >;
}

function templateOf(assembly: string, stackName: string): string {
  const { artifacts } = JSON.parse(fs.readFileSync(path.join(assembly, 'manifest.json'), 'utf8')) as Manifest;
  const found = Object.entries(artifacts).filter(
    ([id, { type, properties }]) => type === 'aws:cloudformation:stack' && (properties.stackName ?? id) === stackName,
  );
  expect(found).toHaveLength(1);
  return found[0][1].properties.templateFile;
}

/** What is in the files of an assembly, as hashes. */
function filesOf(directory: string): Record<string, string> {
  const files = fs.readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .filter((file) => !file.endsWith('.lock'))
      .map((file) => [path.relative(directory, file), createHash('sha256').update(fs.readFileSync(file)).digest('hex')]),
  );
}

/** Waits of which this cloud shows that they are not over too early: the others are over at once here. */
const SEEN_BEFORE: ReadonlySet<string | undefined> = new Set(['gone', 'verified']);

/**
 * Takes the steps in their order, each by the commands that are printed for it. What is done by hand is done by `byHand`, which is
 * called with steps that have no commands.
 */
export async function takeSteps(
  cloud: MiniStack,
  directory: string,
  steps: readonly PlannedStep[],
  byHand: (step: PlannedStep) => Promise<void>,
): Promise<void> {
  for (const [i, step] of steps.entries()) {
    const next = steps.at(i + 1);
    const check = async (wait: PlannedStep, code: number, words: string): Promise<void> => {
      expect(wait.commands).toHaveLength(1);
      const out = expect.stringContaining(`step ${wait.number} ${words}: ${wait.title}`) as string;
      expect(await runLine(cloud, wait.commands[0], directory)).toMatchObject({ code, out });
    };
    if (next !== undefined && SEEN_BEFORE.has(next.wait)) await check(next, 1, 'is not reached');
    if (step.kind === 'wait' && step.wait !== 'replica-lock') {
      await check(step, 0, 'is reached');
    } else if (step.commands.length === 0) {
      await byHand(step);
    } else {
      for (const command of step.commands) await runLine(cloud, command, directory);
    }
  }
}
