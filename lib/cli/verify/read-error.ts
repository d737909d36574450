import type { Excuse } from '../../state';
import { errorKind, errorText, passingError } from '../aws/service-error';

/**
 * How far an error reaches: `login` ends the command, `region` and `unreachable` end the region, `denied` and `failed` the one call, as
 * do `throttled` and `unavailable` when patience is over, `unsupported` says that the server has no such call.
 */
export type Reach = 'login' | 'region' | 'unreachable' | 'throttled' | 'unavailable' | 'denied' | 'failed' | 'unsupported';

/**
 * Names of errors about credentials. Those of a region come from regions that are not enabled, and from wrong keys everywhere.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html
 */
const REACHES: { readonly [name: string]: Reach } = {
  CredentialsProviderError: 'login',
  ExpiredToken: 'login',
  ExpiredTokenException: 'login',
  RequestExpired: 'login',
  TokenProviderError: 'login',
  AuthFailure: 'region',
  IncompleteSignature: 'region',
  IncompleteSignatureException: 'region',
  InvalidClientTokenId: 'region',
  InvalidSignatureException: 'region',
  MissingAuthenticationTokenException: 'region',
  OptInRequired: 'region',
  UnrecognizedClientException: 'region',
  AccessDenied: 'denied',
  AccessDeniedException: 'denied',
};

/** Undefined for an error that comes from this program. */
export function reachOf(error: unknown): Reach | undefined {
  const { name } = error as Error;
  if (Object.hasOwn(REACHES, name)) {
    return REACHES[name];
  }
  const passing = passingError(error);
  if (passing !== undefined) {
    return passing;
  }
  const kind = errorKind(error);
  return kind === 'refused' || kind === 'credentials' ? 'failed' : kind;
}

/** A call that is not answered costs a setting, unless there is no answer at all: that would meet the next call as well. */
export function excuseOf(error: unknown): Excuse | undefined {
  const reach = reachOf(error);
  switch (reach) {
    case 'unsupported':
      return { cause: reach, reason: 'the server does not know the call' };
    case 'throttled':
    case 'unavailable':
      return { cause: reach, reason: errorText(error) };
    case 'denied':
    case 'failed':
      return { cause: 'refused', reason: errorText(error) };
    default:
      return undefined;
  }
}
