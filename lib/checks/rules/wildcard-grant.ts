import { coversByWildcard } from '../arn-pattern';
import type { GlobalTable } from '../global-table';
import type { Statement } from '../iam-policy';
import { at, items, texts } from '../intrinsics';
import type { Finding, PolicyRule } from '../rule';
import type { Template } from '../templates';
import { tableArn, text, UNKNOWN_TEXT } from '../text';

/**
 * Actions on no particular resource, which need the resource '*'.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
const ACCOUNT_ACTIONS = [
  'DescribeEndpoints',
  'DescribeLimits',
  'DescribeReservedCapacity',
  'DescribeReservedCapacityOfferings',
  'ListBackups',
  'ListContributorInsights',
  'ListExports',
  'ListGlobalTables',
  'ListImports',
  'ListStreams',
  'ListTables',
  'PurchaseReservedCapacityOfferings',
].map((action) => `dynamodb:${action}`.toLowerCase());

export const wildcardGrant: PolicyRule = {
  id: 'WILDCARD-GRANT',
  title: 'a policy covers indexes of a table by a wildcard',
  reason:
    'The resource <table ARN>/index/* covers every index that the table will ever have, with what is projected into it; a ' +
    'wildcard further left covers other tables too. The grant methods of TableV2 write the former.',
  fix: 'name each table and index that is used by its full ARN',
  source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/using-identity-based-policies.html',
  checkPolicy: (policy, tables) =>
    policy.statements.filter(allowsTableActions).flatMap((statement) => wildcardsOf(statement, policy.template, tables)),
};

function allowsTableActions({ content }: Statement): boolean {
  const actions = texts(content, 'Action').map((action) => action.toLowerCase());
  return (
    at(content, 'Effect') === 'Allow' &&
    actions.some((action) => action === '*' || (action.startsWith('dynamodb:') && !ACCOUNT_ACTIONS.includes(action)))
  );
}

function wildcardsOf({ content, location }: Statement, template: Template, tables: readonly GlobalTable[]): Finding[] {
  const { Resource: given } = content as { Resource?: unknown };
  const resources = Array.isArray(given)
    ? given.map((resource: unknown, index) => ({ resource, place: `${location}.Resource.${index}` }))
    : [{ resource: given, place: `${location}.Resource` }];
  return resources.flatMap(({ resource, place }) => {
    const pattern = text(resource, template);
    const covered = tables.filter((table) => coversIndexes(pattern, table)).map(({ logicalId }) => logicalId);
    return covered.length === 0 ? [] : [{ location: place, message: `'${readable(pattern)}' covers ${covered.join(', ')}` }];
  });
}

function coversIndexes(pattern: string, { logicalId, template, properties, replicas }: GlobalTable): boolean {
  const indexes = items(properties, 'GlobalSecondaryIndexes').map(({ item }) => String(at(item, 'IndexName')));
  return replicas.some(({ region }) =>
    // 'any' stands for an index that the table may get later.
    [...indexes, 'any'].some((index) => coversByWildcard(pattern, `${tableArn(logicalId, template, region)}/index/${index}`)),
  );
}

function readable(pattern: string): string {
  return pattern.replaceAll(UNKNOWN_TEXT, '…');
}
