import { globalIndexArns, tableArns, type RegionalAccess } from './location';
import type { AdministerGrantOptions } from './options';
import { statementsByActions, type Statement } from './statement';
import { verifyStatements } from './verify';

/** Changes that take nothing away: backups, tags, contributor insights. */
const TABLE_ACTIONS = [
  'dynamodb:CreateBackup',
  'dynamodb:TagResource',
  'dynamodb:UntagResource',
  'dynamodb:UpdateContributorInsights',
];

/** The one change that is also about an index, which then has to be named. */
const INDEX_ACTIONS = ['dynamodb:UpdateContributorInsights'];

/**
 * Indexes, billing, recovery and expiry. IAM has no condition key for their parameters, so each of them can also take protection
 * away. Removing a replica or a table needs more than these.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
const UNPROTECTING_ACTIONS = ['dynamodb:UpdateContinuousBackups', 'dynamodb:UpdateTable', 'dynamodb:UpdateTimeToLive'];

/** What an administrator does in one region, beside looking: never delete, restore or export. */
export function administerStatements(access: RegionalAccess, options: AdministerGrantOptions = {}): Statement[] {
  const actions = options.mayUnprotect === true ? [...TABLE_ACTIONS, ...UNPROTECTING_ACTIONS] : TABLE_ACTIONS;
  const arns = tableArns(access);
  return [
    ...verifyStatements(access),
    ...statementsByActions(arns.map((resource) => ({ resource, actions }))),
    ...statementsByActions(globalIndexArns(access).map((resource) => ({ resource, actions: INDEX_ACTIONS }))),
    ...statementsByActions(arns.map((arn) => ({ resource: `${arn}/backup/*`, actions: ['dynamodb:DescribeBackup'] }))),
  ];
}
