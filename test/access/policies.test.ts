import { IdentityServer } from '../../lib';
import {
  deployStatements,
  guardrailStatements,
  IAM_LIMITS,
  packStatements,
  policyDocument,
  policySize,
  verifyStatements,
  type Statement,
} from '../../lib/access';
import { regionalAccess } from './regional-access';

const EXPRESS = IdentityServer.connectDynamoDb();
const CURITY = IdentityServer.curity({ version: '11.0' });
const CONNECT2ID = IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true });
const SESSIONS = 'arn:aws:dynamodb:eu-central-1:123456789012:table/prod-sessions';
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const VIA_DYNAMODB = { StringEquals: { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' } };
const IN_REGION = { StringEquals: { 'aws:RequestedRegion': 'eu-central-1' } };

const actionsOf = (statements: readonly Statement[]) => statements.flatMap(({ Action }) => Action);

describe('verify', () => {
  test('describes each table; lists what has no table of its own within the region', () => {
    expect(policyDocument(verifyStatements(regionalAccess(EXPRESS)))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: [
            'dynamodb:DescribeContinuousBackups',
            'dynamodb:DescribeContributorInsights',
            'dynamodb:DescribeKinesisStreamingDestination',
            'dynamodb:DescribeTable',
            'dynamodb:DescribeTimeToLive',
            'dynamodb:GetResourcePolicy',
            'dynamodb:ListTagsOfResource',
          ],
          Resource: [SESSIONS],
        },
        {
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
          Resource: ['*'],
          Condition: IN_REGION,
        },
      ],
    });
  });
});

test('verify names the global indexes for the one call that is about them', () => {
  const table = 'arn:aws:dynamodb:eu-central-1:123456789012:table/prod-long_lived_authorizations';
  expect(verifyStatements(regionalAccess(CONNECT2ID))).toContainEqual({
    Effect: 'Allow',
    Action: ['dynamodb:DescribeContributorInsights'],
    Resource: [`${table}/index/act-gsi`, `${table}/index/cid-gsi`, `${table}/index/sub-gsi`],
  });
});

describe('deploy', () => {
  test('makes, fills, changes and removes replicas on the tables alone', () => {
    const [tables, ...others] = deployStatements(regionalAccess(EXPRESS));
    expect(tables.Resource).toEqual([SESSIONS]);
    // AWS names these for adding a replica, changing it and removing it.
    const documented = [
      'CreateTable CreateTableReplica UpdateTable Query Scan UpdateItem PutItem GetItem DeleteItem BatchWriteItem',
      'UpdateTimeToLive UpdateContinuousBackups TagResource DeleteTable DeleteTableReplica',
    ].flatMap((line) => line.split(' '));
    expect(documented.filter((action) => !tables.Action.includes(`dynamodb:${action}`))).toEqual([]);
    expect(actionsOf(deployStatements(regionalAccess(EXPRESS))).join()).not.toMatch(/Restore|Export|DeleteBackup|:\*/);
    expect(others).toHaveLength(2);
  });

  test('scaling in the region; the service-linked roles of replication and scaling, made by these services only', () => {
    const [, scaling, roles] = deployStatements(regionalAccess(EXPRESS));
    expect(scaling).toMatchObject({ Resource: ['*'], Condition: IN_REGION });
    expect(scaling.Action.every((action) => action.startsWith('application-autoscaling:'))).toBe(true);
    expect(roles).toEqual({
      Effect: 'Allow',
      Action: ['iam:CreateServiceLinkedRole'],
      Resource: [
        'arn:aws:iam::123456789012:role/aws-service-role/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication',
        'arn:aws:iam::123456789012:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable',
      ],
      Condition: {
        StringEquals: {
          'iam:AWSServiceName': ['replication.dynamodb.amazonaws.com', 'dynamodb.application-autoscaling.amazonaws.com'],
        },
      },
    });
  });

  test('contributor insights on the indexes of tables that have global ones', () => {
    const statements = deployStatements(regionalAccess(CURITY));
    const indexes = statements.find(({ Resource }) => Resource.some((arn) => arn.endsWith('/index/*')));
    expect(indexes?.Action).toEqual(['dynamodb:DescribeContributorInsights', 'dynamodb:UpdateContributorInsights']);
    expect(indexes?.Resource.map((arn) => arn.replace(/.*table\/prod-curity-|\/index\/\*/g, ''))).toEqual([
      'accounts',
      'database-clients',
      'database-service-providers',
      'delegations',
      'devices',
      'dynamic-clients',
      'links',
    ]);
  });

  test('uses a given key through DynamoDB', () => {
    const [key] = deployStatements(regionalAccess(EXPRESS, { keyArn: KEY })).slice(3);
    expect(key).toEqual({
      Effect: 'Allow',
      Action: [
        'kms:CreateGrant',
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      Resource: [KEY],
      Condition: VIA_DYNAMODB,
    });
  });

  test('makes keys, and reads their ARNs from the outputs of the key stacks', () => {
    const [create, manage, use, outputs] = deployStatements(regionalAccess(EXPRESS), { createsKeys: true }).slice(3);
    expect(create).toEqual({ Effect: 'Allow', Action: ['kms:CreateKey'], Resource: ['*'], Condition: IN_REGION });
    expect(manage.Action).toEqual(
      expect.arrayContaining(['kms:EnableKeyRotation', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion']),
    );
    expect(manage.Resource).toEqual(['arn:aws:kms:eu-central-1:123456789012:key/*']);
    expect(use).toMatchObject({ Resource: manage.Resource, Condition: VIA_DYNAMODB });
    expect(outputs).toEqual({
      Effect: 'Allow',
      Action: ['cloudformation:DescribeStacks'],
      Resource: ['arn:aws:cloudformation:eu-central-1:123456789012:stack/*'],
    });
  });
});

describe('guardrail', () => {
  const exemptRoles = [
    'arn:aws:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-*',
    'arn:aws:iam::123456789012:role/break-glass',
  ];
  const DENY = {
    Effect: 'Deny',
    Action: [
      'dynamodb:DeleteBackup',
      'dynamodb:DeleteResourcePolicy',
      'dynamodb:DeleteTable',
      'dynamodb:DeleteTableReplica',
      'dynamodb:EnableKinesisStreamingDestination',
      'dynamodb:ExportTableToPointInTime',
      'dynamodb:PutResourcePolicy',
      'dynamodb:RestoreTableFromAwsBackup',
      'dynamodb:RestoreTableFromBackup',
      'dynamodb:RestoreTableToPointInTime',
      'dynamodb:UpdateContinuousBackups',
      'dynamodb:UpdateTable',
      'dynamodb:UpdateTimeToLive',
    ],
    Resource: [SESSIONS, `${SESSIONS}/backup/*`],
    Condition: { ArnNotLike: { 'aws:PrincipalArn': exemptRoles } },
  };

  test('as service control policy it only denies, to all but the exempt roles', () => {
    expect(guardrailStatements(regionalAccess(EXPRESS), { kind: 'scp', exemptRoles })).toEqual([DENY]);
  });

  test('as boundary it allows the rest, since a boundary that allows nothing denies everything', () => {
    expect(guardrailStatements(regionalAccess(EXPRESS), { kind: 'boundary', exemptRoles })).toEqual([
      { Effect: 'Allow', Action: ['*'], Resource: ['*'] },
      DENY,
    ]);
  });

  test('keeps the key too', () => {
    const [, key] = guardrailStatements(regionalAccess(EXPRESS, { keyArn: KEY }), { kind: 'scp', exemptRoles });
    expect(key).toEqual({
      Effect: 'Deny',
      Action: ['kms:DisableKey', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'],
      Resource: [KEY],
      Condition: DENY.Condition,
    });
  });

  test('denies nothing that a runtime or verification identity needs with tables that exist', () => {
    const denied = actionsOf(guardrailStatements(regionalAccess(CONNECT2ID), { kind: 'scp', exemptRoles }));
    const verified = actionsOf(verifyStatements(regionalAccess(CONNECT2ID)));
    expect(verified.filter((action) => denied.includes(action))).toEqual([]);
    expect(denied.join()).not.toMatch(/:(Get|Put|Update|Delete|BatchGet|BatchWrite)Item|:Query|:Scan|:Describe/);
  });
});

describe('sizes of one region', () => {
  const policiesOf = (server: IdentityServer, prefix: string) => {
    const access = regionalAccess(server, { region: 'ap-southeast-2', keyArn: KEY, prefix });
    return {
      deploy: deployStatements(access, { createsKeys: true }),
      verify: verifyStatements(access),
      scp: guardrailStatements(access, { kind: 'scp', exemptRoles: ['arn:aws:iam::123456789012:role/deploy'] }),
    };
  };

  test.each([
    ['connect2id', CONNECT2ID],
    ['curity', CURITY],
  ])('%s: every policy is one that fits where it is put', (_, server) => {
    const { deploy, verify, scp } = policiesOf(server, 'prod-');
    expect(policySize(deploy)).toBeLessThanOrEqual(IAM_LIMITS.managedPolicy);
    expect(policySize(verify)).toBeLessThanOrEqual(IAM_LIMITS.managedPolicy);
    expect(policySize(scp)).toBeLessThanOrEqual(IAM_LIMITS.serviceControlPolicy);
  });

  test('with very long names they become several, and no statement is too long for one', () => {
    const { deploy, verify, scp } = policiesOf(CONNECT2ID, 'p'.repeat(200));
    const sizes = [deploy, verify, scp].map((statements) =>
      packStatements(statements, IAM_LIMITS.serviceControlPolicy).map((policy) => policySize(policy)),
    );
    // 16 ARNs of about 275 characters are 4,400; the three indexes are 900 more, and the guardrail has backups too.
    expect(sizes.map((policies) => policies.length > 1)).toEqual([true, true, true]);
    expect(sizes.flat().filter((size) => size > IAM_LIMITS.serviceControlPolicy)).toEqual([]);
  });
});
