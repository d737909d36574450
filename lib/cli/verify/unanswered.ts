import type { Code } from '../../errors';
import { WAITS } from '../aws/timeouts';
import type { Reach } from './read-error';

interface Unanswered {
  readonly code: Code;
  /** Of the place that is asked. */
  readonly says: string;
  /** Behind what could not be read. */
  readonly since: string;
}

const SECONDS = `${WAITS.patience / 1_000} s`;
export const REFUSED: Unanswered = { code: 'IDT1205', says: 'refuses the calls', since: '' };

/** What keeps a call from being answered that the permissions allow, and the problem that it is. */
export const UNANSWERED = {
  throttled: {
    code: 'IDT1209',
    says: `throttles the calls, and let none through for ${SECONDS}`,
    since: `: the service throttles the calls, and let none through for ${SECONDS}`,
  },
  unavailable: { code: 'IDT1210', says: 'is unavailable', since: ': the service is unavailable' },
  unreachable: { code: 'IDT1204', says: 'does not answer', since: ': nothing answers' },
} as const satisfies { readonly [reach in Reach]?: Unanswered };

/** Undefined when the call was answered, or is not known. */
export function unansweredOf(reach: string): Unanswered | undefined {
  return reach === 'refused'
    ? REFUSED
    : Object.hasOwn(UNANSWERED, reach)
      ? UNANSWERED[reach as keyof typeof UNANSWERED]
      : undefined;
}
