import type { ChangeKind, Unread } from '../../state';
import { ServiceRefusal, type NeighbourServices } from '../aws/neighbour-services';
import { errorText } from '../aws/service-error';
import { reachOf } from './read-error';

/** Why another service did not tell a setting. An endpoint that is not AWS often has DynamoDB alone. */
export function neighbourUnread({ endpoint }: NeighbourServices, kind: ChangeKind, error: unknown): Unread {
  if (!(error instanceof ServiceRefusal)) {
    throw error;
  }
  if (endpoint !== undefined && !error.isDenial) {
    return { kind, cause: 'unsupported', reason: 'the server does not know the call' };
  }
  const reach = reachOf(error);
  const cause = reach === 'throttled' ? reach : reach === 'unavailable' || reach === 'unreachable' ? 'unavailable' : 'refused';
  return { kind, cause, reason: errorText(error) };
}
