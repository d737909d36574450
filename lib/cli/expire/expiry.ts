/** Items that expired longer ago are left alone, so that a mistaken attribute does not empty a table. */
const OLDEST_YEARS = 5;
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Times of expiry that are removed at a moment, in seconds since 1970: after `from`, before `to`. */
export interface ExpiredRange {
  readonly from: number;
  readonly to: number;
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html */
export function expiredRange(nowMs: number): ExpiredRange {
  const to = nowMs / 1000;
  return { from: to - OLDEST_YEARS * YEAR_SECONDS, to };
}
