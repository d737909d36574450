import { globalIndexArns, inRegion, tableArns, type RegionalAccess } from './location';
import { allow, statementsByActions, type Statement } from './statement';

/** Calls of `verify`, `pull` and `plan` about one table. None reads an item. */
const TABLE_ACTIONS = [
  'dynamodb:DescribeContinuousBackups',
  'dynamodb:DescribeContributorInsights',
  'dynamodb:DescribeKinesisStreamingDestination',
  'dynamodb:DescribeTable',
  'dynamodb:DescribeTimeToLive',
  'dynamodb:GetResourcePolicy',
  'dynamodb:ListTagsOfResource',
];

/** The one call that is also about an index, which then has to be named. */
const INDEX_ACTIONS = ['dynamodb:DescribeContributorInsights'];

/**
 * Calls that IAM cannot limit to a table: they list tables (one under another name is found by its keys), scaling settings, the stack
 * that owns a table, whose key it has, and global tables of version 2017.11.29, which have ARNs of their own.
 */
const REGION_ACTIONS = [
  'application-autoscaling:DescribeScalableTargets',
  'application-autoscaling:DescribeScalingPolicies',
  'cloudformation:DescribeStackResources',
  'cloudformation:DescribeStacks',
  'cloudformation:GetTemplate',
  'cloudformation:ListStackResources',
  'dynamodb:DescribeGlobalTable',
  'dynamodb:ListTables',
  'kms:DescribeKey',
];

/** What `verify`, `pull` and `plan` call in one region. */
export function verifyStatements(access: RegionalAccess): Statement[] {
  return [
    ...statementsByActions(tableArns(access).map((resource) => ({ resource, actions: TABLE_ACTIONS }))),
    ...statementsByActions(globalIndexArns(access).map((resource) => ({ resource, actions: INDEX_ACTIONS }))),
    allow(REGION_ACTIONS, ['*'], { Condition: inRegion(access.location) }),
  ];
}
