/** Why a service does not do now what it may do a little later. */
export type Passing = 'throttled' | 'unavailable';

/**
 * Error names for too many calls, as the SDK knows them.
 * @see https://github.com/smithy-lang/smithy-typescript/blob/main/packages/service-error-classification/src/constants.ts
 */
const THROTTLED: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);
const TOO_MANY_REQUESTS = 429;
/** What stands before a service answers with these, whatever the page says. Other errors of a server may be there to stay. */
const UNAVAILABLE: ReadonlySet<number> = new Set([502, 503, 504]);

/** Undefined for any other error. */
export function passingOf(name: string, status: number | undefined): Passing | undefined {
  if (THROTTLED.has(name) || status === TOO_MANY_REQUESTS) {
    return 'throttled';
  }
  return status !== undefined && UNAVAILABLE.has(status) ? 'unavailable' : undefined;
}
