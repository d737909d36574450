import { App, CfnResource, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib/core';
import { AttributeType, TableClass, TableV2, type TablePropsV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { IdentityTablesChecks } from '../../lib/checks';
import { addResource, failure, goodTable, report } from './report';

// The plugin in whole CDK apps. The faults of each rule are in table-rules.test.ts and wildcard-grant.test.ts.

const env = { region: 'eu-central-1' };

function checkedApp(): App {
  const app = new App();
  Validations.of(app).addPlugins(new IdentityTablesChecks());
  return app;
}

function tableV2(stack: Stack, props: Partial<TablePropsV2> = {}): TableV2 {
  return new TableV2(stack, 'Table', {
    tableName: 'prod-users',
    partitionKey: { name: 'id', type: AttributeType.STRING },
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    replicas: [{ region: 'us-east-1' }, { region: 'ap-southeast-2' }],
    ...props,
  });
}

function faultyTable(stack: Stack): CfnResource {
  const resource = goodTable();
  delete resource.Properties.TableName;
  return addResource(stack, 'Table', resource);
}

const rules = (app: App) => report(app).open.map(({ rule, construct }) => `${rule} ${construct}`);

test('the plugin says its name and the rules that are on', () => {
  const plugin = new IdentityTablesChecks();
  expect(plugin.name).toBe('identity-tables');
  expect(plugin.ruleIds).toHaveLength(11);
  expect(plugin.ruleIds).not.toContain('CUSTOMER-KEY');
  expect(new IdentityTablesChecks({ customerManagedKeys: true }).ruleIds).toHaveLength(12);
});

test('a TableV2 with every protection has no finding, and other resources are not looked at', () => {
  const app = checkedApp();
  const stack = new Stack(app, 'Stack', { env });
  tableV2(stack);
  new Bucket(stack, 'Bucket');
  new Stack(app, 'Empty');
  expect(failure(app)).toBeUndefined();
  expect(report(app)).toEqual({ open: [], acknowledged: [] });
});

test('a TableV2 without region or account is checked too', () => {
  const app = checkedApp();
  tableV2(new Stack(app, 'Stack'), { replicas: [], deletionProtection: false });
  expect(rules(app)).toEqual(['DELETION-PROTECTION Stack/Table/Resource']);
});

test('fails with settings of a TableV2 that reach the primary only', () => {
  const app = checkedApp();
  tableV2(new Stack(app, 'Stack', { env }), {
    tags: [{ key: 'team', value: 'identity' }],
    replicas: [
      { region: 'us-east-1', tableClass: TableClass.STANDARD_INFREQUENT_ACCESS },
      { region: 'ap-southeast-2', deletionProtection: false },
    ],
  });
  expect(report(app).open).toMatchObject([
    { rule: 'DELETION-PROTECTION', locations: ['Properties.Replicas.1.DeletionProtectionEnabled'] },
    {
      rule: 'REPLICA-SETTINGS',
      locations: [
        'Properties.Replicas.0.TableClass',
        'Properties.Replicas.0.Tags',
        'Properties.Replicas.1.DeletionProtectionEnabled',
        'Properties.Replicas.1.Tags',
      ],
    },
  ]);
});

describe('acknowledging', () => {
  const REASON = 'imported under the name that CloudFormation gave it';
  const acknowledge = (construct: IConstruct) =>
    Validations.of(construct).acknowledge({ id: 'identity-tables::TABLE-NAME', reason: REASON });

  test('fails with a finding that nobody acknowledged', () => {
    const app = checkedApp();
    faultyTable(new Stack(app, 'Stack', { env }));
    expect(failure(app)).toContain("Acknowledge with 'identity-tables::TABLE-NAME'");
  });

  test.each<[string, (app: App, stack: Stack, table: CfnResource) => IConstruct]>([
    ['table', (_, __, table) => table],
    ['stack', (_, stack) => stack],
    ['app', (app) => app],
  ])('a finding is acknowledged at the %s, and the report keeps the reason', (_, where) => {
    const app = checkedApp();
    const stack = new Stack(app, 'Stack', { env });
    acknowledge(where(app, stack, faultyTable(stack)));
    expect(failure(app)).toBeUndefined();
    expect(report(app)).toMatchObject({ open: [], acknowledged: [{ rule: 'TABLE-NAME', reason: REASON }] });
  });

  test('fails with another rule, or at another table', () => {
    const app = checkedApp();
    const stack = new Stack(app, 'Stack', { env });
    const table = faultyTable(stack);
    table.addOverride('Properties.TimeToLiveSpecification.AttributeName', 'id');
    acknowledge(table);
    faultyTable(new Stack(app, 'Other', { env }));
    expect(rules(app)).toEqual(['TABLE-NAME Other/Table', 'TTL-ATTRIBUTE Stack/Table']);
    expect(failure(app)).toBeDefined();
  });

  test('without the plugin it changes no template', () => {
    const template = (isAcknowledged: boolean) => {
      const app = new App();
      const stack = new Stack(app, 'Stack', { env });
      const table = tableV2(stack);
      if (isAcknowledged) {
        acknowledge(table);
      }
      return app.synth().getStackByName('Stack').template as unknown;
    };
    expect(template(true)).toEqual(template(false));
  });
});

describe('stacks', () => {
  test('fails with a table in a nested stack, where it can be acknowledged', () => {
    const app = checkedApp();
    const nested = new NestedStack(new NestedStack(new Stack(app, 'Stack', { env }), 'Outer'), 'Inner');
    const table = faultyTable(nested);
    expect(rules(app)).toEqual(['TABLE-NAME Stack/Outer/Inner/Table']);
    Validations.of(table).acknowledge({ id: 'identity-tables::TABLE-NAME', reason: 'a test' });
    expect(report(app)).toMatchObject({ acknowledged: [{ construct: 'Stack/Outer/Inner/Table' }] });
  });

  test('the plugin of the app sees its stages, the plugin of a stage only its own', () => {
    const app = checkedApp();
    faultyTable(new Stack(new Stage(app, 'Prod', { env }), 'Stack'));
    expect(rules(app)).toEqual(['TABLE-NAME Prod/Stack/Table']);

    const other = new App();
    const [checked, unchecked] = ['Prod', 'Test'].map((id) => new Stage(other, id, { env }));
    [checked, unchecked].forEach((stage) => faultyTable(new Stack(stage, 'Stack')));
    Validations.of(checked).addPlugins(new IdentityTablesChecks());
    expect(rules(other)).toEqual(['TABLE-NAME Prod/Stack/Table']);
  });
});
