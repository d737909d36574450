import { passingOf, type Passing } from './passing';

/** What stands behind an error of the SDK, as far as the command acts on it. */
export type ErrorKind = 'unreachable' | 'unavailable' | 'credentials' | 'unsupported' | 'refused';

/** Error names that mean: this server will not talk to these credentials. */
const CREDENTIAL_ERRORS: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'TokenProviderError',
  'UnrecognizedClientException',
]);

/** Error names with which servers answer a call that they do not know; some answer with a page that is no JSON at all. */
const UNSUPPORTED_ERRORS: ReadonlySet<string> = new Set([
  'NotImplemented',
  'SyntaxError',
  'UnknownError',
  'UnknownOperationException',
]);

const NOT_IMPLEMENTED = 501;

export function isCredentialError(name: string): boolean {
  return CREDENTIAL_ERRORS.has(name);
}

interface ServiceError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
}

/** Undefined when the error is not one of a server, but of this program. */
export function errorKind(error: unknown): ErrorKind | undefined {
  const { name, $metadata } = error as ServiceError;
  if (isCredentialError(name)) {
    return 'credentials';
  }
  if (UNSUPPORTED_ERRORS.has(name)) {
    return 'unsupported';
  }
  if ($metadata === undefined) {
    return undefined;
  }
  // Without a status there was no answer.
  const { httpStatusCode: status } = $metadata;
  if (status === undefined) {
    return 'unreachable';
  }
  if (status === NOT_IMPLEMENTED) {
    return 'unsupported';
  }
  return status >= 500 ? 'unavailable' : 'refused';
}

/** Why an error may not come again a little later; undefined for one that stays. */
export function passingError(error: unknown): Passing | undefined {
  const { name, $metadata } = error as ServiceError;
  return passingOf(name, $metadata?.httpStatusCode);
}

/** Whether a second attempt may go better: nothing answered, the service has failed, or the SDK knows the time of the server by now. */
export function isWorthRetrying(error: unknown): boolean {
  const kind = errorKind(error);
  return kind === 'unreachable' || kind === 'unavailable' || (error as ServiceError).$metadata?.clockSkewCorrected === true;
}

/** The error in one line: its name, and what the server says. */
export function errorText(error: unknown): string {
  const { name, message, code } = error as ServiceError;
  const label = name === 'Error' || name === 'AggregateError' ? code || name : name;
  // The SDK puts UnknownError where the server said nothing.
  return ['', 'UnknownError', undefined].includes(message) ? label : `${label}: ${message.split('\n')[0]}`;
}
