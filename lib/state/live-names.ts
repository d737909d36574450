import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { fail } from '../errors';

type DynamoSdk = typeof import('@aws-sdk/client-dynamodb');

/**
 * The names of all tables of a region, whatever their number. A page may be empty and yet not the last one.
 * @throws IdentityTablesError when the pages go round in a circle
 */
export async function listTableNames(sdk: DynamoSdk, client: DynamoDBClient, region: string): Promise<string[]> {
  const names: string[] = [];
  const seen = new Set<string>();
  let last: string | undefined;
  do {
    const page = await client.send(new sdk.ListTablesCommand({ ExclusiveStartTableName: last }));
    names.push(...(page.TableNames ?? []));
    last = page.LastEvaluatedTableName;
    if (last !== undefined && seen.has(last)) {
      fail('IDT1203', { what: `the list of tables in ${region} has no end`, given: `two pages end with table '${last}'` });
    }
    seen.add(last ?? '');
  } while (last !== undefined);
  return names;
}
