import { locationOf, type RegionalAccess } from '../../lib/access';
import type { IdentityServer } from '../../lib';

export const ACCOUNT = '123456789012';

/** The tables of a server in one region, all with the prefix. */
export function regionalAccess(
  server: IdentityServer,
  { region = 'eu-central-1', prefix = 'prod-', keyArn }: { region?: string; prefix?: string; keyArn?: string } = {},
): RegionalAccess {
  const tables = server._definition.tables.map((table) => ({ tableName: prefix + table.schema.tableName, table }));
  return { server: server._definition, tables, location: locationOf(region, ACCOUNT), keyArn };
}

/** The problems of a call, as text; empty when it does not throw. */
export function failure(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
}
