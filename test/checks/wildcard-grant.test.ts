import { App, Aws, Fn, Stack, Validations } from 'aws-cdk-lib/core';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { IdentityTablesChecks } from '../../lib/checks';
import { addResource, goodTable, report } from './report';

const RULE = 'WILDCARD-GRANT';
const EU = 'eu-central-1';

function newApp(): App {
  const app = new App();
  Validations.of(app).addPlugins(new IdentityTablesChecks());
  return app;
}

function tableStack(app: App, account?: string): Stack {
  const stack = new Stack(app, 'Tables', { env: { account, region: EU } });
  addResource(stack, 'Table', goodTable());
  return stack;
}

/** The locations of the findings in a managed policy with one statement, beside the table 'prod-users'. */
function locations(resource: unknown, statement: Record<string, unknown> = {}, account?: string): string[] {
  const app = newApp();
  const Statement = [{ Effect: 'Allow', Action: ['dynamodb:Query'], Resource: resource, ...statement }];
  addResource(tableStack(app, account), 'Policy', {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { PolicyDocument: { Version: '2012-10-17', Statement } },
  });
  const { open } = report(app);
  expect(open.filter(({ rule, construct }) => rule !== RULE || construct !== 'Tables/Policy')).toEqual([]);
  return open.flatMap((finding) => finding.locations);
}

const HERE = 'Properties.PolicyDocument.Statement.0.Resource';
const ARN = Fn.getAtt('Table', 'Arn');
const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });

describe.each<[string, unknown]>([
  ['every index of the table', join(ARN, '/index/*')],
  ['every index of a replica', join('arn:', Aws.PARTITION, ':dynamodb:us-east-1:', Aws.ACCOUNT_ID, ':table/prod-users/index/*')],
  ['every index, by Fn::Sub', { 'Fn::Sub': '${Table.Arn}/index/*' }],
  ['every index, by reference', { 'Fn::Sub': 'arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Table}/index/*' }],
  ['everything below the table', join(ARN, '/*')],
  ['every table whose name begins like this one', 'arn:aws:dynamodb:ap-southeast-2:111122223333:table/prod-*'],
  ['some indexes', 'arn:aws:dynamodb:eu-central-1:111122223333:table/prod-users/index/mail*'],
  ['an index with a single open character', 'arn:aws:dynamodb:eu-central-1:111122223333:table/prod-users/index/mail?index'],
  ['every table of any region', 'arn:aws:dynamodb:*:*:table/*'],
  ['everything of DynamoDB', 'arn:aws:dynamodb:*'],
  ['everything', '*'],
])('%s', (_, resource) => {
  test('fails alone and in a list', () => {
    expect(locations(resource)).toEqual([HERE]);
    expect(locations([ARN, resource])).toEqual([`${HERE}.1`]);
  });
});

test.each<[string, unknown]>([
  ['the table', ARN],
  ['an exact index', join(ARN, '/index/mail-index')],
  ['an exact index in every region', 'arn:aws:dynamodb:*:111122223333:table/prod-users/index/mail-index'],
  ['every stream of the table', join(ARN, '/stream/*')],
  ['every backup of the table', join(ARN, '/backup/*')],
  ['another table', 'arn:aws:dynamodb:eu-central-1:111122223333:table/prod-tokens/index/*'],
  ['a table whose name begins with this one', 'arn:aws:dynamodb:eu-central-1:111122223333:table/prod-users2*'],
  ['a table of this name in a region without replica', 'arn:aws:dynamodb:eu-west-1:111122223333:table/prod-users/index/*'],
  ['something of another service', 'arn:aws:s3:::*'],
  ['a table that only CloudFormation knows', join('arn:aws:dynamodb:eu-central-1:1:table/', Fn.ref('Parameter'), '/index/*')],
  ['a resource that only CloudFormation knows', Fn.importValue('unknown')],
])('nothing is found with %s', (_, resource) => {
  expect(locations(resource)).toEqual([]);
});

test('tables of another account are told apart once the account is known', () => {
  const resource = 'arn:aws:dynamodb:eu-central-1:111122223333:table/prod-users/index/*';
  expect(locations(resource, {}, '444455556666')).toEqual([]);
  expect(locations(resource, {}, '111122223333')).toEqual([HERE]);
});

test.each<[string, Record<string, unknown>, boolean]>([
  ['one action in another case', { Action: 'DynamoDB:getitem' }, true],
  ['some actions', { Action: 'dynamodb:*' }, true],
  ['every action', { Action: '*' }, true],
  ['a table action among others', { Action: ['s3:GetObject', 'dynamodb:ListTables', 'dynamodb:Scan'] }, true],
  ['a denial', { Effect: 'Deny' }, false],
  ['actions on no table', { Action: ['dynamodb:ListTables', 'dynamodb:DescribeLimits'] }, false],
  ['actions of another service', { Action: 's3:GetObject' }, false],
  ['actions that only CloudFormation knows', { Action: Fn.ref('Parameter') }, false],
])('%s on any resource', (_, statement, isFound) => {
  expect(locations('*', statement)).toEqual(isFound ? [HERE] : []);
});

test('fails in inline policies of a role, at the right one', () => {
  const app = newApp();
  const statement = (resource: unknown) => ({ Effect: 'Allow', Action: 'dynamodb:Query', Resource: resource });
  addResource(tableStack(app), 'Role', {
    Type: 'AWS::IAM::Role',
    Properties: {
      Policies: [
        { PolicyName: 'exact', PolicyDocument: { Statement: [statement(ARN)] } },
        { PolicyName: 'wild', PolicyDocument: { Statement: statement(join(ARN, '/index/*')) } },
      ],
    },
  });
  expect(report(app).open).toMatchObject([
    {
      rule: RULE,
      construct: 'Tables/Role',
      locations: ['Properties.Policies.1.PolicyDocument.Statement.Resource'],
      description:
        "a policy covers indexes of a table by a wildcard: 'arn:…:dynamodb:eu-central-1:…:table/prod-users/index/*' covers Table",
    },
  ]);
});

describe('grants of TableV2', () => {
  function table(stack: Stack, tableName?: string): TableV2 {
    return new TableV2(stack, 'Table', {
      tableName,
      partitionKey: { name: 'id', type: AttributeType.STRING },
      globalSecondaryIndexes: [{ indexName: 'mail-index', partitionKey: { name: 'mail', type: AttributeType.STRING } }],
      replicas: [{ region: 'us-east-1' }],
    });
  }

  function wildcards(app: App): string[] {
    return report(app)
      .open.filter(({ rule }) => rule === RULE)
      .map(({ construct, locations: [...places] }) => `${construct} ${places.join(' ')}`);
  }

  const role = (stack: Stack) => new Role(stack, 'Role', { assumedBy: new AccountRootPrincipal() });

  test.each([['prod-users'], [undefined]])(
    'fails beside the table, in its region and in another one, with the name %s',
    (name) => {
      const app = newApp();
      const stack = new Stack(app, 'Tables', { env: { region: EU } });
      const made = table(stack, name);
      const grantee = role(stack);
      made.grantReadData(grantee);
      made.replica('us-east-1').grantReadData(grantee);
      expect(wildcards(app)).toEqual([
        'Tables/Role/DefaultPolicy/Resource ' +
          [0, 1, 2, 3].map((index) => `Properties.PolicyDocument.Statement.${index}.Resource.1`).join(' '),
      ]);
    },
  );

  test('fails in another stack, which imports the ARN', () => {
    const app = newApp();
    const made = table(new Stack(app, 'Tables', { env: { region: EU } }), 'prod-users');
    made.grantReadData(role(new Stack(app, 'Application', { env: { region: EU } })));
    expect(wildcards(app)).toEqual([
      'Application/Role/DefaultPolicy/Resource Properties.PolicyDocument.Statement.0.Resource.1 ' +
        'Properties.PolicyDocument.Statement.1.Resource.1',
    ]);
  });
});
