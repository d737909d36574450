import type { DynamoDBClient, TableDescription } from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail } from '../../errors';
import type { DynamoSdk } from '../aws/sdk';

/** How long a table may take to become ready. AWS takes seconds for a new table, longer for one with replicas. */
const READY_TIMEOUT_MS = 180_000;
const FIRST_DELAY_MS = 2;
const LONGEST_DELAY_MS = 2_000;

/** States in which waiting does not help. */
const STUCK: { readonly [status: string]: string } = {
  DELETING: 'it is being deleted',
  ARCHIVING: 'it is being archived, since its key could not be used for long',
  ARCHIVED: 'it is archived, since its key could not be used for long',
  INACCESSIBLE_ENCRYPTION_CREDENTIALS: 'its key cannot be used',
};

/** Error names with which a table that has just been made asks for patience. */
const NOT_YET: ReadonlySet<string> = new Set(['ContinuousBackupsUnavailableException', 'ResourceInUseException']);

/**
 * Waits until the table and its indexes are ready.
 * @throws IdentityTablesError when that takes too long or cannot happen
 */
export async function whenReady(sdk: DynamoSdk, client: DynamoDBClient, tableName: string): Promise<TableDescription> {
  for (const delay of delays()) {
    const { Table: table = {} } = await client.send(new sdk.DescribeTableCommand({ TableName: tableName }));
    const { TableStatus: status = 'ACTIVE', GlobalSecondaryIndexes: indexes = [] } = table;
    if (Object.hasOwn(STUCK, status)) {
      fail('IDT0717', { what: `table '${tableName}' cannot be used: ${STUCK[status]}`, given: status, allowed: 'ACTIVE' });
    }
    if (status === 'ACTIVE' && indexes.every((index) => (index.IndexStatus ?? 'ACTIVE') === 'ACTIVE')) {
      return table;
    }
    await sleep(delay);
  }
  return fail('IDT0717', {
    what: `table '${tableName}' is not ready after ${READY_TIMEOUT_MS / 1000} seconds`,
    allowed: 'ACTIVE, with all indexes ACTIVE',
  });
}

/** Makes a call on a table, again while the table is not ready for it. */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (const delay of delays()) {
    try {
      return await call();
    } catch (error) {
      if (!NOT_YET.has((error as Error).name)) {
        throw error;
      }
      await sleep(delay);
    }
  }
  return call();
}

/** Growing waits that add up to the time limit. */
function* delays(): Generator<number> {
  let waited = 0;
  for (let delay = FIRST_DELAY_MS; waited < READY_TIMEOUT_MS; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
    yield delay;
    waited += delay;
  }
}
