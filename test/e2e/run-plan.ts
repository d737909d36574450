import * as fs from 'node:fs';
import * as path from 'node:path';
import { CreateBackupCommand, DeleteTableCommand, UpdateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { main } from '../../lib/cli';
import type { PlanFile, PlannedStep } from '../../lib/cli/plan/plan-file';
import { cdkDone } from './cdk';
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

/** The steps of a plan from live tables to an assembly; accepts what is lost only by name. */
export async function planLive(cloud: MiniStack, app: string, output: string, losses: readonly string[] = []): Promise<PlanFile> {
  const accepted = losses.length === 0 ? [] : ['--accept-data-loss', losses.join(',')];
  const args = ['plan', '--app', app, '--output', output, '--force', '--endpoint', cloud.endpoint, ...accepted];
  const { code, err } = await identityTables(cloud, args);
  if (code !== 0) throw new Error(err);
  return JSON.parse(fs.readFileSync(path.join(output, 'plan.json'), 'utf8')) as PlanFile;
}

export interface Hooks {
  /** Called with each step before it is taken. */
  readonly before?: (step: PlannedStep) => Promise<void>;
  readonly after?: (step: PlannedStep) => Promise<void>;
}

/** Takes the steps as their reader would: the real CDK CLI for deployments and imports, the API for calls. */
export async function takeSteps(
  cloud: MiniStack,
  output: string,
  steps: readonly PlannedStep[],
  hooks: Hooks = {},
): Promise<void> {
  for (const step of steps) {
    await hooks.before?.(step);
    await take(cloud, output, step);
    await hooks.after?.(step);
  }
}

async function take(cloud: MiniStack, output: string, step: PlannedStep): Promise<void> {
  switch (step.kind) {
    case 'deploy':
    case 'import': {
      // As printed, but for the paths of this test and what nobody is there to answer.
      const [, ...args] = step.commands[0].split(' ').slice(1);
      const quiet = step.kind === 'deploy' ? ['--require-approval', 'never'] : ['--force'];
      await cdkDone(cloud, [...args, ...quiet]);
      break;
    }
    case 'api':
      for (const { name, tableName, region } of step.calls) {
        await call(cloud.dynamoDb(region), name, tableName);
      }
      break;
    case 'wait': {
      if (step.wait === 'replica-lock') break;
      const { code, out, err } = await identityTables(cloud, [
        'plan',
        '--check',
        step.number,
        '--output',
        output,
        '--endpoint',
        cloud.endpoint,
      ]);
      if (code !== 0) throw new Error(`${out}\n${err}`);
      break;
    }
    case 'server':
    case 'confirm':
      break;
  }
}

async function call(client: DynamoDBClient, name: string, TableName: string): Promise<void> {
  switch (name) {
    case 'billing-on-demand':
      await client.send(new UpdateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST' }));
      break;
    case 'protection-on':
    case 'protection-off':
      await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: name === 'protection-on' }));
      break;
    case 'create-backup':
      await client.send(new CreateBackupCommand({ TableName, BackupName: 'before-plan' }));
      break;
    case 'delete-table':
      await client.send(new DeleteTableCommand({ TableName }));
      break;
    default:
      throw new Error(`no call ${name} in this cloud`);
  }
}
