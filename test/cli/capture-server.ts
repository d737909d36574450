import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { runCommand, type Ran } from './support';

/** Operation, input and, when it is not that of the environment, region. */
export type Call = readonly [operation: string, input: object, region?: string];

/** The command that makes these calls, as a server would. */
export function serverCommand(directory: string, calls: readonly Call[], ...args: string[]): string[] {
  const file = path.join(directory, 'calls.json');
  writeFileSync(file, JSON.stringify(calls));
  return [process.execPath, path.join(__dirname, 'calls.js'), file, ...args];
}

/** Captures a server that makes these calls. */
export function captureCalls(directory: string, calls: readonly Call[], args: readonly string[] = []): Promise<Ran> {
  const output = path.join(directory, 'captured');
  const env = { PATH: process.env.PATH };
  return runCommand(['capture', '--output', output, ...args, '--', ...serverCommand(directory, calls)], env);
}

/** CreateTable with string keys: `id`, or `id sort`; indexes by name, each with its key. */
export function createTable(
  TableName: string,
  key = 'id',
  indexes: Readonly<Record<string, string>> = {},
  extra: Partial<CreateTableCommandInput> = {},
): Call {
  const keySchema = (text: string) => {
    const [hash, range] = text.split(' ');
    return [
      { AttributeName: hash, KeyType: 'HASH' as const },
      ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
    ];
  };
  const attributes = new Set([key, ...Object.values(indexes)].flatMap((text) => text.split(' ')));
  const throughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
  const input: CreateTableCommandInput = {
    TableName,
    AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keySchema(key),
    ...(Object.keys(indexes).length > 0 && {
      GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, text]) => ({
        IndexName,
        KeySchema: keySchema(text),
        Projection: { ProjectionType: 'ALL' },
        ProvisionedThroughput: throughput,
      })),
    }),
    ProvisionedThroughput: throughput,
    ...extra,
  };
  return ['CreateTable', input];
}

export function timeToLive(TableName: string, AttributeName: string, Enabled = true): Call {
  return ['UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled, AttributeName } }];
}

/** Whether a process of this id is there and has not ended; one that nobody has waited for yet has. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
