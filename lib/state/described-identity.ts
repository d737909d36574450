import type { DescribedTable } from './described-shape';

/**
 * What no two tables have in common, as far as the server tells it. An ARN alone is none: some servers write the same region in it,
 * whichever is asked.
 */
export function tableIdentity({ TableArn, TableId, CreationDateTime }: DescribedTable): string | undefined {
  return TableId === undefined && CreationDateTime === undefined
    ? undefined
    : JSON.stringify([TableArn, TableId, CreationDateTime]);
}
