import { ServiceRefusal } from '../aws/neighbour-services';
import type { LiveAccess } from './live-access';
import { failAtCall } from './single-call';

/**
 * What a service beside DynamoDB says; undefined where there is none, as beside many servers that are not AWS.
 * @throws IdentityTablesError when it refuses to say it
 */
export async function askNeighbour<T>(access: LiveAccess, what: string, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ServiceRefusal)) {
      throw error;
    }
    if (!access.isAws && !error.isDenial) {
      return undefined;
    }
    return failAtCall(error, access, what);
  }
}
