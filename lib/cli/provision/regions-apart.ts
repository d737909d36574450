import type { DynamoDBClient, TableDescription } from '@aws-sdk/client-dynamodb';
import { tableIdentity } from '../../state';
import type { DynamoSdk } from '../aws/sdk';

/**
 * Whether a table that stands in one region is seen in another one: then the server does not keep regions apart. A table
 * of that name alone says nothing, since it may have been made there; the same one has the same ARN, id and age.
 */
export async function isSameTable(
  sdk: DynamoSdk,
  tableName: string,
  one: DynamoDBClient,
  other: DynamoDBClient,
): Promise<boolean> {
  const [here, there] = await Promise.all([describe(sdk, one, tableName), describe(sdk, other, tableName)]);
  const identity = here && tableIdentity(here);
  return identity !== undefined && there !== undefined && identity === tableIdentity(there);
}

async function describe(sdk: DynamoSdk, client: DynamoDBClient, tableName: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new sdk.DescribeTableCommand({ TableName: tableName }))).Table;
  } catch (error) {
    if (error instanceof sdk.ResourceNotFoundException) {
      return undefined;
    }
    throw error;
  }
}
