/** What stands behind an error of the SDK, as far as the command acts on it. */
export type ErrorKind = 'unreachable' | 'credentials' | 'unsupported' | 'refused';

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

export function isCredentialError(name: string): boolean {
  return CREDENTIAL_ERRORS.has(name);
}

interface ServiceError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
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
  const { httpStatusCode: status = 500 } = $metadata;
  return status >= 500 ? 'unreachable' : 'refused';
}

/** The error in one line: its name, and what the server says. */
export function errorText(error: unknown): string {
  const { name, message, code } = error as ServiceError;
  const label = name === 'Error' || name === 'AggregateError' ? (code ?? name) : name;
  // The SDK puts UnknownError where the server said nothing.
  return ['', 'UnknownError', undefined].includes(message) ? label : `${label}: ${message.split('\n')[0]}`;
}
