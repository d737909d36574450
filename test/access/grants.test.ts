import { App, Aws, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import {
  AccountPrincipal,
  AccountRootPrincipal,
  AnyPrincipal,
  Group,
  Role,
  ServicePrincipal,
  User,
  WebIdentityPrincipal,
  type IGrantable,
} from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { IdentityServer } from '../../lib';
import { IdentityTablesGrants, StartUp, type Statement } from '../../lib/access';
import { ACCOUNT, failure } from './regional-access';

const EU = 'eu-central-1';
const KEY = `arn:aws:kms:${EU}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const CURITY = IdentityServer.curity({ version: '11.0' });
const EXPRESS = IdentityServer.connectDynamoDb();
const ROLE = `arn:aws:iam::${ACCOUNT}:role/server`;

interface GrantsOptions {
  readonly server?: IdentityServer;
  readonly prefix?: string;
  readonly account?: string;
  readonly regions?: { readonly region: string; readonly keyArn?: string }[];
}

function grants({ server = EXPRESS, prefix = '', account = ACCOUNT, regions = [{ region: EU }] }: GrantsOptions = {}) {
  const tables = server._definition.tables.map((table) => ({ tableName: prefix + table.schema.tableName, table }));
  return IdentityTablesGrants._of({ server: server._definition, tables, account, regions });
}

const stackIn = (region?: string) =>
  new Stack(new App(), 'Stack', region === undefined ? {} : { env: { account: ACCOUNT, region } });
const roleIn = (stack: Stack) => new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });

interface PolicyResource {
  readonly Properties: { readonly PolicyDocument: { readonly Statement: Statement[] }; readonly Roles?: unknown[] };
}

/** The policies of a stack by type, each with its statements. */
function policies(stack: Stack, type: 'Policy' | 'ManagedPolicy'): PolicyResource['Properties'][] {
  const found = Template.fromStack(stack).findResources(`AWS::IAM::${type}`) as Record<string, PolicyResource>;
  return Object.values(found).map(({ Properties }) => Properties);
}

const statements = (stack: Stack) => policies(stack, 'Policy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

const SESSIONS = `arn:aws:dynamodb:${EU}:${ACCOUNT}:table/sessions`;
const ITEMS = ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
const DESCRIBE = [
  'dynamodb:DescribeContinuousBackups',
  'dynamodb:DescribeContributorInsights',
  'dynamodb:DescribeKinesisStreamingDestination',
  'dynamodb:DescribeTable',
  'dynamodb:DescribeTimeToLive',
  'dynamodb:GetResourcePolicy',
  'dynamodb:ListTagsOfResource',
];
const IN_REGION = {
  Effect: 'Allow',
  Action: [
    'application-autoscaling:DescribeScalableTargets',
    'application-autoscaling:DescribeScalingPolicies',
    'cloudformation:DescribeStackResources',
    'cloudformation:DescribeStacks',
    'cloudformation:GetTemplate',
    'cloudformation:ListStackResources',
    'dynamodb:DescribeGlobalTable',
    'dynamodb:ListTables',
    'kms:DescribeKey',
  ],
  Resource: '*',
  Condition: { StringEquals: { 'aws:RequestedRegion': EU } },
};

describe('runtime', () => {
  test('adds the statements of the region to the role, and says so', () => {
    const stack = stackIn(EU);
    const grant = grants().runtime(roleIn(stack));
    expect(grant.success).toBe(true);
    expect(statements(stack)).toEqual([{ Effect: 'Allow', Action: ITEMS, Resource: SESSIONS }]);
  });

  test('passes its options on', () => {
    const stack = stackIn(EU);
    grants().runtime(roleIn(stack), { startUp: StartUp.MAY_CREATE });
    expect(statements(stack)[0].Action).toEqual(['dynamodb:CreateTable', ...ITEMS]);
  });

  test('names the key of the region, which may be known at deployment only', () => {
    const stack = stackIn(EU);
    grants({ regions: [{ region: EU, keyArn: KEY }] }).runtime(roleIn(stack));
    const [, key] = statements(stack);
    expect(key.Resource).toBe(KEY);
    expect(key.Condition).toEqual({ StringEquals: { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' } });
    expect(key.Action).not.toContain('kms:CreateGrant');
  });

  test('in a stack without environment the ARN follows the deployment', () => {
    const stack = stackIn();
    grants({ account: stack.account, regions: [{ region: stack.region, keyArn: 'arn' }] }).runtime(roleIn(stack));
    const [table, key] = statements(stack);
    expect(table.Resource).toEqual({
      'Fn::Join': [
        '',
        [
          'arn:',
          { Ref: 'AWS::Partition' },
          ':dynamodb:',
          { Ref: 'AWS::Region' },
          ':',
          { Ref: 'AWS::AccountId' },
          ':table/sessions',
        ],
      ],
    });
    expect(key.Condition).toEqual({
      StringEquals: {
        'kms:ViaService': { 'Fn::Join': ['', ['dynamodb.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]] },
      },
    });
  });

  test('several regions: the same tables in each', () => {
    const stack = stackIn(EU);
    grants({ regions: [{ region: EU }, { region: 'us-east-1' }] }).runtime(roleIn(stack));
    expect(statements(stack).map(({ Resource }) => Resource)).toEqual([SESSIONS, SESSIONS.replace(EU, 'us-east-1')]);
  });

  test('users, groups and resources with a role are grantees', () => {
    const stack = stackIn(EU);
    const handler = new Function(stack, 'Function', {
      code: Code.fromInline('exports.handler = () => undefined'),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_22_X,
    });
    for (const grantee of [new User(stack, 'User'), new Group(stack, 'Group'), handler]) {
      expect(grants().runtime(grantee).success).toBe(true);
    }
    expect(statements(stack)).toHaveLength(3);
  });

  test.each<[string, IGrantable, string]>([
    ['service', new ServicePrincipal('ecs-tasks.amazonaws.com'), '"Service":'],
    ['account', new AccountPrincipal(ACCOUNT), '"AWS":'],
    ['root', new AccountRootPrincipal(), '"AWS":'],
    ['anybody', new AnyPrincipal(), '"AWS":["*"]'],
    ['federated', new WebIdentityPrincipal('issuer.example'), '"Federated":["issuer.example"]'],
  ])('fails for a principal without a policy of its own: %s', (_, grantee, given) => {
    for (const call of ['runtime', 'readOnly', 'administer'] as const) {
      const text = failure(() => grants()[call](grantee));
      expect(text).toContain('[IDT0801] the grantee is not an identity that a policy can be added to');
      expect(text).toContain(given);
      expect(text).toContain('grant to the role that the server runs with');
    }
  });

  test('fails for an imported role of another account', () => {
    const stack = stackIn(EU);
    const foreign = Role.fromRoleArn(stack, 'Foreign', 'arn:aws:iam::999999999999:role/other');
    expect(failure(() => grants().runtime(foreign))).toContain('[IDT0801]');
  });
});

describe('size', () => {
  const three = [{ region: EU }, { region: 'us-east-1' }, { region: 'ap-southeast-2' }];

  test('the CDK spreads what a role of the app cannot hold inline', () => {
    const stack = stackIn(EU);
    grants({ server: CURITY, prefix: 'prod-', regions: three }).runtime(roleIn(stack));
    expect(policies(stack, 'ManagedPolicy').length).toBeGreaterThan(0);
  });

  test('an imported role holds one region inline', () => {
    const stack = stackIn(EU);
    grants({ server: CURITY, prefix: 'prod-' }).runtime(Role.fromRoleArn(stack, 'Imported', ROLE));
    expect(policies(stack, 'Policy')).toHaveLength(1);
  });

  test('fails for three regions in an imported role, however they are granted', () => {
    const stack = stackIn(EU);
    const together = Role.fromRoleArn(stack, 'Together', ROLE);
    const text = failure(() => grants({ server: CURITY, prefix: 'prod-', regions: three }).runtime(together));
    expect(text).toMatch(
      /\[IDT0802\] the grants do not fit into the inline policies of the imported role\n {2}given: {3}\d{5} characters/,
    );
    expect(text).toContain('10240 characters in all inline policies of one imported role');
    expect(text).toContain('grants.runtimeManagedPolicies');

    const oneByOne = Role.fromRoleArn(stack, 'OneByOne', ROLE);
    const grant = (region: string) => () => grants({ server: CURITY, prefix: 'prod-', regions: [{ region }] }).runtime(oneByOne);
    expect(failure(grant(EU))).toBe('');
    expect(failure(grant('us-east-1'))).toBe('');
    expect(failure(grant('ap-southeast-2'))).toContain('[IDT0802]');
  });

  test('fails for a user and a group, which hold less', () => {
    const stack = stackIn(EU);
    const set = grants({ server: CURITY, prefix: 'prod-' });
    expect(failure(() => set.runtime(new User(stack, 'User')))).toContain('2048 characters in all inline policies of one user');
    set.runtime(new Group(stack, 'Group'));
    const long = grants({ server: CURITY, prefix: 'identity-of-production-' });
    expect(failure(() => long.runtime(new Group(stack, 'Group2')))).toContain('5120 characters');
  });

  test('one managed policy per region, which an imported role takes', () => {
    const stack = stackIn(EU);
    const role = Role.fromRoleArn(stack, 'Imported', ROLE);
    const made = grants({ server: CURITY, prefix: 'prod-', regions: three }).runtimeManagedPolicies(stack, 'Runtime');
    made.forEach((policy) => role.addManagedPolicy(policy));
    expect(made.map((policy) => policy.node.id)).toEqual(['Runtime1', 'Runtime2', 'Runtime3']);
    const found = policies(stack, 'ManagedPolicy');
    expect(found.map(({ Roles }) => Roles)).toEqual([['server'], ['server'], ['server']]);
    const size = (i: number) => JSON.stringify(found[i].PolicyDocument).length;
    expect([size(0), size(1), size(2)].every((characters) => characters > 4000 && characters <= 6144)).toBe(true);
    const regionsOf = ({ PolicyDocument }: PolicyResource['Properties']) =>
      [...new Set(JSON.stringify(PolicyDocument).match(/dynamodb:[a-z]+-[a-z]+-\d/g))].join();
    expect(found.map(regionsOf).sort()).toEqual(['dynamodb:ap-southeast-2', 'dynamodb:eu-central-1', 'dynamodb:us-east-1']);
  });

  test('two policies per region when names are very long', () => {
    const stack = stackIn(EU);
    const made = grants({ server: CURITY, prefix: `${'p'.repeat(100)}-` }).runtimeManagedPolicies(stack, 'Runtime');
    expect(made).toHaveLength(2);
    for (const { PolicyDocument } of policies(stack, 'ManagedPolicy')) {
      expect(JSON.stringify(PolicyDocument).length).toBeLessThanOrEqual(6144);
    }
  });

  test('fails when a role cannot hold that many managed policies', () => {
    const regions = [...Array(11).keys()].map((i) => ({ region: `xx-new-${i}` }));
    const text = failure(() => grants({ regions }).runtimeManagedPolicies(stackIn(EU), 'Runtime'));
    expect(text).toContain('[IDT0802] the runtime permissions do not fit into the managed policies of one role');
    expect(text).toContain('11 policies for 11 regions');
    expect(text).toContain("a role of its own, with the grants of that region's construct");
  });

  test('an open account counts with more characters than it will have', () => {
    const stack = stackIn(EU);
    const imported = Role.fromRoleArn(stack, 'Imported', ROLE);
    const open = grants({ server: CURITY, prefix: 'prod-', account: Aws.ACCOUNT_ID, regions: three });
    expect(failure(() => open.runtime(imported))).toContain('[IDT0802]');
  });
});

describe('readOnly', () => {
  test('settings of the tables, and what cannot be limited to a table within the region', () => {
    const stack = stackIn(EU);
    expect(grants().readOnly(roleIn(stack)).success).toBe(true);
    expect(statements(stack)).toEqual([{ Effect: 'Allow', Action: DESCRIBE, Resource: SESSIONS }, IN_REGION]);
  });
});

describe('administer', () => {
  test('looks, backs up and tags; neither unprotects nor deletes', () => {
    const stack = stackIn(EU);
    expect(grants().administer(roleIn(stack)).success).toBe(true);
    expect(statements(stack)).toEqual([
      { Effect: 'Allow', Action: DESCRIBE, Resource: SESSIONS },
      IN_REGION,
      {
        Effect: 'Allow',
        Action: ['dynamodb:CreateBackup', 'dynamodb:TagResource', 'dynamodb:UntagResource', 'dynamodb:UpdateContributorInsights'],
        Resource: SESSIONS,
      },
      { Effect: 'Allow', Action: 'dynamodb:DescribeBackup', Resource: `${SESSIONS}/backup/*` },
    ]);
  });

  test('with mayUnprotect it changes tables, and still deletes, restores and exports nothing', () => {
    const stack = stackIn(EU);
    grants().administer(roleIn(stack), { mayUnprotect: true });
    const actions = statements(stack).flatMap(({ Action }) => Action);
    expect(actions).toEqual(
      expect.arrayContaining(['dynamodb:UpdateContinuousBackups', 'dynamodb:UpdateTable', 'dynamodb:UpdateTimeToLive']),
    );
    expect(actions.filter((action) => /Delete|Restore|Export|PutResourcePolicy|Item$|Query|Scan$|\*/.test(action))).toEqual([]);
  });
});
