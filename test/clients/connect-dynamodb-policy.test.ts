import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { IdentityServer, type ConnectDynamoDbProps } from '../../lib';
import { runtimeStatements } from '../../lib/access';
import { startEmbeddedEngine, type EmbeddedEngine } from '../../lib/cli/engine';
import { Recorder } from '../../lib/cli/record';
import { regionalAccess } from '../access/regional-access';
import { REGION, runSuite, TABLE } from './suite';
import { makeTables, synthesize } from './tables';

// The suite lets the store look for its table, and reaps once.
const OPTIONS: ConnectDynamoDbProps = { tableName: TABLE, initialized: false, reap: true };

let directory: string;
let engine: EmbeddedEngine;
let recorded: string[];

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'policy-'));
  const recorder = new Recorder();
  engine = await startEmbeddedEngine({ regions: [REGION], steps: [recorder.step] });
  const assembly = synthesize(IdentityServer.connectDynamoDb(OPTIONS), REGION, path.join(directory, 'cdk.out'));
  await makeTables(assembly, REGION, engine.endpoint);
  const before = recorder.uses;
  const { passes, failures } = await runSuite(engine.endpoint, directory);
  expect({ passes, failures }).toEqual({ passes: 14, failures: [] });
  const suiteOnly = recorder.uses.filter(({ table, action, count }) => {
    const made = before.find((use) => use.table === table && use.action === action)?.count ?? 0;
    return table === TABLE && count > made;
  });
  recorded = suiteOnly
    .map(({ action, table, index }) => `${action} ${table}${index === undefined ? '' : `/index/${index}`}`)
    .sort();
}, 60_000);
afterAll(async () => {
  await engine?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** What the runtime policy allows, action by action. */
function allowed(options: ConnectDynamoDbProps): string[] {
  const statements = runtimeStatements(regionalAccess(IdentityServer.connectDynamoDb(options), { prefix: '' }));
  return statements
    .flatMap(({ Action, Resource }) =>
      Resource.flatMap((arn) => Action.map((action) => `${action.replace('dynamodb:', '')} ${arn.split(':table/')[1]}`)),
    )
    .sort();
}

test('the suite of connect-dynamodb 3.0.5 does on its table what the vendor says', () => {
  expect(recorded).toEqual([
    'DeleteItem sessions-test',
    'DescribeTable sessions-test',
    'GetItem sessions-test',
    'PutItem sessions-test',
    'Scan sessions-test',
    'UpdateItem sessions-test',
  ]);
});

test('the runtime policy allows everything that was recorded, and nothing that was not', () => {
  expect(allowed(OPTIONS)).toEqual(recorded);
});

test.each([
  ['initialized', { ...OPTIONS, initialized: true }, 'DescribeTable sessions-test'],
  ['reap', { ...OPTIONS, reap: false }, 'Scan sessions-test'],
])('fails without the option %s: its action is not allowed', (_, options, missing) => {
  expect(recorded.filter((use) => !allowed(options).includes(use))).toEqual([missing]);
});
