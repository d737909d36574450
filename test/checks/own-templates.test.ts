import { App, Stack, Validations, type IPolicyValidationPlugin } from 'aws-cdk-lib/core';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R4Checks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import { IdentityServer, IdentityTablesMonitoring, IdentityTablesStacks } from '../../lib';
import { IdentityTablesGrants } from '../../lib/access';
import { IdentityTablesChecks } from '../../lib/checks';
import { PRESET_NAMES, PRESETS, REPLICA_REGIONS, SERVERS } from '../tables/cases';
import { failure, readReport } from './report';

// The templates of this library under its own rules and under every pack of cdk-nag.

const ACCOUNT = '111122223333';
const PRIMARY = 'eu-central-1';
const PACKS = [AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks];
const NEWEST: Record<string, IdentityServer> = {
  connect2id: SERVERS['connect2id 18.0'],
  curity: SERVERS['curity 11.0'],
  express: SERVERS['connect-dynamodb'],
};

/** Construct ids of the tables that are off point-in-time recovery: transient, or of no use as of an earlier time. */
const WITHOUT_RECOVERY = [
  ...['AuthSessions', 'ClientJwks', 'ConsentSessions', 'ExpendedTokens', 'LoginHintTokens', 'PendingCodes', 'RequestJwts'],
  ...['SubIndex', 'SubSessions', 'CurityNonces', 'CuritySessions', 'Sessions'],
];

function checkedApp(customerManagedKeys: boolean): { app: App; plugins: IPolicyValidationPlugin[] } {
  const app = new App();
  const plugins = [new IdentityTablesChecks({ customerManagedKeys }), ...PACKS.map((Pack) => new Pack(app))];
  Validations.of(app).addPlugins(...plugins);
  return { app, plugins };
}

/** `rule construct` of what the plugins found in the synthesized app and nobody acknowledged. */
function openFindings(app: App, plugins: IPolicyValidationPlugin[]): string[] {
  return plugins.flatMap(({ name }) => readReport(app, name).open.map(({ rule, construct }) => `${rule} ${construct}`));
}

function grantsOf(server: IdentityServer, tablePrefix: string, region: string, keyArn?: string): IdentityTablesGrants {
  const definition = server._definition;
  return IdentityTablesGrants._of({
    server: definition,
    tables: definition.tables.map((table) => ({ tableName: tablePrefix + table.schema.tableName, table })),
    account: ACCOUNT,
    regions: [{ region, keyArn }],
  });
}

const role = (stack: Stack, id: string) => new Role(stack, id, { assumedBy: new AccountRootPrincipal() });

test('every server and preset in three regions: nothing found but tables off recovery, acknowledged with a reason', () => {
  const { app, plugins } = checkedApp(false);
  Object.values(SERVERS).forEach((server, i) => {
    for (const preset of PRESET_NAMES) {
      new IdentityTablesStacks(app, `${preset}-${i}`, {
        server,
        primaryRegion: PRIMARY,
        replicaRegions: REPLICA_REGIONS.three,
        replication: PRESETS[preset](),
        tablePrefix: `${preset}-${i}-`,
      });
    }
  });
  const thrown = failure(app);
  expect(openFindings(app, plugins)).toEqual([]);
  expect(thrown).toBeUndefined();

  const acknowledged = plugins.flatMap(({ name }) => readReport(app, name).acknowledged);
  expect([...new Set(acknowledged.map(({ rule }) => rule))]).toEqual(['PITR']);
  const tables = new Set(acknowledged.map(({ construct }) => construct.split('/').at(-2)));
  expect([...tables].sort()).toEqual([...WITHOUT_RECOVERY].sort());
  acknowledged.forEach(({ reason }) => expect(reason).toMatch(/\w+ \w+ \w+/));
}, 120_000);

test('nothing more is found with customer managed keys, alarms and runtime grants', () => {
  const { app, plugins } = checkedApp(true);
  for (const [id, server] of Object.entries(NEWEST)) {
    const set = new IdentityTablesStacks(app, id, {
      server,
      account: ACCOUNT,
      primaryRegion: PRIMARY,
      replicaRegions: REPLICA_REGIONS.three,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      tablePrefix: `${id}-`,
    });
    expect(set.stacks).toHaveLength(6);
    for (const stack of set.stacks.slice(3)) {
      const { region } = stack;
      const topic = Topic.fromTopicArn(stack, 'OnCall', `arn:aws:sns:${region}:${ACCOUNT}:on-call`);
      new IdentityTablesMonitoring(stack, 'Monitoring', { tables: set.tablesIn(region), alarmActions: [new SnsAction(topic)] });
      const runtime = role(stack, 'Runtime');
      grantsOf(server, `${id}-`, region, `arn:aws:kms:${region}:${ACCOUNT}:key/0`)
        .runtimeManagedPolicies(stack, 'RuntimePolicy')
        .forEach((policy) => policy.attachToRole(runtime));
    }
  }
  const thrown = failure(app);
  expect(openFindings(app, plugins)).toEqual([]);
  expect(thrown).toBeUndefined();
}, 120_000);

test('the other grants are found for being inline, and for calls that no ARN can limit', () => {
  const { app, plugins } = checkedApp(false);
  const stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: PRIMARY } });
  const grants = grantsOf(NEWEST.express, 'web-', PRIMARY);
  grants.runtime(role(stack, 'Runtime'));
  grants.readOnly(role(stack, 'ReadOnly'));
  grants.administer(role(stack, 'Administer'));
  expect(failure(app)).toBeDefined();

  const inline = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'].flatMap((pack) =>
    ['Runtime', 'ReadOnly', 'Administer'].map((id) => `${pack}-IAMNoInlinePolicy Stack/${id}/DefaultPolicy/Resource`),
  );
  const backups = `arn:aws:dynamodb:${PRIMARY}:${ACCOUNT}:table/web-sessions/backup/*`;
  expect(openFindings(app, plugins).sort()).toEqual(
    [
      'AwsSolutions-IAM5[Resource::*] Stack/ReadOnly/DefaultPolicy/Resource',
      'AwsSolutions-IAM5[Resource::*] Stack/Administer/DefaultPolicy/Resource',
      `AwsSolutions-IAM5[Resource::${backups}] Stack/Administer/DefaultPolicy/Resource`,
      ...inline,
    ].sort(),
  );
});

test('the packs do find a table of the old kind without backups', () => {
  const { app, plugins } = checkedApp(false);
  const stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: PRIMARY } });
  new Table(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } });
  expect(failure(app)).toBeDefined();
  expect(openFindings(app, plugins)).toEqual(
    expect.arrayContaining([
      'AwsSolutions-DDB3 Stack/Table/Resource',
      'HIPAA.Security-DynamoDBPITREnabled Stack/Table/Resource',
      'NIST.800.53.R4-DynamoDBPITREnabled Stack/Table/Resource',
      'NIST.800.53.R5-DynamoDBPITREnabled Stack/Table/Resource',
    ]),
  );
});
