import { isDeepStrictEqual } from 'node:util';

/** Whether two values mean the same; undecided when only AWS knows what one of them means. */
export type Verdict = 'same' | 'different' | 'undecided';

export function sameJson(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b);
}

export function compareJson(a: unknown, b: unknown): Verdict {
  return sameJson(a, b) ? 'same' : 'different';
}
