import type { ChangeKind, Unread } from '../../state';
import { ServiceRefusal, type NeighbourServices } from '../aws/neighbour-services';

/** Why another service did not tell a setting. An endpoint that is not AWS often has DynamoDB alone. */
export function neighbourUnread({ endpoint }: NeighbourServices, kind: ChangeKind, error: unknown): Unread {
  if (!(error instanceof ServiceRefusal)) {
    throw error;
  }
  return endpoint === undefined || error.isDenial
    ? { kind, cause: 'refused', reason: [error.code, error.message].filter((part) => part !== '').join(': ') }
    : { kind, cause: 'unsupported', reason: 'the server does not know the call' };
}
