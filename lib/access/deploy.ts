import { inRegion, tableArn, tableArns, type RegionalAccess } from './location';
import { viaDynamoDb } from './key';
import { allow, statementsByActions, type Statement } from './statement';

/**
 * What CloudFormation calls for AWS::DynamoDB::GlobalTable in every region of a table. The item actions are those with which
 * DynamoDB fills a new replica.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2gt_IAM.html
 */
const TABLE_ACTIONS = [
  'BatchWriteItem',
  'CreateTable',
  'CreateTableReplica',
  'DeleteItem',
  'DeleteResourcePolicy',
  'DeleteTable',
  'DeleteTableReplica',
  'DescribeContinuousBackups',
  'DescribeContributorInsights',
  'DescribeKinesisStreamingDestination',
  'DescribeTable',
  'DescribeTableReplicaAutoScaling',
  'DescribeTimeToLive',
  'GetItem',
  'GetResourcePolicy',
  'ListTagsOfResource',
  'PutItem',
  'PutResourcePolicy',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateContinuousBackups',
  'UpdateContributorInsights',
  'UpdateItem',
  'UpdateTable',
  'UpdateTableReplicaAutoScaling',
  'UpdateTimeToLive',
].map((action) => `dynamodb:${action}`);

const INDEX_ACTIONS = ['dynamodb:DescribeContributorInsights', 'dynamodb:UpdateContributorInsights'];

/** Only called with provisioned capacity. */
const SCALING_ACTIONS = [
  'DeleteScalingPolicy',
  'DeleteScheduledAction',
  'DeregisterScalableTarget',
  'DescribeScalableTargets',
  'DescribeScalingActivities',
  'DescribeScalingPolicies',
  'DescribeScheduledActions',
  'PutScalingPolicy',
  'PutScheduledAction',
  'RegisterScalableTarget',
].map((action) => `application-autoscaling:${action}`);

/** The keys are made by the same deployment. Their ids are not known before. */
const MAKE_KEY_ACTIONS = [
  'DescribeKey',
  'EnableKeyRotation',
  'GetKeyPolicy',
  'GetKeyRotationStatus',
  'ListResourceTags',
  'PutKeyPolicy',
  'ScheduleKeyDeletion',
  'TagResource',
  'UntagResource',
  'UpdateKeyDescription',
].map((action) => `kms:${action}`);

/** DynamoDB takes a grant on the key of a table when the table is made. */
const USE_KEY_ACTIONS = [
  'CreateGrant',
  'Decrypt',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
].map((action) => `kms:${action}`);

/** Roles that DynamoDB makes once per account, with the service that uses each. */
const SERVICE_LINKED_ROLES = {
  'replication.dynamodb': 'AWSServiceRoleForDynamoDBReplication',
  'dynamodb.application-autoscaling': 'AWSServiceRoleForApplicationAutoScaling_DynamoDBTable',
} as const;

/** Options of a deployment policy. */
export interface DeployOptions {
  /** Whether the deployment makes the customer-managed keys itself. */
  readonly createsKeys?: boolean;
}

/**
 * What the CDK execution role needs for the tables of one region. The role of the primary region needs it for every region, since
 * its stack owns all replicas.
 */
export function deployStatements(access: RegionalAccess, options: DeployOptions = {}): Statement[] {
  const { tables, location } = access;
  const withIndexes = tables.filter(({ table }) => table.schema.globalIndexes.length > 0);
  return [
    ...statementsByActions([
      ...tableArns(access).map((resource) => ({ resource, actions: TABLE_ACTIONS })),
      ...withIndexes.map(({ tableName }) => ({ resource: `${tableArn(location, tableName)}/index/*`, actions: INDEX_ACTIONS })),
    ]),
    allow(SCALING_ACTIONS, ['*'], { Condition: inRegion(location) }),
    serviceLinkedRoles(access),
    ...keys(access, options),
  ];
}

function serviceLinkedRoles({ location }: RegionalAccess): Statement {
  const services = Object.keys(SERVICE_LINKED_ROLES).map((service) => `${service}.amazonaws.com`);
  const arns = Object.entries(SERVICE_LINKED_ROLES).map(
    ([service, role]) =>
      `arn:${location.partition}:iam::${location.account}:role/aws-service-role/${service}.amazonaws.com/${role}`,
  );
  return allow(['iam:CreateServiceLinkedRole'], arns, { Condition: { StringEquals: { 'iam:AWSServiceName': services } } });
}

function keys({ keyArn, location }: RegionalAccess, { createsKeys }: DeployOptions): Statement[] {
  const { partition, region, account } = location;
  if (createsKeys !== true) {
    return keyArn === undefined ? [] : [allow(USE_KEY_ACTIONS, [keyArn], { Condition: viaDynamoDb(location) })];
  }
  const anyKey = `arn:${partition}:kms:${region}:${account}:key/*`;
  return [
    allow(['kms:CreateKey'], ['*'], { Condition: inRegion(location) }),
    allow(MAKE_KEY_ACTIONS, [anyKey]),
    allow(USE_KEY_ACTIONS, [anyKey], { Condition: viaDynamoDb(location) }),
    // The primary stack reads the ARN of each region's key from the outputs of that region's key stack.
    allow(['cloudformation:DescribeStacks'], [`arn:${partition}:cloudformation:${region}:${account}:stack/*`]),
  ];
}
