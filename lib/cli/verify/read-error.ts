import type { Excuse } from '../../state';
import { errorKind, errorText } from '../aws/service-error';

/**
 * How far an error reaches: `login` ends the command, `region` and `unreachable` end the region, `denied` and `failed` the one call,
 * `unsupported` says that the server has no such call.
 */
export type Reach = 'login' | 'region' | 'unreachable' | 'denied' | 'failed' | 'unsupported';

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
  const kind = errorKind(error);
  return kind === 'unreachable' || kind === 'unsupported' ? kind : kind === undefined ? undefined : 'failed';
}

/** A call that is denied, refused or not known costs a setting; anything else would meet the next call as well. */
export function excuseOf(error: unknown): Excuse | undefined {
  const reach = reachOf(error);
  if (reach === 'unsupported') {
    return { cause: 'unsupported', reason: 'the server does not know the call' };
  }
  return reach === 'denied' || reach === 'failed' ? { cause: 'refused', reason: errorText(error) } : undefined;
}
